"""A resident's browser, as far as HTTP goes: a page, a cookie, posts, and the open stream."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import Mapping
from typing import Any

import aiohttp

from bench.talk import PATIENCE, Heard, Unanswered


class Visit:
    """Implements bench.talk.Talk on our web chat. One message at a time."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        headers: Mapping[str, str],
        stream: aiohttp.ClientResponse,
    ) -> None:
        self._session = session
        self._url = url
        self._headers = headers
        self._stream = stream
        self._waiting: asyncio.Future[float] | None = None
        self._message = ""
        self._position = 0
        self._reading = asyncio.create_task(self._read())

    async def say(self, text: str) -> Heard:
        self._message, self._position = str(uuid.uuid4()), 0
        self._waiting = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        await self._post(self._message, text)
        kept = time.perf_counter() - began
        try:
            answered = await asyncio.wait_for(self._waiting, PATIENCE)
        except asyncio.TimeoutError:
            raise Unanswered(f"ours gave no answer in {PATIENCE:.0f} s") from None
        return Heard(kept=kept, answered=answered - began)

    async def post(self, text: str) -> float:
        """Post a message without waiting for its answer; return the seconds until the 202."""
        began = time.perf_counter()
        await self._post(str(uuid.uuid4()), text)
        return time.perf_counter() - began

    async def close(self) -> None:
        self._reading.cancel()
        with contextlib.suppress(asyncio.CancelledError, aiohttp.ClientError):
            await self._reading
        self._stream.close()

    async def _post(self, identifier: str, text: str) -> None:
        async with self._session.post(
            f"{self._url}/messages", json={"id": identifier, "text": text}, headers=self._headers
        ) as response:
            await response.read()
        if response.status != 202:
            raise Unanswered(f"ours answered a post with {response.status}")

    async def _read(self) -> None:
        """Read events for as long as the stream is open."""
        name = ""
        try:
            async for line in self._stream.content:
                if line.startswith(b"event: "):
                    name = line[7:].strip().decode()
                elif line.startswith(b"data: "):
                    self._happened(name, json.loads(line[6:]))
            raise Unanswered("ours closed the stream")
        except (aiohttp.ClientError, Unanswered) as error:
            if self._waiting is not None and not self._waiting.done():
                self._waiting.set_exception(error)

    def _happened(self, name: str, data: Any) -> None:
        if name == "status" and data["keeper"] != "bot":
            raise Unanswered("ours handed the conversation to a person: that is no load for a bot")
        if name != "entry" or self._waiting is None or self._waiting.done():
            return
        # The answer is what the assistant says after our own message has appeared.
        if data["client_id"] == self._message:
            self._position = data["position"]
        elif data["speaker"] == "assistant" and 0 < self._position < data["position"]:
            self._waiting.set_result(time.perf_counter())


async def open_visit(session: aiohttp.ClientSession, url: str) -> Visit:
    """Open the chat's page, then its stream with the cookie that the page set."""
    async with session.get(url) as page:
        page.raise_for_status()
        await page.read()
    headers = {"Cookie": page.headers["Set-Cookie"].partition(";")[0]}
    forever = aiohttp.ClientTimeout(total=None)
    stream = await session.get(f"{url}/stream", headers=headers, timeout=forever)
    stream.raise_for_status()
    return Visit(session, url, headers, stream)
