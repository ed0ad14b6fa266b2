"""What a skill may read of the book of requests: for the person it talks to, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from knowledge.appointments import Appointment
from knowledge.requests import Event, Filed, Request
from knowledge.slots import Seat


@dataclass(frozen=True)
class Progress:
    """A request and what became of it, as its resident may read it: only events that are shown.
    `own` when it was made from an address of the person who asks."""

    filed: Filed
    events: tuple[Event, ...] = ()
    own: bool = False


class RequestBook(Protocol):
    """The book as one person may read it in one turn."""

    def progress(self, reference: str) -> Progress | None:
        """Return that request. Who knows a reference may know what became of it, without what was
        answered, nor who asked for it: both are empty unless the request is this person's own."""

    def own(self) -> Sequence[Progress]:
        """Return what this person asked for, latest first, from any address that is theirs."""

    def alike(self, request: Request, since: datetime, metres: float) -> Sequence[Filed]:
        """Return open reports of the same thing. Nothing in them says who made them."""

    def appointments(self, now: datetime) -> Sequence[Appointment]:
        """Return this person's appointments that are still to come, soonest first."""

    def taken(
        self, authorities: Sequence[str], about: str, start: datetime, end: datetime
    ) -> Mapping[Seat, int]:
        """Return how many are booked at these councils, by anybody, for each time from `start` to
        before `end`."""


class EmptyBook:
    """Of a bot that stands alone, as in `rasa shell`."""

    def progress(self, reference: str) -> Progress | None:
        return None

    def own(self) -> Sequence[Progress]:
        return ()

    def alike(self, request: Request, since: datetime, metres: float) -> Sequence[Filed]:
        return ()

    def appointments(self, now: datetime) -> Sequence[Appointment]:
        return ()

    def taken(
        self, authorities: Sequence[str], about: str, start: datetime, end: datetime
    ) -> Mapping[Seat, int]:
        return {}


_OPEN: ContextVar[RequestBook] = ContextVar("book")


def open_book() -> RequestBook:
    """Return the book of the turn that is being made."""
    return _OPEN.get(EmptyBook())


@contextmanager
def reading(book: RequestBook) -> Iterator[None]:
    """Let whatever runs inside read that book."""
    held = _OPEN.set(book)
    try:
        yield
    finally:
        _OPEN.reset(held)
