"""Go on once the resident has said where they live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from actions.answer import answer_about, respond
from actions.heard import Heard
from actions.home import ask_place, named_postcode, not_found, unfound, where
from actions.memory import Memory
from actions.outcome import Outcome, say
from actions.person import hand_over, offer
from actions.skill import Skill
from actions.waiting import then_waiting
from actions.whose import WHICH_COUNCIL, your_councils
from knowledge.library import Library


class Place(Skill):
    """Reads the postcode or address that was asked for, and goes on with what needed it."""

    def name(self) -> str:
        return "action_place"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        place = where(heard, memory, library)
        if place is not None and (place != memory.place or _says_it_again(heard, place)):
            return _go_on(heard, replace(memory, place=place), library)
        if heard.intent == "person":
            return hand_over(heard, memory, library)
        if heard.intent in ("stop", "no", "none_of_these"):
            return Outcome(
                (say("utter_all_right"),), replace(memory, doing=None, asking=None, waiting=None)
            )
        if named_postcode(heard) is None and heard.topic() is not None:
            return respond(heard, memory, library)
        return _ask_again(heard, replace(memory, misses=memory.misses + 1), library)


def _go_on(heard: Heard, known: Memory, library: Library) -> Outcome:
    """Answer what waited for the place."""
    waiting = known.asking or ""
    if waiting == WHICH_COUNCIL:
        return your_councils(heard, known, library)
    answered = answer_about(waiting, heard, known, library) or respond(heard, known, library)
    return then_waiting(answered, heard, library)


def _ask_again(heard: Heard, missed: Memory, library: Library) -> Outcome:
    """Nobody knows the postcode, twice: a person. Words that are no postcode: three times."""
    if unfound(heard, library):
        if missed.misses > 1:
            return offer(missed, say("utter_still_no_postcode"))
        return Outcome((not_found(heard, library),), missed)
    if missed.misses > 2:
        return offer(missed, say("utter_still_unsure"))
    if missed.place and missed.place.get("postcode"):
        return Outcome(ask_place(missed.asking or "", heard, missed, library).lines, missed)
    return Outcome((say("utter_not_a_postcode"),), missed)


def _says_it_again(heard: Heard, place: Mapping[str, str]) -> bool:
    return named_postcode(heard) == place.get("postcode")
