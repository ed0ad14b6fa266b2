"""Answers of one kind, found in what somebody typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.values import (
    any_place,
    email_in,
    money_in,
    phone_in,
    pin_in,
    pin_words,
    place_in,
    vehicle_in,
    with_street,
)


@pytest.mark.parametrize(
    ("said", "asked", "shown"),
    [
        pytest.param("its AB12 CDE, blue", False, "AB12 CDE", id="as it is made now"),
        pytest.param("ab12cde", False, "AB12 CDE", id="typed small"),
        pytest.param("A123BCD", False, "A123 BCD", id="an older one"),
        pytest.param("ABC123D", False, "ABC 123D", id="an old one"),
        pytest.param("AIG 2345", True, "AIG2345", id="from Northern Ireland"),
        pytest.param("1 AB", True, "1AB", id="a very old one, asked for"),
        pytest.param("outside number 12", False, None, id="no registration"),
        pytest.param("XA1 8AA", False, None, id="a postcode"),
        pytest.param("the 22 bus", False, None, id="a bus"),
    ],
)
def test_reads_a_registration(said: str, asked: bool, shown: str | None) -> None:
    found = vehicle_in(said, asked=asked)
    assert (found and found.shown) == shown


@pytest.mark.parametrize(
    ("said", "asked", "value"),
    [
        pytest.param("about £1,250.5 a month", False, "1250.50", id="with a sign"),
        pytest.param("40 quid", False, "40.00", id="in words"),
        pytest.param("850", True, "850.00", id="bare, asked for"),
        pytest.param("22 Heath Road", False, None, id="a house"),
        pytest.param("nothing", True, None, id="no number"),
    ],
)
def test_reads_money(said: str, asked: bool, value: str | None) -> None:
    found = money_in(said, asked=asked)
    assert (found and found.value) == value


@given(st.integers(0, 9_999_999), st.integers(0, 99))
def test_reads_back_the_money_that_was_meant(pounds: int, pence: int) -> None:
    found = money_in(f"it is £{pounds:,}.{pence:02} altogether", asked=False)
    assert found is not None
    assert found.value == f"{pounds}.{pence:02}"


@pytest.mark.parametrize(
    ("said", "value"),
    [
        pytest.param("mail me at ada@mail.example please", "ada@mail.example", id="in a sentence"),
        pytest.param(
            "ADA.L+bins@Mail.Example.", "ADA.L+bins@mail.example", id="its domain in any case"
        ),
        pytest.param("ada@mail", None, id="no domain"),
        pytest.param("ada..l@mail.example", None, id="two dots"),
        pytest.param("@ada", None, id="a handle"),
    ],
)
def test_reads_an_email_address(said: str, value: str | None) -> None:
    found = email_in(said)
    assert (found and found.value) == value


@pytest.mark.parametrize(
    ("said", "value", "shown"),
    [
        pytest.param("07700 900123", "+447700900123", "07700 900123", id="a mobile"),
        pytest.param(
            "ring 01632 960 200 after 5", "+441632960200", "01632 960200", id="a landline"
        ),
        pytest.param("+44 7700 900 123", "+447700900123", "07700 900123", id="as from abroad"),
        pytest.param("12345", None, None, id="too short"),
        pytest.param("22 Heath Road", None, None, id="an address"),
    ],
)
def test_reads_a_telephone_number(said: str, value: str | None, shown: str | None) -> None:
    found = phone_in(said)
    assert (found and found.value, found and found.shown) == (value, shown)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        pytest.param("outside 14 Heath Road", "outside 14 Heath Road", id="outside a house"),
        pytest.param(
            "theres a hole opposite the school on mill lane and its deep",
            "opposite the school on mill lane",
            id="in a sentence",
        ),
        pytest.param("22 heath road xa1 8aa", "22 heath road", id="number and street"),
        pytest.param(
            "someone dumped a sofa near the bus stop", "near the bus stop", id="a landmark"
        ),
        pytest.param("no, it is outside number 16", "outside number 16", id="by its number"),
        pytest.param("sorry it's next to no. 9 and deep", "next to no. 9", id="next to a number"),
        pytest.param("opposite 16a", "opposite 16a", id="opposite a number"),
        pytest.param("i am behind 2 weeks", None, id="behind with something"),
        pytest.param("it was at 9 this morning", None, id="a time"),
        pytest.param("there is a pothole", None, id="no place"),
        pytest.param("a hedge has grown over the path", None, id="any path"),
        pytest.param("it happened on Tuesday", None, id="a day"),
    ],
)
def test_reads_where_something_is(said: str, place: str | None) -> None:
    found = place_in(said)
    assert (found and found.value) == place


@pytest.mark.parametrize(
    ("place", "before", "whole"),
    [
        ("outside number 16", "outside 14 Heath Road", "outside number 16, Heath Road"),
        ("outside number 16", "near the school", "outside number 16"),
        ("outside 3 Mill Lane", "outside 14 Heath Road", "outside 3 Mill Lane"),
        ("near the school", "outside 14 Heath Road", "near the school"),
        ("opposite 9", "", "opposite 9"),
    ],
)
def test_another_number_is_in_the_street_that_was_said(place: str, before: str, whole: str) -> None:
    assert with_street(place, before) == whole


@pytest.mark.parametrize(
    ("said", "pin"),
    [
        pytest.param(
            "https://maps.example/@51.33012,-0.26981,17z", (51.33012, -0.26981), id="after an @"
        ),
        pytest.param("https://m.example/?q=51.33012,-0.26981", (51.33012, -0.26981), id="a query"),
        pytest.param(
            "https://m.example/?mlat=51.33012&mlon=-0.26981",
            (51.33012, -0.26981),
            id="OSM",
        ),
        pytest.param("51.33012, -0.26981", (51.33012, -0.26981), id="two numbers"),
        pytest.param("48.85837,2.29448", None, id="in France"),
        pytest.param("22 Heath Road, 3.5 metres", None, id="no pin"),
    ],
)
def test_reads_a_pin_of_a_map(said: str, pin: tuple[float, float] | None) -> None:
    assert pin_in(said) == pin
    if pin is not None:
        assert pin_in(pin_words(pin)[0]) == pin


def test_any_words_are_a_place_when_it_was_asked_for() -> None:
    found = any_place("  by   the old   oak,  ")
    assert found is not None
    assert found.value == "by the old oak"
    assert any_place("?!") is None


@given(st.text(max_size=300))
def test_nothing_that_is_typed_breaks_a_reader(said: str) -> None:
    for found in (
        vehicle_in(said, asked=True),
        money_in(said, asked=True),
        email_in(said),
        phone_in(said),
        place_in(said),
        any_place(said),
    ):
        assert found is None or (found.value and 0 <= found.start <= found.end <= len(said))
