"""A resident's browser, as far as HTTP goes: a page, a cookie, posts, and the open stream."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import AsyncIterator

from bench.line import PATIENCE, Broken, Line
from bench.talk import Heard, Unanswered


class Visit:
    """Implements bench.talk.Talk on our web chat. One message at a time."""

    def __init__(self, line: Line, stream: Line, path: str) -> None:
        self._line = line
        self._stream = stream
        self._path = path
        self._cookie = ""
        self._name = uuid.uuid4().hex
        self._posted = 0
        self._message = b""
        self._appeared = False
        self._waiting: asyncio.Future[float] | None = None
        self._reading: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open the chat's page, then its stream with the cookie that the page set."""
        page = await self._line.get(self._path)
        if page.status != 200:
            raise Broken(f"the page was answered with {page.status}")
        self._cookie = page.cookie
        events = self._stream.pieces(f"{self._path}/stream", page.cookie)
        await events.__anext__()
        self._reading = asyncio.create_task(self._read(events))

    async def say(self, text: str) -> Heard:
        loop = asyncio.get_running_loop()
        self._waiting = waiting = loop.create_future()
        patience = loop.call_later(PATIENCE, self._failed, f"no answer in {PATIENCE:.0f} s")
        began = time.perf_counter()
        try:
            await self._post(text)
            kept = time.perf_counter() - began
            return Heard(kept=kept, answered=await waiting - began)
        finally:
            patience.cancel()

    async def post(self, text: str) -> float:
        """Post a message without waiting for its answer; return the seconds until the 202."""
        began = time.perf_counter()
        await self._post(text)
        return time.perf_counter() - began

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading
        self._line.close()
        self._stream.close()

    async def _post(self, text: str) -> None:
        self._posted += 1
        identifier = f"{self._name}-{self._posted}-"
        self._message, self._appeared = identifier.encode(), False
        answer = await self._line.post(
            f"{self._path}/messages", json.dumps({"id": identifier, "text": text}), self._cookie
        )
        if answer.status != 202:
            raise Unanswered(f"ours answered a post with {answer.status}")

    async def _read(self, events: AsyncIterator[bytes]) -> None:
        """Read events for as long as the stream is open."""
        try:
            async for piece in events:
                for event in piece.split(b"\n\n"):
                    self._happened(event)
            self._failed("the stream was closed")
        except (OSError, Unanswered) as error:
            self._failed(str(error))

    def _happened(self, event: bytes) -> None:
        # Looked at as bytes, not as JSON: of most events it is enough to know whose they are.
        if event.startswith(b"event: status") and b'"keeper": "bot"' not in event:
            raise Unanswered("the conversation went to a person: that is no load for a bot")
        if b"\nevent: entry\n" not in event:
            return
        # The answer is what the assistant says after our own message has appeared.
        if self._message and self._message in event:
            self._appeared = True
        elif self._appeared and b'"speaker": "assistant"' in event:
            waiting = self._waiting
            if waiting is not None and not waiting.done():
                waiting.set_result(time.perf_counter())

    def _failed(self, why: str) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(Unanswered(f"ours: {why}"))
