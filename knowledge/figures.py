"""The figures that stand in a text as facts: each must come from somewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

VALUE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.S)
ADDRESS = re.compile(r"\]\([^)]*\)|https?://\S+|\b(?:[\w-]+\.)+(?:uk|org|com|net|example)\b\S*")
PHONE = re.compile(r"\b0\d{2,4}(?: \d{2,6}){1,3}\b|\b116 123\b|\b(?:999|112|111|101|105|85258)\b")
NUMBERED = re.compile(r"^\s*\d+\. ", re.M)
FIGURE = re.compile(
    r"[£€]?\d[\d,.:]*(?:%| ?[ap]m\b| per cent| pence)?"
    r"(?: (?:clear|full|school|square|cubic|working)\b)*(?: [a-z]+| [A-Z][a-z]+(?: \d{4})?)?"
)


def figures(written: str) -> Sequence[str]:
    """Return the numbers of an article's text, each with the word after it: "£50", "21 days".

    What a council sets ({{ values }}), telephone numbers, addresses and the numbers of a list are
    none.
    """
    for other in (VALUE, ADDRESS, PHONE, NUMBERED):
        written = other.sub(" ", written)
    return [found.strip(" .,:") for found in FIGURE.findall(written)]
