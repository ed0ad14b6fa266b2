"""Stay friendly with swearing and with tries to change what the assistant is, and mend an answer
that did not help."""

from __future__ import annotations

from dataclasses import replace

from actions.answer import respond
from actions.heard import Heard
from actions.memory import Memory
from actions.outcome import Outcome, say
from actions.person import offer
from actions.skill import Skill
from actions.unanswered import did_not_help
from knowledge.library import Library


class Insult(Skill):
    """Answers the need when an angry message holds one. Otherwise stays calm; from the second time
    on, offers a person."""

    def name(self) -> str:
        return "action_insult"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        if heard.topic() is not None:
            return respond(heard, memory, library)
        counted = replace(memory, insults=memory.insults + 1)
        if counted.insults > 1:
            return offer(counted, say("utter_insult_again"))
        return Outcome((say("utter_insult"),), counted)


class Injection(Skill):
    """Does not become something else. What is about a topic for sure is a question after all."""

    def name(self) -> str:
        return "action_injection"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        if heard.topic() is not None:
            return respond(heard, memory, library)
        return Outcome((say("utter_injection"),), memory)


class NotHelpful(Skill):
    """Asks for other words after an answer that did not help, and at the second miss in a row
    offers a person. Words about another topic than the last are answered."""

    def name(self) -> str:
        return "action_not_helpful"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        about = heard.topic()
        if about is not None and about.slug != memory.topic and not heard.follow_up:
            again = respond(heard, memory, library)
            return replace(again, lines=(*again.lines, *did_not_help(heard)))
        missed = replace(memory, doing=None, misses=memory.misses + 1)
        if missed.misses > 1:
            return offer(missed, say("utter_still_not_helpful"), *did_not_help(heard))
        return Outcome((say("utter_not_helpful"), *did_not_help(heard)), missed)
