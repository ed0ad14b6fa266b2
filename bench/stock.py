"""The bot that `rasa init` makes, behind `rasa run` and its REST channel, with nothing changed."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench.line import Line
from bench.place import Place, Program, free_port
from bench.talk import Heard, Unanswered


class Stock:
    """Implements bench.talk.Server."""

    def __init__(self, place: Place) -> None:
        self._place = place
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
        line = Line(self._port)
        try:
            yield StockTalk(line, str(uuid.uuid4()))
        finally:
            line.close()


class StockTalk:
    """Implements bench.talk.Talk: the response to the POST is the answer."""

    def __init__(self, line: Line, sender: str) -> None:
        self._line = line
        self._sender = sender

    async def say(self, text: str) -> Heard:
        began = time.perf_counter()
        message = json.dumps({"sender": self._sender, "message": text})
        answer = await self._line.post("/webhooks/rest/webhook", message)
        took = time.perf_counter() - began
        if answer.status != 200 or b'"text"' not in answer.body:
            raise Unanswered(f"stock answered {answer.status} with {answer.body[:80]!r}")
        return Heard(kept=took, answered=took)


def make_stock(place: Place) -> None:
    """Make the project in the place and train it, as `rasa init` does. Raise Died."""
    folder = place.folder / "stock"
    folder.mkdir()
    place.run(
        ["-m", "rasa", "init", "--no-prompt", "--init-dir", str(folder)], folder, "stock-init.log"
    ).finish()
