"""Finds the choice that a person means: by its number, its words, or the button they pressed."""

from __future__ import annotations

from collections.abc import Sequence

from channels.choices import read_choice
from channels.messages import Choice, Chose, Content, Said

NUMBERED = "#"
"""Before the number of a choice whose value was too long for a button."""


def read_back(content: Content, offered: Sequence[tuple[Choice, ...]]) -> Content:
    """Return the choice that is meant, or the content as it came.

    `offered` are the choices of the latest replies, latest first. Typed words can mean one of the
    latest; a button can be of any of them. A button that was never offered counts as its words.
    """
    if isinstance(content, Said) and offered:
        choice = read_choice(content.text, offered[0])
        return Chose(choice.value, choice.label) if choice else content
    if isinstance(content, Chose):
        choice = next((c for choices in offered if (c := _pressed(content, choices))), None)
        return Chose(choice.value, choice.label) if choice else Said(content.label)
    return content


def _pressed(content: Chose, choices: tuple[Choice, ...]) -> Choice | None:
    number = content.value.removeprefix(NUMBERED)
    if content.value.startswith(NUMBERED) and number.isdecimal():
        place = int(number) - 1
        choice = choices[place] if 0 <= place < len(choices) else None
        # The label tells it from a choice of the same number in another reply.
        return choice if choice and content.label in ("", choice.label) else None
    return next((choice for choice in choices if choice.value == content.value), None)
