"""Read a day as people in the UK say it: "yesterday", "last Tuesday", "3/11", "the 3rd of Nov"."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_AGO = re.compile(r"\b(\d{1,2}|an?|one|two|three|four|five|six)\s+(day|week)s?\s+ago\b")
_WEEKDAY = re.compile(
    r"\b(?:(last|this|next|on|coming)\s+)?"
    r"(mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|nes|rs|r|rsday|urday)?\b"
)
_NUMERIC = re.compile(r"(?<![\d/.-])(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?(?![\d/-])")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b(?:,?\s+(\d{{4}}))?")
_MONTH_DAY = re.compile(
    rf"\b{_MONTH}\s+(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(\d{{4}}))?"
)
_ORDINAL = re.compile(r"\b(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)\b")


def read_date(text: str, today: date, when: str = "any") -> date | None:
    """Return the day that the words mean, or None.

    `when` is "past" or "future" for what decides between two years or two weeks; numbers are day
    before month. "Tuesday" said on a Tuesday, of the past, is today; "last Tuesday" is not.
    """
    said = " ".join(text.lower().split())
    for reader in (_relative, _iso, _numeric, _named_month, _weekday, _ordinal):
        found = reader(said, today, when)
        if found is not None:
            return found
    return None


def read_any_date(text: str, today: date, when: str = "any") -> date | None:
    """As `read_date`, and what is left is given to dateparser: only for an answer to "which day?".

    It would find a day in almost anything, so it never reads a message that may be about more.
    """
    found = read_date(text, today, when)
    if found is not None or not re.search(r"\d|day|week|month|ago|night|morning", text.lower()):
        return found
    # Imported here: it takes most of a second, and most people say it more simply.
    import dateparser

    parsed: datetime | None = dateparser.parse(
        text[:60],
        languages=["en"],
        settings={
            "DATE_ORDER": "DMY",
            "PREFER_DATES_FROM": {"past": "past", "future": "future"}.get(when, "current_period"),
            "RELATIVE_BASE": datetime.combine(today, time(12)),
            "REQUIRE_PARTS": ["day"],
        },
    )
    return parsed.date() if parsed else None


def spoken(day: date, today: date) -> str:
    """Return the day as it is read back: "Tuesday 3 November", with the year when it is another."""
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day:%A} {day.day} {day:%B}{year}"


def _relative(said: str, today: date, when: str) -> date | None:
    if "day before yesterday" in said:
        return today - timedelta(days=2)
    if "day after tomorrow" in said:
        return today + timedelta(days=2)
    if re.search(r"\byest[a-z]*y\b|\blast night\b|\byday\b", said):
        return today - timedelta(days=1)
    if re.search(r"\btoday\b|\bthis (?:morning|afternoon|evening)\b|\btonight\b|\b2day\b", said):
        return today
    if re.search(r"\btomorrow\b|\btmrw\b", said):
        return today + timedelta(days=1)
    ago = _AGO.search(said)
    if ago:
        count = NUMBERS.get(ago[1]) or int(ago[1])
        return today - timedelta(days=count * (7 if ago[2] == "week" else 1))
    return None


def _iso(said: str, today: date, when: str) -> date | None:
    found = _ISO.search(said)
    return _date(int(found[1]), int(found[2]), int(found[3])) if found else None


def _numeric(said: str, today: date, when: str) -> date | None:
    found = _NUMERIC.search(said)
    return _in_year(found[3], int(found[2]), int(found[1]), today, when) if found else None


def _named_month(said: str, today: date, when: str) -> date | None:
    found = _DAY_MONTH.search(said)
    if found:
        return _in_year(found[3], MONTHS.index(found[2]) + 1, int(found[1]), today, when)
    found = _MONTH_DAY.search(said)
    if found:
        return _in_year(found[3], MONTHS.index(found[1]) + 1, int(found[2]), today, when)
    return None


def _weekday(said: str, today: date, when: str) -> date | None:
    found = _WEEKDAY.search(said)
    if not found:
        return None
    word, back = found[1], (today.weekday() - WEEKDAYS.index(found[2])) % 7
    if word in ("next", "coming") or (when == "future" and word != "last"):
        return today + timedelta(days=7 - back if back or word else 0)
    if "before last" in said or re.search(rf"\b{found[2]}[a-z]* (?:before|last week)", said):
        return today - timedelta(days=back or 7) - timedelta(days=7 if "before" in said else 0)
    if word == "last":
        return today - timedelta(days=back or 7)
    return today - timedelta(days=back)


def _ordinal(said: str, today: date, when: str) -> date | None:
    found = _ORDINAL.search(said)
    if not found:
        return None
    day = int(found[1])
    this_month = _date(today.year, today.month, day)
    if when == "past" and (this_month is None or this_month > today):
        last_month = today.replace(day=1) - timedelta(days=1)
        return _date(last_month.year, last_month.month, day)
    return this_month


def _in_year(year: str | None, month: int, day: int, today: date, when: str) -> date | None:
    if year:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this = _date(today.year, month, day)
    if this is None:
        return None
    # "28 December" said in January, of the past, was last year. A day of the near future is kept:
    # the person is told that it has not come yet, which a year ago would hide.
    if when == "past" and this - today > timedelta(days=180):
        return _date(today.year - 1, month, day)
    if when == "future" and today - this > timedelta(days=180):
        return _date(today.year + 1, month, day)
    return this


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
