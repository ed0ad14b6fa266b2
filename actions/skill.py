"""The bridge between Rasa and a skill: read the tracker, decide, say and remember."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.heard import Heard, heard_from
from actions.memory import Memory, changes, memory_from
from actions.outcome import Outcome
from knowledge.library import Library, open_library
from knowledge.references import reference_in

ASKED = ("which_place", "which_fact")
NOT_BUSY = (None, "offer_person", *ASKED)
MAY_FOLLOW = frozenset({"ask", "inform", "request", "track", "change", "out_of_scope"})


class Skill(Action):
    """An action without side effects. The same message and memory give the same outcome."""

    @abstractmethod
    def name(self) -> str:
        """Return the name that data/domain and data/rules know."""

    @abstractmethod
    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        """Return what to say and remember."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        library = open_library()
        before = memory_from(tracker)
        heard = heard_from(tracker, library)
        outcome = (
            _both(heard, before, library)
            or _followed(heard, before, library)
            or self.decide(heard, before, library)
        )
        for line in outcome.lines:
            dispatcher.utter_message(
                text=line.text or None,
                response=line.response or None,
                json_message=dict(line.custom) if line.custom else None,
                buttons=[{"title": label, "payload": value} for label, value in line.choices],
                **line.values,
            )
        return [SlotSet(name, value) for name, value in changes(before, outcome.memory).items()]


def _both(heard: Heard, memory: Memory, library: Library) -> Outcome | None:
    """Answer two needs, whichever skill the first of them would have; None when there is one."""
    if not heard.needs or memory.doing is not None or heard.intent == "urgent":
        return None
    # Imported here: it answers by means of the skills.
    from actions.needs import answer_both

    return answer_both(heard, memory, library)


def _followed(heard: Heard, memory: Memory, library: Library) -> Outcome | None:
    """Tell of the request whose reference is in a message that was read as something else; None
    when there is none, or the conversation is at something that asks for numbers itself."""
    if heard.is_choice or memory.doing not in NOT_BUSY or heard.intent not in MAY_FOLLOW:
        return None
    # Imported here, as above.
    from actions.track import follow, follows_on

    interrupts = heard.intent == "track" and not heard.entities("postcode")
    if (
        reference_in(heard.text) is not None
        or (memory.doing in ASKED and interrupts)
        or follows_on(heard, memory, library)
    ):
        return follow(heard, memory, library)
    return None


def _appointment(heard: Heard, memory: Memory, library: Library) -> Outcome | None:
    """Change or cancel an appointment, whichever skill would have the message; None for others."""
    if memory.doing is not None or heard.intent in ("urgent", "person"):
        return None
    # Imported here: it is a skill itself.
    from actions.appointment import is_meant, is_to_cancel, manage

    if not is_meant(heard.text):
        return None
    return manage(heard, memory, library, cancel=is_to_cancel(heard.text))
