"""Conversations at once, one after another, and one long one: what each message took."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from bench.ours import Ours
from bench.plan import Level, Plan
from bench.talk import Heard, Server, Talk

LONGEST_START = 300.0


@dataclass
class Load:
    """What was heard, and the seconds that it took altogether."""

    heard: list[Heard] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def answered(self) -> list[float]:
        return [heard.answered for heard in self.heard]

    @property
    def kept(self) -> list[float]:
        return [heard.kept for heard in self.heard]

    @property
    def rate(self) -> float:
        """Answered messages a second."""
        return len(self.heard) / self.seconds

    def add(self, other: Load) -> None:
        self.heard += other.heard
        self.seconds += other.seconds


async def first_answer(server: Server, text: str) -> float:
    """Start the server; return the seconds from there to the first answer. Raise Died."""
    began = time.perf_counter()
    server.start()
    while True:
        try:
            async with server.talk() as talk:
                await talk.say(text)
                return time.perf_counter() - began
        except OSError:
            server.check()
            if time.perf_counter() - began > LONGEST_START:
                raise
            await asyncio.sleep(0.02)


async def load_for_long(server: Server, texts: Sequence[str], level: Level, plan: Plan) -> Load:
    """Put the server under load again and again, for `plan.least_round` seconds at least."""
    result = await load(server, texts, level, plan)
    while result.seconds < plan.least_round:
        result.add(await load(server, texts, level, plan))
    return result


async def load(server: Server, texts: Sequence[str], level: Level, plan: Plan) -> Load:
    """Hold new conversations, `level.at_once` at a time, until all are over or time is up.

    The clock begins when all conversations are open.
    """
    result = Load()
    async with AsyncExitStack() as stack:
        talks = [await stack.enter_async_context(server.talk()) for _ in range(level.conversations)]
        began = time.perf_counter()
        deadline = began + plan.longest_round
        waiting = list(enumerate(talks))

        async def lane() -> None:
            while waiting:
                number, talk = waiting.pop()
                # Each conversation begins at another place of the mixture.
                spoken = [texts[(number + turn) % len(texts)] for turn in range(plan.turns)]
                await _hold(talk, spoken, deadline, result.heard)

        await _all(lane, level.at_once)
        result.seconds = time.perf_counter() - began
    return result


async def long_talk(server: Server, texts: Sequence[str], plan: Plan) -> list[float]:
    """Hold one long conversation; return what each turn took, for as long as there was time."""
    heard: list[Heard] = []
    async with server.talk() as talk:
        spoken = [texts[turn % len(texts)] for turn in range(plan.long_turns)]
        await _hold(talk, spoken, time.perf_counter() + plan.longest_talk, heard)
    return [each.answered for each in heard]


async def posts_only(server: Ours, texts: Sequence[str], level: Level, plan: Plan) -> list[float]:
    """Post as under load, without answers to wait for; return what each 202 took."""
    took: list[float] = []
    async with AsyncExitStack() as stack:
        visits = [await stack.enter_async_context(server.talk()) for _ in range(level.at_once)]

        async def lane() -> None:
            visit = visits.pop()
            for turn in range(plan.turns):
                took.append(await visit.post(texts[turn % len(texts)]))
                await asyncio.sleep(plan.pause)

        await _all(lane, level.at_once)
    return took


async def _hold(talk: Talk, texts: Sequence[str], deadline: float, heard: list[Heard]) -> None:
    for text in texts:
        if time.perf_counter() > deadline:
            return
        heard.append(await talk.say(text))


async def _all(lane: Callable[[], Coroutine[Any, Any, None]], number: int) -> None:
    """Run so many lanes at once; the first that raises ends the others."""
    tasks = [asyncio.create_task(lane()) for _ in range(number)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
