"""In an emergency the number is said first, everywhere, and a person is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from actions.heard import Heard
from actions.memory import Memory
from actions.outcome import Outcome
from actions.urgent import Urgent
from channels.gsm import septets
from knowledge.library import open_library
from knowledge.urgent import NUMBER, load_urgent

LIBRARY = open_library()
HEARD = Heard(
    text="help", intent="urgent", today=date(2026, 11, 21), door="ashcombe", urgent="gas-smell"
)
FORM = {
    "service": "missed-bin",
    "given": {"postcode": {"value": "XA1 8AA", "shown": "XA1 8AA", "was": []}},
    "asking": "address",
    "tries": 0,
    "heard": "",
}
PERSON_SENTENCE = 45
"""Septets of the sentence that is joined to the short form."""


def decided(heard: Heard = HEARD, memory: Memory | None = None) -> Outcome:
    return Urgent().decide(heard, memory or Memory(), LIBRARY)


def said(outcome: Outcome) -> str:
    custom = outcome.lines[0].custom
    assert custom is not None
    return str(custom["reply"]["text"])


def handed_over(outcome: Outcome) -> dict[str, object]:
    custom = outcome.lines[-1].custom
    assert custom is not None
    return dict(custom["handover"])


@pytest.mark.parametrize("door", [a.slug for a in LIBRARY.authorities.all()])
@pytest.mark.parametrize("kind", load_urgent())
def test_the_first_line_names_a_number_at_every_door(kind: str, door: str) -> None:
    council = LIBRARY.authorities.get(door)
    day = max(HEARD.today, council.valid_from)
    outcome = decided(replace(HEARD, urgent=kind, door=door, today=day))
    custom = outcome.lines[0].custom

    assert custom is not None
    assert NUMBER.search(said(outcome).splitlines()[0])
    length = septets(custom["reply"]["short"])
    assert length is not None
    assert length + PERSON_SENTENCE <= 306


def test_a_person_is_asked_with_the_kind_and_nothing_else_is_said() -> None:
    outcome = decided()

    assert [line.response for line in outcome.lines] == ["", "utter_urgent_person", ""]
    assert not any(line.choices for line in outcome.lines)
    assert handed_over(outcome)["reason"] == "URGENT"
    assert handed_over(outcome)["wants"] == "Smell of gas"
    assert handed_over(outcome)["urgent"] == "gas-smell"


def test_the_form_that_was_open_goes_along() -> None:
    outcome = decided(memory=Memory(doing="request", request=FORM))

    assert handed_over(outcome)["form"] == LIBRARY.service("missed-bin").title
    assert handed_over(outcome)["so_far"] == [{"label": "Postcode", "value": "XA1 8AA", "was": []}]
    assert (outcome.memory.doing, outcome.memory.request) == (None, None)


def test_the_second_time_it_is_the_number_alone() -> None:
    first = decided()
    again = decided(memory=first.memory)
    other = decided(replace(HEARD, urgent="suicidal"), first.memory)

    assert said(again) == said(first).split("\n\n")[0]
    assert "116 123" in said(other)
    assert "85258" in said(other)


def test_at_the_countys_door_every_districts_number_is_said_until_the_place_is_known() -> None:
    heard = replace(HEARD, urgent="homeless-tonight", door="wenshire")
    unknown = said(decided(heard))
    known = said(decided(heard, Memory(place={"postcode": "XA1 8AA", "district": "ashcombe"})))

    assert all(number in unknown for number in ("01632 960299", "01632 960399", "01632 960499"))
    assert known.startswith("**Ring Ashcombe Borough Council now on 01632 960241")


def test_a_council_without_the_number_says_what_holds_everywhere() -> None:
    assert said(decided(replace(HEARD, urgent="no-such-kind"))).startswith("**Ring 999 now.**")


def test_an_article_that_has_run_out_takes_no_number_with_it() -> None:
    late = replace(HEARD, today=date(2031, 1, 1), urgent="suicidal")

    assert "116 123" in said(decided(late))
