"""The book of requests: what residents asked a council to do, each under one reference, with all
that became of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge.references import new_reference
from knowledge.slots import Slot
from knowledge.tables import appointments, insert, request_events, submissions
from knowledge.tables import requests as table

RECEIVED, IN_PROGRESS, DONE, NOT_DONE = "received", "in_progress", "done", "not_done"
STATUSES = {
    RECEIVED: "Received",
    IN_PROGRESS: "In progress",
    DONE: "Done",
    NOT_DONE: "Closed without work",
}
"""Every status, as residents and agents read it."""
CLOSED = frozenset({DONE, NOT_DONE})

STATUS, NOTE, ASSIGNED, ADDED, ANSWERED = "status", "note", "assigned", "added", "answered"
"""What an event is: a new status, words for colleagues, who works it, another person who reported
the same, and what the person said when asked whether it was done well."""

_METRES = 111_320.0  # of one degree of latitude
_MOST = 50


class NoSuchRequest(LookupError):
    """There is no request of that reference."""


class SameStatus(Exception):
    """It has that status already: somebody else was sooner, or it was pressed twice."""


@dataclass(frozen=True)
class Request:
    """A service that a person asks for. `key` makes it one request however often it is lodged.

    `authority` is the slug of the council that provides the service; `fields` holds JSON values
    by the field names of knowledge/services/<service>.yml. `updates` is the person's consent to be
    told of news where they wrote. `spot` are words by which another report of the same thing is
    known, `latitude` and `longitude` (degrees, WGS 84) a pin. `joins` is the reference of an open
    report that this one is added to. `due_on` is the council's own target. `slot` is the time that
    it is to have: without one that is free, it is not lodged (assistant/turn.py).
    """

    key: str
    service: str
    authority: str
    fields: Mapping[str, Any]
    updates: bool = False
    spot: str = ""
    latitude: float | None = None
    longitude: float | None = None
    joins: str = ""
    due_on: date | None = None
    slot: Slot | None = None


@dataclass(frozen=True)
class Filed:
    """One request of the book. `channel` and `user` are the address that made it, empty for one
    that came from another system; `conversation` is where it was made, empty likewise."""

    reference: str
    service: str
    authority: str
    fields: Mapping[str, Any]
    status: str
    received_at: datetime
    changed_at: datetime
    closed_at: datetime | None = None
    conversation: str = ""
    channel: str = ""
    user: str = ""
    updates: bool = False
    spot: str = ""
    latitude: float | None = None
    longitude: float | None = None
    joins: str = ""
    due_on: date | None = None
    assigned_to: str = ""

    @property
    def is_open(self) -> bool:
        return self.status not in CLOSED


@dataclass(frozen=True)
class Event:
    """One thing that happened to a request. `by` is an agent's user name, the name of a system, or
    empty for the resident. `words` may be shown to the resident only when `shown`."""

    at: datetime
    what: str
    status: str = ""
    words: str = ""
    by: str = ""
    shown: bool = False


def lodge(
    connection: Connection,
    request: Request,
    conversation: str,
    now: datetime,
    *,
    channel: str = "",
    user: str = "",
) -> str:
    """Write the request and return its reference. The same key returns the first reference."""
    while True:
        reference = new_reference()
        written = connection.execute(
            insert(connection, table)
            .values(
                reference=reference,
                key=request.key,
                service=request.service,
                authority=request.authority,
                conversation=conversation,
                channel=channel,
                user=user,
                fields=dict(request.fields),
                status=RECEIVED,
                updates=request.updates,
                spot=request.spot,
                latitude=request.latitude,
                longitude=request.longitude,
                joins=request.joins,
                due_on=request.due_on,
                assigned_to="",
                received_at=now,
                changed_at=now,
            )
            .on_conflict_do_nothing()
        )
        if written.rowcount:
            _note(
                connection, reference, request.authority, Event(now, STATUS, RECEIVED, shown=True)
            )
            _tell_the_other(connection, request, reference, now)
            return reference
        earlier = connection.execute(
            sa.select(table.c.reference).where(table.c.key == request.key)
        ).scalar()
        if earlier is not None:
            return str(earlier)
        # The reference itself was taken: draw another.


def find(connection: Connection, reference: str) -> Filed | None:
    """Return the request, None when there is none."""
    row = connection.execute(sa.select(table).where(table.c.reference == reference)).first()
    return _filed(row) if row else None


def history(connection: Connection, reference: str) -> Sequence[Event]:
    """Return everything that happened to it, oldest first."""
    rows = connection.execute(
        sa.select(request_events)
        .where(request_events.c.reference == reference)
        .order_by(request_events.c.id)
    )
    return [Event(r.at, r.what, r.status, r.words, r.by, r.shown) for r in rows]


def set_status(
    connection: Connection,
    reference: str,
    status: str,
    now: datetime,
    *,
    by: str,
    words: str = "",
) -> Filed:
    """Give it that status, with words for the resident, and return it as it then is.

    Raise NoSuchRequest, SameStatus, or ValueError for a status that is none.
    """
    if status not in STATUSES:
        raise ValueError(status)
    before = find(connection, reference)
    if before is None:
        raise NoSuchRequest(reference)
    changed = connection.execute(
        sa.update(table)
        .where(table.c.reference == reference, table.c.status != status)
        .values(status=status, changed_at=now, closed_at=now if status in CLOSED else None)
    )
    if not changed.rowcount:
        raise SameStatus(reference)
    _note(connection, reference, before.authority, Event(now, STATUS, status, words, by, True))
    return replace(
        before, status=status, changed_at=now, closed_at=now if status in CLOSED else None
    )


def add_note(
    connection: Connection,
    reference: str,
    words: str,
    now: datetime,
    *,
    by: str,
    what: str = NOTE,
) -> None:
    """Write down what only staff read. Raise NoSuchRequest."""
    filed = find(connection, reference)
    if filed is None:
        raise NoSuchRequest(reference)
    _note(connection, reference, filed.authority, Event(now, what, "", words, by))


def say(connection: Connection, reference: str, words: str, now: datetime, *, by: str) -> Event:
    """Write words for the resident, under the status that it has; return them as an event. Raise
    NoSuchRequest."""
    filed = find(connection, reference)
    if filed is None:
        raise NoSuchRequest(reference)
    event = Event(now, STATUS, filed.status, words, by, True)
    _note(connection, reference, filed.authority, event)
    connection.execute(
        sa.update(table).where(table.c.reference == reference).values(changed_at=now)
    )
    return event


def assign(connection: Connection, reference: str, to: str, now: datetime, *, by: str) -> None:
    """Say who works it, an agent's user name; nobody when that is empty. Raise NoSuchRequest."""
    changed = connection.execute(
        sa.update(table).where(table.c.reference == reference).values(assigned_to=to)
    )
    if not changed.rowcount:
        raise NoSuchRequest(reference)
    add_note(connection, reference, to, now, by=by, what=ASSIGNED)


def made_by(connection: Connection, addresses: Sequence[tuple[str, str]]) -> Sequence[Filed]:
    """Return what was asked for from these addresses, of channel and user, latest first; at most
    50."""
    if not addresses:
        return []
    theirs = sa.or_(
        *(sa.and_(table.c.channel == one, table.c.user == user) for one, user in addresses)
    )
    rows = connection.execute(
        sa.select(table).where(theirs).order_by(table.c.received_at.desc()).limit(_MOST)
    )
    return [_filed(row) for row in rows]


def alike(
    connection: Connection, request: Request, since: datetime, metres: float
) -> Sequence[Filed]:
    """Return open requests for the same thing: of the same service and council, at the same spot or
    with a pin no further away. Latest first; never one that was itself added to another."""
    near = []
    if request.spot:
        near.append(table.c.spot == request.spot)
    if request.latitude is not None and request.longitude is not None:
        tall, wide = metres / _METRES, metres / _METRES / _shrink(request.latitude)
        near.append(
            sa.and_(
                table.c.latitude.between(request.latitude - tall, request.latitude + tall),
                table.c.longitude.between(request.longitude - wide, request.longitude + wide),
            )
        )
    if not near:
        return []
    rows = connection.execute(
        sa.select(table)
        .where(
            table.c.service == request.service,
            table.c.authority == request.authority,
            table.c.closed_at.is_(None),
            table.c.received_at >= since,
            table.c.joins == "",
            sa.or_(*near),
        )
        .order_by(table.c.received_at.desc())
        .limit(_MOST)
    )
    found = [_filed(row) for row in rows]
    return [one for one in found if one.spot == request.spot or _apart(one, request) <= metres]


def forget(connection: Connection, service: str, kept: timedelta, now: datetime) -> int:
    """Delete that service's requests that were closed longer ago than they are kept; return how
    many."""
    old = sa.select(table.c.reference).where(
        table.c.service == service, table.c.closed_at < now - kept
    )
    for part in (request_events, appointments, submissions):
        connection.execute(sa.delete(part).where(part.c.reference.in_(old.scalar_subquery())))
    gone = connection.execute(
        sa.delete(table).where(table.c.service == service, table.c.closed_at < now - kept)
    )
    return int(gone.rowcount)


def _tell_the_other(
    connection: Connection, request: Request, reference: str, now: datetime
) -> None:
    """Who works a report reads that somebody else has made the same."""
    other = find(connection, request.joins) if request.joins else None
    if other is not None:
        _note(connection, other.reference, other.authority, Event(now, ADDED, words=reference))


def _note(connection: Connection, reference: str, authority: str, event: Event) -> None:
    connection.execute(
        sa.insert(request_events).values(reference=reference, authority=authority, **vars(event))
    )


def _apart(filed: Filed, request: Request) -> float:
    """Metres between two pins; over so few, the earth is flat."""
    if None in (filed.latitude, filed.longitude, request.latitude, request.longitude):
        return math.inf
    north = float(filed.latitude or 0) - float(request.latitude or 0)
    east = float(filed.longitude or 0) - float(request.longitude or 0)
    return math.hypot(north, east * _shrink(float(request.latitude or 0))) * _METRES


def _shrink(latitude: float) -> float:
    """How much shorter a degree of longitude is there than at the equator."""
    return max(math.cos(math.radians(latitude)), 0.01)


def _filed(row: Any) -> Filed:
    values = {name: getattr(row, name) for name in Filed.__dataclass_fields__}
    return Filed(**values)
