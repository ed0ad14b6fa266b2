"""Offer times that are free, and read which of them somebody takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from actions.dates import spoken
from actions.when import ANY, wish_of
from knowledge.authorities import Authority
from knowledge.book import open_book
from knowledge.hours import clock_time
from knowledge.library import Library
from knowledge.slots import Slot, Taken, councils, slots

MOST = 6
DAYS = 3
"""How many days the times that are offered are spread over, when there are as many."""

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_POSITION = re.compile(
    rf"\b(?P<word>{'|'.join(ORDINALS)}|last)\b(?!\s+thing)"
    r"|\b(?P<ordinal>[1-6])(?:st|nd|rd|th)\s+(?:one|option|time|slot|choice)\b"
    r"|(?:\b(?:option|number|choice|no\.?)\s*|#)(?P<number>[1-6])\b"
)
_BARE = re.compile(r"\D*\b(\d{1,2})\b\D*")
_ASSENT = re.compile(r"\b(?:yes|yeah|yep|ok|okay|fine|that|it|please|good|great|perfect)\b")


def provider(library: Library, door: str, about: str, today: date, place: str = "") -> str:
    """Return the slug of the council that gives such appointments to who writes at that door: its
    own, the county's above it, or that of the `place` (a district) below it. Empty when none does.
    """
    own = library.authorities.door(door, today)
    near = [own.slug, own.parent or "", place]
    for slug in filter(None, near):
        for council in library.authorities.current(slug, today):
            if any(kind.about == about for kind in council.appointments):
                return council.slug
    return ""


def booked(library: Library, authority: Authority, about: str, now: datetime) -> Taken:
    """Return what is taken already of that council's times, and of those that take over."""
    there = councils(library.authorities, authority, now)
    ahead = [kind.days_ahead for one in there for kind in one.appointments if kind.about == about]
    end = now + timedelta(days=max(ahead, default=0) + 2)
    return open_book().taken([one.slug for one in there], about, now, end)


def free(
    library: Library,
    authority: Authority,
    about: str,
    now: datetime,
    taken: Taken,
    place: str = "",
) -> Sequence[Slot]:
    """Return every free time, in order: from the council's last day on, of who takes over."""
    there = councils(library.authorities, authority, now, place)
    found = [slot for one in there for slot in slots(one, about, now, taken)]
    return sorted(found, key=lambda slot: slot.starts_at)


def narrowed(free_times: Sequence[Slot], said: str, today: date) -> Sequence[Slot]:
    """Return those of the times that the words leave: all, when they say nothing of when or
    where."""
    wish, offices = wish_of(said, today), _offices_in(said, free_times)
    return [
        slot
        for slot in free_times
        if wish.fits(slot.starts) and (not offices or slot.office in offices)
    ]


def spread(free_times: Sequence[Slot], most: int = MOST) -> Sequence[Slot]:
    """Return at most so many of them: some of each of the first days, early and late ones."""
    days = [list(slots) for _, slots in groupby(free_times, key=lambda slot: slot.starts.date())]
    chosen: list[Slot] = []
    for place, day in enumerate(days):
        rest = most - len(chosen)
        if rest <= 0:
            break
        share = -(-rest // max(min(DAYS, len(days)) - place, 1))
        chosen += _evenly(day, min(share, rest))
    return chosen


def read_slot(said: str, offered: Sequence[Slot], today: date) -> Slot | None:
    """Return the one of the times that the words choose: "Tuesday at 10", "the second one",
    "10am", "the one at the Town Hall". None when they choose none, or leave more than one."""
    words = " ".join(said.lower().split())
    wish, offices = wish_of(words, today), _offices_in(words, offered)
    left = [slot for slot in offered if not offices or slot.office in offices]
    if wish != ANY or (offices and len(left) < len(offered)):
        left = [slot for slot in left if wish.fits(slot.starts)]
        return left[0] if len(left) == 1 else None
    position = _position(words, len(offered))
    if position is not None:
        return offered[position]
    if len(offered) == 1 and _ASSENT.search(words):
        return offered[0]
    return _bare_number(words, offered)


def known_again(value: str, free_times: Sequence[Slot]) -> Slot | None:
    """Return the time that a form has kept by its value, None when it is not free any more."""
    return next((slot for slot in free_times if slot.value == value), None)


def label(slot: Slot, library: Library, among: Sequence[Slot] = ()) -> str:
    """Return "Tue 24 Nov, 10am", with the office when those it is `among` are at several."""
    starts = slot.starts
    when = f"{starts:%a} {starts.day} {starts:%b}, {clock_time(starts.time())}"
    if len({(one.authority, one.office) for one in among}) < 2:
        return when
    office = library.authorities.get(slot.authority).office(slot.office)
    return f"{when}, {office.name if office else slot.office}"


def shown(slot: Slot, library: Library, today: date) -> str:
    """Return it as it is read back: "Tuesday 24 November at 10am, Town Hall, Market Square"."""
    starts = slot.starts
    when = f"{spoken(starts.date(), today)} at {clock_time(starts.time())}"
    office = library.authorities.get(slot.authority).office(slot.office)
    return f"{when}, {office.address}" if office else when


def _evenly(day: Sequence[Slot], count: int) -> Sequence[Slot]:
    """Return so many times of a day: the first, the last, and what lies evenly between."""
    if len(day) <= count:
        return day
    if count == 1:
        return day[:1]
    return [day[round(place * (len(day) - 1) / (count - 1))] for place in range(count)]


def _offices_in(said: str, among: Sequence[Slot]) -> set[str]:
    """The offices that the words name, by what is written in their slugs."""
    words = said.lower()
    names = {slot.office: slot.office.removeprefix("the-").replace("-", " ") for slot in among}
    return {office for office, name in names.items() if re.search(rf"\b{re.escape(name)}\b", words)}


def _position(words: str, count: int) -> int | None:
    match = _POSITION.search(words)
    if match is None or not count:
        return None
    if match["word"] == "last":
        return count - 1
    digit = match["ordinal"] or match["number"]
    place = int(digit) - 1 if digit else ORDINALS.index(match["word"])
    return place if place < count else None


def _bare_number(words: str, offered: Sequence[Slot]) -> Slot | None:
    """A number alone may count the choices or be an hour; of two meanings it has none."""
    match = _BARE.fullmatch(words)
    if match is None:
        return None
    number = int(match[1])
    meant = {slot for slot in offered if slot.starts.hour % 12 == number % 12 and number <= 12}
    meant |= set(offered[number - 1 : number]) if number else set()
    return meant.pop() if len(meant) == 1 else None
