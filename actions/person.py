"""Give the conversation to a person, with everything that was said and done so far."""

from __future__ import annotations

from dataclasses import replace

from actions.elsewhere import point, pointer
from actions.form import form_from
from actions.heard import Heard
from actions.memory import Memory
from actions.outcome import Line, Outcome, joined, say
from actions.skill import Skill
from actions.turns_of_phrase import wants_it_done
from knowledge.library import Library
from knowledge.services import Service


class Person(Skill):
    """Hands over: because a person was asked for, or the offer of one was taken."""

    def name(self) -> str:
        return "action_person"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        if memory.doing is None and not heard.is_choice and heard.confidence < CERTAIN:
            # Imported here: a form hands over to a person, as this does.
            from actions.request import begun

            wanted = begun(heard, memory, library)
            if wanted is not None:
                return wanted
        return hand_over(heard, memory, library)


class NoPerson(Skill):
    """The offer of a person was declined: start again."""

    def name(self) -> str:
        return "action_no_person"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        words = "utter_ask_differently" if memory.misses else "utter_all_right"
        return Outcome((say(words),), replace(memory, doing=None, misses=0))


CERTAIN = 0.75
"""Of the probability that a person is asked for: below it, "I would like to make a subject access
request" is one."""

COMPLAINT = "complaint"
"""The service that takes complaints."""

REACHING_US = frozenset({"opening-hours-contact", "customer-charter", "interpreter-language"})
"""What the wish for a person is about by itself: it says nothing of what the person needs."""


class OfferPerson(Skill):
    """Offers a person for what the bot cannot do, such as a complaint."""

    def name(self) -> str:
        return "action_offer_person"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        about = heard.topic()
        if about is not None and about.kind == "elsewhere":
            return of_others(about.slug, heard, memory, library)
        complaint = _complaint(library)
        if complaint is not None and wants_it_done(heard):
            # Imported here: a form hands over to a person, as this does.
            from actions.request import start

            return start(heard, memory, library, complaint)
        wants = replace(memory, topic=about.slug if about else None, misses=0)
        offered = offer(wants, say("utter_sorry"))
        return offered.then(joined(say("utter_or_complain"))) if complaint else offered


def _complaint(library: Library) -> Service | None:
    """Return the service that takes complaints, None when there is none."""
    try:
        return library.service(COMPLAINT)
    except KeyError:
        return None


def of_others(slug: str, heard: Heard, memory: Memory, library: Library) -> Outcome:
    """Say whose it is; a complaint may be about us all the same."""
    pointed = point(slug, memory, library)
    if pointed is None or heard.intent == "complain":
        return offer(replace(memory, topic=None, misses=0), *pointer(slug, library))
    return pointed


def offer(memory: Memory, *lines: Line) -> Outcome:
    """Say the lines, then ask whether the resident wants a person."""
    return Outcome((*lines, say("utter_offer_person")), replace(memory, doing="offer_person"))


def hand_over(heard: Heard, memory: Memory, library: Library) -> Outcome:
    """Ask for a person. An open form goes with the conversation and is closed here."""
    return Outcome(
        (say("utter_person"), Line(custom={"handover": handover_of(heard, memory, library)})),
        replace(memory, doing=None, request=None, asking=None, waiting=None, misses=0),
    )


def handover_of(heard: Heard, memory: Memory, library: Library) -> dict[str, object]:
    """Return what a person is given: why, what is wanted, and what the open form holds."""
    missed = memory.doing == "offer_person" and memory.misses > 1 and heard.intent == "yes"
    handover: dict[str, object] = {
        "reason": "NOT_UNDERSTOOD" if missed else "ASKED",
        "wants": _title(heard, memory, library),
        "form": "",
        "so_far": [],
    }
    if memory.request is not None:
        form = form_from(memory.request)
        try:
            service = library.service(form.service)
        except KeyError:
            pass
        else:
            handover |= {"form": service.title, "so_far": form.so_far(service)}
    return handover


def _title(heard: Heard, memory: Memory, library: Library) -> str:
    about = heard.topic()
    if about is not None and about.slug not in REACHING_US:
        return about.title
    slug = memory.request["service"] if memory.request else memory.topic
    for find in (library.article, library.service):
        try:
            title = str(find(str(slug)).title)
        except KeyError:
            continue
        tracked = memory.tracked or {}
        # Who works it finds the request that was talked of.
        is_told = memory.request is None and tracked.get("service") == slug
        return f"{title}, {tracked['reference']}" if is_told else title
    return ""
