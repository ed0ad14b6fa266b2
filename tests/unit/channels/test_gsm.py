"""Text messages are counted as networks count them, and typography does not double their price."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.gsm import foreign, lowered, parts, septets, units


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Bins: £54", 9, id="plain"),
        pytest.param("€{}", 6, id="extended characters count twice"),
        pytest.param("it’s", None, id="a curly apostrophe needs another alphabet"),
        pytest.param("", 0, id="nothing"),
    ],
)
def test_counts_what_a_text_message_holds(text: str, expected: int | None) -> None:
    assert septets(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("a" * 160, 1, id="one full"),
        pytest.param("a" * 161, 2, id="one more than full"),
        pytest.param("a" * 306, 2, id="two full"),
        pytest.param("a" * 307, 3, id="one more than two"),
        pytest.param("€" * 80, 1, id="80 euros fill one"),
        pytest.param("€" * 153, 3, id="a euro does not straddle two: 76 to a part"),
        pytest.param("ŵ" * 70, 1, id="one full of Welsh"),
        pytest.param("ŵ" * 71, 2, id="one more Welsh letter"),
        pytest.param("ŵ" * 134, 2, id="two full of Welsh"),
        pytest.param("ŵ" * 135, 3, id="one more than two of Welsh"),
        pytest.param("a" * 70 + "ŵ", 2, id="one Welsh letter makes all of it UCS-2"),
        pytest.param("😀" * 35, 1, id="an emoji counts twice"),
        pytest.param("😀" * 67, 3, id="an emoji does not straddle two: 33 to a part"),
    ],
)
def test_counts_parts(text: str, expected: int) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("It’s “free”", 'It\'s "free"', id="curly quotes"),
        pytest.param("9am–5pm — daily", "9am-5pm - daily", id="dashes"),
        pytest.param("01632\u00a0960200", "01632 960200", id="a space that does not break"),
        pytest.param("• one\r\n• two…", "- one\n- two...", id="bullets, line ends and dots"),
        pytest.param("bo\u00adrough\u200b", "borough", id="signs that nobody sees"),
        pytest.param("Cafe\u0301", "Café", id="an accent of its own"),
        pytest.param("Tŷ ŵyl, naïve, Siân", "Tŷ ŵyl, naïve, Siân", id="Welsh is kept"),
        pytest.param("Straße, Łódź, 你好", "Straße, Łódź, 你好", id="real letters are kept"),
    ],
)
def test_lowers_typography_and_keeps_letters(text: str, expected: str) -> None:
    assert lowered(text) == expected


def test_says_which_characters_cost_more() -> None:
    assert foreign("Tŷ’r Tŷ") == ("ŷ", "’")


@given(st.text())
def test_lowering_twice_is_as_once(text: str) -> None:
    assert lowered(lowered(text)) == lowered(text)


@given(st.text())
def test_lowering_never_loses_a_letter_or_a_digit(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)

    letters = "".join(filter(str.isalnum, composed.replace("×", "x").replace("ʼ", "'")))
    assert "".join(filter(str.isalnum, lowered(text))) == letters


@given(st.text(max_size=700))
def test_what_is_paid_for_holds_the_text(text: str) -> None:
    single, each = (160, 153) if septets(text) is not None else (70, 67)

    assert units(text) <= (single if parts(text) <= 1 else parts(text) * each)
    assert parts(text) <= parts(text + "a")
