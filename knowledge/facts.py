"""What people say of themselves that an answer may depend on: how they live, what they do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from knowledge.reading import BadContent, Written, read_yaml

FILE = Path(__file__).parent / "facts.yml"

ASKED = "asked"
"""Stands for the value while it is asked for: what depends on it is left out of an answer."""

_DENIED = re.compile(
    r"\b(?:not|isn'?t|aren'?t|never|no longer|used to(?: be| have| live in)?|was|were)"
    r"(?: (?:a|an|the|in|in a|my))*\s*$",
    re.IGNORECASE,
)


class Value(Written):
    """How one value is said. Both are regular expressions: `says` is believed anywhere, `answers`
    only when it was asked for."""

    says: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()


class Facts(Written):
    """Every fact by its name, and its values by theirs."""

    facts: Mapping[str, Mapping[str, Value]]


@dataclass(frozen=True)
class Known:
    """One value of a fact, ready to be looked for."""

    fact: str
    value: str
    says: re.Pattern[str]
    answers: re.Pattern[str] | None


@lru_cache(maxsize=1)
def read_facts(file: Path = FILE) -> tuple[Known, ...]:
    """Return the values of every fact, in the order in which they are tried. Raises BadContent."""
    try:
        return tuple(
            Known(name, value, _any_of(said.says), _any_of(said.answers) if said.answers else None)
            for name, values in read_yaml(file, Facts).facts.items()
            for value, said in values.items()
        )
    except re.error as error:
        raise BadContent(f"{file.name}: {error}") from error


@lru_cache(maxsize=1)
def nothing_known() -> Mapping[str, str]:
    """Return every fact with the empty value, of somebody who said nothing of themselves."""
    return {known.fact: "" for known in read_facts()}


def values_of_fact(name: str) -> tuple[str, ...]:
    """Return the values that the fact may have, none when there is no such fact."""
    return tuple(known.value for known in read_facts() if known.fact == name)


def facts_in(text: str, asked: str = "") -> dict[str, str]:
    """Return what the words say, by the fact's name. `asked` is the fact that was asked for."""
    said = " ".join(text.replace("’", "'").split())
    found: dict[str, str] = {}
    for known in read_facts():
        if known.fact not in found and _is_said(known.says, said):
            found[known.fact] = known.value
    if asked and asked not in found:
        for known in read_facts():
            if known.fact == asked and known.answers and _is_said(known.answers, said):
                return found | {asked: known.value}
    return found


def _is_said(pattern: re.Pattern[str], said: str) -> bool:
    return any(_DENIED.search(said[: m.start()]) is None for m in pattern.finditer(said))


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE)
