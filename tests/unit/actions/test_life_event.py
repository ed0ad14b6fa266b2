"""Who tells of a moment of life hears what to do, the most urgent first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from actions.answer import respond
from actions.heard import About, Heard
from actions.memory import Memory
from knowledge.library import open_library
from knowledge.life_events import FOLDER, LifeEvent, read_life_events

LIBRARY = open_library()
TODAY = date(2026, 11, 22)
DIED = Heard(
    text="my husband died on tuesday, what do i do",
    intent="ask",
    today=TODAY,
    door="ashcombe",
    topics=(About("register-death", "Register a death", True, "article"),),
    life_event="losing-someone",
)
EVENTS = read_life_events()


def test_a_kind_line_comes_first_and_then_what_is_most_urgent() -> None:
    outcome = respond(DIED, Memory(), LIBRARY)
    line = outcome.lines[0]

    assert line.values["opening"].startswith("I am sorry for your loss.")
    assert line.values["steps"].startswith("- Register the death.")
    assert line.choices[0] == ("Register a death", '/ask{"topic": "register-death"}')
    assert len(line.choices) <= 5


def test_a_further_question_is_about_the_first_of_them() -> None:
    assert respond(DIED, Memory(), LIBRARY).memory.topic == "register-death"


def test_the_same_moment_is_not_told_of_twice() -> None:
    told = respond(DIED, Memory(), LIBRARY)

    again = respond(DIED, told.memory, LIBRARY)

    assert "utter_life_event" not in [line.response for line in again.lines]


def test_the_answer_to_one_of_them_offers_what_comes_next() -> None:
    told = respond(DIED, Memory(), LIBRARY)
    pressed = replace(
        DIED, text="", is_choice=True, topics=(), life_event="", chosen={"topic": "register-death"}
    )

    line = respond(pressed, told.memory, LIBRARY).lines[-1]

    assert line.response == "utter_next_steps"
    assert len(line.choices) == 2


def test_nothing_is_offered_next_when_no_such_moment_was_spoken_of() -> None:
    asked = replace(DIED, text="how do i register a death", life_event="")

    lines = respond(asked, Memory(), LIBRARY).lines

    assert "utter_next_steps" not in [line.response for line in lines]


@pytest.mark.parametrize("event", EVENTS, ids=[event.slug for event in EVENTS])
def test_every_topic_of_a_moment_can_be_answered(event: LifeEvent) -> None:
    for step in event.topics:
        pressed = replace(
            DIED, text="", is_choice=True, topics=(), life_event="", chosen={"topic": step.topic}
        )
        lines = respond(pressed, Memory(), LIBRARY).lines
        assert lines
        assert "utter_ask_differently" not in [line.response for line in lines]


def test_the_moments_that_people_come_with_are_written() -> None:
    assert {path.stem for path in FOLDER.glob("*.yml")} >= {
        "having-a-baby",
        "moving-home",
        "losing-someone",
        "turning-18",
        "starting-a-business",
        "growing-older",
        "losing-a-job",
        "disabled-child",
        "separating",
        "new-to-the-country",
    }
