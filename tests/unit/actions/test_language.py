"""Somebody who writes another language is offered an interpreter, and nothing is lost by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from actions.heard import Heard
from actions.language import English, Interpreter, OtherLanguage
from actions.memory import Memory
from actions.outcome import Outcome
from actions.request import start
from knowledge.languages import open_languages
from knowledge.library import open_library

LIBRARY = open_library()
HEARD = Heard(
    text="nie mam gdzie spać", intent="other_language", today=date(2026, 11, 21), door="ashcombe"
)
POLISH = Memory(language="pl")
WORDS = open_languages().tongues["pl"]


def handover(outcome: Outcome) -> Any:
    customs = [line.custom or {} for line in outcome.lines]
    return next((custom["handover"] for custom in customs if "handover" in custom), None)


def pressed(intent: str) -> Heard:
    return replace(HEARD, text="", intent=intent, is_choice=True)


def form() -> Memory:
    """What is remembered with a form open."""
    begun = replace(HEARD, text="", intent="request", is_choice=True)
    return start(begun, Memory(), LIBRARY, LIBRARY.service("missed-bin")).memory


def test_the_offer_is_made_in_their_words_and_marked_as_such() -> None:
    (line,) = OtherLanguage().decide(HEARD, POLISH, LIBRARY).lines

    assert line.text == WORDS.text.strip()
    assert line.custom == {"language": "pl", "short": WORDS.short}
    assert line.choices == ((WORDS.interpreter, "/interpreter"), (WORDS.english, "/english"))


def test_who_has_no_words_here_gets_simple_english() -> None:
    (line,) = OtherLanguage().decide(HEARD, Memory(language="lt"), LIBRARY).lines

    assert line.text.startswith("If somebody is in danger now, ring 999.")
    assert line.custom is not None
    assert line.custom["language"] == ""


def test_a_yes_hands_over_and_says_so_in_their_words() -> None:
    offered = OtherLanguage().decide(HEARD, POLISH, LIBRARY).memory
    outcome = Interpreter().decide(replace(HEARD, text="tak", intent="yes"), offered, LIBRARY)

    assert offered.doing == "offer_interpreter"
    assert [line.text for line in outcome.lines if line.text] == [WORDS.asked]
    assert handover(outcome)["reason"] == "INTERPRETER"
    assert outcome.memory.language == "pl"


def test_a_form_goes_with_the_handover() -> None:
    offered = OtherLanguage().decide(HEARD, replace(form(), language="pl"), LIBRARY).memory
    outcome = Interpreter().decide(pressed("interpreter"), offered, LIBRARY)

    assert offered.doing == "offer_interpreter_beside"
    assert handover(outcome)["form"] == "Report a missed bin"


def test_a_form_is_asked_again_where_it_was_left() -> None:
    before = form()
    offered = OtherLanguage().decide(HEARD, replace(before, language="pl"), LIBRARY).memory
    outcome = English().decide(pressed("english"), offered, LIBRARY)

    assert outcome.lines[0].response == "utter_in_english"
    assert outcome.memory == before


def test_an_answer_in_english_goes_to_the_form_although_an_offer_is_open() -> None:
    offered = OtherLanguage().decide(HEARD, replace(form(), language="pl"), LIBRARY).memory
    answer = replace(HEARD, text="XA1 8AA", intent="inform")
    outcome = English().decide(answer, offered, LIBRARY)

    assert outcome.memory.doing == "request"
    assert outcome.memory.request is not None
    assert outcome.memory.request["given"]["postcode"]["value"] == "XA1 8AA"


def test_a_question_that_waits_for_the_place_is_asked_again() -> None:
    waits = Memory(doing="which_place", asking="bin-collection-day", language="pl")
    offered = OtherLanguage().decide(HEARD, waits, LIBRARY).memory
    outcome = English().decide(pressed("english"), offered, LIBRARY)

    assert outcome.memory == replace(waits, language=None, topic="bin-collection-day")


def test_without_anything_open_it_begins_anew() -> None:
    offered = OtherLanguage().decide(HEARD, POLISH, LIBRARY).memory
    outcome = English().decide(pressed("english"), offered, LIBRARY)

    assert [line.response for line in outcome.lines] == ["utter_nothing_asked"]
    assert outcome.memory == Memory()


def test_a_form_of_a_service_that_is_gone_is_let_go() -> None:
    memory = replace(form(), language="pl", doing="offer_interpreter_beside")
    gone = replace(memory, request={**(memory.request or {}), "service": "moon-rocket"})
    outcome = English().decide(pressed("english"), gone, LIBRARY)

    assert [line.response for line in outcome.lines] == ["utter_stopped"]
    assert outcome.memory.request is None
