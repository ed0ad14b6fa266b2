"""The languages that people write in besides English, and the few words that each is answered with.

One file a language, knowledge/languages/<code>.yml, where the code is ISO 639-1.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field as Rule
from pydantic import validator

from knowledge.reading import BadContent, Written, read_yaml

FOLDER = Path(__file__).parent / "languages"

ENGLISH = "en"
"""The language that the assistant reads. Its file is for whoever's language has no file."""

OTHERS = "others"
EXPECTED = ("ar", "bn", "cy", "es", "fr", "gu", "it", "pa", "pl", "pt", "ro", "ta", "ur")
"""Welsh, and the twelve main languages with the most speakers in England after English: Census
2021, Office for National Statistics, table TS024."""


class Tongue(Written):
    """What is said in one language, each of it whole: nothing is put in.

    `text` offers an interpreter and begins with the number to ring in danger; `short` says the same
    by text message; `asked` is said when a person was asked to help. `interpreter` and `english`
    are the two buttons under the offer. `yes` are words that an answer to it begins with, `no` are
    whole answers.

    `signs` are common words by which the language is told when it is written in Latin letters: its
    own, or those that people type who have no other keyboard.
    """

    code: str = Rule(regex=r"^[a-z]{2}$")
    name: str
    own_name: str
    direction: Literal["ltr", "rtl"]
    text: str
    short: str
    asked: str
    interpreter: str
    english: str
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    signs: frozenset[str] = frozenset()

    @validator("signs", pre=True)
    def _split(cls, signs: object) -> object:
        return signs.split() if isinstance(signs, str) else signs

    @validator("yes", "no", "signs")
    def _plain(cls, words: frozenset[str]) -> frozenset[str]:
        return frozenset(plain(word) for word in words)


class _Others(Written):
    names: Mapping[str, tuple[str, str]]
    signs: Mapping[str, frozenset[str]] = {}

    @validator("signs", pre=True)
    def _split(cls, signs: Mapping[str, str]) -> object:
        return {code: frozenset(map(plain, words.split())) for code, words in signs.items()}


@dataclass(frozen=True)
class Languages:
    """`tongues` are those with words of their own, `others` the names (in English, and their own)
    of those that are only recognised, and `signs` the common words of some of them."""

    tongues: Mapping[str, Tongue]
    others: Mapping[str, tuple[str, str]]
    signs: Mapping[str, frozenset[str]]

    def tongue(self, code: str) -> Tongue:
        """Return what is said to somebody who writes in that language: in simple English when it
        has no file."""
        return self.tongues.get(code, self.tongues[ENGLISH])

    def named(self, code: str) -> str:
        """Return "Polish (Polski)"; the code itself for a language that nobody has named, and ""
        for none."""
        if code in self.tongues:
            name, own = self.tongues[code].name, self.tongues[code].own_name
        elif code in self.others:
            name, own = self.others[code]
        else:
            return code
        return name if name == own else f"{name} ({own})"


def read_languages(folder: Path = FOLDER) -> Languages:
    """Return every language of the folder. Raises BadContent, naming file and field."""
    tongues = {}
    for path in sorted(folder.glob("??.yml")):
        tongue = read_yaml(path, Tongue)
        if tongue.code != path.stem:
            raise BadContent(f"languages/{path.name}: code: is {tongue.code}, not the file's name")
        tongues[tongue.code] = tongue
    if ENGLISH not in tongues:
        raise BadContent(f"languages/{ENGLISH}.yml: is missing: it is for all other languages")
    others = read_yaml(folder / f"{OTHERS}.yml", _Others)
    return Languages(tongues, others.names, others.signs)


@lru_cache(maxsize=1)
def open_languages() -> Languages:
    """Return the languages of this project, read once in a process. Raises BadContent."""
    return read_languages()


def plain(text: str) -> str:
    """Return the text in small letters and, where it is written in Latin ones, without accents: on
    a British keyboard few people type them."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    folded = folded.replace("’", "'").translate(_NO_ACCENT)
    parts = unicodedata.normalize("NFD", folded)
    kept = (c for c in parts if not _LATIN_ACCENT[0] <= c <= _LATIN_ACCENT[1])
    return unicodedata.normalize("NFC", "".join(kept))


# Letters that Unicode does not take apart.
_NO_ACCENT = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
# The combining marks of the Latin, Greek and Cyrillic scripts; those of others carry vowels.
_LATIN_ACCENT = ("\u0300", "\u036f")
