"""A word or two that many topics share mean none of them for sure."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.spread import Spread

PHRASES = [
    *("bin day", "when is my bin emptied", "bin collection", "which bin is it"),
    *("new bin", "my bin is broken", "order a bin", "bigger bin"),
    *("the tip", "is the tip open", "tip opening hours", "book the tip"),
]
SPREAD = Spread(PHRASES, np.array([0, 4, 8, 12]))


@pytest.mark.parametrize(
    ("said", "shares"),
    [
        pytest.param("bins", {0: 0.5, 1: 0.5}, id="two topics say it as often"),
        pytest.param("the tip?", {2: 1.0}, id="one topic alone says it"),
        pytest.param("new bin", {}, id="too few phrases hold both words"),
        pytest.param("library", {}, id="nobody says it"),
        pytest.param("when are the bins emptied", {}, id="a question"),
        pytest.param("", {}, id="nothing"),
        pytest.param("is it the", {}, id="words without a meaning"),
    ],
)
def test_shares_of_the_phrases_that_hold_the_words(said: str, shares: dict[int, float]) -> None:
    assert SPREAD.shares(said) == pytest.approx(shares)


def test_without_phrases_there_is_nothing_to_share() -> None:
    assert Spread([], np.array([0])).shares("bins") == {}
