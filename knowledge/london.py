"""The clock that councils go by."""

from __future__ import annotations

from datetime import date, datetime, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@lru_cache(maxsize=1)
def london() -> tzinfo:
    """Return UK time, also on a small machine that has no time zone data of its own."""
    try:
        return ZoneInfo("Europe/London")
    except ZoneInfoNotFoundError:
        from pytz import open_resource  # type: ignore[import-untyped]  # ships no annotations

        with open_resource("Europe/London") as data:
            return ZoneInfo.from_file(data, key="Europe/London")


def in_london(now: datetime) -> datetime:
    """Return the same moment on a clock in London. Raise ValueError for a time without a zone."""
    if now.tzinfo is None:
        raise ValueError("a time without a zone")
    return now.astimezone(london())


def from_london(written: str) -> datetime:
    """Read what a clock in London shows, "2026-11-24 18:00" or with a T, as an aware time. Of the
    hour that comes twice in October it is the first. Raise ValueError when it is no such time, or
    one of the hour that is left out in March."""
    even = " ".join(written.replace("T", " ").split())
    shown = datetime.strptime(even, "%Y-%m-%d %H:%M").replace(tzinfo=london())
    moment = shown.astimezone(timezone.utc)
    if moment.astimezone(london()).replace(tzinfo=None) != shown.replace(tzinfo=None):
        raise ValueError("the clocks go forward: there is no such time")
    return moment


def today() -> date:
    """Return the day that it is in London."""
    return datetime.now(london()).date()
