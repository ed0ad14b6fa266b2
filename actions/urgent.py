"""An emergency: say the number to ring now, and hand over before anything else."""

from __future__ import annotations

from dataclasses import replace

from actions.heard import Heard
from actions.home import where
from actions.memory import Memory
from actions.outcome import Line, Outcome, say
from actions.person import handover_of
from actions.skill import Skill
from knowledge.library import Library
from knowledge.urgent import DANGER, title_of, urgent_words


class Urgent(Skill):
    """Says what to do, once for each kind, and asks for a person. Nothing is asked first."""

    def name(self) -> str:
        return "action_urgent"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
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
