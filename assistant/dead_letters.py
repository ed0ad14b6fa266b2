"""What staff do with a parcel that did not get through: send it again, or discard it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant.receipts import anew
from assistant.tables import outbox

_mine = outbox.c
UNDELIVERED = ("refused", "given_up")


def replay(connection: Connection, parcel_id: int, now: datetime) -> bool:
    """Try a given-up or refused parcel again; False when it is not one, or when its words are
    wiped. Staff have decided: it goes out whoever keeps the conversation now."""
    row = connection.execute(
        sa.select(_mine.key, _mine.payload, _mine.receipt)
        .where(_mine.id == parcel_id, _mine.state.in_(UNDELIVERED))
        .with_for_update()
    ).first()
    if row is None or not row.payload:
        return False
    values: dict[str, Any] = {"state": "waiting", "attempts": 0, "next_at": now, "failure": None}
    values |= {"epoch": None, "held_by": None, "held_until": None}
    if row.receipt == "failed":
        values |= anew(row.key)
    connection.execute(sa.update(outbox).where(_mine.id == parcel_id).values(**values))
    return True


def discard(connection: Connection, parcel_id: int, agent: int, reason: str, now: datetime) -> bool:
    """Give a parcel up for good: one that is held, refused or given up, or waits and is in no
    sender's hands. False when it is none of these."""
    values = {"state": "discarded", "agent": agent, "reason": reason[:200], "next_at": now}
    waits = sa.and_(
        _mine.state == "waiting", sa.or_(_mine.held_until.is_(None), _mine.held_until < now)
    )
    query = sa.update(outbox).where(
        _mine.id == parcel_id, sa.or_(_mine.state.in_([*UNDELIVERED, "held"]), waits)
    )
    if not connection.execute(query.values(held_by=None, held_until=None, **values)).rowcount:
        return False
    private = sa.update(outbox).where(_mine.id == parcel_id, _mine.position.is_(None))
    connection.execute(private.values(payload={}))
    return True
