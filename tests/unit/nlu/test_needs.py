"""A message is halved at its joints, and holds two needs only when both halves are one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assistant.nlu.clauses import Clause, halves
from assistant.nlu.needs import two_needs

NOWHERE = np.zeros(384, dtype=np.float32)


def topic(slug: str, score: float = 0.99, kind: str = "article") -> dict[str, Any]:
    return {"slug": slug, "title": slug, "score": score, "sure": score > 0.6, "kind": kind}


def clause(
    text: str, slug: str = "", score: float = 0.99, intent: str = "ask", kind: str = "article"
) -> Clause:
    topics = [topic(slug, score, kind)] if slug else []
    return Clause(text, NOWHERE, topics, (intent, 0.95))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "when is my bin day and how do i get a blue badge",
            [("when is my bin day", "how do i get a blue badge")],
            id="and",
        ),
        pytest.param(
            "moved house last week also my bin was missed",
            [("moved house last week", "my bin was missed")],
            id="also",
        ),
        pytest.param(
            "The light is out. Who mends the road here?",
            [("The light is out", "Who mends the road here?")],
            id="the end of a sentence",
        ),
        pytest.param("name and address", [], id="too short for two"),
        pytest.param("please take the old bed and mattress", [], id="one word is no clause"),
        pytest.param("when is my bin day in Sandhill Road", [], id="no joint"),
        pytest.param("it was red and blue " * 20, [], id="a long story"),
    ],
)
def test_halves_a_message_at_its_joints(text: str, expected: list[tuple[str, str]]) -> None:
    assert list(halves(text)) == expected


def test_a_message_with_many_joints_is_halved_five_times_at_most() -> None:
    assert len(list(halves("who is it and " * 10 + "who is it"))) == 5


def test_two_halves_that_are_sure_of_different_topics_are_two_needs() -> None:
    pair = (clause("when is my bin day", "bin-day"), clause("how do i get a badge", "badge"))

    assert two_needs([pair]) == pair


@pytest.mark.parametrize(
    "pair",
    [
        pytest.param((clause("when is it", "a"), clause("how is it", "a")), id="the same topic"),
        pytest.param((clause("when is it", "a"), clause("thank you so much")), id="no topic"),
        pytest.param((clause("when is it", "a"), clause("oh dear", "b", 0.3)), id="unsure"),
        pytest.param(
            (
                clause("we moved to the old mill on saturday with two cats", "a", 0.7),
                clause("the bin was not emptied by your men this morning", "b", 0.7),
            ),
            id="a story that asks for nothing at first",
        ),
        pytest.param(
            (
                clause("can you mend the hole in my road", "a", 0.9),
                clause("who do i ring", "opening-hours-contact", 0.9),
            ),
            id="a question about the first",
        ),
        pytest.param(
            (
                clause("can i talk to someone about my rent", "a", 0.9, intent="person"),
                clause("the council tax", "b", 0.9),
            ),
            id="a person about two things",
        ),
        pytest.param(
            (clause("when is it", "a"), clause("is it legal", "law", 0.8, kind="elsewhere")),
            id="others, not surely enough",
        ),
    ],
)
def test_otherwise_it_is_one(pair: tuple[Clause, Clause]) -> None:
    assert two_needs([pair]) is None


def test_a_wish_for_a_person_is_a_need_beside_a_question() -> None:
    pair = (
        clause("how do i pay my council tax", "council-tax-pay"),
        clause("can i talk to a person", intent="person"),
    )

    assert two_needs([pair]) == pair


def test_the_likeliest_way_of_halving_counts() -> None:
    unsure = (clause("when is", "a", 0.5), clause("my bin day and a badge please", "b", 0.5))
    sure = (clause("when is my bin day", "a"), clause("a badge please", "b"))

    assert two_needs([unsure, sure]) == sure
