"""What is said in an emergency: the number to ring now, then what to do until help comes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, validator

from knowledge.authorities import Authorities, Authority, NeedsPlace
from knowledge.reading import BadContent, Written, read_yaml
from knowledge.rendering import MissingValue, render, values_of
from knowledge.vocabulary import plain

FOLDER = Path(__file__).parent / "urgent"
DANGER = "danger"
"""The kind that needs no council: what is said when nothing else can be."""

NUMBER = re.compile(r"\b(?:999|105|111|116 123|0\d{2,4} ?\d{3,4} ?\d{3,4})\b|\{\{ *phones\.")


class Urgent(Written):
    """One kind of emergency. Its slug is the topic's that says more about it, if there is one.

    `lines` are short Markdown and may hold {{ values }}; the first names the number to ring now,
    and is all that is said the second time. `short` is for text messages: the first line when it
    is not written. `tier` is whose numbers they are (county, district or all). When it is not known
    which council that is, `first` stands instead of the first line, with `each` council under it.
    """

    slug: str = Field(regex=r"^[a-z-]+$")
    title: str = Field(min_length=3)
    order: int = Field(gt=0)
    tier: Literal["county", "district", "all"] = "all"
    lines: tuple[str, ...]
    short: str = ""
    first: str = ""
    each: str = ""

    @validator("lines")
    def _begins_with_a_number(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        if not lines or not NUMBER.search(lines[0]):
            raise ValueError("the first line names no number to ring")
        return lines

    @validator("short", always=True)
    def _says_a_number(cls, short: str, values: Mapping[str, object]) -> str:
        lines = values.get("lines")
        if not short and isinstance(lines, tuple):
            return str(lines[0]).replace("**", "")
        if not NUMBER.search(short):
            raise ValueError("names no number to ring")
        return short

    @validator("each", always=True)
    def _is_there_for_a_tier(cls, each: str, values: Mapping[str, object]) -> str:
        if (values.get("tier") != "all") != bool(each and values.get("first")):
            raise ValueError("first and each are there when there is a tier, and not otherwise")
        return each


@dataclass(frozen=True)
class UrgentWords:
    """What a resident reads in an emergency. `short` is plain text that fits two text messages."""

    title: str
    text: str
    short: str


@lru_cache(maxsize=4)
def load_urgent(folder: Path = FOLDER) -> Mapping[str, Urgent]:
    """Return the kinds by slug, most pressing first. Raises BadContent, naming file and field."""
    kinds = [read_yaml(path, Urgent) for path in folder.glob("*.yml")]
    if DANGER not in {kind.slug for kind in kinds}:
        raise BadContent(f"{folder.name}/{DANGER}.yml: is missing")
    return {kind.slug: kind for kind in sorted(kinds, key=lambda kind: kind.order)}


def title_of(slug: str) -> str:
    """Return the kind's title, the slug of one that nobody knows any more, "" for none."""
    kind = load_urgent().get(slug)
    return kind.title if kind else slug


def urgent_words(
    slug: str,
    authorities: Authorities,
    door: str,
    place: str | None,
    today: date,
    *,
    again: bool = False,
) -> UrgentWords:
    """Return what to say. It never fails: whatever is missing, what stands for danger is said.

    `door` is the council whose chat it is, `place` the district that the person lives in, None when
    that is not known. `again` is the number alone, for somebody who was told the rest.
    """
    kinds = load_urgent()
    kind = kinds.get(slug, kinds[DANGER])
    try:
        return said_by(kind, councils(kind, authorities, door, place, today), today, again=again)
    except (LookupError, MissingValue):
        danger = kinds[DANGER]
        return said_by(danger, (), today, again=again)


def said_by(
    kind: Urgent, by: Sequence[Authority], today: date, *, again: bool = False
) -> UrgentWords:
    """Return the words of a kind with the numbers of that council, or of each when there are
    several. Raise MissingValue when one of them has no such number."""
    if len(by) > 1:
        numbers = [render(kind.each, values_of(council, today)) for council in by]
        first = "\n".join([kind.first, "", *(f"- {number}" for number in numbers)])
        rest = () if again else kind.lines[1:]
        return UrgentWords(
            kind.title,
            "\n\n".join([first, *rest]),
            f"{plain(kind.first)} {'; '.join(numbers)}.",
        )
    values = values_of(by[0], today) if by else {}
    lines = kind.lines[:1] if again else kind.lines
    return UrgentWords(
        kind.title,
        "\n\n".join(render(line, values) for line in lines),
        render(kind.short, values),
    )


def councils(
    kind: Urgent, authorities: Authorities, door: str, place: str | None, today: date
) -> Sequence[Authority]:
    """Return the council whose numbers they are; all that it may be when the place is not known.
    Raise LookupError when nobody is."""
    try:
        return (authorities.responsible(kind.tier, door, place, today),)
    except NeedsPlace:
        own = authorities.get(door)
        near = (*authorities.children(door), *map(authorities.get, own.successors))
        serving = tuple(council for council in near if council.serves(today))
        if not serving:
            raise
        return serving
