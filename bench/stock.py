"""The bot that `rasa init` makes, behind `rasa run` and its REST channel, with nothing changed."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from bench.place import Place, Program, free_port
from bench.talk import Heard, Unanswered


class Stock:
    """Implements bench.talk.Server."""

    def __init__(self, place: Place, session: aiohttp.ClientSession) -> None:
        self._place = place
        self._session = session
        self._port = 0
        self.program: Program | None = None

    def start(self) -> None:
        self._port = free_port()
        self.program = self._place.run(
            ["-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(self._port)],
            self._place.folder / "stock",
            "stock.log",
        )

    def check(self) -> None:
        if self.program is not None:
            self.program.check()

    def end(self) -> None:
        if self.program is not None:
            self.program.end()

    @asynccontextmanager
    async def talk(self) -> AsyncIterator[StockTalk]:
        url = f"http://127.0.0.1:{self._port}/webhooks/rest/webhook"
        yield StockTalk(self._session, url, str(uuid.uuid4()))


class StockTalk:
    """Implements bench.talk.Talk: the response to the POST is the answer."""

    def __init__(self, session: aiohttp.ClientSession, url: str, sender: str) -> None:
        self._session = session
        self._url = url
        self._sender = sender

    async def say(self, text: str) -> Heard:
        began = time.perf_counter()
        message = {"sender": self._sender, "message": text}
        async with self._session.post(self._url, json=message) as response:
            said = await response.json()
        took = time.perf_counter() - began
        if response.status != 200 or not said:
            raise Unanswered(f"stock answered {response.status} with {len(said)} messages")
        return Heard(kept=took, answered=took)


def make_stock(place: Place) -> None:
    """Make the project in the place and train it, as `rasa init` does. Raise Died."""
    folder = place.folder / "stock"
    folder.mkdir()
    place.run(
        ["-m", "rasa", "init", "--no-prompt", "--init-dir", str(folder)], folder, "stock-init.log"
    ).finish()
