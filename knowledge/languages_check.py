"""Are the words in other languages fit to be sent? Nobody here may be able to read them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from knowledge.languages import ENGLISH, EXPECTED, Languages, Tongue, plain, read_languages
from knowledge.reading import BadContent

MOST_PARTS = 3
"""Text messages that the short form and its two numbered choices may take together."""

LONGEST_LABEL = 20
"""Characters that WhatsApp and Messenger show on a button."""

EMERGENCY = "999"


def language_problems(folder: Path, parts: Callable[[str], int]) -> Iterator[str]:
    """Yield what is wrong with the languages of that folder, a sentence each. `parts` counts how
    many text messages words take."""
    try:
        languages = read_languages(folder)
    except BadContent as error:
        yield from str(error).splitlines()
        return
    for code in EXPECTED:
        if code not in languages.tongues:
            yield f"languages/{code}.yml: is missing"
    for code in sorted({*languages.signs} - {*languages.others}):
        yield f"languages/others.yml: signs: {code} has no name"
    for code, tongue in languages.tongues.items():
        if code in languages.others:
            yield f"languages/others.yml: names: {code} has a file of its own"
        for fault in (*_said(tongue, parts), *_written(tongue), *_answered(tongue, languages)):
            yield f"languages/{code}.yml: {fault}"


def numbered(tongue: Tongue) -> str:
    """Return the offer as a text message."""
    return f"{tongue.short}\n\n1. {tongue.interpreter}\n2. {tongue.english}"


def _said(tongue: Tongue, parts: Callable[[str], int]) -> Iterator[str]:
    for field, text in (("text", tongue.text), ("short", tongue.short)):
        if EMERGENCY not in re.split(r"\n|[.!?।۔]\s", text)[0]:
            yield f"{field}: does not begin with the number to ring in danger"
    count = parts(numbered(tongue))
    if count > MOST_PARTS:
        yield f"short: takes {count} text messages with its choices, more than {MOST_PARTS}"
    for field, label in (("interpreter", tongue.interpreter), ("english", tongue.english)):
        if len(label) > LONGEST_LABEL:
            yield f"{field}: {len(label)} characters, more than {LONGEST_LABEL}"
    if tongue.interpreter == tongue.english:
        yield "english: is the same as the other button"


def _written(tongue: Tongue) -> Iterator[str]:
    """Every letter is of the script that the own name is written in, and runs the same way."""
    script = _scripts(tongue.own_name)
    fields = {
        name: getattr(tongue, name) for name in ("text", "short", "asked", "interpreter", "english")
    }
    for field, text in fields.items():
        odd = _scripts(text) - script
        if odd:
            yield f"{field}: has letters of another script: {', '.join(sorted(odd)).lower()}"
    ways = {unicodedata.bidirectional(c) for c in tongue.own_name if c.isalpha()}
    if (tongue.direction == "rtl") != bool(ways & {"R", "AL"}):
        yield f"direction: is {tongue.direction}, but its letters run the other way"


def _answered(tongue: Tongue, languages: Languages) -> Iterator[str]:
    if tongue.code == ENGLISH:
        return
    if tongue.yes & tongue.no:
        yield f"no: {', '.join(sorted(tongue.yes & tongue.no))} means yes too"
    if not tongue.no:
        yield "no: nobody can say no"
    for field, text in (("text", tongue.text), ("short", tongue.short)):
        # Signs stay out, vowel signs stay in.
        said = {plain(word.strip("“”„«»‘’\"'.,:?!।۔ ")) for word in text.split()}
        if not tongue.yes & said:
            yield f"{field}: does not say which word means yes"


def _scripts(text: str) -> set[str]:
    """Return the first words of Unicode's names of the letters: LATIN, ARABIC, TAMIL."""
    return {unicodedata.name(c).split()[0] for c in text if c.isalpha()}
