"""Swearing, tries to change the assistant, and answers that did not help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from actions.answer import answer_aside, respond
from actions.heard import About, Heard
from actions.memory import Memory
from actions.off_topic import Injection, Insult, NotHelpful
from actions.outcome import Line, Outcome
from actions.person import OfferPerson
from actions.skill import Skill
from actions.track import Track
from knowledge.library import open_library

LIBRARY = open_library()
HEARD = Heard(text="", intent="insult", today=date(2026, 11, 21), door="ashcombe", key="c:1")
MISSED_BIN = About("missed-bin", "Report a missed bin", True, "service", 0.9)
PASSPORT = About("passport", "Passports", True, "elsewhere", 0.9)


def said(lines: Sequence[Line]) -> list[str]:
    return [line.response for line in lines if line.response]


def source(outcome: Outcome) -> str:
    customs = [line.custom for line in outcome.lines if line.custom]
    return next((str(c["source"]["article"]) for c in customs if "source" in c), "")


def test_the_first_insult_is_met_calmly_and_the_second_with_a_person() -> None:
    first = Insult().decide(HEARD, Memory(), LIBRARY)
    assert said(first.lines) == ["utter_insult"]
    assert first.memory.doing is None
    second = Insult().decide(HEARD, first.memory, LIBRARY)
    assert said(second.lines) == ["utter_insult_again", "utter_offer_person"]
    assert second.memory.doing == "offer_person"


def test_what_was_asked_for_is_still_waited_for_after_an_insult() -> None:
    waiting = Memory(doing="which_place", asking="bin-collection-day")
    assert Insult().decide(HEARD, waiting, LIBRARY).memory == replace(waiting, insults=1)


@pytest.mark.parametrize(
    "skill",
    [
        pytest.param(Insult(), id="an insult"),
        pytest.param(Injection(), id="a command"),
        pytest.param(NotHelpful(), id="an answer that did not help"),
    ],
)
def test_a_need_among_angry_words_is_answered(skill: Skill) -> None:
    heard = replace(HEARD, topics=(MISSED_BIN,))
    assert source(skill.decide(heard, Memory(), LIBRARY)) == "missed-bin"


def test_nothing_changes_what_the_assistant_is() -> None:
    outcome = Injection().decide(replace(HEARD, intent="injection"), Memory(misses=1), LIBRARY)
    assert said(outcome.lines) == ["utter_injection"]
    assert outcome.memory == Memory(misses=1)


def test_an_answer_that_did_not_help_is_asked_for_in_other_words_once() -> None:
    heard = replace(HEARD, intent="not_helpful")
    first = NotHelpful().decide(heard, Memory(topic="blue-badge"), LIBRARY)
    assert said(first.lines) == ["utter_not_helpful"]
    second = NotHelpful().decide(heard, first.memory, LIBRARY)
    assert said(second.lines) == ["utter_still_not_helpful", "utter_offer_person"]
    gaps = [line.custom["gap"]["outcome"] for line in first.lines if line.custom]
    assert gaps == ["not_helpful"]


def test_off_topic_gets_a_friendly_line_and_then_a_person() -> None:
    heard = replace(HEARD, intent="out_of_scope")
    first = respond(heard, Memory(), LIBRARY)
    assert said(first.lines) == ["utter_off_topic"]
    second = respond(heard, first.memory, LIBRARY)
    assert said(second.lines) == ["utter_off_topic_again", "utter_offer_person"]


def test_what_may_be_ours_after_all_is_asked_back() -> None:
    unsure = replace(MISSED_BIN, sure=False, score=0.4)
    heard = replace(HEARD, intent="out_of_scope", topics=(unsure,))
    assert said(respond(heard, Memory(), LIBRARY).lines) == ["utter_unsure"]


def test_a_pointer_says_who_does_it_and_nothing_more() -> None:
    heard = replace(HEARD, intent="ask", topics=(PASSPORT,))
    outcome = respond(heard, Memory(topic="blue-badge", misses=1), LIBRARY)
    reply, after = outcome.lines
    assert reply.custom is not None
    assert "0300 222 0000" in reply.custom["reply"]["text"]
    assert reply.custom["reply"]["links"][0]["url"].startswith("https://www.gov.uk/")
    assert after.response == "utter_elsewhere_next"
    assert outcome.memory == Memory()


def test_a_pointer_may_be_given_in_the_middle_of_a_form() -> None:
    (line,) = answer_aside("passport", HEARD, Memory(), LIBRARY)
    assert line.custom is not None
    assert "HM Passport Office" in line.custom["reply"]["text"]


def test_chasing_what_others_do_leads_to_them() -> None:
    heard = replace(HEARD, intent="track", topics=(PASSPORT,))
    outcome = Track().decide(heard, Memory(), LIBRARY)
    assert said(outcome.lines) == ["utter_elsewhere_next"]


def test_a_complaint_that_names_others_may_still_be_about_us() -> None:
    heard = replace(HEARD, intent="complain", topics=(PASSPORT,))
    outcome = OfferPerson().decide(heard, Memory(), LIBRARY)
    assert said(outcome.lines) == ["utter_offer_person"]
    assert outcome.memory.doing == "offer_person"
