"""Serves one emulator on a loopback port, in the test's own loop, and stands in for our webhook."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from sanic import Sanic

from channels.emulators.mount import mounted
from channels.emulators.platform import Emulator

WEBHOOK = "https://front-door.example/webhooks/ashcombe/{kind}"


@asynccontextmanager
async def serving(emulator: Emulator, council: str = "ashcombe") -> AsyncIterator[str]:
    """Serve its API until the block ends; the value is the account's `api`.

    A library that blocks is called in `asyncio.to_thread`.
    """
    before, Sanic.test_mode = Sanic.test_mode, True
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = Sanic(f"emulator-{listening.getsockname()[1]}", configure_logging=False)
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 0.1
    app.blueprint(mounted(emulator, council))
    server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.start_serving()
    try:
        yield f"{address}/{council}/{emulator.kind}"
    finally:
        await emulator.close()
        await asyncio.wait({server.close()}, timeout=5)
        for connection in list(server.connections):
            connection.abort()
        listening.close()
        Sanic._app_registry.pop(app.name, None)
        Sanic.test_mode = before


@dataclass
class Receiver:
    """What stands in for our webhook: keeps every call, and answers each status in turn, then the
    last one. None is no answer at all. Give an emulator `http`."""

    statuses: list[int | None] = field(default_factory=lambda: [200])
    body: bytes = b""
    calls: list[httpx.Request] = field(default_factory=list)

    @property
    def http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(request)
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status is None:
            raise httpx.ReadTimeout("no answer", request=request)
        return httpx.Response(status, content=self.body)
