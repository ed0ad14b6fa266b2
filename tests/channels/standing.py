"""A platform that stands on a loopback port and does one thing with every call: answers it in one
way, loses it, or keeps silent."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Literal

import httpx
import pytest
import requests.adapters

from tests.channels.case import Answer

Doing = Answer | Literal["absent", "loses", "silent"]
PATIENCE = 0.15
"""How long a hurried client waits for an answer, in seconds."""


@asynccontextmanager
async def standing(doing: Doing) -> AsyncIterator[str]:
    """Give out the platform's address while it stands. "absent" takes no connection, "loses" reads
    the call and hangs up, "silent" reads it and says nothing."""
    over = asyncio.Event()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = next((line for line in head.splitlines() if line.startswith("content-length")), "")
        await reader.readexactly(int(length.partition(":")[2] or 0))
        if doing == "silent":
            await over.wait()
        if isinstance(doing, Answer):
            writer.write(_answered(doing))
            await writer.drain()
        writer.close()

    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    if doing == "absent":
        listening.close()
        yield address
        return
    server = await asyncio.start_server(take, sock=listening)
    try:
        yield address
    finally:
        over.set()
        server.close()
        await server.wait_closed()
        # The last connections close in the next turns of the loop.
        await asyncio.sleep(0.01)


def _answered(answer: Answer) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    lines += [f"content-length: {len(answer.body)}", "connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1") + answer.body


class Hurried(httpx.AsyncHTTPTransport):
    """Waits much less than it is told to; it must be told."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        told = request.extensions["timeout"]
        assert (told["connect"], told["read"]) == (5, 10), "each call says how long it waits"
        request.extensions["timeout"] = {**told, "read": PATIENCE}
        return await super().handle_async_request(request)


def hurry_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make clients that use `requests` wait as little as Hurried; they must be told how long."""
    send = requests.adapters.HTTPAdapter.send

    def hurried(
        self: requests.adapters.HTTPAdapter,
        request: requests.PreparedRequest,
        **told: Any,
    ) -> requests.Response:
        assert told["timeout"] == (5, 10), "each call says how long it waits"
        return send(self, request, **{**told, "timeout": (5, PATIENCE)})

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", hurried)
