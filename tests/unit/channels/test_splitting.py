"""What is too long for one message comes in pieces that say where they stand, and none is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.gsm import units
from channels.splitting import cut

PLACE = re.compile(r"\d+/\d+\s+")
WORDS = st.text("abcŵ€.!? \n", max_size=400)


def joined(pieces: tuple[str, ...]) -> str:
    if len(pieces) == 1:
        return pieces[0]
    return " ".join(PLACE.sub("", piece, count=1) for piece in pieces)


@pytest.mark.parametrize(
    ("text", "longest", "expected"),
    [
        pytest.param("", 20, (), id="nothing"),
        pytest.param(" \n", 20, (), id="only spaces"),
        pytest.param("Your bin day.", 20, ("Your bin day.",), id="short enough"),
        pytest.param(
            "Rubbish is weekly. Food is too.",
            24,
            ("1/2 Rubbish is weekly.", "2/2 Food is too."),
            id="at a sentence",
        ),
        pytest.param(
            "One. Two. Three.\n\nFour. Five. Six.",
            26,
            ("1/2 One. Two. Three.", "2/2 Four. Five. Six."),
            id="at a paragraph before a later sentence",
        ),
        pytest.param(
            "put the rubbish bin out early",
            20,
            ("1/2 put the rubbish", "2/2 bin out early"),
            id="at a word",
        ),
        pytest.param("a" * 12, 8, ("1/3 aaaa", "2/3 aaaa", "3/3 aaaa"), id="one long word"),
        pytest.param(
            "We take these:\n- sofas, chairs\n- beds",
            27,
            ("1/2 We take these:", "2/2\n\n- sofas, chairs\n- beds"),
            id="an item begins a line of its own",
        ),
        pytest.param(
            "Now you [look it up](https://a.example)",
            36,
            ("1/2 Now you", "2/2 [look it up](https://a.example)"),
            id="never inside a link",
        ),
        pytest.param(
            "Ring us **at any time** today",
            25,
            ("1/2 Ring us", "2/2 **at any time** today"),
            id="never inside bold",
        ),
    ],
)
def test_cuts(text: str, longest: int, expected: tuple[str, ...]) -> None:
    assert cut(text, longest) == expected


def test_ten_pieces_and_more_are_counted_with_two_digits() -> None:
    pieces = cut(" ".join(["word"] * 24), 15)

    assert pieces[0] == "1/12 word word"
    assert pieces[-1] == "12/12 word word"
    assert max(map(len, pieces)) <= 15


def test_no_room_is_said() -> None:
    with pytest.raises(ValueError, match="no room"):
        cut("some words", 4)


@given(WORDS, st.integers(min_value=12, max_value=90))
def test_no_piece_is_longer_than_it_may_be(text: str, longest: int) -> None:
    assert all(units(piece) <= longest for piece in cut(text, longest, units))


@given(WORDS, st.integers(min_value=12, max_value=90))
def test_no_character_but_a_space_is_lost(text: str, longest: int) -> None:
    assert "".join(joined(cut(text, longest)).split()) == "".join(text.split())


@given(st.lists(st.text("abc", min_size=1, max_size=8), max_size=60), st.integers(14, 60))
def test_no_word_is_cut_that_fits_a_piece(words: list[str], longest: int) -> None:
    assert joined(cut(" ".join(words), longest)).split() == words
