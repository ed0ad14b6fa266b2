"""A further question gets the part of the last answer that answers it, or the honest truth."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from actions.answer import respond
from actions.follow_up import mark
from actions.heard import About, Heard
from actions.memory import Memory
from actions.outcome import Outcome
from knowledge.library import open_library

LIBRARY = open_library()
TODAY = date(2026, 11, 22)


def ask(text: str, topic: str, memory: Memory, follow_up: bool = True) -> Outcome:
    about = About(topic, LIBRARY.article(topic).title, True, "article")
    heard = Heard(
        text=text, intent="ask", today=TODAY, door="ashcombe", topics=(about,), follow_up=follow_up
    )
    return respond(heard, memory, LIBRARY)


def after(topic: str) -> Memory:
    """The memory of somebody who has just been answered about the topic."""
    return ask(f"tell me about {topic}", topic, Memory(), follow_up=False).memory


@pytest.mark.parametrize(
    ("topic", "question", "part", "not_said"),
    [
        pytest.param("garden-waste", "how much is it?", "£54", "hedge", id="the price"),
        pytest.param("blue-badge", "do i need to bring anything", "photo", "12 weeks", id="papers"),
        pytest.param("blue-badge", "how long does it take", "12 weeks", "qualify", id="the time"),
        pytest.param("recycling-centre", "what about sundays", "every day", "asbestos", id="days"),
        pytest.param("garden-waste", "how do i join", "garden-waste)", "hedge", id="the way"),
        pytest.param("pest-control", "what about squirrels", "do not treat", "£72", id="a thing"),
    ],
)
def test_only_the_part_that_answers_is_said(
    topic: str, question: str, part: str, not_said: str
) -> None:
    line = ask(question, topic, after(topic)).lines[-1]

    assert part in line.text
    assert not_said not in line.text
    assert line.custom is not None
    assert line.custom["source"]["article"] == topic


def test_what_the_article_does_not_say_is_not_made_up() -> None:
    outcome = ask("does it stop in winter", "garden-waste", after("garden-waste"))

    assert outcome.lines[0].response == "utter_not_in_answer"
    assert outcome.lines[0].values["phone"] == "01632 960210"
    assert outcome.lines[0].values["council"] == "Ashcombe Borough Council"
    assert 0 < len(outcome.lines[0].choices) <= 2


def test_a_part_that_only_comes_near_is_said_to_be_no_more() -> None:
    outcome = ask("what can i put in it", "garden-waste", after("garden-waste"))

    assert [line.response for line in outcome.lines] == ["utter_nearest", ""]


def test_the_same_answer_is_never_given_twice_in_a_row() -> None:
    first = ask("garden waste", "garden-waste", Memory(), follow_up=False)
    second = ask("garden waste", "garden-waste", first.memory, follow_up=False)

    assert first.memory.told == mark(first.lines[0].text)
    assert second.lines[0].text != first.lines[0].text


def test_the_same_part_is_not_said_again_either() -> None:
    first = ask("how much is it", "garden-waste", after("garden-waste"))
    second = ask("how much is it", "garden-waste", first.memory)

    assert "£54" in first.lines[0].text
    assert second.lines[0].response == "utter_said_already"


def test_another_topic_may_come_in_between() -> None:
    first = ask("garden waste", "garden-waste", Memory(), follow_up=False)
    between = ask("blue badge", "blue-badge", first.memory, follow_up=False)
    again = ask("garden waste", "garden-waste", between.memory, follow_up=False)

    assert again.lines[0].text == first.lines[0].text


def test_a_choice_that_is_pressed_again_is_answered_again() -> None:
    pressed = Heard(
        text="",
        intent="ask",
        today=TODAY,
        door="ashcombe",
        is_choice=True,
        chosen={"topic": "garden-waste"},
    )
    first = respond(pressed, Memory(), LIBRARY)
    second = respond(replace(pressed), first.memory, LIBRARY)

    assert second.lines[0].text == first.lines[0].text


def test_what_is_remembered_of_an_answer_is_short() -> None:
    assert len(after("garden-waste").told or "") == 8
