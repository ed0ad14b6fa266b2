"""The clock that councils go by."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
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


def today() -> date:
    """Return the day that it is in London."""
    return datetime.now(london()).date()
