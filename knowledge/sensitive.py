"""Takes out of a message what nobody should send us: card numbers, National Insurance numbers and
passwords. What is hidden stands as words in square brackets.

Unlike knowledge/masking.py, which hides whatever could tell who writes, this leaves the message as
it is otherwise: it is still answered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.passwords import passwords
from knowledge.payment_cards import cards
from knowledge.services import Sensitive

MASKS: Mapping[Sensitive, str] = {
    "card": "[card number]",
    "national_insurance": "[national insurance number]",
    "password": "[password]",
}
NEVER_KEPT: frozenset[Sensitive] = frozenset({"card"})
"""Not even when a field asks for it: it is not ours to hold (PCI DSS, requirement 3)."""

_MASK = re.compile("|".join(re.escape(mask) for mask in MASKS.values()))

# HMRC's National Insurance Manual, NIM39110: which letters and pairs are given out.
_NUMBER = (
    r"(?P<prefix>(?!bg|gb|nk|kn|tn|nt|zz)[abceghj-prstw-z][abceghj-nprstw-z])"
    r"(?P<gap>[\s.-]{0,2})\d(?:[\s.-]{0,2}\d){5}(?P<end>[\s.-]{0,2})(?P<suffix>[a-d])(?![a-z0-9])"
)
_NATIONAL_INSURANCE = re.compile(rf"(?<![a-z0-9]){_NUMBER}", re.IGNORECASE)
# Where it is named, also one with a slip in its letters, or without the last.
_NAMED = re.compile(
    r"(?<!\[)(?:national insurance|\bn\.?i\.?(?=\W)|\bnino\b)[^\d\n]{0,30}?(?<![a-z0-9])"
    r"(?P<number>[a-z]{2}[\s.-]{0,2}\d(?:[ .-]{0,2}\d){5}(?:[ .-]{0,2}[a-d])?)(?![a-z0-9])"
    r"(?![ .-]?\d)",
    re.IGNORECASE,
)
# "by 12 34 56 a man": small words that are prefixes too.
_WORDS = {"am", "an", "as", "at", "be", "by", "ha", "he", "hm", "ma", "me", "my", "ok", "on", "or"}

_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u30fb")
_DOTS = frozenset("\u00b7\u2022\u2024\u2027\u3002\uff0e\uff61")
_QUOTES = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'}


@dataclass(frozen=True)
class Hidden:
    """The text with what was hidden, and of which kinds that was."""

    text: str
    kinds: frozenset[Sensitive] = frozenset()


def hide(text: str, allowed: frozenset[Sensitive] = frozenset()) -> Hidden:
    """Return the text without such numbers and passwords, but for the kinds that are allowed: a
    card number never is. A text that holds none comes back as it was."""
    folded, places = _fold(text)
    found = [
        (*span, kind)
        for kind, find in _FINDERS.items()
        if kind not in allowed - NEVER_KEPT
        for span in find(folded)
    ]
    if not found:
        return Hidden(text)
    parts, kept_to = [], 0
    for start, end, kind in _joined(found):
        parts += [text[kept_to : places[start]], MASKS[kind]]
        kept_to = places[end - 1] + 1
    kinds = frozenset(kind for _, _, kind in found)
    return Hidden("".join([*parts, text[kept_to:]]), kinds)


def hidden_in(text: str) -> Sequence[Sensitive]:
    """Return what was hidden in a text that is kept, each kind once, in the order of MASKS."""
    return tuple(kind for kind, mask in MASKS.items() if mask in text)


def says_more(text: str) -> bool:
    """Whether anything is said beside what was hidden."""
    return re.search(r"\w", _MASK.sub(" ", text)) is not None


def _national_insurance(folded: str) -> Iterator[tuple[int, int]]:
    for found in _NATIONAL_INSURANCE.finditer(folded):
        apart = found["gap"] and found["end"] and found["suffix"] == "a"
        if not (apart and found["prefix"] in _WORDS):
            yield found.span()
    for found in _NAMED.finditer(folded):
        yield found.span("number")


_FINDERS: Mapping[Sensitive, Callable[[str], Iterable[tuple[int, int]]]] = {
    "card": cards,
    "national_insurance": _national_insurance,
    "password": passwords,
}


def _joined(found: Iterable[tuple[int, int, Sensitive]]) -> Sequence[tuple[int, int, Sensitive]]:
    """Return it from the beginning of the text to its end, what overlaps as one: of the kind that
    comes first in MASKS."""
    order = list(MASKS)
    joined: list[tuple[int, int, Sensitive]] = []
    for start, end, kind in sorted(found):
        if joined and start < joined[-1][1]:
            first, last, before = joined.pop()
            start, end = first, max(end, last)
            kind = min(kind, before, key=order.index)
        joined.append((start, end, kind))
    return joined


def _fold(text: str) -> tuple[str, Sequence[int]]:
    """Return the text with every kind of digit, letter, space, dash and dot as the plain one, and
    without what is not seen; and where in the text each of its characters stands."""
    if text.isascii():
        return text, range(len(text))
    kept = [(plain, place) for place, c in enumerate(text) if (plain := _plain(c))]
    return "".join(plain for plain, _ in kept), [place for _, place in kept]


def _plain(character: str) -> str:
    """Return one character for one, none for what joins another or is not seen."""
    if character.isascii():
        return character
    category = unicodedata.category(character)
    if category in ("Cf", "Mn", "Me"):
        return ""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    if category in ("Zs", "Zl", "Zp"):
        return " "
    if character in _DASHES or category == "Pd":
        return "-"
    if character in _DOTS:
        return "."
    if character in _QUOTES:
        return _QUOTES[character]
    unified = unicodedata.normalize("NFKC", character)
    return unified if len(unified) == 1 else character
