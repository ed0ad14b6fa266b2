"""Days and waits, as people call them."""

from __future__ import annotations

from datetime import datetime

from knowledge.hours import day_name
from knowledge.london import in_london


def day_of(moment: datetime, now: datetime) -> str:
    """Return Today, Yesterday or Monday 23 November, as the calendar in London has it."""
    day, today = in_london(moment).date(), in_london(now).date()
    ago = (today - day).days
    if ago in (0, 1):
        return ("Today", "Yesterday")[ago]
    return day_name(day) if day.year == today.year else f"{day_name(day)} {day.year}"


def waited(since: datetime, now: datetime) -> str:
    """Return the time between as 0:40, 3:10 or 1:02:10; never below zero."""
    seconds = max(0, int((now - since).total_seconds()))
    hours, minutes = seconds // 3600, seconds // 60 % 60
    if hours:
        return f"{hours}:{minutes:02}:{seconds % 60:02}"
    return f"{minutes}:{seconds % 60:02}"


def lateness(since: datetime, now: datetime) -> str:
    """Return "late" after two minutes, "very-late" after five, "" before."""
    seconds = (now - since).total_seconds()
    return "very-late" if seconds > 300 else "late" if seconds > 120 else ""
