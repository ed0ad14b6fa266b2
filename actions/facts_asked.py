"""Go on once the resident has said what the answer depends on."""

from __future__ import annotations

from dataclasses import replace

from actions.answer import answer_about, respond
from actions.facts import asked, with_facts
from actions.heard import Heard
from actions.memory import Memory
from actions.outcome import Outcome
from actions.person import hand_over
from actions.skill import Skill
from actions.waiting import then_waiting
from knowledge.library import Library


class Fact(Skill):
    """Reads what was asked for. Whatever is said instead, the question is not asked again."""

    def name(self) -> str:
        return "action_fact"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        fact, slug = asked(memory), memory.asking or ""
        told = with_facts(heard, memory)
        meant = heard.chosen.get("topic") or slug
        known = bool((told.facts or {}).get(fact))
        about = heard.topic()
        if not known and heard.intent == "person":
            return hand_over(heard, memory, library)
        if not known and about is not None and not heard.is_choice and not heard.follow_up:
            return respond(heard, replace(memory, doing=None, asking=None), library)
        rest = replace(heard, follow_up=False, chosen={**heard.chosen, "topic": meant})
        outcome = answer_about(meant, rest, memory, library)
        if outcome is None:
            return respond(heard, replace(told, doing=None, asking=None), library)
        return then_waiting(outcome, heard, library)
