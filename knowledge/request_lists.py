"""The book of requests in lists, as those who work them look through it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge.requests import Filed
from knowledge.tables import requests as table

NO_DAY = date(9999, 12, 31)
"""Where a request without a target stands among those that have one: at the end."""
_COLUMNS = [table.c[name] for name in Filed.__dataclass_fields__]


@dataclass(frozen=True)
class After:
    """The last row of the page before: what it was ordered by, and its reference."""

    by: datetime | date
    reference: str


@dataclass(frozen=True)
class Wanted:
    """Which requests: of these councils, by slug, with one of these statuses.

    An empty `service` is any, `assigned` None anybody and "" nobody. With `due_before` only those
    that are open and whose target is earlier. The latest change comes first; with `by_due`, the
    earliest target.
    """

    authorities: Sequence[str]
    statuses: Sequence[str]
    service: str = ""
    assigned: str | None = None
    due_before: date | None = None
    by_due: bool = False
    after: After | None = None


def listed(connection: Connection, wanted: Wanted, limit: int) -> Sequence[Filed]:
    """Return at most `limit` requests, from where the page before ended."""
    if wanted.by_due:
        return _first(connection, wanted, limit)
    # Each council's requests of one status stand in their order in an index: the first few of each
    # are read, where one query for all would sort everything that was ever asked for.
    parts = [
        replace(wanted, authorities=(authority,), statuses=(status,))
        for authority in wanted.authorities
        for status in wanted.statuses
    ]
    found = [filed for part in parts for filed in _first(connection, part, limit)]
    found.sort(key=lambda filed: filed.reference)
    found.sort(key=lambda filed: filed.changed_at, reverse=True)
    return found[:limit]


def counted(connection: Connection, wanted: Wanted, most: int) -> Mapping[str, int]:
    """Return how many there are of each wanted status; `most` stands for that many and more."""
    return {status: _count(connection, wanted, status, most) for status in wanted.statuses}


def named(connection: Connection, references: Sequence[str]) -> Sequence[Filed]:
    """Return the requests of these references, latest first. Those that are none are left out."""
    rows = connection.execute(
        sa.select(*_COLUMNS)
        .where(table.c.reference.in_(list(references)))
        .order_by(table.c.received_at.desc(), table.c.reference)
    )
    return [Filed(**row._mapping) for row in rows]


def held(connection: Connection, reference: str) -> Filed | None:
    """Return the request, which nobody else changes until this transaction ends; None when there
    is none."""
    row = connection.execute(
        sa.select(*_COLUMNS).where(table.c.reference == reference).with_for_update()
    ).first()
    return Filed(**row._mapping) if row else None


def _first(connection: Connection, wanted: Wanted, limit: int) -> Sequence[Filed]:
    query = sa.select(*_COLUMNS).where(*_is_wanted(wanted), *_is_after(wanted))
    rows = connection.execute(query.order_by(*_order(wanted)).limit(limit))
    return [Filed(**row._mapping) for row in rows]


def _is_wanted(wanted: Wanted) -> list[Any]:
    there = [
        table.c.authority.in_(list(wanted.authorities)),
        table.c.status.in_(list(wanted.statuses)),
    ]
    if wanted.service:
        there.append(table.c.service == wanted.service)
    if wanted.assigned is not None:
        there.append(table.c.assigned_to == wanted.assigned)
    if wanted.due_before is not None:
        there += [table.c.due_on < wanted.due_before, table.c.closed_at.is_(None)]
    return there


def _order(wanted: Wanted) -> tuple[Any, ...]:
    if wanted.by_due:
        return _due().asc(), table.c.reference.asc()
    return table.c.changed_at.desc(), table.c.reference.asc()


def _is_after(wanted: Wanted) -> list[Any]:
    """Say what comes after the page before. No OFFSET: it would read all pages before, and shift
    by one with each request that is new."""
    after = wanted.after
    if after is None:
        return []
    key = _due() if wanted.by_due else table.c.changed_at
    further = key > after.by if wanted.by_due else key < after.by
    same = sa.and_(key == after.by, table.c.reference > after.reference)
    return [sa.or_(further, same)]


def _due() -> Any:
    return sa.func.coalesce(table.c.due_on, sa.literal(NO_DAY, sa.Date), type_=sa.Date)


def _count(connection: Connection, wanted: Wanted, status: str, most: int) -> int:
    some = sa.select(table.c.reference).where(*_is_wanted(replace(wanted, statuses=(status,))))
    query = sa.select(sa.func.count()).select_from(some.limit(most).subquery())
    return int(connection.execute(query).scalar_one())
