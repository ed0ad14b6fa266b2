"""References: easy to read out, and a slip is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.references import ALPHABET, LENGTH, check_character, is_right, new_reference
from knowledge.references import reference_in as found_in

BODIES = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


def shown(body: str) -> str:
    code = body + check_character(body)
    return f"FD-{code[:4]}-{code[4:]}"


@given(BODIES, st.integers(0, LENGTH), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(body: str, place: int, other: str) -> None:
    code = body + check_character(body)
    slip = code[:place] + other + code[place + 1 :]
    assert is_right(f"FD-{slip[:4]}-{slip[4:]}") == (slip == code)


@given(BODIES, st.integers(0, LENGTH - 1))
def test_two_neighbours_that_change_places_are_noticed(body: str, place: int) -> None:
    code = body + check_character(body)
    slip = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_right(f"FD-{slip[:4]}-{slip[4:]}") == (slip == code)


@given(BODIES)
def test_it_is_found_however_it_is_written(body: str) -> None:
    reference = shown(body)
    plain = reference.replace("-", "")
    for said in (
        reference,
        reference.lower(),
        plain,
        f"its {plain.lower()}, thanks",
        "F D " + " ".join(plain[2:]),
    ):
        assert found_in(said) == reference


def test_new_ones_are_right_and_different() -> None:
    made = {new_reference() for _ in range(500)}
    assert len(made) == 500
    assert all(is_right(one) for one in made)


@pytest.mark.parametrize(
    "said",
    ["what is happening with my bin", "blue lidded bin", "22 Heath Road XA1 8AA", "fd", ""],
)
def test_nothing_is_found_where_there_is_none(said: str) -> None:
    assert found_in(said) is None


def test_a_wrong_one_is_found_too_when_it_says_that_it_is_one() -> None:
    assert found_in("my ref is FD-7KQM-2XHA") == "FD-7KQM-2XHA"
    assert not is_right("FD-7KQM-2XHA") or not is_right("FD-7KQM-2XHB")
