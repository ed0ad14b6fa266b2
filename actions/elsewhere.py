"""Point to whoever does what people ask a council and the council does not do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actions.memory import Memory
from actions.outcome import Line, Outcome, say
from knowledge.library import Library


def point(slug: str, memory: Memory, library: Library) -> Outcome | None:
    """Say who does it and where to go; None when nobody is known. What was talked of before is
    over: a further question about this is not for us either."""
    lines = pointer(slug, library)
    if not lines:
        return None
    pointed = replace(memory, doing=None, topic=None, misses=0, asking=None)
    return Outcome((*lines, say("utter_elsewhere_next")), pointed)


def pointer(slug: str, library: Library) -> Sequence[Line]:
    """Return the pointer alone, as a line, none when nobody is known."""
    try:
        found = library.elsewhere(slug)
    except KeyError:
        return ()
    link = {"label": found.title, "url": found.url}
    reply = {"text": found.text, "short": found.told(), "links": [link]}
    return (Line(custom={"reply": reply}),)
