"""Times that can be booked: what a council's file says, on the days that there are."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from knowledge.authorities import Appointments, Authorities, Authority, Shift
from knowledge.hours import is_closed
from knowledge.london import in_london, london

SLOT = "slot"
"""The field of a form that holds a time, by its value."""
Seat = tuple[str, str, datetime]
"""Where and when somebody sits: council, office, and the beginning."""
Taken = Mapping[Seat, int]
"""How many are booked already there and then, of one kind of appointment."""


@dataclass(frozen=True)
class Slot:
    """One time at one office, of a council, for one thing. `starts_at` is in UTC, and `seats` is
    how many can be booked there and then."""

    authority: str
    office: str
    about: str
    starts_at: datetime
    minutes: int
    seats: int = 1

    @property
    def starts(self) -> datetime:
        """When it starts, as a clock in London shows it."""
        return in_london(self.starts_at)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def value(self) -> str:
        """What a form keeps of it: "ashcombe town-hall 2026-11-24T10:00", by the clock there."""
        return f"{self.authority} {self.office} {self.starts:%Y-%m-%dT%H:%M}"

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "starts_at": self.starts_at.isoformat()}


def slot_from(value: Mapping[str, Any]) -> Slot:
    """Read what `as_json` wrote."""
    return Slot(**{**value, "starts_at": datetime.fromisoformat(str(value["starts_at"]))})


def slots(authority: Authority, about: str, now: datetime, taken: Taken) -> Iterator[Slot]:
    """Yield the free times at every office, in order of time.

    None lies before the council's notice or beyond how far ahead it plans, on a closure or a bank
    holiday, or on a day when there is no such council. A slot begins at a time of the clock: one
    that the clocks leave out in March is none, one that comes twice in October is the first.
    """
    kinds = [kind for kind in authority.appointments if kind.about == about]
    every = heapq.merge(
        *(_of_kind(authority, kind, now) for kind in kinds), key=lambda slot: slot.starts_at
    )
    for slot in every:
        if taken.get((slot.authority, slot.office, slot.starts_at), 0) < slot.seats:
            yield slot


def councils(
    authorities: Authorities, authority: Authority, now: datetime, place: str = ""
) -> Sequence[Authority]:
    """Return who gives that council's appointments from now on: itself while it serves, and then
    those that take over. Of a council that is split, with the slug of a `place` only who takes
    over there."""
    following: Sequence[Authority] = ()
    if authority.valid_to is not None:
        day = max(authority.valid_to + timedelta(days=1), in_london(now).date())
        following = authorities.current(authority.slug, day)
        theirs = authorities.current(place, day) if place else ()
        following = [one for one in following if one in theirs] or following
    return [one for one in (authority, *following) if one.appointments]


def kind_of(authority: Authority, about: str, office: str = "") -> Appointments | None:
    """Return what the council says of these appointments there, None when it has none."""
    return next(
        (
            kind
            for kind in authority.appointments
            if kind.about == about and office in ("", kind.office)
        ),
        None,
    )


def _of_kind(authority: Authority, kind: Appointments, now: datetime) -> Iterator[Slot]:
    today = in_london(now).date()
    earliest = now + timedelta(hours=kind.notice_hours)
    for ahead in range(kind.days_ahead + 1):
        day = today + timedelta(days=ahead)
        if not authority.serves(day) or is_closed(authority, day):
            continue
        for begins in _begins(kind.week[day.weekday()], kind.minutes):
            moment = _moment(day, begins)
            if moment is not None and moment >= earliest:
                yield Slot(
                    authority=authority.slug,
                    office=kind.office,
                    about=kind.about,
                    starts_at=moment,
                    minutes=kind.minutes,
                    seats=kind.seats,
                )


def _begins(shifts: Sequence[Shift], minutes: int) -> Iterator[time]:
    """Yield when each begins that ends within its shift."""
    for start, end in shifts:
        first, last = _minute(start), _minute(end) - minutes
        for begin in range(first, last + 1, minutes):
            yield time(begin // 60, begin % 60)


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _moment(day: date, shown: time) -> datetime | None:
    """Return when a clock in London first shows that, in UTC; None when it never does."""
    there = datetime.combine(day, shown, tzinfo=london())
    moment = there.astimezone(timezone.utc)
    same = moment.astimezone(london()).replace(tzinfo=None) == there.replace(tzinfo=None)
    return moment if same else None
