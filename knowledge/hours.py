"""Honest hours: whether somebody is there now, and when somebody will be."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from knowledge.authorities import Authority, Shift
from knowledge.london import in_london

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FURTHEST = 60  # days; a council that stays shut longer has no next opening worth telling


def is_open(authority: Authority, now: datetime) -> bool:
    """Whether advisers answer at this moment. A shift ends when its last minute is over."""
    local = in_london(now)
    clock = local.time().replace(tzinfo=None)
    return any(start <= clock < end for start, end in shifts(authority, local.date()))


def shifts(authority: Authority, day: date) -> tuple[Shift, ...]:
    """Return the hours of one day: none on a bank holiday, a closure, or a day of rest."""
    return () if is_closed(authority, day) else authority.hours.week[day.weekday()]


def is_closed(authority: Authority, day: date) -> bool:
    """Whether nobody is there on that day, whatever the week says: a bank holiday, a closure."""
    if day in bank_holidays(authority.hours.nation):
        return True
    return any(c.first <= day <= c.last for c in authority.hours.closures)


def next_opening(authority: Authority, now: datetime) -> datetime | None:
    """Return when advisers are next there, in London time; None if not within 60 days.

    While they are there, it is the beginning of the shift after this one.
    """
    local = in_london(now)
    for ahead in range(FURTHEST + 1):
        day = local.date() + timedelta(days=ahead)
        for start, _ in shifts(authority, day):
            opening = datetime.combine(day, start, tzinfo=local.tzinfo)
            if opening > local:
                return opening
    return None


def working_days_after(authority: Authority, day: date, count: int) -> date:
    """Return the working day that is so many after `day`: Monday to Friday, no bank holidays."""
    holidays = bank_holidays(authority.hours.nation)
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5 and day not in holidays
    return day


def hours_sentence(authority: Authority, now: datetime) -> str:
    """Return "" while advisers are there; otherwise a sentence that says when they are back."""
    if is_open(authority, now):
        return ""
    opening = next_opening(authority, now)
    if opening is None:
        return "Our advisers are not available at the moment."
    today = in_london(now).date()
    at = clock_time(opening.time())
    if opening.date() == today:
        return f"Our advisers are back at {at} today."
    if opening.date() == today + timedelta(days=1):
        return f"Our advisers are back at {at} tomorrow, {day_name(opening.date())}."
    return f"Our advisers are back at {at} on {day_name(opening.date())}."


def week_sentence(authority: Authority) -> str:
    """Return the usual week: "Monday to Thursday 8:30am to 5pm, Friday 8:30am to 4pm"."""
    by_hours: dict[tuple[Shift, ...], list[int]] = {}
    for day, day_shifts in enumerate(authority.hours.week):
        if day_shifts:
            by_hours.setdefault(day_shifts, []).append(day)
    parts = []
    for day_shifts, days in by_hours.items():
        times = " and ".join(f"{clock_time(a)} to {clock_time(b)}" for a, b in day_shifts)
        parts.append(f"{_days(days)} {times}")
    return ", ".join(parts)


def clock_time(moment: time) -> str:
    """Return 8:30am, 5pm, midday or midnight, as people read it most easily."""
    if moment.minute == 0 and moment.hour in (0, 12):
        return "midday" if moment.hour else "midnight"
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes}{'am' if moment.hour < 12 else 'pm'}"


def day_name(day: date) -> str:
    """Return Monday 23 November."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {day:%B}"


def _days(days: list[int]) -> str:
    """Monday to Thursday; Monday, Tuesday and Thursday; Friday."""
    names = [WEEKDAYS[day] for day in days]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{names[0]} to {names[-1]}"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


@lru_cache(maxsize=3)
def bank_holidays(nation: str) -> frozenset[date]:
    """Return the bank holidays of that nation, as packaged: nothing is fetched."""
    calendar = BankHolidays(use_cached_holidays=True)
    return frozenset(h["date"] for h in calendar.get_holidays(division=nation))
