"""A further question is told from a new one by how it begins and what it points back to."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.nlu.follow_up import follows
from knowledge.library import open_library

LIBRARY = open_library()


def topic(slug: str, score: float, kind: str = "article") -> dict[str, Any]:
    return {"slug": slug, "title": slug, "score": score, "sure": score > 0.6, "kind": kind}


@pytest.mark.parametrize(
    ("text", "last"),
    [
        pytest.param("how much is it?", "garden-waste", id="it"),
        pytest.param("and for a flat?", "permitted-development", id="and"),
        pytest.param("what about Sundays", "recycling-centre", id="what about"),
        pytest.param("how long does it take", "blue-badge", id="how long"),
        pytest.param("can i do it online", "blue-badge", id="online"),
        pytest.param("do I need to bring anything", "register-birth", id="papers"),
        pytest.param("HOW MUCH DOES THAT COST", "bulky-waste", id="shouted"),
        pytest.param("ok and when will they come", "missed-bin", id="after a nod"),
    ],
)
def test_what_cannot_stand_alone_is_about_the_last_topic(text: str, last: str) -> None:
    assert follows(text, LIBRARY.article(last), [])


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        pytest.param("how do i get a parking permit", [("parking-permit", 0.99)], id="sure"),
        pytest.param("can i take it to the tip", [("recycling-centre", 0.99)], id="sure, with it"),
        pytest.param("gully blocked with leaves", [("blocked-drain-flooding", 0.4)], id="unsure"),
        pytest.param("my dog ran off on fireworks night", [("stray-dog", 0.5)], id="a statement"),
        pytest.param("how", [], id="one word"),
        pytest.param("how do i knit a long red woolly scarf", [], id="nothing of it was said"),
        pytest.param("what is it that " * 6, [], id="long"),
    ],
)
def test_what_stands_alone_is_a_new_question(text: str, topics: list[tuple[str, float]]) -> None:
    found = [topic(slug, score) for slug, score in topics]

    assert not follows(text, LIBRARY.article("garden-waste"), found)


def test_a_word_of_the_last_answer_belongs_to_it() -> None:
    """Others know of National Insurance too, but this was asked after an answer that names it."""
    elsewhere = [topic("national-insurance", 0.99, kind="elsewhere")]
    text = "do I need my National Insurance number for it"

    assert follows(text, LIBRARY.article("register-to-vote"), elsewhere)
    assert not follows(text, LIBRARY.article("garden-waste"), elsewhere)
