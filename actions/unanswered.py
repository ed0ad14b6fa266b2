"""Marks what was not answered, so that content officers hear of it. Nothing of it is said."""

from __future__ import annotations

from collections.abc import Sequence

from actions.heard import Heard
from actions.outcome import Line

ASKED_BACK = "asked_back"


def asked_back(heard: Heard) -> Sequence[Line]:
    """Mark a question that we asked back about: it counts only if it comes to nothing."""
    return _marked(heard, ASKED_BACK)


def not_answered(heard: Heard) -> Sequence[Line]:
    """Mark a question, this one or the one before a choice of none, that we had no answer to."""
    return _marked(heard, "unanswered")


def did_not_help(heard: Heard) -> Sequence[Line]:
    """Mark that the answer to the question before did not help."""
    return _marked(heard, "not_helpful")


def _marked(heard: Heard, outcome: str) -> Sequence[Line]:
    """Return the mark as a line without words; none for what is like nothing a council is asked."""
    if heard.intent == "out_of_scope" and not heard.topics:
        return ()
    likeliest = heard.topics[0].slug if heard.topics and not heard.is_choice else ""
    return (Line(custom={"gap": {"outcome": outcome, "topic": likeliest}}),)
