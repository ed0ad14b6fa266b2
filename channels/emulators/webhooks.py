"""How a platform calls us, and how it calls again when we do not answer as it likes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import httpx

How = Literal["once", "twice", "never"]
"""once: as it should be. twice: every call that was taken comes again, byte for byte, as platforms
say may happen. never: the call does not come at all; nothing waits for later."""

LONGEST_LIST = 50


@dataclass(frozen=True)
class Call:
    """One call to our webhook, signed and ready. A later try is the same, byte for byte, but for
    `retry_headers`, which only tries after the first carry."""

    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    retry_headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answered:
    """How one try went. `status` is None when no answer came in time; `body` is what we said."""

    at: datetime
    status: int | None
    attempt: int
    body: bytes = b""

    @property
    def good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Webhooks:
    """The calls of one platform to one webhook.

    `waits` are the seconds before each further try, as the platform documents them. `again` says of
    a failed try whether there is another. With `in_order`, a call waits until those before it are
    taken or given up. `seconds` is how long the platform waits for an answer.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        clock: Callable[[], datetime],
        *,
        waits: Sequence[float] = (),
        seconds: float = 15.0,
        in_order: bool = False,
        again: Callable[[Answered], bool] = lambda answered: not answered.good,
        told: Callable[[], None] = lambda: None,
    ) -> None:
        self.how: How = "once"
        self.waits = tuple(waits)
        self.log: deque[Answered] = deque(maxlen=LONGEST_LIST)
        self._http = http
        self._clock = clock
        self._seconds = seconds
        self._in_order = in_order
        self._again = again
        self._told = told
        self._turn = asyncio.Lock()
        self._under_way: set[asyncio.Task[None]] = set()

    async def deliver(
        self, call: Call, done: Callable[[Answered], Awaitable[None]] | None = None
    ) -> None:
        """Make the call; come back after its first try, while further ones go on by themselves.

        `done` is called once: with the answer that took it, or with the last one that did not.
        Nothing is called when webhooks are set to "never".
        """
        if self.how == "never":
            return
        tried = asyncio.Event()
        task = asyncio.create_task(self._deliver(call, done, tried))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        if self._in_order and self._turn.locked():
            return
        waiting = asyncio.create_task(tried.wait())
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()

    async def settled(self) -> None:
        """Come back when every call has been taken or given up."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    async def close(self) -> None:
        """Give up every call that is under way."""
        for task in self._under_way:
            task.cancel()
        await self.settled()

    async def _deliver(
        self,
        call: Call,
        done: Callable[[Answered], Awaitable[None]] | None,
        tried: asyncio.Event,
    ) -> None:
        if self._in_order:
            async with self._turn:
                answered = await self._keep_trying(call, tried)
        else:
            answered = await self._keep_trying(call, tried)
        if done is not None:
            await done(answered)
        if self.how == "twice" and answered.good:
            await self._try(call, answered.attempt + 1)

    async def _keep_trying(self, call: Call, tried: asyncio.Event) -> Answered:
        answered = await self._try(call, 1)
        tried.set()
        for attempt, wait in enumerate(self.waits, start=2):
            if answered.good or not self._again(answered):
                break
            await asyncio.sleep(wait)
            answered = await self._try(call, attempt)
        return answered

    async def _try(self, call: Call, attempt: int) -> Answered:
        headers = {**call.headers, **(call.retry_headers if attempt > 1 else {})}
        status, body = None, b""
        try:
            answer = await self._http.request(
                call.method,
                call.url,
                content=call.body,
                headers=headers,
                timeout=httpx.Timeout(self._seconds, connect=5.0),
            )
            status, body = answer.status_code, answer.content
        except httpx.HTTPError:
            pass
        answered = Answered(self._clock(), status, attempt, body)
        self.log.append(answered)
        self._told()
        return answered
