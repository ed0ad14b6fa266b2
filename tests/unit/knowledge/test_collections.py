"""Bin calendars roll on, and give way to bank holidays."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.authorities import Authorities
from knowledge.collections import (
    Collection,
    bin_name,
    last_collection,
    load_rounds,
    next_collections,
    shifted,
)
from knowledge.places import Gazetteer


def test_tells_the_next_bins_in_order() -> None:
    assert next_collections("ashcombe-tuesday", date(2026, 11, 23), 5) == (
        Collection("recycling", date(2026, 11, 24)),
        Collection("food", date(2026, 11, 24)),
        Collection("garden", date(2026, 11, 24)),
        Collection("refuse", date(2026, 12, 1)),
        Collection("food", date(2026, 12, 1)),
    )


def test_a_collection_of_today_is_the_next_one() -> None:
    assert next_collections("ashcombe-tuesday", date(2026, 11, 24), 1)[0].on == date(2026, 11, 24)


def test_the_last_collection_is_before_today() -> None:
    assert last_collection("ashcombe-tuesday", "recycling", date(2026, 11, 24)) == date(
        2026, 11, 10
    )
    assert last_collection("ashcombe-tuesday", "recycling", date(2026, 11, 25)) == date(
        2026, 11, 24
    )


def test_a_bin_that_the_round_does_not_empty_has_no_last_collection() -> None:
    assert last_collection("ashcombe-tuesday", "glass", date(2026, 11, 24)) is None


@pytest.mark.parametrize(
    ("usual", "expected"),
    [
        pytest.param(date(2026, 11, 23), date(2026, 11, 23), id="an ordinary Monday"),
        pytest.param(date(2026, 12, 28), date(2026, 12, 29), id="a bank holiday Monday"),
        pytest.param(date(2026, 12, 30), date(2026, 12, 31), id="later in that week"),
        pytest.param(date(2027, 1, 1), date(2027, 1, 2), id="a bank holiday Friday"),
        pytest.param(date(2026, 12, 24), date(2026, 12, 24), id="the day before the holiday"),
        pytest.param(date(2027, 12, 27), date(2027, 12, 29), id="two bank holidays in a row"),
    ],
)
def test_a_bank_holiday_shifts_the_day(usual: date, expected: date) -> None:
    assert shifted(usual) == expected


def test_it_rolls_in_any_year() -> None:
    for day in (date(2020, 2, 29), date(2026, 1, 1), date(2035, 6, 1)):
        found = next_collections("kelmarsh-thursday", day, 9)
        assert [c.on for c in found] == sorted(c.on for c in found)
        assert found[0].on >= day


def test_an_unknown_round_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        next_collections("atlantis", date(2026, 11, 23))


def test_every_address_has_a_calendar_and_a_council(
    gazetteer: Gazetteer, councils: Authorities
) -> None:
    homes = [p for code in gazetteer.postcodes() for p in gazetteer.addresses(code)]
    assert len(homes) > 350
    assert {p.round for p in homes} == set(load_rounds().rounds)
    assert {p.district for p in homes} == {a.slug for a in councils.children("wenshire")}


def test_bins_have_names() -> None:
    assert bin_name("refuse") == "rubbish"
