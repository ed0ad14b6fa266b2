"""Times are read as people in the UK say them. Today is Sunday 22 November 2026."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from actions.when import ANY, Wish, clock_in, wish_of

TODAY = date(2026, 11, 22)
WORKING = frozenset(range(5))


def on(day: date, **more: object) -> Wish:
    return Wish(first=day, last=day, **more)  # type: ignore[arg-type]  # the table's own values


def at(hour: int, minute: int = 0) -> frozenset[time]:
    return frozenset({time(hour, minute)})


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(
            "Tuesday morning", Wish(weekdays=frozenset({1}), before=time(12)), id="part of a day"
        ),
        pytest.param("after 3", Wish(after=time(15)), id="after"),
        pytest.param("after 3pm please", Wish(after=time(15)), id="after, with pm"),
        pytest.param("not before 2", Wish(after=time(14)), id="not before"),
        pytest.param("before 11", Wish(before=time(11)), id="before"),
        pytest.param("not after 3", Wish(before=time(15)), id="not after"),
        pytest.param("only after half past 4", Wish(after=time(16, 30)), id="after half past"),
        pytest.param("between 2 and 4", Wish(after=time(14), before=time(16)), id="between"),
        pytest.param("2-4pm", Wish(after=time(14), before=time(16)), id="a range"),
        pytest.param("around 3", Wish(after=time(14), before=time(16, 1)), id="around"),
        pytest.param("after lunch", Wish(after=time(13)), id="after lunch"),
        pytest.param(
            "next week", Wish(first=date(2026, 11, 23), last=date(2026, 11, 29)), id="next week"
        ),
        pytest.param(
            "the week after next",
            Wish(first=date(2026, 11, 30), last=date(2026, 12, 6)),
            id="the week after next",
        ),
        pytest.param(
            "sometime in december",
            Wish(first=date(2026, 12, 1), last=date(2026, 12, 31)),
            id="a month",
        ),
        pytest.param(
            "in january",
            Wish(first=date(2027, 1, 1), last=date(2027, 1, 31)),
            id="a month of next year",
        ),
        pytest.param("not Monday", Wish(not_weekdays=frozenset({0})), id="not a weekday"),
        pytest.param(
            "I can't do Tuesday or Wednesday",
            Wish(not_weekdays=frozenset({1, 2})),
            id="not two weekdays",
        ),
        pytest.param("any day but friday", Wish(not_weekdays=frozenset({4})), id="any but"),
        pytest.param(
            "Monday, Tuesday or Friday", Wish(weekdays=frozenset({0, 1, 4})), id="weekdays"
        ),
        pytest.param("not at the weekend", Wish(weekdays=WORKING), id="not at the weekend"),
        pytest.param(
            "week days after 4pm", Wish(weekdays=WORKING, after=time(16)), id="working days"
        ),
        pytest.param("Tuesday at 10", Wish(weekdays=frozenset({1}), at=at(10)), id="day and time"),
        pytest.param("10am", Wish(at=at(10)), id="a time"),
        pytest.param("10.30", Wish(at=at(10, 30)), id="a time with a dot"),
        pytest.param("half past two", Wish(at=at(14, 30)), id="in words"),
        pytest.param("not at 10am", Wish(not_at=at(10)), id="not a time"),
        pytest.param("not in the morning", Wish(after=time(12)), id="not a part of a day"),
        pytest.param("24 November at 2", on(date(2026, 11, 24), at=at(14)), id="a date and time"),
        pytest.param("24/11", on(date(2026, 11, 24)), id="a date in figures"),
        pytest.param("Tuesday 1 December", on(date(2026, 12, 1)), id="a date with its weekday"),
        pytest.param("the 3rd", on(date(2026, 12, 3)), id="a day of next month"),
        pytest.param("after the 24th", Wish(first=date(2026, 11, 25)), id="after a date"),
        pytest.param("before 1 december", Wish(last=date(2026, 11, 30)), id="before a date"),
        pytest.param("not the 24th", Wish(not_on=frozenset({date(2026, 11, 24)})), id="not a date"),
        pytest.param("tomorrow at noon", on(date(2026, 11, 23), at=at(12)), id="tomorrow"),
        pytest.param("a week on Tuesday", on(date(2026, 12, 1)), id="a week on"),
        pytest.param("Tuesday week", on(date(2026, 12, 1)), id="weekday week"),
        pytest.param(
            "any afternoon next week but not Friday",
            Wish(
                first=date(2026, 11, 23),
                last=date(2026, 11, 29),
                not_weekdays=frozenset({4}),
                after=time(12),
                before=time(17),
            ),
            id="all of it",
        ),
        pytest.param("as soon as possible", ANY, id="no matter when"),
        pytest.param("I live at 22 Heath Road", ANY, id="an address"),
        pytest.param("my number is 01632 960 123", ANY, id="a telephone number"),
        pytest.param("the second one", ANY, id="a choice"),
        pytest.param("yes", ANY, id="yes"),
        pytest.param("", ANY, id="nothing"),
    ],
)
def test_reads_when_somebody_can_come(said: str, expected: Wish) -> None:
    assert wish_of(said, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", time(15)),
        ("8", time(8)),
        ("12", time(12)),
        ("12am", time(0)),
        ("9.15", time(9, 15)),
        ("quarter to 3", time(14, 45)),
        ("quarter past nine", time(9, 15)),
        ("14:30", time(14, 30)),
        ("25:00", None),
        ("soon", None),
    ],
)
def test_reads_a_clock(text: str, expected: time | None) -> None:
    assert clock_in(text) == expected


def test_what_was_not_said_is_open() -> None:
    starts = datetime.combine(TODAY, time(10)) + timedelta(days=2)
    assert ANY.fits(starts)
    assert Wish(weekdays=frozenset({1}), before=time(12)).fits(starts)
    assert not Wish(weekdays=frozenset({1}), after=time(12)).fits(starts)
    assert not Wish(not_on=frozenset({starts.date()})).fits(starts)
    assert not Wish(not_at=at(10)).fits(starts)
