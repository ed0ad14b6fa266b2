"""Follow up a request: by its reference, or because the same person made it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from actions.answer import respond
from actions.heard import Heard
from actions.home import ask_place
from actions.meant import TRACKED, meant, named, named_topic, own_one
from actions.memory import Memory
from actions.outcome import Line, Outcome, joined, payload, say
from actions.person import hand_over, of_others, offer
from actions.progress import spoken_day, title_of, told
from actions.request import Request
from actions.skill import Skill
from knowledge.book import Progress, open_book
from knowledge.library import Library
from knowledge.references import is_right, reference_in

WHICH_REFERENCE = "which_reference"
ANOTHER = "another_request"
"""The intent of a choice: none of the person's own requests is meant."""

EXAMPLE = "FD-7KRM-2XHT"
"""What a reference looks like. It is nobody's: its last letter is wrong."""

MOST_UNKNOWN = 5
"""After so many references that nobody has, somebody guesses: only a person looks up more."""
MOST_WRONG = 2
MOST_SHOWN = 5
MOST_WORDS = 5
_BEGUN = re.compile(r"\bfd[\s.:-]*(?=[a-z0-9]*\d)[a-z0-9]{2,}", re.IGNORECASE)
"""Begins like a reference, and is too short or too long for one."""
_AND = re.compile(r"^\W*(?:and|what about|how about)\b", re.IGNORECASE)
_ANEW = re.compile(
    r"\b(?:report|request|another|new|order|book|how (?!about)|when)\b", re.IGNORECASE
)


class Track(Skill):
    """Tells a resident what became of a request, or asks which one is meant."""

    def name(self) -> str:
        return "action_track"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        return follow(heard, memory, library)


def follow(heard: Heard, memory: Memory, library: Library) -> Outcome:
    """Tell what became of the request that the message is about."""
    reference = heard.chosen.get("reference") or reference_in(heard.text)
    if reference:
        return _of_reference(reference, heard, memory, library)
    if heard.intent == ANOTHER:
        return _ask(memory)
    if _BEGUN.search(heard.text):
        return _missed(memory, "utter_wrong_reference")
    if memory.doing == WHICH_REFERENCE:
        return _without(heard, memory, library)
    return _own(heard, memory, library)


def follows_on(heard: Heard, memory: Memory, library: Library) -> bool:
    """Whether the message asks for another of the person's requests, right after one was told of:
    "and the pothole?"."""
    last = (memory.tracked or {}).get("service")
    if last is None or last != memory.topic or not _AND.match(heard.text) or not _picks(heard):
        return False
    return bool(named(heard, open_book().own(), library))


def _of_reference(reference: str, heard: Heard, memory: Memory, library: Library) -> Outcome:
    if not is_right(reference):
        return _missed(memory, "utter_wrong_reference")
    if memory.unknown >= MOST_UNKNOWN:
        found = own_one(reference)
        if found is None:
            return offer(_over(memory), say("utter_too_many_references"))
    else:
        found = open_book().progress(reference)
    if found is None:
        return _missed(replace(memory, unknown=memory.unknown + 1), "utter_unknown_reference")
    return _tell(found, heard, memory, library)


def _own(heard: Heard, memory: Memory, library: Library) -> Outcome:
    """Look among what the person asked for from here, or from another address that is theirs."""
    mine = open_book().own()
    those = named(heard, mine, library)
    if not those:
        about = named_topic(heard)
        if about is not None and about.kind == "elsewhere":
            return of_others(about.slug, heard, memory, library)
        if not mine:
            return _ask(replace(memory, topic=about.slug if about else TRACKED))
        if about is not None:
            return _choose(
                mine, heard, memory, library, say("utter_none_of_that", title=about.title)
            )
    one = meant(those or mine)
    if one is None:
        return _choose(those or mine, heard, memory, library, say("utter_which_request"))
    return _tell(one, heard, memory, library, joined(say("utter_another_request")))


def _choose(
    those: Sequence[Progress], heard: Heard, memory: Memory, library: Library, line: Line
) -> Outcome:
    """Ask which of them is meant; those that are still open first."""
    shown = sorted(those, key=lambda one: not one.filed.is_open)[:MOST_SHOWN]
    labels = [
        f"{title_of(one.filed, library)}, {spoken_day(one.filed.received_at, heard.today)}"
        for one in shown
    ]
    choices = [
        (
            label if labels.count(label) == 1 else f"{label}, {one.filed.reference}",
            payload("track", reference=one.filed.reference),
        )
        for one, label in zip(shown, labels, strict=True)
    ]
    asked = replace(line, choices=tuple(choices))
    asks = replace(_over(memory), doing=WHICH_REFERENCE)
    return Outcome((asked, joined(say("utter_not_listed"))), asks)


def _tell(
    progress: Progress, heard: Heard, memory: Memory, library: Library, *more: Line
) -> Outcome:
    filed = progress.filed
    known = replace(
        _over(memory),
        topic=filed.service,
        tracked={"reference": filed.reference, "service": filed.service},
    )
    lines = told(progress, heard.door, heard.today, library)
    if memory.doing == "which_place":
        # What was asked before is still to be answered, and told apart from this.
        again = ask_place(memory.asking or "", heard, memory, library)
        return Outcome((*lines, *again.lines), again.memory)
    return Outcome((*lines, *(more or (joined(say("utter_or_person")),))), known)


def _ask(memory: Memory) -> Outcome:
    asks = replace(_over(memory), doing=WHICH_REFERENCE)
    return Outcome((say("utter_which_reference", example=EXAMPLE),), asks)


def _missed(memory: Memory, words: str) -> Outcome:
    """The reference is not right, or nobody's; the second time a person is offered."""
    misses = memory.misses + 1 if memory.doing == WHICH_REFERENCE else 1
    if misses >= MOST_WRONG:
        return offer(_over(memory), say("utter_still_no_reference"))
    asks = replace(_over(memory), doing=WHICH_REFERENCE, misses=misses)
    return Outcome((say(words, example=EXAMPLE),), asks)


def _without(heard: Heard, memory: Memory, library: Library) -> Outcome:
    """Something else than the reference was said: go on with that, or offer a person."""
    rest = _over(memory)
    if heard.intent == "person":
        return hand_over(heard, memory, library)
    if heard.intent in ("stop", "goodbye", "none_of_these"):
        return Outcome((say("utter_all_right"),), rest)
    about = heard.topic()
    if _picks(heard) and named(heard, open_book().own(), library):
        return _own(heard, rest, library)
    if heard.chosen or (about is not None and about.slug != TRACKED):
        if heard.intent == "request":
            return Request().decide(heard, rest, library)
        if heard.intent != "track":
            return respond(heard, rest, library)
    return offer(rest, say("utter_no_reference"))


def _picks(heard: Heard) -> bool:
    """Whether the words may name one of those that were offered: "the missed bin one" does, and
    "report a missed bin" begins anew."""
    short = len(heard.text.split()) <= MOST_WORDS and not _ANEW.search(heard.text)
    return heard.intent == "track" or (short and not heard.is_choice)


def _over(memory: Memory) -> Memory:
    """What was asked before is no longer waited for."""
    return replace(memory, doing=None, asking=None, waiting=None, misses=0)
