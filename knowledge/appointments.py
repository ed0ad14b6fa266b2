"""Booked times: one row each, and no more for a time than there are seats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge import requests
from knowledge.hours import clock_time
from knowledge.london import in_london, london
from knowledge.slots import Seat, Slot
from knowledge.tables import appointments as table
from knowledge.tables import insert
from knowledge.tables import requests as requests_table

BOOKED, MOVED, CANCELLED, REMINDED = "booked", "moved", "cancelled", "reminded"
"""What a request's history says of its appointment; the words are when and where it is, or was."""
OPENS, ENDS = time(9), time(18)
"""When people are reminded: between these, by the clock in London."""
_MOST = 200


@dataclass(frozen=True)
class Appointment:
    """A booked time of the request with that reference."""

    reference: str
    authority: str
    office: str
    about: str
    starts_at: datetime
    minutes: int
    reminded_at: datetime | None = None

    @property
    def slot(self) -> Slot:
        """The time itself. How many seats there are is not known any more."""
        return Slot(self.authority, self.office, self.about, self.starts_at, self.minutes)


@dataclass(frozen=True)
class Change:
    """What a turn does with an appointment: it moves to the slot, or without one is cancelled."""

    reference: str
    slot: Slot | None = None


def book(connection: Connection, reference: str, slot: Slot, now: datetime) -> bool:
    """Give the request that time; False when all seats are taken. The same time twice is once.

    The request must be written before. Of two at the same moment the unique seat lets one have it.
    """
    held = of_reference(connection, reference)
    if held is not None:
        return held.slot.value == slot.value
    if not _sit(connection, reference, slot, now):
        return False
    requests.add_note(connection, reference, _words(slot), now, by="", what=BOOKED)
    return True


def move(connection: Connection, reference: str, slot: Slot, now: datetime) -> bool:
    """Give the request that time instead of its own; False when all seats are taken, or when it
    has none to move, and then all stays as it was."""
    held = of_reference(connection, reference)
    if held is None or held.slot.value == slot.value:
        return held is not None
    row = connection.execute(sa.select(table).where(table.c.reference == reference)).one()
    _stand_up(connection, reference)
    if not _sit(connection, reference, slot, now):
        # Nobody else can have it: who wants this seat waits for the end of this transaction.
        connection.execute(sa.insert(table).values(**row._mapping))
        return False
    filed = requests.find(connection, reference)
    fields: Mapping[str, Any] = filed.fields if filed else {}
    new = {name: slot.value if v == held.slot.value else v for name, v in fields.items()}
    connection.execute(
        sa.update(requests_table)
        .where(requests_table.c.reference == reference)
        .values(fields=new, changed_at=now)
    )
    requests.add_note(connection, reference, _words(slot), now, by="", what=MOVED)
    return True


def cancel(connection: Connection, reference: str, now: datetime) -> bool:
    """Free the seat and close the request; False when it has no appointment."""
    held = of_reference(connection, reference)
    if held is None:
        return False
    _stand_up(connection, reference)
    requests.add_note(connection, reference, _words(held.slot), now, by="", what=CANCELLED)
    filed = requests.find(connection, reference)
    if filed is not None and filed.is_open:
        requests.set_status(connection, reference, requests.NOT_DONE, now, by="")
    return True


def of_reference(connection: Connection, reference: str) -> Appointment | None:
    """Return the request's appointment, None when it has none."""
    row = connection.execute(sa.select(table).where(table.c.reference == reference)).first()
    return _read(row) if row else None


def coming(
    connection: Connection, addresses: Sequence[tuple[str, str]], now: datetime
) -> Sequence[Appointment]:
    """Return the appointments still to come that were made from these addresses, of channel and
    user, soonest first."""
    if not addresses:
        return []
    theirs = sa.or_(
        *(
            sa.and_(requests_table.c.channel == channel, requests_table.c.user == user)
            for channel, user in addresses
        )
    )
    rows = connection.execute(
        sa.select(table)
        .join(requests_table, requests_table.c.reference == table.c.reference)
        .where(theirs, table.c.starts_at > now, requests_table.c.closed_at.is_(None))
        .order_by(table.c.starts_at)
        .limit(_MOST)
    )
    return [_read(row) for row in rows]


def taken(
    connection: Connection,
    authorities: Sequence[str],
    about: str,
    start: datetime,
    end: datetime,
) -> Mapping[Seat, int]:
    """Return how many are booked at these councils for each time from `start` to before `end`."""
    rows = connection.execute(
        sa.select(table.c.authority, table.c.office, table.c.starts_at, sa.func.count())
        .where(
            table.c.authority.in_(list(authorities)),
            table.c.about == about,
            table.c.starts_at >= start,
            table.c.starts_at < end,
        )
        .group_by(table.c.authority, table.c.office, table.c.starts_at)
    )
    return {(authority, office, at): int(count) for authority, office, at, count in rows}


def due_reminders(connection: Connection, now: datetime) -> Sequence[Appointment]:
    """Return the appointments of tomorrow whose people agreed to be told and were not reminded;
    none outside of the hours in which people are reminded. At most 200, soonest first."""
    here = in_london(now)
    if not OPENS <= here.time() < ENDS:
        return []
    tomorrow, after = (_midnight(here, days) for days in (1, 2))
    rows = connection.execute(
        sa.select(table)
        .join(requests_table, requests_table.c.reference == table.c.reference)
        .where(
            table.c.starts_at >= tomorrow,
            table.c.starts_at < after,
            table.c.reminded_at.is_(None),
            requests_table.c.updates,
            requests_table.c.closed_at.is_(None),
        )
        .order_by(table.c.starts_at, table.c.reference)
        .limit(_MOST)
    )
    return [_read(row) for row in rows]


def remind(connection: Connection, appointment: Appointment, now: datetime) -> bool:
    """Note that its person is told in this transaction; False when they were, or when it was
    moved or cancelled since it was read."""
    noted = connection.execute(
        sa.update(table)
        .where(
            table.c.reference == appointment.reference,
            table.c.starts_at == appointment.starts_at,
            table.c.reminded_at.is_(None),
        )
        .values(reminded_at=now)
    )
    if not noted.rowcount:
        return False
    words = _words(appointment.slot)
    requests.add_note(connection, appointment.reference, words, now, by="", what=REMINDED)
    return True


def free_closed(connection: Connection, now: datetime) -> int:
    """Free the seats still to come of requests that were closed at the desk; return how many."""
    closed = sa.select(requests_table.c.reference).where(requests_table.c.closed_at.isnot(None))
    freed = connection.execute(
        sa.delete(table).where(table.c.starts_at > now, table.c.reference.in_(closed))
    )
    return int(freed.rowcount)


def _sit(connection: Connection, reference: str, slot: Slot, now: datetime) -> bool:
    there = sa.select(table.c.seat).where(
        table.c.authority == slot.authority,
        table.c.office == slot.office,
        table.c.about == slot.about,
        table.c.starts_at == slot.starts_at,
    )
    full = set(connection.execute(there).scalars())
    # Who books for tomorrow has just been told when: they need no reminder.
    told = now if slot.starts_at < _midnight(in_london(now), 2) else None
    for seat in range(slot.seats):
        if seat in full:
            continue
        written = connection.execute(
            insert(connection, table)
            .values(
                reference=reference,
                authority=slot.authority,
                office=slot.office,
                about=slot.about,
                starts_at=slot.starts_at,
                minutes=slot.minutes,
                seat=seat,
                reminded_at=told,
            )
            .on_conflict_do_nothing()
        )
        if written.rowcount:
            return True
    return False


def _stand_up(connection: Connection, reference: str) -> None:
    connection.execute(sa.delete(table).where(table.c.reference == reference))


def _words(slot: Slot) -> str:
    """For who works the request: "town-hall, Tuesday 24 November 2026, 10am"."""
    return f"{slot.office}, {slot.starts:%A} {slot.starts.day} {slot.starts:%B %Y}, " + clock_time(
        slot.starts.time()
    )


def _midnight(here: datetime, days: int) -> datetime:
    """Return the beginning of the day that is so many after that one in London."""
    return datetime.combine(here.date() + timedelta(days=days), time(), tzinfo=london())


def _read(row: Any) -> Appointment:
    return Appointment(**{name: getattr(row, name) for name in Appointment.__dataclass_fields__})
