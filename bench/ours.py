"""Our product in a data folder of its own: `assistant run`, and `assistant web` alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.line import Line
from bench.place import Place, Program, free_port
from bench.visit import Visit

PROJECT = Path(__file__).resolve().parent.parent
COUNCIL = "ashcombe"


class Ours:
    """Implements bench.talk.Server."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._port = 0
        self.program: Program | None = None

    def start(self) -> None:
        self._start("run")

    def start_web(self) -> None:
        """Start the web process alone: messages are kept, and nobody answers."""
        self._start("web")

    def check(self) -> None:
        if self.program is not None:
            self.program.check()

    def end(self) -> None:
        if self.program is not None:
            self.program.end()

    @asynccontextmanager
    async def talk(self) -> AsyncIterator[Visit]:
        visit = Visit(Line(self._port), Line(self._port), f"/chat/{COUNCIL}")
        try:
            await visit.open()
            yield visit
        finally:
            await visit.close()

    def _start(self, command: str) -> None:
        self._port = free_port()
        self.program = self._place.run(
            ["-m", "assistant", command],
            PROJECT,
            "ours.log",
            PORT=str(self._port),
            DATABASE_URL="",
            FRONT_DOOR_DATA_DIR=str(self._place.folder / "ours"),
            FRONT_DOOR_ENVIRONMENT="production",
            FRONT_DOOR_MESSAGES_A_MINUTE="0",
        )


def make_ours(place: Place) -> None:
    """Train our model, if its inputs have changed since it was trained. Raise Died."""
    place.run(["-m", "assistant", "train"], PROJECT, "ours-train.log").finish()
