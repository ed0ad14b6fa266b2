"""Telling of a moment of life is not asking for one of its topics."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.nlu.life_event import tells_of
from knowledge.library import open_library

EVENT = open_library().life_event("losing-someone")
TITLE = "Register a death"


def topic(slug: str, score: float) -> dict[str, Any]:
    return {"slug": slug, "title": slug, "score": score, "sure": score > 0.6, "kind": "article"}


@pytest.mark.parametrize(
    ("text", "near", "topics"),
    [
        pytest.param("my nan passed away yesterday", 0.6, [], id="no topic"),
        pytest.param("she died, what do i do", 0.6, [topic("register-death", 0.9)], id="its own"),
        pytest.param("he has died", 0.5, [topic("e-billing", 0.2)], id="an unlikely other"),
    ],
)
def test_tells_of_it(text: str, near: float, topics: list[dict[str, Any]]) -> None:
    assert tells_of(text, EVENT, near, topics, TITLE)


@pytest.mark.parametrize(
    ("text", "near", "topics"),
    [
        pytest.param("where is the park", 0.2, [], id="something else"),
        pytest.param(
            "how do i register a death", 0.6, [topic("register-death", 0.99)], id="a question"
        ),
        pytest.param(
            "need to register my dads death", 0.6, [topic("register-death", 0.99)], id="its words"
        ),
        pytest.param("he died, stop the bill", 0.6, [topic("e-billing", 0.8)], id="another, sure"),
        pytest.param("he died, my bill", 0.6, [topic("e-billing", 0.5)], id="another, likely"),
    ],
)
def test_asks_for_a_topic(text: str, near: float, topics: list[dict[str, Any]]) -> None:
    assert not tells_of(text, EVENT, near, topics, TITLE)
