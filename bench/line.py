"""One HTTP/1.1 connection, with as little work as will do: the client shares the servers' cores."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

PATIENCE = 60.0
"""Seconds that one answer may take."""
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_COOKIE = re.compile(rb"\r\nset-cookie: *([^;\r]+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)


class Broken(OSError):
    """The server closed the connection, or said what is no answer in HTTP."""


@dataclass(frozen=True)
class Answer:
    """What a server said. `cookie` is the first that it set, as a `Cookie` header, or empty."""

    status: int
    cookie: str
    body: bytes


class Line:
    """Connects when it is first used, and again when the server has closed it meanwhile.

    Everything raises OSError when the server cannot be reached, or is silent for too long.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> Answer:
        return await self._ask(self._request("GET", path))

    async def post(self, path: str, json: str, cookie: str = "") -> Answer:
        """Post text that is JSON already."""
        return await self._ask(self._request("POST", path, json, cookie))

    async def pieces(self, path: str, cookie: str) -> AsyncIterator[bytes]:
        """Yield the pieces of an answer as the server sends them, for as long as it does.

        The first piece is empty: the server has begun to answer. Raise Broken when it is not 200.
        """
        reader, writer = await self._connected()
        writer.write(self._request("GET", path, cookie=cookie))
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200") or not _CHUNKED.search(head):
                raise Broken(f"{path} was answered with {head[:40]!r}")
            yield b""
            while size := int(await reader.readline(), 16):
                yield (await reader.readexactly(size + 2))[:-2]
        except (EOFError, ValueError) as error:
            raise Broken(f"{path} ended: {error!r}") from error

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._reader = self._writer = None

    async def _ask(self, request: bytes) -> Answer:
        reader, writer = await self._connected()
        # Cheaper than wait_for, which makes a task of each answer.
        patience = asyncio.get_running_loop().call_later(PATIENCE, writer.transport.abort)
        writer.write(request)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            if not length:
                raise Broken(f"no length in {head[:40]!r}")
            body = await reader.readexactly(int(length[1]))
        except EOFError as error:
            self.close()
            raise Broken("the server closed the connection") from error
        finally:
            patience.cancel()
        cookie = _COOKIE.search(head)
        return Answer(int(head[9:12]), cookie[1].decode() if cookie else "", body)

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._reader is None or self._writer is None or self._reader.at_eof():
            self.close()
            self._reader, self._writer = await asyncio.open_connection(
                "127.0.0.1", self._port, limit=2**20
            )
        return self._reader, self._writer

    def _request(self, method: str, path: str, body: str = "", cookie: str = "") -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self._port}"]
        if cookie:
            lines.append(f"Cookie: {cookie}")
        encoded = body.encode()
        if encoded:
            lines += ["Content-Type: application/json", f"Content-Length: {len(encoded)}"]
        return "\r\n".join([*lines, "", ""]).encode() + encoded
