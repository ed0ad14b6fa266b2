"""A number is read as people write it, and nothing that is not one is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.telephone import is_british, is_mobile, read_number

ADA = "+447700900123"


@pytest.mark.parametrize(
    "typed",
    [
        "07700900123",
        " 07700 900 123 ",
        "(07700) 900-123",
        "+44 7700 900123",
        "+44 (0)7700 900123",
        "0044 7700 900123",
        "447700900123",
        "7700900123",
        "O77OO 9OO123",
        "٠٧٧٠٠٩٠٠١٢٣",
    ],
)
def test_a_number_is_read_however_it_is_written(typed: str) -> None:
    assert read_number(typed) == ADA


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "abc",
        "07",
        "07700 90012",
        "07700 9001234",
        "ring 07700 900123",
        "0800 BINS NOW",
        "9" * 50,
    ],
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert read_number(typed) is None


@pytest.mark.parametrize(
    ("number", "mobile", "british"),
    [
        pytest.param(ADA, True, True, id="a British mobile"),
        pytest.param("+441632960123", False, True, id="a British landline"),
        pytest.param("+447797712345", True, True, id="a mobile of Jersey"),
        pytest.param("+33612345678", True, False, id="a French mobile"),
    ],
)
def test_what_kind_of_number_it_is(number: str, mobile: bool, british: bool) -> None:
    assert read_number(number) == number
    assert (is_mobile(number), is_british(number)) == (mobile, british)


@given(st.text(max_size=40))
def test_anything_typed_is_a_number_or_none(typed: str) -> None:
    number = read_number(typed)
    assert number is None or (number.startswith("+") and number[1:].isascii())
