"""What the desk needs of the knowledge base: to look something up and put it in a reply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol


class Offer(Protocol):
    """An article that may fit, as a search found it."""

    @property
    def slug(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def score(self) -> float: ...


class Answer(Protocol):
    """An article as this council's residents read it: every value filled in."""

    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def short(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def responsible(self) -> str: ...
    @property
    def reviewed_on(self) -> date: ...


class KnowledgeForDesk(Protocol):
    """Councils and articles. `search` and `answer` may take milliseconds of work: the desk calls
    them away from the event loop, several at a time."""

    def council(self, authority: str) -> str:
        """Return the council's short name. Raise KeyError when there is no such council."""

    def hours(self, authority: str, now: datetime) -> str:
        """Return "" while the council's advisers are there, else a sentence that says when they are
        back. Raise KeyError when there is no such council."""

    def owner(self, service: str, authority: str, fields: Mapping[str, Any], now: datetime) -> str:
        """Return the slug of the council that now has what `authority` was asked for."""

    def search(self, question: str, authority: str) -> Sequence[Offer]:
        """Return the likeliest articles, best first, at most 8; empty when nothing is likely."""

    def answer(self, slug: str, authority: str, now: datetime) -> Answer:
        """Return the article in this council's words. Raise LookupError when there is none, or it
        may not be served, or the council lacks a value that it names."""
