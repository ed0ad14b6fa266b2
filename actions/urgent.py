"""An emergency: say the number to ring now, and hand over before anything else."""

from __future__ import annotations

from dataclasses import replace

from actions.asked import answers_exactly, is_asked_in_words
from actions.heard import Heard
from actions.home import where
from actions.memory import Memory
from actions.outcome import Line, Outcome, say
from actions.person import handover_of
from actions.skill import Skill
from knowledge.library import Library
from knowledge.urgent import DANGER, title_of, urgent_words


class Urgent(Skill):
    """Says what to do, once for each kind, and asks for a person. Nothing is asked first.

    In the middle of a form, a choice by its own name is an answer: "roof" is where the repair is.
    Free words that are less than certain are one too, and then the number is said before the form
    goes on.
    """

    def name(self) -> str:
        return "action_urgent"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        answered = _in_a_form(heard, memory, library)
        if answered is not None:
            return answered
        kind = heard.urgent or DANGER
        place = where(heard, memory, library) or {}
        words = urgent_words(
            kind,
            library.authorities,
            heard.door,
            place.get("district"),
            heard.today,
            again=memory.urgent == kind,
        )
        handover = handover_of(heard, memory, library)
        handover |= {"reason": "URGENT", "wants": title_of(kind), "urgent": kind}
        return Outcome(
            (
                Line(custom={"reply": {"text": words.text, "short": words.short}}),
                say("utter_urgent_person"),
                Line(custom={"handover": handover}),
            ),
            replace(
                memory,
                doing=None,
                request=None,
                asking=None,
                waiting=None,
                misses=0,
                urgent=kind,
            ),
        )


CERTAIN = 0.95
"""Of the probability of an emergency: below it, words that a form has asked for are its answer."""


def _in_a_form(heard: Heard, memory: Memory, library: Library) -> Outcome | None:
    if memory.request is None:
        return None
    # Imported here: a form hands over by means of the skills.
    from actions.request import Request

    alone = replace(heard, intent="inform", urgent="", topics=())
    if answers_exactly(heard, memory, library):
        return Request().decide(alone, memory, library)
    if heard.confidence >= CERTAIN or not is_asked_in_words(memory, library):
        return None
    place = where(heard, memory, library) or {}
    words = urgent_words(
        heard.urgent or DANGER,
        library.authorities,
        heard.door,
        place.get("district"),
        heard.today,
        again=True,
    )
    goes_on = Request().decide(alone, memory, library)
    first = Line(custom={"reply": {"text": words.text, "short": words.short}})
    return Outcome((say("utter_if_urgent"), first, *goes_on.lines), goes_on.memory)
