"""What a skill decides: lines to say, what to remember, and what the turn is to do."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from actions.memory import Memory


@dataclass(frozen=True)
class Line:
    """One thing said: a response of data/domain by name, with its values, or a text of knowledge/.

    `choices` are pairs of label and payload. `custom` is read by assistant/rasa_bot.py.
    """

    response: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    custom: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Outcome:
    """Lines in the order in which they are said, and the memory afterwards."""

    lines: tuple[Line, ...]
    memory: Memory

    def then(self, *lines: Line) -> Outcome:
        return Outcome((*self.lines, *lines), self.memory)


def say(response: str, choices: Sequence[tuple[str, str]] = (), **values: str) -> Line:
    """Say a response of data/domain. What the resident typed is made harmless in `values`."""
    return Line(
        response=response,
        values={name: harmless(value) for name, value in values.items()},
        choices=tuple(choices),
    )


def joined(line: Line) -> Line:
    """Make the line one with what is said before it, also when that has choices or a source."""
    return replace(line, custom={**(line.custom or {}), "join": True})


def payload(intent: str, **entities: str) -> str:
    """Return the value of a choice: what Rasa reads as an intent with entities."""
    return f"/{intent}{json.dumps(entities, ensure_ascii=False)}" if entities else f"/{intent}"


def harmless(text: str) -> str:
    """Return the text without what Markdown, HTML or Rasa's templates would act on."""
    return " ".join(re.sub(r"[<>\[\]{}*_`\\|#]", " ", text).split())
