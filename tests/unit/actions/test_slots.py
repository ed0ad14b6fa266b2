"""Free times are offered over several days, and the one that somebody takes is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.slots import (
    booked,
    free,
    known_again,
    label,
    narrowed,
    provider,
    read_slot,
    shown,
    spread,
)
from knowledge.book import EmptyBook, reading
from knowledge.library import Library, open_library
from knowledge.slots import Seat, Slot

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc)
TODAY = date(2026, 11, 22)
MARCH = datetime(2027, 3, 29, 12, 0, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def library() -> Library:
    return open_library()


def offered(library: Library, said: str = "", slug: str = "kelmarsh") -> list[str]:
    council = library.authorities.get(slug)
    every = free(library, council, "housing", NOW, {})
    return [label(slot, library) for slot in spread(narrowed(every, said, TODAY))]


def test_six_times_are_offered_early_and_late_on_three_days(library: Library) -> None:
    assert offered(library) == [
        "Mon 23 Nov, midday",
        "Mon 23 Nov, 2:30pm",
        "Tue 24 Nov, 10am",
        "Tue 24 Nov, 2:30pm",
        "Wed 25 Nov, 10am",
        "Wed 25 Nov, 2:30pm",
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            "Tuesday morning",
            ["Tue 24 Nov, 10am", "Tue 24 Nov, 11:30am", "Tue 1 Dec, 10am"],
            id="a weekday and a part of it",
        ),
        pytest.param(
            "after 2 but not Monday",
            ["Tue 24 Nov, 2pm", "Tue 24 Nov, 2:30pm", "Wed 25 Nov, 2pm"],
            id="after an hour, not on a day",
        ),
        pytest.param(
            "thursday 26 november",
            ["Thu 26 Nov, 10am", "Thu 26 Nov, 11am", "Thu 26 Nov, midday"],
            id="one day",
        ),
    ],
)
def test_what_is_said_narrows_what_is_offered(
    library: Library, said: str, expected: Sequence[str]
) -> None:
    assert offered(library, said)[:3] == expected


def test_when_nothing_is_free_then_nothing_is_offered(library: Library) -> None:
    assert offered(library, "on Saturday") == []
    assert offered(library, "at 7pm") == []


def test_what_is_taken_is_not_offered(library: Library) -> None:
    council = library.authorities.get("kelmarsh")
    first, *_ = free(library, council, "housing", NOW, {})
    seat = (first.authority, first.office, first.starts_at)
    assert free(library, council, "housing", NOW, {seat: 1})[0] == first
    assert known_again(first.value, free(library, council, "housing", NOW, {seat: 1})) == first
    assert known_again(first.value, free(library, council, "housing", NOW, {seat: 2})) is None


def test_the_book_is_asked_for_all_that_can_be_offered(library: Library) -> None:
    asked: list[tuple[Sequence[str], datetime, datetime]] = []

    class Asked(EmptyBook):
        def taken(
            self, authorities: Sequence[str], about: str, start: datetime, end: datetime
        ) -> dict[Seat, int]:
            asked.append((authorities, start, end))
            return {}

    council = library.authorities.get("wenshire")
    with reading(Asked()):
        taken = booked(library, council, "register-birth", MARCH)
    every = free(library, council, "register-birth", MARCH, taken)
    [(authorities, start, end)] = asked
    assert {slot.authority for slot in every} == set(authorities)
    assert start <= every[0].starts_at <= every[-1].starts_at < end


def test_from_vesting_day_on_the_times_are_the_successors(library: Library) -> None:
    council = library.authorities.get("ashcombe")
    both = free(library, council, "council-tax", MARCH, {})
    every = [slot for slot in both if slot.office == "town-hall"]
    by_council = {slot.authority for slot in every if slot.starts.date() < date(2027, 4, 1)}
    assert by_council == {"ashcombe"}
    assert {slot.authority for slot in every} == {"ashcombe", "east-wenshire"}
    assert {slot.office for slot in both} == {"town-hall", "county-hall"}
    assert {slot.office for slot in narrowed(both, "at County Hall", TODAY)} == {"county-hall"}


def test_labels_name_the_office_only_when_there_are_several(library: Library) -> None:
    council = library.authorities.get("ashcombe")
    every = free(library, council, "council-tax", MARCH, {})
    assert label(every[0], library, every) == "Wed 31 Mar, 9am, Town Hall"
    assert label(every[0], library, every[:2]) == "Wed 31 Mar, 9am"
    assert shown(every[0], library, TODAY) == (
        "Wednesday 31 March 2027 at 9am, Town Hall, Market Square, Ashcombe, XA1 1AA"
    )


@pytest.mark.parametrize(
    ("door", "about", "place", "expected"),
    [
        pytest.param("ashcombe", "housing", "", "ashcombe", id="the door's own"),
        pytest.param("ashcombe", "register-birth", "", "wenshire", id="the county's"),
        pytest.param("wenshire", "housing", "kelmarsh", "kelmarsh", id="the district's"),
        pytest.param("wenshire", "housing", "", "", id="not known which district's"),
        pytest.param("thornbridge", "planning", "", "", id="nobody's"),
    ],
)
def test_somebody_is_sent_to_who_gives_such_appointments(
    library: Library, door: str, about: str, place: str, expected: str
) -> None:
    assert provider(library, door, about, TODAY, place) == expected


def times(*starts: str, office: str = "town-hall") -> list[Slot]:
    return [
        Slot("ashcombe", office, "housing", datetime.fromisoformat(f"2026-{text}:00+00:00"), 30)
        for text in starts
    ]


THREE = times("11-24T10:00", "11-24T14:00", "11-25T10:00")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("Tuesday at 10", 0, id="day and time"),
        pytest.param("tues 2pm", 1, id="short day"),
        pytest.param("2pm", 1, id="a time that comes once"),
        pytest.param("Wednesday please", 2, id="a day that has one"),
        pytest.param("25 November", 2, id="a date"),
        pytest.param("tomorrow week", None, id="none of them"),
        pytest.param("Tuesday", None, id="a day that has two"),
        pytest.param("10am", None, id="a time on two days"),
        pytest.param("10am on wednesday", 2, id="which of the two"),
        pytest.param("the second one", 1, id="the second"),
        pytest.param("the 3rd one", 2, id="the third"),
        pytest.param("last", 2, id="the last"),
        pytest.param("option 1", 0, id="option 1"),
        pytest.param("number 3 please", 2, id="number 3"),
        pytest.param("1", 0, id="a number that is no hour"),
        pytest.param("2", 1, id="a number with one meaning"),
        pytest.param("10", None, id="an hour of two days"),
        pytest.param("the sixth one", None, id="more than there are"),
        pytest.param("yes", None, id="yes to three"),
        pytest.param("Saturday", None, id="a day that has none"),
        pytest.param("what do I need to bring?", None, id="a question"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_reads_which_time_is_meant(said: str, expected: int | None) -> None:
    found = read_slot(said, THREE, TODAY)
    assert (THREE.index(found) if found else None) == expected


def test_a_number_of_two_meanings_has_none() -> None:
    two = times("11-24T10:00", "11-24T11:00", "11-24T14:00")
    assert read_slot("2", two, TODAY) is None


def test_the_only_time_may_be_taken_with_yes() -> None:
    assert read_slot("yes that is fine", THREE[:1], TODAY) == THREE[0]


def test_an_office_says_which_of_two() -> None:
    [here] = times("11-24T10:00")
    [there] = times("11-24T10:00", office="the-old-maltings")
    assert read_slot("at the Town Hall", [here, there], TODAY) == here
    assert read_slot("10am at Old Maltings", [here, there], TODAY) == there
    assert read_slot("10am", [here, there], TODAY) is None


@given(st.lists(st.integers(0, 40 * 16), unique=True, max_size=80))
def test_what_is_offered_is_free_in_order_and_no_more_than_six(quarters: Sequence[int]) -> None:
    begin = datetime(2026, 11, 23, 9, tzinfo=timezone.utc)
    every = [
        Slot("ashcombe", "town-hall", "housing", begin + timedelta(days=n // 16, minutes=n % 16), 1)
        for n in sorted(quarters)
    ]
    chosen = spread(every)
    days = {slot.starts.date() for slot in every}
    assert len(chosen) == min(6, len(every)) or len(days) > 1
    assert list(chosen) == sorted(set(chosen), key=lambda slot: slot.starts_at)
    assert set(chosen) <= set(every)
    assert len(chosen) <= 6
    assert len({slot.starts.date() for slot in chosen}) >= min(3, len(days))
