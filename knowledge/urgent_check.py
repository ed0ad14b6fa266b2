"""What is wrong with the words for emergencies, for knowledge/check.py."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from pathlib import Path

from knowledge.authorities import Authorities, Authority
from knowledge.reading import BadContent
from knowledge.rendering import MissingValue
from knowledge.urgent import DANGER, NUMBER, Urgent, councils, load_urgent, said_by

LONGEST_SHORT = 255
"""Septets: two text messages hold 306, and that a person is asked stands in them too."""

MOST_LINES = 6


def urgent_problems(
    folder: Path,
    topics: Collection[str],
    known: Sequence[Authority],
    day: date,
    septets: Callable[[str], int | None],
) -> Iterator[str]:
    """Yield what is wrong with the kinds of that folder, a sentence each. `topics` are the slugs of
    the urgent articles: each is a kind, and there is no other but life in danger."""
    try:
        kinds = load_urgent(folder)
    except BadContent as error:
        yield from str(error).splitlines()
        return
    for slug in sorted({*topics} - {*kinds}):
        yield f"urgent/{slug}: is missing: its article is urgent"
    for slug in sorted({*kinds} - {*topics, DANGER}):
        yield f"urgent/{slug}: slug: no article of that name is urgent"
    orders = [kind.order for kind in kinds.values()]
    if len(set(orders)) != len(orders):
        yield "urgent: order: two kinds have the same"
    for slug, kind in kinds.items():
        if len(kind.lines) > MOST_LINES:
            yield f"urgent/{slug}: lines: more than {MOST_LINES}"
        for council in known:
            yield from _said(kind, council, Authorities(known), day, septets)


def _said(
    kind: Urgent,
    door: Authority,
    authorities: Authorities,
    day: date,
    septets: Callable[[str], int | None],
) -> Iterator[str]:
    """What goes wrong when somebody at this door is told."""
    day = max(day, door.valid_from)
    day = min(day, door.valid_to) if door.valid_to else day
    name = f"urgent/{kind.slug} at {door.slug}"
    try:
        words = said_by(kind, councils(kind, authorities, door.slug, None, day), day)
    except (LookupError, MissingValue) as error:
        yield f"{name}: {error}"
        return
    if not NUMBER.search(words.text.splitlines()[0]):
        yield f"{name}: lines: the first names no number to ring"
    length = septets(words.short)
    if length is None:
        yield f"{name}: short: has a character that a text message cannot carry"
    elif length > LONGEST_SHORT:
        yield f"{name}: short: {length} characters, more than {LONGEST_SHORT}"
