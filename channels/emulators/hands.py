"""What people do on their phones, and what happens to a platform: JSON, for the page and tests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, get_args
from urllib.parse import unquote, urlsplit

from sanic import Blueprint, Request
from sanic.exceptions import Forbidden, InvalidUsage
from sanic.response import HTTPResponse, json

from channels.emulators.faults import KINDS
from channels.emulators.platform import CannotDo, Emulator
from channels.emulators.reading import Reading
from channels.emulators.stand import Stand
from channels.emulators.webhooks import How

LONGEST_TEXT = 10_000
LONGEST_USER = 80
Handler = Callable[..., Awaitable[HTTPResponse | None]]


def hands(stand: Stand) -> Blueprint:
    """Return the addresses under /phones. What cannot be done is answered 409, with the reason."""
    reading, doing = Reading(stand), _Doing(stand)
    blueprint = Blueprint("hands", url_prefix="/phones")

    def add(uri: str, handler: Handler, method: str) -> None:
        @wraps(handler)
        async def handle(request: Request, **parts: str) -> HTTPResponse | None:
            return await handler(request, **{name: unquote(part) for name, part in parts.items()})

        blueprint.add_route(handle, uri, methods=[method], name=handler.__name__)

    add("/<council>", reading.council, "GET")
    add("/<council>/stream", reading.stream, "GET")
    add("/<council>/<kind>/platform", reading.platform, "GET")
    add("/<council>/<kind>/files/<number>", reading.file, "GET")
    add("/<council>/<kind>/<user>/screen", reading.screen, "GET")
    add("/<council>/<kind>/fault", doing.fault, "POST")
    add("/<council>/<kind>/webhooks", doing.webhooks, "POST")
    for act in (doing.say, doing.press, doing.locate, doing.attach, doing.block, doing.window):
        add(f"/<council>/<kind>/<user>/{act.__name__}", act, "POST")
    blueprint.exception(CannotDo)(_cannot)
    return blueprint


async def _cannot(request: Request, error: CannotDo) -> HTTPResponse:
    return json({"error": str(error)}, 409)


class _Doing:
    """What can be done. Each answer comes when the webhook has been tried once."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    async def say(self, request: Request, council: str, kind: str, user: str) -> HTTPResponse:
        emulator, body = self._asked(request, council, kind, user)
        await emulator.say(user, _text(body, "text"))
        return _done()

    async def press(self, request: Request, council: str, kind: str, user: str) -> HTTPResponse:
        emulator, body = self._asked(request, council, kind, user)
        await emulator.press(user, _text(body, "label"))
        return _done()

    async def locate(self, request: Request, council: str, kind: str, user: str) -> HTTPResponse:
        emulator, body = self._asked(request, council, kind, user)
        latitude, longitude = _number(body, "latitude"), _number(body, "longitude")
        if latitude is None or longitude is None:
            raise InvalidUsage("latitude and longitude are needed.")
        await emulator.locate(user, latitude, longitude)
        return _done()

    async def attach(self, request: Request, council: str, kind: str, user: str) -> HTTPResponse:
        """The body is the file, Content-Type what it is, `?caption=` what is written with it."""
        emulator = self._at(request, council, kind)
        _check_user(user)
        if not request.body:
            raise InvalidUsage("There is no file in this.")
        media_type = request.headers.get("content-type", "application/octet-stream")
        await emulator.attach(user, request.body, media_type, request.args.get("caption", ""))
        return _done()

    async def block(self, request: Request, council: str, kind: str, user: str) -> HTTPResponse:
        emulator, body = self._asked(request, council, kind, user)
        await emulator.block(user, body.get("blocked", True) is True)
        emulator.changed(user)
        return _done()

    async def window(self, request: Request, council: str, kind: str, user: str) -> HTTPResponse:
        emulator, _ = self._asked(request, council, kind, user)
        await emulator.close_window(user)
        emulator.changed(user)
        return _done()

    async def fault(self, request: Request, council: str, kind: str) -> HTTPResponse:
        """Begin a fault: {kind, times?, seconds?, delay?, retry_after?}; kind "none" ends it."""
        emulator, body = self._at(request, council, kind), _body(request)
        if body.get("kind") not in KINDS:
            raise InvalidUsage(f"kind is one of {', '.join(KINDS)}.")
        times = _number(body, "times")
        delay, retry_after = _number(body, "delay"), _number(body, "retry_after")
        emulator.faults.set(
            body["kind"],
            times=None if times is None else int(times),
            seconds=_number(body, "seconds"),
            delay=12.0 if delay is None else delay,
            retry_after=2 if retry_after is None else int(retry_after),
        )
        emulator.changed("")
        return _done()

    async def webhooks(self, request: Request, council: str, kind: str) -> HTTPResponse:
        """Set how webhooks come: {"how": "once", "twice" or "never"}."""
        emulator, body = self._at(request, council, kind), _body(request)
        if body.get("how") not in get_args(How):
            raise InvalidUsage("how is once, twice or never.")
        emulator.webhooks.how = body["how"]
        emulator.changed("")
        return _done()

    def _asked(
        self, request: Request, council: str, kind: str, user: str
    ) -> tuple[Emulator, dict[str, Any]]:
        _check_user(user)
        return self._at(request, council, kind), _body(request)

    def _at(self, request: Request, council: str, kind: str) -> Emulator:
        # A page of another site, open in the same browser, must not use these phones.
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
            raise Forbidden("This page belongs to another site.")
        return self._stand.get(council, kind)


def _done() -> HTTPResponse:
    return json({"done": True})


def _check_user(user: str) -> None:
    if not 0 < len(user) <= LONGEST_USER:
        raise InvalidUsage("This is nobody's phone.")


def _body(request: Request) -> dict[str, Any]:
    body = request.json if request.body else {}
    if not isinstance(body, dict):
        raise InvalidUsage("The body is a JSON object.")
    return body


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT:
        raise InvalidUsage(f"{name} is a text of up to {LONGEST_TEXT} characters.")
    return value


def _number(body: dict[str, Any], name: str) -> float | None:
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidUsage(f"{name} is a number.")
    return float(value)
