"""Typing errors are mended; what is nobody's error is left alone."""

from __future__ import annotations

import pytest

from assistant.nlu.spelling import Speller


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(["ashcombe", "thornbridge", "caddy"])


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        pytest.param("my bin colection day", "my bin collection day", id="a missing letter"),
        pytest.param("wehn is it", "when is it", id="two letters swapped"),
        pytest.param("cuoncil tax", "council tax", id="the first letters"),
        pytest.param("i live in ashcomb", "i live in ashcombe", id="a place of ours"),
        pytest.param("collect my bin", "collect my bin", id="nothing to mend"),
        pytest.param("XA1 8AA", "XA1 8AA", id="a postcode"),
        pytest.param("FD-7KQM-2XHT", "FD-7KQM-2XHT", id="a reference"),
        pytest.param("07700 900123", "07700 900123", id="a number"),
        pytest.param("sam@exampel.example", "sam@exampel.example", id="an address of e-mail"),
        pytest.param("https://exampel.example/pge", "https://exampel.example/pge", id="a page"),
        pytest.param("wen is bin day 4 me", "when is bin day for me", id="as on a phone"),
        pytest.param("cnt pay my ct", "can't pay my council tax", id="short for two words"),
        pytest.param("i have 4 bins", "i have 4 bins", id="a figure that is one"),
        pytest.param("2 Oak Dr SS1 2AB", "2 Oak Dr SS1 2AB", id="a house and its street"),
        pytest.param("zzxqj", "zzxqj", id="no word is near"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_mends_words(speller: Speller, typed: str, mended: str) -> None:
    assert speller.mend(typed) == mended


def test_words_beyond_the_first_thousand_characters_are_left(speller: Speller) -> None:
    long = "x" * 9_000 + " colection"
    assert speller.mend(long) == long


def test_words_that_are_published_later_are_left_alone() -> None:
    speller = Speller([])
    before = speller.mend("the old colection")
    speller.learn({"Colection"})

    assert before == "the old collection"
    assert speller.mend("the old colection") == "the old colection"
