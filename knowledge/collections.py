"""Bin calendars: which bins are emptied on which day, rolling on for ever."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import validator

from knowledge.hours import bank_holidays
from knowledge.reading import Written, read_yaml

FILE = Path(__file__).parent / "places" / "rounds.yml"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
LONGEST_GAP = 60  # days; looking further back than this finds no bin that is still in use


@dataclass(frozen=True)
class Collection:
    """One bin emptied on one day."""

    bin: str
    on: date


class Round(Written):
    """One lorry's calendar. `weeks` are the bins of each week, in turn, beginning with the week
    that `anchor` is in."""

    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday"]
    anchor: date
    weeks: tuple[tuple[str, ...], ...]

    @validator("anchor")
    def _is_that_weekday(cls, anchor: date, values: dict[str, str]) -> date:
        if "weekday" in values and WEEKDAYS.index(values["weekday"]) != anchor.weekday():
            raise ValueError(f"{anchor} is not a {values['weekday']}")
        return anchor

    def days(self, first: date) -> Iterator[Collection]:
        """Yield every collection on `first` or later, in order, without end."""
        weeks_ahead = (first - self.anchor).days // 7 - 1
        while True:
            usual = self.anchor + timedelta(weeks=weeks_ahead)
            on = shifted(usual)
            if on >= first:
                for name in self.weeks[weeks_ahead % len(self.weeks)]:
                    yield Collection(name, on)
            weeks_ahead += 1


class Rounds(Written):
    """All calendars of an area, and what its bins are called."""

    bins: Mapping[str, str]
    rounds: Mapping[str, Round]

    @validator("rounds")
    def _bins_are_known(
        cls, rounds: Mapping[str, Round], values: dict[str, Mapping[str, str]]
    ) -> Mapping[str, Round]:
        named = {name for one in rounds.values() for week in one.weeks for name in week}
        unknown = named - set(values.get("bins", named))
        if unknown:
            raise ValueError(f"no such bin: {', '.join(sorted(unknown))}")
        return rounds


def next_collections(round: str, after: date, count: int = 4) -> tuple[Collection, ...]:
    """Return the next `count` collections, those of the day `after` itself included, in order.

    Raise KeyError for a round that is not known.
    """
    days = load_rounds().rounds[round].days(after)
    return tuple(next(days) for _ in range(count))


def last_collection(round: str, bin: str, before: date) -> date | None:
    """Return the last day earlier than `before` on which that bin was due.

    None when the round does not empty such a bin. Raise KeyError for a round that is not known.
    """
    last = None
    for collection in load_rounds().rounds[round].days(before - timedelta(days=LONGEST_GAP)):
        if collection.on >= before:
            return last
        if collection.bin == bin:
            last = collection.on
    return last


def bin_name(bin: str) -> str:
    """Return what residents call that bin. Raise KeyError for one that is not known."""
    return load_rounds().bins[bin]


def shifted(usual: date) -> date:
    """Return the day of a collection in its week: one day later when that day, or an earlier
    weekday of the same week, is a bank holiday, and later still while it falls on another."""
    holidays = bank_holidays("england-and-wales")
    monday = usual - timedelta(days=usual.weekday())
    until_usual = {monday + timedelta(days=d) for d in range(usual.weekday() + 1)}
    on = usual + timedelta(days=1) if until_usual & holidays else usual
    while on in holidays:
        on += timedelta(days=1)
    return on


@lru_cache(maxsize=4)
def load_rounds(file: Path = FILE) -> Rounds:
    """Return the calendars of that file, read once in a process. Raises BadContent."""
    return read_yaml(file, Rounds)
