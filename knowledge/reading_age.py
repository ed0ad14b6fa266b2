"""How old somebody must be to read a text with ease, and which of its sentences are too long.

The measure and why it is this one: docs/decisions/0017-reading-age.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from knowledge.markup import tokens

OLDEST = 11
"""Years of age at which every text must be read with ease."""
LONGEST = 19
"""Words of a sentence."""
SCHOOL = 5
"""The age of a child a year before the first grade of school."""

ADDRESS = re.compile(
    r"(?:https?://\S+|\S+@\S+|\b(?:[\w-]+\.)+(?:uk|org|com|net|example)\b(?:/\S*)?)"
)
PHONE = re.compile(r"\b0\d{2,4}(?: \d{2,6}){1,3}\b|\b116 123\b")
FIGURE = re.compile(r"[£€]?\d[\d,.:]*\d|[£€]?\d")
ENDS_IN_ADDRESS = re.compile(rf"{ADDRESS.pattern}\s+(?=[A-Z])")
VALUE = re.compile(r"\{\{.*?\}\}", re.S)
ENDS_IN_VALUE = re.compile(rf"{VALUE.pattern}\s+(?=[A-Z])", re.S)
LINE_OF_LOGIC = re.compile(r"^\s*\{%.*%\}\s*$", re.M)
WORD = re.compile(r"[A-Za-z0-9][\w'’&-]*")
SHORT_WORD = "it"
"""What a name, an address or a number is read as: it is known or skipped, not spelled out."""


@lru_cache(maxsize=4096)
def reading_age(markdown: str, own_words: str = "") -> float:
    """Return the age in years, by the grade of Flesch and Kincaid; 0 for no words.

    `own_words` is what the text is about ("Housing Benefit"): nobody who asks about it stumbles
    over its name, and we cannot call it anything else.
    """
    # Loads a dictionary of pronunciation, in half a second: only this check needs it.
    import textstat  # type: ignore[import-untyped]  # ships no annotations

    said = sentences(markdown)
    names = _names(said, own_words)
    plain = " ".join(f"{_without_names(sentence, names)}." for sentence in said)
    return max(0.0, float(textstat.flesch_kincaid_grade(plain)) + SCHOOL) if said else 0.0


def long_sentences(markdown: str) -> Iterator[str]:
    """Yield each sentence of more than LONGEST words. A {{ value }} counts as one."""
    written = VALUE.sub("{value}", ENDS_IN_VALUE.sub("{value}. ", markdown))
    for sentence in sentences(LINE_OF_LOGIC.sub("", written)):
        if len(_words(sentence)) > LONGEST:
            yield sentence


def sentences(markdown: str) -> Sequence[str]:
    """Return the sentences without their last mark. An item of a list is one, or several; so is
    what stands between two addresses of a text message. An address is a short word."""
    found = []
    for token in tokens(markdown):
        if token.type != "inline":
            continue
        text = "".join(
            " " if part.type == "softbreak" else part.content for part in token.children or ()
        )
        text = ADDRESS.sub(SHORT_WORD, ENDS_IN_ADDRESS.sub(f"{SHORT_WORD}. ", text))
        found += re.split(r"(?<=[.?!])[\s\"”')]+", text)
    stripped = (one.strip(" .?!:;\"”“'") for one in found)
    return [one for one in stripped if _words(one)]


def _words(sentence: str) -> list[str]:
    """Telephone numbers and figures are a word each."""
    found: list[str] = WORD.findall(FIGURE.sub("10", PHONE.sub("10", sentence)))
    return found


def _names(said: Sequence[str], own_words: str) -> frozenset[str]:
    """Words that are names here: with a capital inside a sentence, or what it is all about."""
    names = {_stem(word) for word in WORD.findall(own_words) if len(word) > 3}
    for sentence in said:
        first, *others = _words(sentence)
        names |= {_stem(word) for word in others if word[0].isupper() and word != "I"}
        if len(first) > 1 and first.isupper():
            names.add(_stem(first))
    return frozenset(names)


def _without_names(sentence: str, names: frozenset[str]) -> str:
    """Several names one after another are one: "Universal Credit" is read in one piece."""
    words: list[str] = []
    for word in _words(sentence):
        if _stem(word) not in names:
            words.append(word)
        elif not words or words[-1] != SHORT_WORD:
            words.append(SHORT_WORD)
    return " ".join(words)


def _stem(word: str) -> str:
    """The word in small letters, without an ending of many or of owning."""
    return re.sub(r"(?:['’]s|s['’]?)$", "", word.lower())
