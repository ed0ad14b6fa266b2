"""Do two topics claim the same question? Then the assistant contradicts itself.

Three signs: two topics have the same wording; two have wordings that mean the same; half of one's
wordings are nearest to those of one other. See docs/decisions/0018-one-question-one-article.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors

SAME = 0.92
"""The cosine from which two wordings mean the same. "Online bill" and "pay a bill online", which
do not, have 0.89."""
SWALLOWED = 0.5
"""The share of a topic's wordings, nearest to those of one other, from which both are one topic.
Neighbours that are well told apart (schools in the year, secondary schools) have 0.3."""
NEAR = 0.5
"""The cosine from which the nearest wording is near at all."""
FEWEST = 6
"""Wordings of a topic from which a share of them says anything."""


@dataclass(frozen=True)
class Claim:
    """The questions that a topic claims. `authority` is a council's slug, or "all"."""

    slug: str
    authority: str
    asks: tuple[str, ...]


@dataclass(frozen=True)
class Conflict:
    """Two slugs, and what both claim."""

    one: str
    other: str
    says: str


def same_wordings(claims: Sequence[Claim]) -> Iterator[Conflict]:
    """Yield each wording that two topics have, whatever its capitals and punctuation."""
    first: dict[str, Claim] = {}
    for claim in claims:
        for ask in claim.asks:
            other = first.setdefault(normal(ask), claim)
            if other.slug != claim.slug and _meet(other, claim):
                yield Conflict(claim.slug, other.slug, f"both have {ask!r}")


def same_meanings(
    claims: Sequence[Claim], embed: Callable[[Sequence[str]], Vectors]
) -> Iterator[Conflict]:
    """Yield what two topics claim in other words. `embed` gives rows of unit length."""
    asks = [ask for claim in claims for ask in claim.asks]
    if not asks:
        return
    whose = np.repeat(np.arange(len(claims)), [len(claim.asks) for claim in claims])
    vectors = embed(asks)
    alike = vectors @ vectors.T
    np.fill_diagonal(alike, -1)
    for row, column in zip(*np.where(np.triu(alike) >= SAME), strict=True):
        one, other = claims[whose[row]], claims[whose[column]]
        # Those of the very same words are same_wordings' own.
        if _compete(one, other) and normal(asks[row]) != normal(asks[column]):
            yield Conflict(one.slug, other.slug, f"{asks[row]!r} and {asks[column]!r}")
    nearest = np.where(alike.max(axis=1) >= NEAR, whose[alike.argmax(axis=1)], whose)
    yield from _swallowed(claims, whose, nearest)


def normal(ask: str) -> str:
    """Return the words alone, in small letters."""
    return " ".join(re.findall(r"\w+", ask.lower()))


def _swallowed(
    claims: Sequence[Claim], whose: NDArray[np.intp], nearest: NDArray[np.intp]
) -> Iterator[Conflict]:
    for place, claim in enumerate(claims):
        total = len(claim.asks)
        for other, count in Counter(nearest[whose == place].tolist()).items():
            if total >= FEWEST and count >= SWALLOWED * total and _compete(claim, claims[other]):
                says = f"{count} of {total} wordings are nearest to those of {claims[other].slug}"
                yield Conflict(claim.slug, claims[other].slug, says)


def _compete(one: Claim, other: Claim) -> bool:
    return one.slug != other.slug and _meet(one, other)


def _meet(one: Claim, other: Claim) -> bool:
    """Whether somebody can be served by both: two councils' own articles never meet."""
    return "all" in (one.authority, other.authority) or one.authority == other.authority
