"""Times as residents read them: British clock time, "Friday 20 November 2026", "2 minutes"."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = "Europe/London"


def local(at: datetime) -> datetime:
    """Return the same moment as clocks in Britain show it."""
    return at.astimezone(ZoneInfo(LONDON))


def clock(at: datetime) -> str:
    """Return "9:05am", "midday" is "12:00pm"."""
    there = local(at)
    return f"{there.hour % 12 or 12}:{there.minute:02}{'am' if there.hour < 12 else 'pm'}"


def day(of: date) -> str:
    """Return "1 November 2026"."""
    return f"{of.day} {of:%B} {of.year}"


def day_heading(at: datetime, now: datetime) -> str:
    """Return "Today", "Yesterday", or the day with its name."""
    there, today = local(at).date(), local(now).date()
    if there == today:
        return "Today"
    if there == today - timedelta(days=1):
        return "Yesterday"
    return f"{there:%A} {day(there)}"


def span(of: timedelta) -> str:
    """Return how long that is, in words that promise nothing too early: "1 second", "3 minutes"."""
    seconds = max(1, math.ceil(of.total_seconds()))
    for length, name in ((3600, "hour"), (60, "minute")):
        # Up to two minutes in seconds, up to two hours in minutes.
        if seconds > 2 * length:
            return _counted(math.ceil(seconds / length), name)
    return _counted(seconds, "second") if seconds != 60 else _counted(1, "minute")


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
