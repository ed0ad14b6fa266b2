"""What a platform says became of a parcel, which may come before the answer to the call itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant.tables import outbox
from channels.channel import Receipt

RANK = {"sent": 1, "delivered": 2, "read": 3}
ARRIVED = ("delivered", "read")
WINDOW = ("window", "window_closed")
"""Reasons of a platform that takes a parcel and then says that the person must write first."""

_mine = outbox.c
_COLUMNS = (
    _mine.id,
    _mine.conversation,
    _mine.key,
    _mine.state,
    _mine.receipt,
    _mine.position,
    _mine.platform_id,
    _mine.sent_at,
)
_OURS = sa.and_(
    _mine.authority == sa.bindparam("authority"), _mine.channel == sa.bindparam("channel")
)
_BY_KEY = sa.select(*_COLUMNS).where(_mine.key == sa.bindparam("key"), _OURS).with_for_update()
_BY_PLATFORM_ID = (
    sa.select(*_COLUMNS)
    .where(_mine.platform_id == sa.bindparam("platform_id"), _OURS)
    .order_by(_mine.id.desc())
    .limit(1)
    .with_for_update()
)


def received(
    connection: Connection, authority: str, channel_name: str, receipt: Receipt, now: datetime
) -> str | None:
    """Apply a receipt; return the conversation that it is about, None when it is about no parcel of
    that council on that channel.

    Receipts come late, twice and out of order: one that says less than what is known changes
    nothing. One about a parcel that we are not sure of, or have given up, settles it as sent.
    """
    row = _find(connection, authority, channel_name, receipt)
    if row is None:
        return None
    failed = receipt.status == "failed"
    changes = _failed(row, receipt, now) if failed else _arrived(row, receipt, now)
    if changes:
        connection.execute(sa.update(outbox).where(_mine.id == row.id).values(**changes))
    conversation: str = row.conversation
    return conversation


def _find(connection: Connection, authority: str, channel: str, receipt: Receipt) -> Any:
    ours = {"authority": authority, "channel": channel}
    if receipt.key:
        row = connection.execute(_BY_KEY, {**ours, "key": receipt.key}).first()
        if row is not None:
            return row
    if not receipt.platform_id:
        return None
    return connection.execute(_BY_PLATFORM_ID, {**ours, "platform_id": receipt.platform_id}).first()


def _arrived(row: Any, receipt: Receipt, now: datetime) -> Mapping[str, Any]:
    rank = RANK.get(receipt.status, 0)
    # What failed can still be seen to arrive, but not to have been taken.
    known = 1 if row.receipt == "failed" else RANK.get(row.receipt or "", 0)
    if rank <= known:
        return {}
    changes = {"receipt": receipt.status, "receipt_at": receipt.at}
    if row.state == "discarded":
        return changes
    return {
        **changes,
        "state": "sent",
        "failure": None,
        "unsure": False,
        "platform_id": row.platform_id or receipt.platform_id or None,
        "sent_at": row.sent_at or min(receipt.at, now),
        "held_by": None,
        "held_until": None,
        **({"payload": {}} if row.position is None else {}),
    }


def _failed(row: Any, receipt: Receipt, now: datetime) -> Mapping[str, Any]:
    if row.receipt in ("failed", *ARRIVED) or row.state in ("dropped", "discarded", "refused"):
        return {}
    reason = (receipt.reason or "failed")[:80]
    if reason in WINDOW:
        return {**anew(row.key), "state": "held", "failure": reason, "next_at": now}
    return {
        "state": "refused",
        "failure": reason,
        "next_at": now,
        "unsure": False,
        "receipt": "failed",
        "receipt_at": receipt.at,
        "platform_id": row.platform_id or receipt.platform_id or None,
        "held_by": None,
        "held_until": None,
    }


def anew(key: str) -> Mapping[str, Any]:
    """Return what makes a parcel that a platform took, and then failed to deliver, a new one. It
    gets another key: the old one would only find the old message, and its late receipts."""
    base, _, number = key.partition("~")
    return {
        "key": f"{base}~{int(number or 1) + 1}",
        "platform_id": None,
        "receipt": None,
        "receipt_at": None,
        "sent_at": None,
        "unsure": False,
        "held_by": None,
        "held_until": None,
    }
