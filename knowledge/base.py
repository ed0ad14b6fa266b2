"""What the council knows: articles, and the promise of finding the right one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True)
class Article:
    """One topic, as written: `body` and `short` still hold {{ values }} that councils set.

    `tier` is who provides the service: county, district or all. `lgsl` is the number in the Local
    Government Service List. `authority` is a slug, or "all" for what every council shares.
    `service` is the slug of the request that a resident can make from here, if there is one.
    `subject` finishes the sentence "... Council looks after ..."; empty means "this".
    `urgent` is what cannot wait, such as a smell of gas. `depends_on` names facts of
    knowledge/facts.yml that are asked for before the whole answer is given.
    """

    slug: str
    title: str
    tier: str
    authority: str
    owner: str
    lgsl: int | None
    audience: tuple[str, ...]
    life_events: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]
    reviewed_on: date
    valid_until: date
    related: tuple[str, ...]
    service: str | None
    short: str
    ask: tuple[str, ...]
    body: str
    subject: str = ""
    urgent: bool = False
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """An article or service that a question may be about. `score` is the measure of search.py;
    `sure` says that it is above the threshold at which it may be answered without asking back.
    `kind` is "article", "service" or "elsewhere": what others than councils do."""

    slug: str
    title: str
    score: float
    sure: bool
    kind: str = "article"


class KnowledgeBase(Protocol):
    """Everything that may be said to a resident."""

    def search(self, question: str, *, place: str | None = None, limit: int = 3) -> Sequence[Found]:
        """Return the likeliest topics, best first; empty when nothing is likely.

        `place` is an authority's slug: articles of other authorities are left out.
        """

    def article(self, slug: str) -> Article:
        """Return the article. Raise KeyError when there is none, or it may not be served today."""
