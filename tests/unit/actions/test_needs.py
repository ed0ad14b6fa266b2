"""Each of two needs is answered: questions first, then what goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from actions.heard import About, Heard, Need
from actions.memory import Memory
from actions.needs import answer_both
from actions.outcome import Outcome
from actions.place import Place
from actions.request import Request
from knowledge.library import open_library

LIBRARY = open_library()
TODAY = date(2026, 11, 22)


def need(text: str, topic: str, intent: str = "ask", kind: str = "article") -> Need:
    return Need(text, intent, (About(topic, topic, True, kind),) if topic else ())


BLUE_BADGE = need("how do i get a blue badge", "blue-badge")
BIN_DAY = need("when is my bin day", "bin-collection-day")
MISSED = need("my bin was missed", "missed-bin", "request", "service")
COUNCIL_TAX = need("how do i pay my council tax", "council-tax-pay")
PERSON = need("can i talk to someone", "", "person")
GAS = need("i smell gas", "gas-smell", "request")


def both(*needs: Need, door: str = "ashcombe") -> Outcome:
    text = " and ".join(one.text for one in needs)
    heard = Heard(text=text, intent="ask", today=TODAY, door=door, key="c:1", needs=needs)
    outcome = answer_both(heard, Memory(), LIBRARY)
    assert outcome is not None
    return outcome


def sources(outcome: Outcome) -> list[str]:
    customs = [line.custom or {} for line in outcome.lines]
    return [custom["source"]["article"] for custom in customs if "source" in custom]


def test_two_questions_get_two_answers_in_the_order_in_which_they_were_asked() -> None:
    assert sources(both(COUNCIL_TAX, BLUE_BADGE)) == ["council-tax-pay", "blue-badge"]


def test_what_needs_the_postcode_asks_for_it_last() -> None:
    outcome = both(BIN_DAY, BLUE_BADGE)

    assert sources(outcome) == ["blue-badge"]
    assert outcome.lines[-1].response == "utter_which_postcode"
    assert outcome.memory.asking == "bin-collection-day"


def test_two_that_need_the_postcode_are_both_answered_once_it_is_told() -> None:
    asked = both(BIN_DAY, COUNCIL_TAX, door="wenshire")
    told = Heard(text="XA1 8AA", intent="inform", today=TODAY, door="wenshire")

    outcome = Place().decide(told, asked.memory, LIBRARY)

    assert [line.response for line in asked.lines] == ["utter_which_postcode"]
    assert sources(outcome) == ["bin-collection-day", "council-tax-pay"]
    assert "utter_you_also_asked" in [line.response for line in outcome.lines]
    assert outcome.memory.waiting is None


def test_a_question_beside_a_request_is_answered_before_the_request_begins() -> None:
    outcome = both(MISSED, BLUE_BADGE)

    assert sources(outcome)[0] == "blue-badge"
    assert outcome.memory.doing == "request"
    assert outcome.lines[-1].text.startswith("What is your postcode?")


def test_a_question_that_needs_the_postcode_waits_for_the_end_of_the_request() -> None:
    memory = both(MISSED, BIN_DAY).memory
    for text in ("XA1 8AA", "22", "rubbish", "yesterday"):
        said = Heard(text=text, intent="inform", today=TODAY, door="ashcombe", key="c:2")
        memory = Request().decide(said, memory, LIBRARY).memory
    yes = Heard(text="yes", intent="yes", today=TODAY, door="ashcombe", key="c:3")

    outcome = Request().decide(yes, memory, LIBRARY)

    assert any(line.custom and "lodge" in line.custom for line in outcome.lines)
    assert "utter_next_collections" in [line.response for line in outcome.lines]


def test_a_question_beside_a_wish_for_a_person_is_answered_before_the_handover() -> None:
    outcome = both(COUNCIL_TAX, PERSON)

    assert sources(outcome) == ["council-tax-pay"]
    assert "utter_person" in [line.response for line in outcome.lines]


def test_an_emergency_is_answered_alone() -> None:
    outcome = both(need("my boiler is broken", "council-house-repair"), GAS)

    assert sources(outcome) == ["gas-smell"]


def test_something_that_others_do_is_pointed_to_beside_the_answer() -> None:
    outcome = both(COUNCIL_TAX, need("how do i renew my passport", "passport", kind="elsewhere"))

    customs = [line.custom or {} for line in outcome.lines]
    replies = [custom["reply"]["text"] for custom in customs if "reply" in custom]
    assert sources(outcome) == ["council-tax-pay"]
    assert "assport" in replies[0]


def test_what_cannot_be_answered_is_read_as_one_message() -> None:
    heard = Heard(text="a and b", intent="ask", today=TODAY, door="ashcombe")
    nothing = replace(heard, needs=(need("a", "no-such-topic"), need("b", "nor-this")))

    assert answer_both(nothing, Memory(), LIBRARY) is None
