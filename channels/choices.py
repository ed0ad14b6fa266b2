"""Read words as one of the choices that were offered as text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from string import ascii_uppercase

from rapidfuzz.distance import OSA

from channels.messages import Choice

_NUMBERS = (
    "one", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth",
    "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
)  # fmt: skip
_BEFORE = (
    r"(?:(?:i (?:choose|want|pick|take|would like|mean|said)|id like|its|it is|reply|answer|my"
    r"|yes|ok|okay|the|option|choice|number|no(?= \d)|letter) )*"
)
_AFTER = r"(?: (?:one|option|choice|please|pls|thanks|thank you|ta|then))*"
_ALONE = re.compile(rf"{_BEFORE}(.+?){_AFTER}")
_POINTING = ("the one", "that one", "this one")
_COUNTED = re.compile(r"(\d{1,3})(?:st|nd|rd|th)?")


def read_choice(text: str, choices: Sequence[Choice]) -> Choice | None:
    """Return the choice that the text takes, and None when it takes none for certain.

    It takes one by its sign ("2", "2.", "two", "b"), its place ("second", "the last one"), its
    label, or its label with a slip of the fingers when no other label is near. A sentence is never
    a choice.
    """
    said = _plain(text)
    labels = [_plain(choice.label) for choice in choices]
    alone = _ALONE.fullmatch(said)
    if alone is None:
        return None
    core = alone.group(1)
    for words in (said, core):
        if same := [at for at, label in enumerate(labels) if label == words]:
            return choices[same[0]] if len(same) == 1 else None
    at = None
    if not said.endswith(_POINTING):
        at = _counted(core, labels, by_letter=by_letter(choices))
    if at is None:
        at = _near(core, labels)
    return None if at is None else choices[at]


def sign(choices: Sequence[Choice], at: int) -> str:
    """Return what stands before that choice (counted from 0) where choices are text: "1", "2", or
    letters when a label holds a number, so that "2" cannot mean two things."""
    return ascii_uppercase[at] if by_letter(choices) else str(at + 1)


def by_letter(choices: Sequence[Choice]) -> bool:
    """Are these shown with letters?"""
    numbers = any(re.search(r"\d", choice.label) for choice in choices)
    return numbers and len(choices) <= len(ascii_uppercase)


def _counted(core: str, labels: Sequence[str], *, by_letter: bool) -> int | None:
    if core == "last":
        return len(labels) - 1 if labels else None
    if by_letter and len(core) == 1 and core.upper() in ascii_uppercase:
        at = ascii_uppercase.index(core.upper())
        return at if at < len(labels) else None
    if core in _ORDINALS:
        at, words = _ORDINALS.index(core), {core}
    elif core in _NUMBERS:
        at, words = _NUMBERS.index(core), {core, str(_NUMBERS.index(core) + 1)}
    elif counted := _COUNTED.fullmatch(core):
        at, words = int(counted.group(1)) - 1, {core, counted.group(1)}
    else:
        return None
    holding = {place for place, label in enumerate(labels) if words & set(label.split())}
    if by_letter and core not in _ORDINALS:
        # Numbers were not offered: it may still be the only house of that number.
        return holding.pop() if len(holding) == 1 else None
    return at if 0 <= at < len(labels) and holding <= {at} else None


def _near(core: str, labels: Sequence[str]) -> int | None:
    slips = 0 if len(core) < 5 else 1 if len(core) < 9 else 2
    # Another number is no slip: only labels of the same numbers can be meant.
    away = {
        at: OSA.distance(core, label)
        for at, label in enumerate(labels)
        if re.findall(r"\d+", core) == re.findall(r"\d+", label)
    }
    nearest = min(away.values(), default=slips + 1)
    near = [at for at, distance in away.items() if distance < nearest + 2]
    return near[0] if nearest <= slips and len(near) == 1 else None


def _plain(text: str) -> str:
    """Lower case, without punctuation and emoji's joiners; signs such as £ and % stay."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
    kept = (" " if _nothing(character) else character for character in text)
    return " ".join("".join(kept).split())


def _nothing(character: str) -> bool:
    kind = unicodedata.category(character)
    return (kind[0] in "PC" and character != "%") or kind in ("Mn", "Me")
