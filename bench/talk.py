"""What the bench knows of either server: it can be started, and talked to."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol


class Unanswered(Exception):
    """A message got no answer, or one that makes the measurement worthless."""


@dataclass(frozen=True)
class Heard:
    """Seconds from the start of a message's POST: until the server said that it has the message,
    and until its answer was here."""

    kept: float
    answered: float


class Talk(Protocol):
    """One resident's conversation."""

    async def say(self, text: str) -> Heard:
        """Post a message and wait for the answer to it. Raise Unanswered."""


class Server(Protocol):
    """A server under measurement."""

    def start(self) -> None:
        """Start its processes, and return at once."""

    def check(self) -> None:
        """Raise Died when its processes have ended."""

    def end(self) -> None:
        """End its processes, and return when they are gone."""

    def talk(self) -> AbstractAsyncContextManager[Talk]:
        """Open a new conversation."""
