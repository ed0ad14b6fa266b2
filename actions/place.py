"""Go on once the resident has said where they live."""

from __future__ import annotations

from dataclasses import replace

from actions.answer import answer_about, respond
from actions.heard import Heard
from actions.home import where
from actions.memory import Memory
from actions.outcome import Outcome, say
from actions.person import hand_over, offer
from actions.skill import Skill
from knowledge.library import Library
from knowledge.places import normal_postcode


class Place(Skill):
    """Reads the postcode or address that was asked for, and goes on with what needed it."""

    def name(self) -> str:
        return "action_place"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        waiting = memory.asking or ""
        place = where(heard, memory, library)
        if place is not None and place != memory.place:
            known = replace(memory, place=place)
            return answer_about(waiting, heard, known, library) or respond(heard, known, library)
        if heard.intent == "person":
            return hand_over(heard, memory, library)
        if heard.intent in ("stop", "no", "none_of_these"):
            return Outcome((say("utter_all_right"),), replace(memory, doing=None, asking=None))
        postcode = normal_postcode(heard.text)
        if postcode is None and heard.topic() is not None:
            return respond(heard, memory, library)
        missed = replace(memory, misses=memory.misses + 1)
        if missed.misses > 2:
            return offer(missed, say("utter_still_unsure"))
        if postcode is not None and not library.gazetteer.addresses(postcode):
            return Outcome((say("utter_unknown_postcode"),), missed)
        return Outcome((say("utter_not_a_postcode"),), missed)
