"""Councils: what each one is called, where it is, when it exists, and who provides what."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, validator

from knowledge.london import today
from knowledge.reading import Written, read_yaml

FOLDER = Path(__file__).parent / "authorities"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BEFORE, AFTER = timedelta(days=90), timedelta(days=60)

Shift = tuple[time, time]


class NeedsPlace(LookupError):
    """Who is responsible depends on where the person lives, and that is not known yet."""


class Closure(Written):
    """Days, first to last, on which nobody answers although the week says so."""

    first: date
    last: date
    why: str = ""


class Hours(Written):
    """When advisers answer: per weekday, Monday first, the shifts (open, close) of that day."""

    week: tuple[tuple[Shift, ...], ...]
    nation: Literal["england-and-wales", "scotland", "northern-ireland"] = "england-and-wales"
    closures: tuple[Closure, ...] = ()

    @validator("week", pre=True)
    def _read_week(cls, written: object) -> object:
        return _week(written)


class Office(Written):
    """A place that people can visit."""

    name: str
    address: str
    hours: str

    @property
    def slug(self) -> str:
        """The name as other parts of the file write it: `town-hall` is the Town Hall."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


class Appointments(Written):
    """What people can book a time for at one office. `about` is the same word at every council.

    `week` is when the first of them begins and the last one ends, `minutes` how long each takes,
    `seats` how many there are at the same time. A time can be booked until `notice_hours` before
    it, and at most `days_ahead` days before it. On the council's closures and on bank holidays
    there are none.
    """

    office: str
    about: str = Field(regex=r"^[a-z]+(-[a-z]+)*$", max_length=60)
    title: str
    minutes: int = Field(ge=5, le=480)
    seats: int = Field(1, ge=1, le=50)
    week: tuple[tuple[Shift, ...], ...]
    notice_hours: int = Field(24, ge=0, le=24 * 30)
    days_ahead: int = Field(60, ge=1, le=366)

    @validator("week", pre=True)
    def _read_week(cls, written: object) -> object:
        return _week(written)


class OutOfHours(Written):
    """A number to ring when the offices are shut, and what it is for."""

    about: str
    phone: str
    when: str = ""


class Team(Written):
    """Who owns articles and answers conversations about them."""

    slug: str
    name: str
    phone: str = ""


class Notice(Written):
    """Something that every resident should be told from one day to another. `short` is the same
    for a text message, often nothing."""

    first: date
    last: date
    text: str
    short: str = ""


class Authority(Written):
    """One council. `valid_to` is its last day; `successors` take over on the day after.

    `values` is what articles may say with {{ }}: see knowledge/rendering.py for how a value that
    changes with time is written.
    """

    slug: str
    name: str
    short_name: str
    tier: Literal["county", "district", "unitary"]
    gss: str = Field(regex=r"^[EWSNX]\d{8}$")
    parent: str | None = None
    area: str
    valid_from: date
    valid_to: date | None = None
    successors: tuple[str, ...] = ()
    accent: str = Field(regex=r"^#[0-9a-f]{6}$")
    accent_text: str = Field(default="#ffffff", regex=r"^#[0-9a-f]{6}$")
    logo: str = ""
    phone: str
    website: str
    privacy_url: str
    hours: Hours
    offices: tuple[Office, ...]
    appointments: tuple[Appointments, ...] = ()
    out_of_hours: tuple[OutOfHours, ...]
    teams: tuple[Team, ...]
    notices: tuple[Notice, ...] = ()
    values: Mapping[str, Any]

    @validator("appointments", each_item=True)
    def _is_at_an_office(cls, one: Appointments, values: dict[str, Any]) -> Appointments:
        if one.office not in {office.slug for office in values.get("offices", ())}:
            raise ValueError(f"there is no office {one.office}")
        return one

    @validator("appointments")
    def _is_offered_once(cls, offered: tuple[Appointments, ...]) -> tuple[Appointments, ...]:
        places = [(one.office, one.about) for one in offered]
        if len(set(places)) < len(places):
            raise ValueError("an office offers the same twice")
        return offered

    def __hash__(self) -> int:
        return hash(self.slug)

    def office(self, slug: str) -> Office | None:
        """Return the office, None when there is none of that slug."""
        return next((office for office in self.offices if office.slug == slug), None)

    def serves(self, day: date) -> bool:
        """Whether it is a council on that day: not before its first day nor after its last."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def notice(self, day: date) -> str:
        """Return what everybody should be told on that day, or nothing."""
        return " ".join(n.text for n in self.notices if n.first <= day <= n.last)

    def short_notice(self, day: date) -> str:
        """Return it as a text message says it, or nothing: of a change of councils not more than
        90 days before it nor 60 days after."""
        begins = self.valid_from - day
        ends = self.valid_to + timedelta(days=1) - day if self.valid_to else None
        if any(-AFTER <= change <= BEFORE for change in (begins, ends) if change is not None):
            return " ".join(n.short for n in self.notices if n.first <= day <= n.last).strip()
        return ""


class Authorities:
    """All councils that this installation knows, also those of the past and of the future."""

    def __init__(self, authorities: Sequence[Authority]) -> None:
        self._by_slug = {a.slug: a for a in authorities}

    @classmethod
    def read(cls, folder: Path = FOLDER) -> Authorities:
        """Read every file of the folder. Raises BadContent, naming file and field."""
        return cls([read_yaml(path, Authority) for path in sorted(folder.glob("*.yml"))])

    def get(self, slug: str) -> Authority:
        """Return the council. Raise KeyError when there is none of that name."""
        return self._by_slug[slug]

    def all(self) -> tuple[Authority, ...]:
        """Return every council, by slug."""
        return tuple(self._by_slug.values())

    def children(self, slug: str) -> tuple[Authority, ...]:
        """Return the districts of a county; none for a district or a unitary."""
        return tuple(a for a in self._by_slug.values() if a.parent == slug)

    def predecessors(self, slug: str) -> tuple[Authority, ...]:
        """Return the councils that this one takes over from."""
        return tuple(a for a in self._by_slug.values() if slug in a.successors)

    def current(self, slug: str, day: date) -> tuple[Authority, ...]:
        """Return who does on that day what the council did: itself while it serves, then its
        successors (two for a county that is split), before its first day those it takes over from.
        Raise KeyError for a council that is not known."""
        council = self.get(slug)
        if council.serves(day):
            return (council,)
        before = day < council.valid_from
        others = self.predecessors(slug) if before else map(self.get, council.successors)
        found = [one for other in others for one in self.current(other.slug, day)]
        return tuple(dict.fromkeys(found)) or (council,)

    def door(self, slug: str, day: date) -> Authority:
        """Return whose door it is on that day: the one successor's when the council has ended. The
        door of one that was split, or has not begun, stays what it is. Raise KeyError."""
        council = self.get(slug)
        now = self.current(slug, day)
        return now[0] if day >= council.valid_from and len(now) == 1 else council

    def answered_by(self, slugs: Collection[str], day: date) -> tuple[str, ...]:
        """Return the slugs of the councils whose residents somebody answers on that day who
        answers for these: also for their successors, once they have ended, and for those whose
        successors these are, so that nobody who waits is left behind. A slug that is not known
        stays as it is."""
        known = [slug for slug in slugs if slug in self._by_slug]
        ended = [slug for slug in known if self._has_ended(slug, day)]
        now = [a.slug for slug in ended for a in self.current(slug, day)]
        serving = [slug for slug in (*known, *now) if self.get(slug).serves(day)]
        before = [p.slug for slug in serving for p in self._all_before(slug, day)]
        return tuple(dict.fromkeys([*slugs, *now, *before]))

    def one_queue(self, slug: str, day: date) -> tuple[str, ...]:
        """Return the slugs of the councils whose residents wait in one queue with those of this
        one on that day: a successor, and all that became a part of it and of nothing else."""
        if slug not in self._by_slug:
            return (slug,)
        one = self.door(slug, day)
        joined = [p.slug for p in self._all_before(one.slug, day) if self.door(p.slug, day) == one]
        return tuple(dict.fromkeys([one.slug, slug, *joined]))

    def _has_ended(self, slug: str, day: date) -> bool:
        last = self.get(slug).valid_to
        return last is not None and last < day

    def _all_before(self, slug: str, day: date) -> tuple[Authority, ...]:
        """Councils that have ended, and that this one took over from, through however many."""
        ended = [p for p in self.predecessors(slug) if self._has_ended(p.slug, day)]
        earlier = [one for p in ended for one in self._all_before(p.slug, day)]
        return tuple(dict.fromkeys([*ended, *earlier]))

    def responsible(
        self, tier: str, door: str, place: str | None = None, on: date | None = None
    ) -> Authority:
        """Return the council that provides services of that tier (county, district or all).

        `door` is the council whose chat it is, `place` the district (or unitary) that the person
        lives in, `on` the day that counts, today when it is not given. A service of every tier
        ("all") is the door's own. A council that has ended, or has not begun, is replaced by the
        one that serves the same people on that day. Raise NeedsPlace when that depends on where
        the person lives and `place` is None; KeyError for a council that is not known.
        """
        day = on or today()
        if place is not None and tier != "all":
            return self._provider(tier, self.get(place), day)
        own = self.get(door)
        try:
            return self._provider(tier, own, day)
        except NeedsPlace:
            if place is None:
                raise
            return self._provider(tier, self.get(place), day)

    def _provider(self, tier: str, home: Authority, day: date) -> Authority:
        here = self._on_day(home, tier, day)
        if tier in ("all", here.tier) or here.tier == "unitary":
            return here
        if here.tier == "county":
            raise NeedsPlace(f"{tier} services in {here.slug}")
        if here.parent is None:
            raise KeyError(f"{here.slug} has no parent of the tier {tier}")
        return self.get(here.parent)

    def _on_day(self, authority: Authority, tier: str, day: date) -> Authority:
        """The council itself, or who serves its people on a day when it does not exist."""
        if authority.serves(day):
            return authority
        if day < authority.valid_from:
            others = self.predecessors(authority.slug)
            if tier == "county":
                others = tuple(a for a in others if a.tier != "district") or others
            elif tier == "district":
                others = tuple(a for a in others if a.tier != "county") or others
            else:
                others = tuple(a for a in others if a.tier == "county") or others
        else:
            others = tuple(self.get(slug) for slug in authority.successors)
        if not others:
            return authority
        if len(others) > 1:
            raise NeedsPlace(f"{authority.slug} on {day}")
        return self._on_day(others[0], tier, day)


@lru_cache(maxsize=4)
def load_authorities(folder: Path = FOLDER) -> Authorities:
    """Return the councils of that folder, read once in a process."""
    return Authorities.read(folder)


def _week(written: object) -> object:
    """Read hours by the names of the days, those that are named."""
    if not isinstance(written, dict):
        return written
    unknown = set(written) - set(DAYS)
    if unknown:
        raise ValueError(f"no such day: {', '.join(sorted(map(str, unknown)))}")
    return tuple(tuple(_shift(s) for s in written.get(day) or ()) for day in DAYS)


def _shift(written: object) -> tuple[str, str]:
    start, dash, end = str(written).partition("-")
    if not dash or not start.strip() < end.strip():
        raise ValueError(f"a shift is written 08:30-17:00, not {written}")
    return start.strip(), end.strip()
