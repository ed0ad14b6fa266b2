"""Which requests a caller wants to read: the latest, of 90 days and at most 1,000."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant.open311.format import CLOSED, OPEN, read_time
from assistant.open311.parameters import Parameters
from assistant.open311.refusals import BAD_REQUEST, Refused
from knowledge.requests import Filed
from knowledge.tables import request_events
from knowledge.tables import requests as table

CHANNEL = "open311"
"""The channel of what other systems asked for; its users are the names of their keys."""
SPAN = timedelta(days=90)
MOST = 1_000
LAST_PAGE = 10_000
LONGEST_ID = 20
"""Characters of a reference: no other is looked for."""
_AT_ONCE = 400  # variables of one statement


@dataclass(frozen=True)
class Wanted:
    """`references`, when there are any, override all the others. `codes` and `statuses` are every
    one when they are empty. Times are aware; pages are counted from 1."""

    references: tuple[str, ...]
    codes: tuple[str, ...]
    statuses: tuple[str, ...]
    first: datetime
    last: datetime
    page: int = 1
    size: int = MOST


@dataclass(frozen=True)
class Sight:
    """What a caller may see: requests of these councils' queue for public services, its own, and
    with `everything` all of them."""

    councils: Sequence[str]
    public: Collection[str]
    caller: str
    everything: bool


def read_wanted(parameters: Parameters, now: datetime) -> Wanted:
    """Read the query. Raise Refused."""
    statuses = parameters.listed("status")
    if not set(statuses) <= {OPEN, CLOSED}:
        raise Refused(BAD_REQUEST, "status is open or closed.")
    references = parameters.listed("service_request_id")
    if len(references) > MOST:
        raise Refused(BAD_REQUEST, f"More than {MOST:,} requests were asked for.")
    first, last = _range(parameters, now)
    return Wanted(
        references=references,
        codes=parameters.listed("service_code"),
        statuses=statuses,
        first=first,
        last=last,
        page=_number(parameters, "page", 1, LAST_PAGE),
        size=_number(parameters, "page_size", MOST, MOST),
    )


def find_wanted(
    connection: Connection, wanted: Wanted, sight: Sight, slugs: Mapping[str, str]
) -> Sequence[Filed]:
    """Return those requests, latest first. `slugs` are those of services by their service_code.

    Who names a request may know what became of it: then it need not be a public one.
    """
    if wanted.references:
        return _named(connection, wanted.references, sight)
    conditions = [
        table.c.authority.in_(sight.councils),
        table.c.received_at.between(wanted.first, wanted.last),
    ]
    if not sight.everything:
        own = sa.and_(table.c.channel == CHANNEL, table.c.user == sight.caller)
        public = table.c.service.in_(sorted(sight.public))
        conditions.append(sa.or_(public, own) if sight.caller else public)
    if wanted.codes:
        conditions.append(table.c.service.in_([slugs.get(code, code) for code in wanted.codes]))
    if len(wanted.statuses) == 1:
        is_open = OPEN in wanted.statuses
        conditions.append(table.c.closed_at.is_(None) if is_open else table.c.closed_at.isnot(None))
    rows = connection.execute(
        sa.select(table)
        .where(*conditions)
        .order_by(table.c.received_at.desc(), table.c.reference)
        .limit(wanted.size)
        .offset((wanted.page - 1) * wanted.size)
    )
    return [_filed(row) for row in rows]


def lodged_under(connection: Connection, key: str) -> str:
    """Return the reference of the request of that key, empty when there is none yet."""
    found = connection.execute(sa.select(table.c.reference).where(table.c.key == key)).scalar()
    return str(found or "")


def last_words(connection: Connection, references: Sequence[str]) -> Mapping[str, str]:
    """Return what was last said of each request to its resident, where something was."""
    found: dict[str, str] = {}
    for start in range(0, len(references), _AT_ONCE):
        last = (
            sa.select(sa.func.max(request_events.c.id))
            .where(
                request_events.c.reference.in_(references[start : start + _AT_ONCE]),
                request_events.c.shown,
            )
            .group_by(request_events.c.reference)
        )
        rows = connection.execute(
            sa.select(request_events.c.reference, request_events.c.words).where(
                request_events.c.id.in_(last.scalar_subquery())
            )
        )
        found |= {row.reference: row.words for row in rows if row.words}
    return found


def _named(connection: Connection, references: Sequence[str], sight: Sight) -> Sequence[Filed]:
    possible = [one for one in references if len(one) <= LONGEST_ID]
    found: list[Filed] = []
    for start in range(0, len(possible), _AT_ONCE):
        rows = connection.execute(
            sa.select(table).where(
                table.c.reference.in_(possible[start : start + _AT_ONCE]),
                table.c.authority.in_(sight.councils),
            )
        )
        found += [_filed(row) for row in rows]
    return sorted(found, key=lambda one: one.received_at, reverse=True)


def _range(parameters: Parameters, now: datetime) -> tuple[datetime, datetime]:
    first, last = (_time(parameters, name) for name in ("start_date", "end_date"))
    if first and last:
        if not first <= last:
            raise Refused(BAD_REQUEST, "end_date is before start_date.")
        if last - first > SPAN:
            raise Refused(BAD_REQUEST, f"start_date and end_date span more than {SPAN.days} days.")
        return first, last
    if first:
        return first, _after(first)
    end = last or now
    return _before(end), end


def _time(parameters: Parameters, name: str) -> datetime | None:
    written = parameters.one(name)
    try:
        # In a query that was not encoded, the plus of a zone arrives as a space.
        return read_time(written.replace(" ", "+")) if written else None
    except ValueError:
        raise Refused(
            BAD_REQUEST, f"{name} is no time with its zone such as 2010-01-01T00:00:00Z."
        ) from None


def _after(first: datetime) -> datetime:
    latest = datetime.max.replace(tzinfo=timezone.utc)
    return latest if latest - first < SPAN else first + SPAN


def _before(last: datetime) -> datetime:
    earliest = datetime.min.replace(tzinfo=timezone.utc)
    return earliest if last - earliest < SPAN else last - SPAN


def _number(parameters: Parameters, name: str, otherwise: int, most: int) -> int:
    written = parameters.one(name)
    if not written:
        return otherwise
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise Refused(BAD_REQUEST, f"{name} is no number from 1 to {most:,}.")
    if not 1 <= int(written) <= most:
        raise Refused(BAD_REQUEST, f"{name} is no number from 1 to {most:,}.")
    return int(written)


def _filed(row: Any) -> Filed:
    return Filed(**{name: getattr(row, name) for name in Filed.__dataclass_fields__})
