"""Answer somebody who writes in another language: in their words, with the offer of an interpreter.

Whatever was going on is kept, and goes on when they write in English again.
"""

from __future__ import annotations

from dataclasses import replace

from actions.answer import answer_about
from actions.asking import ask
from actions.form import form_from
from actions.heard import Heard
from actions.memory import Memory
from actions.outcome import Line, Outcome, payload, say
from actions.person import hand_over
from actions.place import Place
from actions.request import Request
from actions.skill import Skill
from actions.step import Step
from knowledge.languages import ENGLISH, Languages, Tongue, open_languages
from knowledge.library import Library

DECLINED = frozenset({"english", "no", "stop", "none_of_these"})


class OtherLanguage(Skill):
    """Offers an interpreter, in the person's language where we have words in it."""

    def name(self) -> str:
        return "action_other_language"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        tongue = _tongue(memory, open_languages())
        busy = memory.request is not None or memory.asking is not None
        offer = Line(
            text=tongue.text.strip(),
            choices=(
                (tongue.interpreter, payload("interpreter")),
                (tongue.english, payload("english")),
            ),
            custom=_spoken(tongue) | {"short": tongue.short},
        )
        doing = "offer_interpreter_beside" if busy else "offer_interpreter"
        return Outcome((offer,), replace(memory, doing=doing))


class Interpreter(Skill):
    """Hands over to a person with an interpreter: the offer was taken, or more was written that
    only a person can read."""

    def name(self) -> str:
        return "action_interpreter"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        handed = hand_over(heard, memory, library)
        customs = (line.custom or {} for line in handed.lines)
        handover = next(custom["handover"] for custom in customs if "handover" in custom)
        tongue = _tongue(memory, open_languages())
        return Outcome(
            (
                Line(text=tongue.asked, custom=_spoken(tongue)),
                Line(custom={"handover": {**handover, "reason": "INTERPRETER"}}),
            ),
            handed.memory,
        )


class English(Skill):
    """Goes on with what was open, without an interpreter."""

    def name(self) -> str:
        return "action_english"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        doing = "request" if memory.request is not None else "which_place"
        if heard.intent not in DECLINED:
            skill = Request() if doing == "request" else Place()
            return skill.decide(heard, replace(memory, doing=doing), library)
        going = replace(memory, doing=None, language=None)
        if memory.request is not None:
            return _ask_again(heard, replace(going, doing=doing), library)
        again = answer_about(memory.asking, heard, going, library) if memory.asking else None
        if again is not None:
            return Outcome((say("utter_in_english"), *again.lines), again.memory)
        return Outcome((say("utter_nothing_asked"),), going)


def _ask_again(heard: Heard, memory: Memory, library: Library) -> Outcome:
    form = form_from(memory.request or {})
    try:
        service = library.service(form.service)
    except KeyError:
        return Request().decide(heard, memory, library)
    return ask(Step(heard, memory, library, service), form, say("utter_in_english"))


def _tongue(memory: Memory, languages: Languages) -> Tongue:
    return languages.tongue(memory.language or ENGLISH)


def _spoken(tongue: Tongue) -> dict[str, str]:
    return {"language": "" if tongue.code == ENGLISH else tongue.code}
