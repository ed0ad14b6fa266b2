"""What else was asked, and had to wait until the bot had what it asked for."""

from __future__ import annotations

from dataclasses import replace

from actions.answer import answer_about
from actions.heard import Heard
from actions.outcome import Outcome, say
from knowledge.library import Library


def then_waiting(outcome: Outcome, heard: Heard, library: Library) -> Outcome:
    """Answer what still waits after this, unless something is asked for again."""
    waiting = tuple(outcome.memory.waiting or ())
    if not waiting or outcome.memory.doing is not None:
        return outcome
    slug, rest = waiting[0], list(waiting[1:]) or None
    alone = replace(heard, text="", chosen={}, topics=(), spans=(), needs=(), follow_up=False)
    answered = answer_about(slug, alone, replace(outcome.memory, waiting=rest), library)
    if answered is None:
        return Outcome(outcome.lines, replace(outcome.memory, waiting=rest))
    also = say("utter_you_also_asked", title=_title(slug, library))
    return then_waiting(
        Outcome((*outcome.lines, also, *answered.lines), answered.memory), heard, library
    )


def _title(slug: str, library: Library) -> str:
    try:
        return library.article(slug).title
    except KeyError:
        return slug
