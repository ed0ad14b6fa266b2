"""How often somebody may try to sign in: five times a name, twenty times a network address."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from handoff.tables import sign_in_failures as table

WINDOW = timedelta(minutes=15)
PER_NAME = 5
PER_ADDRESS = 20
ONE_AT_A_TIME = 7_264_105  # The number of our advisory lock in PostgreSQL; any number would do.


class TooMany(Exception):
    """Wait before trying again: `minutes` is at least 1."""

    def __init__(self, minutes: int) -> None:
        super().__init__(f"try again in {minutes} min")
        self.minutes = minutes


@dataclass(frozen=True)
class Attempt:
    """One try to sign in, counted as a failure until it is known to be right."""

    name: str
    address: str


def subjects(secret: str, username: str, address: str) -> Attempt:
    """Return the two that are counted, as keyed hashes: the table tells nobody who they were."""
    return Attempt(
        name=_keyed(secret, "name", username.strip().casefold()),
        address=_keyed(secret, "address", address),
    )


def begin(connection: Connection, attempt: Attempt, now: datetime) -> None:
    """Count the attempt before the password is looked at, so that tries at the same time count.

    Raise TooMany, counting nothing, after 5 failures of the name or 20 of the address within 15
    minutes. Failures older than that are forgotten.
    """
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    connection.execute(sa.delete(table).where(table.c.at <= now - WINDOW))
    _refuse(connection, attempt.name, PER_NAME, now)
    _refuse(connection, attempt.address, PER_ADDRESS, now)
    connection.execute(
        sa.insert(table),
        [{"subject": attempt.name, "at": now}, {"subject": attempt.address, "at": now}],
    )


def succeed(connection: Connection, attempt: Attempt) -> None:
    """Forget the failures of the name, and this attempt of the address."""
    connection.execute(sa.delete(table).where(table.c.subject == attempt.name))
    latest = (
        sa.select(sa.func.max(table.c.id))
        .where(table.c.subject == attempt.address)
        .scalar_subquery()
    )
    connection.execute(sa.delete(table).where(table.c.id == latest))


def _refuse(connection: Connection, subject: str, limit: int, now: datetime) -> None:
    times = (
        connection.execute(
            sa.select(table.c.at)
            .where(table.c.subject == subject)
            .order_by(table.c.at.desc())
            .limit(limit)
        )
        .scalars()
        .all()
    )
    if len(times) < limit:
        return
    left = times[-1] + WINDOW - now
    raise TooMany(max(1, -(-int(left.total_seconds()) // 60)))


def _keyed(secret: str, kind: str, value: str) -> str:
    message = f"{kind}:{value}".encode("utf-8", "replace")
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
