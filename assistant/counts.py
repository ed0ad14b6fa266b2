"""Numbers that operators watch, read from the database."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant.tables import inbox, outbox, workers
from handoff.tables import queue

ALIVE = timedelta(seconds=15)
"""A worker that was not seen for longer is taken for dead; it says so every 5 seconds."""


def worker_is_alive(connection: Connection, now: datetime) -> bool:
    """Whether any worker, with its model loaded, was seen lately."""
    alive = sa.select(workers.c.name).where(workers.c.seen_at > now - ALIVE).limit(1)
    return connection.execute(alive).first() is not None


def waiting(connection: Connection) -> dict[str, int]:
    """Return how many rows wait: messages, people in the queue, parcels, parcels given up."""
    conditions = {
        "messages": (inbox, inbox.c.handled_at.is_(None)),
        "people": (queue, sa.and_(queue.c.left_at.is_(None), queue.c.taken_at.is_(None))),
        "parcels": (outbox, outbox.c.state == "waiting"),
        "parcels_given_up": (outbox, outbox.c.state.in_(["given_up", "refused"])),
    }
    return {
        what: connection.execute(
            sa.select(sa.func.count()).select_from(table).where(condition)
        ).scalar_one()
        for what, (table, condition) in conditions.items()
    }
