"""Hear whether a request that is done was sorted out, and offer a person when it was not."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.answer import respond
from actions.asking import ask
from actions.form import form_from
from actions.heard import Heard
from actions.memory import Memory
from actions.outcome import Line, Outcome, say
from actions.person import offer
from actions.request import Request
from actions.skill import Skill
from actions.step import Step
from actions.track import follow
from knowledge.book import open_book
from knowledge.library import Library

WAS_IT_SORTED = "was_it_sorted"
YES, NO = "yes", "no"
_YES = re.compile(r"^\W*(?:yes|yeah|yeh|yep|yup|aye|y)\b", re.IGNORECASE)
_NO = re.compile(
    r"^\W*(?:no|nope|nah|not|n)\b(?!\W+(?:thank|ta\b|worries|problem|sure))", re.IGNORECASE
)
_BARE = re.compile(r"^\W*[\w']+\W*(?:(?:thanks|thank you|ta|please|it (?:was|is))\W*)?$", re.I)


class Rate(Skill):
    """Keeps the answer to "was this sorted out?" with the request that it was asked about."""

    def name(self) -> str:
        return "action_rate"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        answer = heard.chosen.get("value", "") if heard.is_choice else _answer(heard)
        reference = heard.chosen.get("reference") or (memory.tracked or {}).get("reference", "")
        own = next((o.filed for o in open_book().own() if o.filed.reference == reference), None)
        if answer not in (YES, NO) or own is None:
            return _no_answer(heard, memory, library)
        words = "" if heard.is_choice or _BARE.match(heard.text) else heard.text
        opinion = {"reference": reference, "answer": answer, "words": words}
        noted = Line(custom={"opinion": opinion})
        if memory.request is not None:
            thanks = _go_on(heard, memory, library, say(f"utter_rated_{answer}"))
            return Outcome((noted, *thanks.lines), thanks.memory)
        about = {"reference": own.reference, "service": own.service}
        rest = replace(memory, doing=None, misses=0, topic=own.service, tracked=about)
        if answer == YES:
            return Outcome((noted, say("utter_rated_yes")), rest)
        return offer(rest, noted, say("utter_rated_no"))


def _answer(heard: Heard) -> str:
    """Return what the words answer, empty when they are about something else."""
    if _YES.match(heard.text) or heard.intent == "yes":
        return YES
    refuses = heard.intent == "no" and not re.match(r"^\W*not?\b", heard.text, re.IGNORECASE)
    if _NO.match(heard.text) or refuses or heard.intent in ("not_helpful", "complain"):
        return NO
    return ""


def _no_answer(heard: Heard, memory: Memory, library: Library) -> Outcome:
    """Go on as if nothing had been asked."""
    if memory.request is not None:
        return _go_on(heard, memory, library)
    rest = replace(memory, doing=None)
    if heard.intent == "track":
        return follow(heard, rest, library)
    if heard.intent in ("request", "inform"):
        return Request().decide(heard, rest, library)
    if heard.intent in ("ask", "out_of_scope", "change") and not heard.is_choice:
        return respond(heard, rest, library)
    return Outcome((say("utter_welcome" if heard.intent == "thank" else "utter_all_right"),), rest)


def _go_on(heard: Heard, memory: Memory, library: Library, *lines: Line) -> Outcome:
    """Say the lines, and ask again what the open form asks."""
    form = form_from(memory.request or {})
    try:
        service = library.service(form.service)
    except KeyError:
        return Outcome((*lines, say("utter_stopped")), replace(memory, doing=None, request=None))
    return ask(Step(heard, memory, library, service), form, *lines)
