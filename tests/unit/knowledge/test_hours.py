"""Honest hours: bank holidays, split shifts, closures, and the clocks going back."""

from __future__ import annotations

from datetime import datetime, time, timezone

import pytest

from knowledge.authorities import Authorities, Authority
from knowledge.hours import clock_time, hours_sentence, is_open, next_opening, week_sentence


def utc(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}:00+00:00")


@pytest.mark.parametrize(
    ("council", "now", "open_", "sentence"),
    [
        pytest.param("ashcombe", utc("2026-11-23", "10:00"), True, "", id="on a Monday morning"),
        pytest.param("ashcombe", utc("2026-11-23", "08:30"), True, "", id="the first minute"),
        pytest.param(
            "ashcombe",
            utc("2026-11-23", "17:00"),
            False,
            "Our advisers are back at 8:30am tomorrow, Tuesday 24 November.",
            id="the minute after the last",
        ),
        pytest.param(
            "ashcombe",
            utc("2026-11-21", "12:00"),
            False,
            "Our advisers are back at 8:30am on Monday 23 November.",
            id="at the weekend",
        ),
        pytest.param(
            "ashcombe",
            utc("2026-11-23", "03:00"),
            False,
            "Our advisers are back at 8:30am today.",
            id="before breakfast",
        ),
        pytest.param(
            "thornbridge",
            utc("2026-11-23", "13:00"),
            False,
            "Our advisers are back at 1:30pm today.",
            id="between two shifts",
        ),
        pytest.param("kelmarsh", utc("2026-11-25", "18:30"), True, "", id="on the late Wednesday"),
        pytest.param(
            "ashcombe",
            utc("2027-03-26", "10:00"),
            False,
            "Our advisers are back at 8:30am on Tuesday 30 March.",
            id="Good Friday to Easter Monday",
        ),
        pytest.param(
            "ashcombe",
            utc("2026-12-23", "20:00"),
            False,
            "Our advisers are back at 8:30am on Monday 4 January.",
            id="a Christmas closure",
        ),
        pytest.param(
            "ashcombe", utc("2026-07-01", "07:30"), True, "", id="summer time is an hour ahead"
        ),
    ],
)
def test_says_when_advisers_are_there(
    councils: Authorities, council: str, now: datetime, open_: bool, sentence: str
) -> None:
    authority = councils.get(council)
    assert (is_open(authority, now), hours_sentence(authority, now)) == (open_, sentence)


def test_the_next_opening_is_on_the_clock_of_that_day(councils: Authorities) -> None:
    # The clocks go back on 25 October 2026, between this Friday evening and Monday morning.
    opening = next_opening(councils.get("ashcombe"), utc("2026-10-23", "17:00"))
    assert opening is not None
    assert opening.astimezone(timezone.utc) == utc("2026-10-26", "08:30")


def test_while_open_the_next_opening_is_the_next_shift(councils: Authorities) -> None:
    opening = next_opening(councils.get("thornbridge"), utc("2026-11-23", "10:00"))
    assert opening == utc("2026-11-23", "13:30")


def test_a_council_that_never_opens_says_so(councils: Authorities) -> None:
    ashcombe = councils.get("ashcombe")
    shut = Authority(**{**dict(ashcombe), "hours": {**dict(ashcombe.hours), "week": ((),) * 7}})
    now = utc("2026-11-23", "10:00")
    assert next_opening(shut, now) is None
    assert hours_sentence(shut, now) == "Our advisers are not available at the moment."


def test_a_bank_holiday_is_one_of_that_nation(councils: Authorities) -> None:
    ashcombe = councils.get("ashcombe")
    scottish = Authority(
        **{**dict(ashcombe), "hours": {**dict(ashcombe.hours), "nation": "scotland"}}
    )
    easter_monday = utc("2027-03-29", "10:00")
    assert not is_open(ashcombe, easter_monday)
    assert is_open(scottish, easter_monday)


def test_a_time_without_a_zone_is_refused(councils: Authorities) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        is_open(councils.get("ashcombe"), datetime(2026, 11, 23, 10))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("council", "expected"),
    [
        pytest.param(
            "ashcombe", "Monday to Thursday 8:30am to 5pm, Friday 8:30am to 4:30pm", id="a run"
        ),
        pytest.param(
            "kelmarsh",
            "Monday, Tuesday and Thursday 8:45am to 5pm, Wednesday 8:45am to 7pm, "
            "Friday 8:45am to 4:45pm",
            id="a late day",
        ),
        pytest.param("east-wenshire", "Monday to Friday 8:30am to 5:30pm", id="the same each day"),
    ],
)
def test_says_the_usual_week(councils: Authorities, council: str, expected: str) -> None:
    assert week_sentence(councils.get(council)) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param(time(0, 0), "midnight", id="midnight"),
        pytest.param(time(12, 0), "midday", id="midday"),
        pytest.param(time(0, 30), "12:30am", id="after midnight"),
        pytest.param(time(13, 5), "1:05pm", id="minutes have two digits"),
        pytest.param(time(9, 0), "9am", id="a whole hour"),
    ],
)
def test_writes_a_time_as_people_read_it(moment: time, expected: str) -> None:
    assert clock_time(moment) == expected
