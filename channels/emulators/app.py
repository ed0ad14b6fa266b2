"""The process of the emulators: every platform's API, the phones' page, and JSON for both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import httpx
from sanic import Request, Sanic
from sanic.response import HTTPResponse, text

from channels.emulators.hands import hands
from channels.emulators.kinds import ORDER, kind_of
from channels.emulators.mount import mounted
from channels.emulators.page import page
from channels.emulators.platform import Emulator
from channels.emulators.stand import Stand

Accounts = Mapping[str, Mapping[str, Mapping[str, str]]]
"""{council: {kind: {name: value}}}, as in the accounts file."""

LARGEST_REQUEST = 30 * 1024 * 1024


def phones_app(
    accounts: Accounts,
    webhook_base: str,
    *,
    names: Mapping[str, str] | None = None,
    kind_of: Callable[[str], type[Emulator] | None] = kind_of,
    app_name: str = "front_door_phones",
) -> Sanic:
    """Build the process. A kind of account that has no emulator is left out.

    `webhook_base` is the assistant's public address, without a slash at its end: webhooks go to
    {webhook_base}/webhooks/<council>/<kind>. `names` are the councils' names by their slugs.
    """
    # No proxy of the environment stands between two processes of one machine.
    http = httpx.AsyncClient(trust_env=False)
    emulators: dict[tuple[str, str], Emulator] = {}
    for council, platforms in accounts.items():
        for kind in sorted(platforms, key=_place):
            plays = kind_of(kind)
            if plays is not None:
                webhook = f"{webhook_base}/webhooks/{council}/{kind}"
                emulators[council, kind] = plays(platforms[kind], webhook, http)
    stand = Stand(emulators, webhook_base, names or {})
    app = Sanic(app_name, configure_logging=False)
    app.config.update(
        ACCESS_LOG=False,
        FALLBACK_ERROR_FORMAT="json",
        GRACEFUL_SHUTDOWN_TIMEOUT=0.5,
        REQUEST_MAX_SIZE=LARGEST_REQUEST,
        RESPONSE_TIMEOUT=120,
    )
    for (council, _), emulator in emulators.items():
        app.blueprint(mounted(emulator, council))
    app.blueprint(hands(stand))
    app.blueprint(page(stand))

    async def healthz(request: Request) -> HTTPResponse:
        return text("ok\n")

    async def stop(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        for emulator in emulators.values():
            await emulator.close()
        await http.aclose()

    app.add_route(healthz, "/healthz")
    app.register_listener(stop, "after_server_stop")
    return app


def _place(kind: str) -> int:
    return ORDER.index(kind) if kind in ORDER else len(ORDER)
