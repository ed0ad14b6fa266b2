"""Days are read as people in the UK say them. Today is Saturday 21 November 2026."""

from __future__ import annotations

from datetime import date

import pytest

from actions.dates import read_any_date, read_date, spoken

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("today", date(2026, 11, 21), id="today"),
        pytest.param("this morning", date(2026, 11, 21), id="this morning"),
        pytest.param("yesterday", date(2026, 11, 20), id="yesterday"),
        pytest.param("last night", date(2026, 11, 20), id="last night"),
        pytest.param("the day before yesterday", date(2026, 11, 19), id="the day before"),
        pytest.param("tuesday", date(2026, 11, 17), id="a weekday"),
        pytest.param("Last Tuesday", date(2026, 11, 17), id="last weekday"),
        pytest.param("weds", date(2026, 11, 18), id="short weekday"),
        pytest.param("on Thursday", date(2026, 11, 19), id="on a weekday"),
        pytest.param("saturday", date(2026, 11, 21), id="today's weekday"),
        pytest.param("last saturday", date(2026, 11, 14), id="last of today's weekday"),
        pytest.param("two days ago", date(2026, 11, 19), id="days ago"),
        pytest.param("a week ago", date(2026, 11, 14), id="a week ago"),
        pytest.param("3/11", date(2026, 11, 3), id="day before month"),
        pytest.param("03/11/2026", date(2026, 11, 3), id="with a year"),
        pytest.param("3.11.26", date(2026, 11, 3), id="with dots"),
        pytest.param("2026-11-03", date(2026, 11, 3), id="ISO"),
        pytest.param("3 November", date(2026, 11, 3), id="named"),
        pytest.param("the 3rd of nov", date(2026, 11, 3), id="ordinal of"),
        pytest.param("november 3rd", date(2026, 11, 3), id="month first"),
        pytest.param("the 19th", date(2026, 11, 19), id="ordinal"),
        pytest.param("the 30th", date(2026, 10, 30), id="ordinal of last month"),
        pytest.param("28 december", date(2026, 12, 28), id="soon"),
        pytest.param("28 june 2025", date(2025, 6, 28), id="last year"),
        pytest.param("tomorrow", date(2026, 11, 22), id="tomorrow"),
        pytest.param("31/2", None, id="no such day"),
        pytest.param("the black one", None, id="no day"),
        pytest.param("22 Heath Road", None, id="an address"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_reads_days_of_the_past(said: str, expected: date | None) -> None:
    assert read_date(said, TODAY, "past") == expected


def test_a_december_day_said_in_january_was_last_year() -> None:
    assert read_date("28 december", date(2027, 1, 4), "past") == date(2026, 12, 28)


def test_a_day_to_come() -> None:
    assert read_date("next tuesday", TODAY, "future") == date(2026, 11, 24)


def test_leaves_the_rest_to_dateparser() -> None:
    assert read_any_date("twenty days ago was 20 days ago", TODAY, "past") is not None
    assert read_any_date("no idea", TODAY, "past") is None


def test_reads_a_day_back() -> None:
    assert spoken(date(2026, 11, 3), TODAY) == "Tuesday 3 November"
    assert spoken(date(2025, 11, 3), TODAY) == "Monday 3 November 2025"
