"""What is wrong with the pointers to others, for knowledge/check.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date

from knowledge.elsewhere import Elsewhere

LONGEST = 306  # septets: two text messages
MOST_SENTENCES = 3
FEWEST_ASKS = 10

_NUMBER = re.compile(r"\b0\d[\d ]{6,}\d\b")


def elsewhere_problems(
    pointers: Sequence[Elsewhere],
    taken: Collection[str],
    day: date,
    septets: Callable[[str], int | None],
) -> Iterator[str]:
    """Say what is wrong, one sentence each. `taken` are the slugs of articles and services;
    `septets` measures a text message, None when it cannot carry a character."""
    for pointer in pointers:
        name = f"elsewhere/{pointer.slug}"
        if pointer.slug in taken:
            yield f"{name}: slug: is an article's or a service's too"
        if pointer.valid_until < day:
            yield f"{name}: valid_until: was {pointer.valid_until}"
        if pointer.reviewed_on > day:
            yield f"{name}: reviewed_on: is in the future"
        if len(re.findall(r"[.!?:](?:\s|$)", pointer.text)) > MOST_SENTENCES + 1:
            yield f"{name}: text: is more than a pointer"
        length = septets(pointer.told())
        if length is None or length > LONGEST:
            yield f"{name}: short: does not fit two text messages"
        if {*_NUMBER.findall(pointer.short)} - {*_NUMBER.findall(pointer.text)}:
            yield f"{name}: short: has a number that the text does not"
        if not pointer.sources:
            yield f"{name}: sources: none"
        if len(pointer.ask) < FEWEST_ASKS:
            yield f"{name}: ask: fewer than {FEWEST_ASKS}"
