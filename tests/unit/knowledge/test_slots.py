"""Times that can be booked: by the clock in London, on the days that a council is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from pydantic import ValidationError

from knowledge.authorities import Appointments, Authorities, Authority
from knowledge.services import Service, read_services
from knowledge.slots import Slot, councils, kind_of, slots

SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc)
TAX: dict[str, Any] = {
    "office": "town-hall",
    "about": "council-tax",
    "title": "Council tax",
    "minutes": 60,
    "seats": 2,
    "week": {"mon": ["09:00-12:30"], "tue": ["09:00-10:00", "14:00-15:30"]},
    "notice_hours": 24,
    "days_ahead": 7,
}


def offering(councils: Authorities, *kinds: dict[str, Any], slug: str = "ashcombe") -> Authority:
    """That council, which gives these appointments and no others."""
    offered = tuple(Appointments(**kind) for kind in kinds)
    return councils.get(slug).copy(update={"appointments": offered})


def shown(found: Sequence[Slot]) -> list[str]:
    return [f"{slot.starts:%a %d %b %H:%M}" for slot in found]


def test_a_time_begins_when_the_one_before_ends_and_ends_within_the_hours(
    councils: Authorities,
) -> None:
    ashcombe = offering(councils, TAX)
    assert shown(list(slots(ashcombe, "council-tax", SUNDAY, {}))) == [
        "Tue 24 Nov 09:00",
        "Tue 24 Nov 14:00",
    ]


def test_notice_is_counted_to_the_minute_and_days_ahead_by_the_calendar(
    councils: Authorities,
) -> None:
    week = {day: ["09:00-11:00"] for day in ("sun", "mon", "tue")}
    ashcombe = offering(councils, TAX | {"week": week, "notice_hours": 23, "days_ahead": 1})
    morning = SUNDAY.replace(hour=10)
    assert shown(list(slots(ashcombe, "council-tax", morning, {}))) == [
        "Mon 23 Nov 09:00",
        "Mon 23 Nov 10:00",
    ]
    late = morning + timedelta(minutes=1)
    assert shown(list(slots(ashcombe, "council-tax", late, {}))) == ["Mon 23 Nov 10:00"]


def test_a_time_is_free_until_all_its_seats_are_taken(councils: Authorities) -> None:
    ashcombe = offering(councils, TAX)
    first, second = slots(ashcombe, "council-tax", SUNDAY, {})
    one = ("ashcombe", "town-hall", first.starts_at)
    assert list(slots(ashcombe, "council-tax", SUNDAY, {one: 1})) == [first, second]
    assert list(slots(ashcombe, "council-tax", SUNDAY, {one: 2})) == [second]
    elsewhere = ("kelmarsh", "town-hall", first.starts_at)
    assert list(slots(ashcombe, "council-tax", SUNDAY, {elsewhere: 2})) == [first, second]


def test_the_times_of_all_offices_come_in_order(councils: Authorities) -> None:
    week = {"mon": ["09:30-11:30"]}
    hall = TAX | {"office": "county-hall", "week": week, "notice_hours": 0}
    east = offering(
        councils, TAX | {"notice_hours": 0, "days_ahead": 1}, hall, slug="east-wenshire"
    )
    begun = datetime(2027, 4, 4, 12, 0, tzinfo=timezone.utc)
    found = list(slots(east, "council-tax", begun, {}))
    assert [(slot.office, f"{slot.starts:%H:%M}") for slot in found][:4] == [
        ("town-hall", "09:00"),
        ("county-hall", "09:30"),
        ("town-hall", "10:00"),
        ("county-hall", "10:30"),
    ]
    assert list(slots(east, "parking", begun, {})) == []


def test_ten_oclock_is_ten_oclock_before_and_after_the_clocks_change(
    councils: Authorities,
) -> None:
    week = {day: ["10:00-11:00"] for day in ("sat", "sun", "mon")}
    ashcombe = offering(councils, TAX | {"week": week, "notice_hours": 0, "days_ahead": 3})
    autumn = datetime(2026, 10, 23, 12, 0, tzinfo=timezone.utc)
    assert [slot.starts_at.hour for slot in slots(ashcombe, "council-tax", autumn, {})] == [
        9,
        10,
        10,
    ]
    east = offering(
        councils, TAX | {"week": week, "notice_hours": 0, "days_ahead": 3}, slug="east-wenshire"
    )
    spring = datetime(2028, 3, 24, 12, 0, tzinfo=timezone.utc)
    assert [slot.starts_at.hour for slot in slots(east, "council-tax", spring, {})] == [
        10,
        9,
        9,
    ]


@pytest.mark.parametrize(
    ("friday", "expected"),
    [
        pytest.param(
            datetime(2026, 3, 27, 12, 0, tzinfo=timezone.utc),
            [(0, "00:30"), (1, "02:00"), (1, "02:30")],
            id="an hour that the clocks leave out has no times",
        ),
        pytest.param(
            datetime(2026, 10, 23, 12, 0, tzinfo=timezone.utc),
            # 00:30 and 01:00 in summer time are 23:30 and 00:00 by UTC.
            [(23, "00:30"), (0, "01:00"), (0, "01:30"), (2, "02:00"), (2, "02:30")],
            id="an hour that comes twice has its times once",
        ),
    ],
)
def test_the_night_when_the_clocks_change(
    councils: Authorities, friday: datetime, expected: list[tuple[int, str]]
) -> None:
    night = {"week": {"sun": ["00:30-03:00"]}, "minutes": 30, "notice_hours": 0, "days_ahead": 2}
    found = list(slots(offering(councils, TAX | night), "council-tax", friday, {}))
    assert [(slot.starts_at.hour, f"{slot.starts:%H:%M}") for slot in found] == expected
    assert all(one.ends_at <= other.starts_at for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("now", "shut"),
    [
        pytest.param(datetime(2026, 12, 20, tzinfo=timezone.utc), 28, id="a bank holiday"),
        pytest.param(datetime(2026, 12, 23, tzinfo=timezone.utc), 29, id="a closure"),
    ],
)
def test_on_a_day_when_nobody_is_there_nothing_can_be_booked(
    councils: Authorities, now: datetime, shut: int
) -> None:
    week = {day: ["09:00-10:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    ashcombe = offering(councils, TAX | {"week": week, "notice_hours": 0, "days_ahead": 20})
    days = [slot.starts.date() for slot in slots(ashcombe, "council-tax", now, {})]
    assert date(2026, 12, shut) not in days
    assert date(2027, 1, 4) in days


def test_a_councils_times_end_with_it_and_its_successors_begin(councils: Authorities) -> None:
    march = datetime(2027, 3, 20, 12, 0, tzinfo=timezone.utc)
    ashcombe = councils.get("ashcombe")
    own = list(slots(ashcombe, "council-tax", march, {}))
    assert own[-1].starts.date() == date(2027, 3, 31)
    [itself, after] = councils_of(councils, "ashcombe", march)
    assert (itself, after) == ("ashcombe", "east-wenshire")
    theirs = list(slots(councils.get(after), "council-tax", march, {}))
    assert theirs[0].starts.date() == date(2027, 4, 1)


def test_of_a_county_that_is_split_the_place_says_who_takes_over(councils: Authorities) -> None:
    march = datetime(2027, 3, 20, 12, 0, tzinfo=timezone.utc)
    assert councils_of(councils, "wenshire", march) == [
        "wenshire",
        "east-wenshire",
        "west-wenshire",
    ]
    assert councils_of(councils, "wenshire", march, "kelmarsh") == ["wenshire", "west-wenshire"]


def test_a_slot_is_kept_by_the_clock_and_known_again(councils: Authorities) -> None:
    summer = datetime(2026, 6, 20, 12, 0, tzinfo=timezone.utc)
    first = next(slots(councils.get("ashcombe"), "council-tax", summer, {}))
    assert first.value == "ashcombe town-hall 2026-06-22T09:00"
    assert first.starts_at == datetime(2026, 6, 22, 8, 0, tzinfo=timezone.utc)
    kind = kind_of(councils.get("ashcombe"), "council-tax")
    assert kind is not None
    assert (kind.minutes, kind.seats) == (first.minutes, first.seats)
    assert kind_of(councils.get("ashcombe"), "council-tax", "vale-house") is None


def test_every_council_gives_appointments_at_its_own_offices(councils: Authorities) -> None:
    for council in councils.all():
        assert len({kind.about for kind in council.appointments}) >= 2, council.slug
        for kind in council.appointments:
            assert council.office(kind.office) is not None


@pytest.mark.parametrize(
    ("spoilt", "says"),
    [
        pytest.param([TAX | {"office": "castle"}], "there is no office castle", id="no office"),
        pytest.param([TAX, TAX], "offers the same twice", id="twice"),
        pytest.param([TAX | {"week": {"mo": []}}], "no such day: mo", id="no day"),
        pytest.param([TAX | {"minutes": 0}], "greater than or equal to 5", id="no minutes"),
    ],
)
def test_a_mistake_in_the_file_is_named(
    councils: Authorities, spoilt: list[dict[str, Any]], says: str
) -> None:
    written = councils.get("ashcombe").dict() | {"appointments": spoilt}
    with pytest.raises(ValidationError, match=says):
        Authority(**written)


def councils_of(known: Authorities, slug: str, now: datetime, place: str = "") -> list[str]:
    return [one.slug for one in councils(known, known.get(slug), now, place)]


def test_what_can_be_booked_is_what_the_councils_give(councils: Authorities) -> None:
    [service] = [s for s in read_services() if s.slug == "book-appointment"]
    given = {kind.about for council in councils.all() for kind in council.appointments}
    slot = service.field("slot")
    assert (slot.type, slot.about) == ("slot", "about")
    assert {option.value for option in service.field(slot.about).choices} == given


@pytest.mark.parametrize(
    ("field", "says"),
    [
        pytest.param({"about": ""}, "a slot is about a choice", id="about nothing"),
        pytest.param({"about": "bin"}, "about names bin, no choice before", id="about no choice"),
        pytest.param({"type": "text"}, "a slot is about a choice", id="no slot"),
        pytest.param({"name": "time"}, "a slot is called slot", id="another name"),
    ],
)
def test_a_slot_is_about_a_choice_before_it(field: dict[str, str], says: str) -> None:
    [service] = [s.dict() for s in read_services() if s.slug == "book-appointment"]
    spoilt = [f | field if f["name"] == "slot" else f for f in service["fields"]]
    with pytest.raises(ValidationError, match=says):
        Service(**{**service, "fields": spoilt})
