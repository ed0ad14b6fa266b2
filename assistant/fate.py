"""What became of the lines of a conversation: whether they arrived, and the files that came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant.tables import attachments, outbox
from channels.transcript import Attachment, Delivery, Entry

WORST_FIRST = (
    "refused",
    "given_up",
    "discarded",
    "dropped",
    "held",
    "waiting",
    "sent",
    "delivered",
    "read",
)

_PARCELS = sa.select(
    outbox.c.position,
    outbox.c.state,
    outbox.c.receipt,
    outbox.c.receipt_at,
    outbox.c.sent_at,
    outbox.c.failure,
).where(
    outbox.c.conversation == sa.bindparam("conversation"),
    outbox.c.position > sa.bindparam("after"),
)
_FILES = sa.select(attachments).where(
    attachments.c.conversation == sa.bindparam("conversation"),
    attachments.c.position > sa.bindparam("after"),
)


def with_fate(
    connection: Connection, conversation: str, entries: Sequence[Entry], after: int
) -> Sequence[Entry]:
    """Return the entries with their delivery and their file, as staff may see them."""
    where = {"conversation": conversation, "after": after}
    deliveries: defaultdict[int, list[Delivery]] = defaultdict(list)
    for row in connection.execute(_PARCELS, where):
        deliveries[row.position].append(_delivery(row))
    files = {row.position: _attachment(row) for row in connection.execute(_FILES, where)}
    return [_told(entry, deliveries, files) for entry in entries]


def _told(
    entry: Entry, deliveries: Mapping[int, Sequence[Delivery]], files: Mapping[int, Attachment]
) -> Entry:
    parts, file = deliveries.get(entry.position), files.get(entry.position)
    if not parts and not file:
        return entry
    worst = min(parts, key=lambda part: WORST_FIRST.index(part.state)) if parts else None
    return replace(entry, delivery=worst, attachment=file)


def _delivery(row: Any) -> Delivery:
    if row.state != "sent":
        return Delivery(row.state, row.receipt_at, row.failure or "")
    arrived = row.receipt if row.receipt in ("delivered", "read") else "sent"
    return Delivery(arrived, row.sent_at if arrived == "sent" else row.receipt_at)


def _attachment(row: Any) -> Attachment:
    return Attachment(
        id=row.id,
        state=row.state,
        media_type=row.media_type or "",
        size=row.size or 0,
        reason=row.failure or "",
    )
