"""Files that residents sent: noted when they arrive, fetched by a worker, one at a time.

A row is waiting until its file is kept, or refused (its kind, its size, a virus), or given up. The
file's random name is written down before the file is, so that a worker that dies leaves none behind
that no row names.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant.conversation import Conversation
from assistant.tables import attachments
from channels.messages import Attached

LEASE = timedelta(minutes=3)
"""How long a worker is believed to fetch: longer than fetching and scanning may take."""
LONGEST = timedelta(hours=72)
LONGEST_WAIT = timedelta(minutes=10)
LONGEST_URL = 2000
UNSCANNED = "unscanned"
"""The failure of a kept file that no scanner has seen, because none is configured."""

_its = attachments.c
_NEXT = (
    sa.select(attachments)
    .where(
        _its.state == sa.literal_column("'waiting'"),
        _its.next_at <= sa.bindparam("now"),
        sa.or_(_its.held_until.is_(None), _its.held_until < sa.bindparam("now")),
    )
    .order_by(_its.next_at)
    .limit(1)
)
_NEXT_LOCKED = _NEXT.with_for_update(skip_locked=True)


@dataclass(frozen=True)
class Wanted:
    """A file to fetch. `attempts` counts this one; `file` is the name to keep it under."""

    id: str
    authority: str
    conversation: str
    channel: str
    url: str
    file: str
    attempts: int
    created_at: datetime
    holder: str


def note(
    connection: Connection,
    conversation: Conversation,
    position: int,
    channel: str,
    content: Attached,
    now: datetime,
) -> None:
    """Remember to fetch a file; it belongs to that entry of the transcript."""
    fits = len(content.url) <= LONGEST_URL
    connection.execute(
        sa.insert(attachments).values(
            id=str(uuid.uuid4()),
            authority=conversation.authority,
            conversation=conversation.id,
            position=position,
            channel=channel,
            url=content.url if fits else "",
            state="waiting" if fits else "refused",
            failure=None if fits else "address",
            attempts=0,
            next_at=now,
            created_at=now,
        )
    )


def is_due(connection: Connection, now: datetime) -> bool:
    """Whether there is a file to fetch: a look, which takes no lock."""
    return connection.execute(_NEXT, {"now": now}).first() is not None


def claim(connection: Connection, holder: str, now: datetime) -> Wanted | None:
    """Take the file that has waited longest; None when there is none."""
    row = connection.execute(_NEXT_LOCKED, {"now": now}).first()
    if row is None:
        return None
    wanted = Wanted(
        id=row.id,
        authority=row.authority,
        conversation=row.conversation,
        channel=row.channel,
        url=row.url,
        file=row.file or secrets.token_hex(16),
        attempts=row.attempts + 1,
        created_at=row.created_at,
        holder=f"{holder}:{secrets.token_hex(4)}",
    )
    connection.execute(
        sa.update(attachments)
        .where(_its.id == row.id)
        .values(
            file=wanted.file,
            attempts=wanted.attempts,
            held_by=wanted.holder,
            held_until=now + LEASE,
        )
    )
    return wanted


def kept(
    connection: Connection, wanted: Wanted, media_type: str, size: int, *, scanned: bool
) -> bool:
    """Show the file, which is in its place; False when another worker has the row by now."""
    return _end(
        connection,
        wanted,
        state="kept",
        media_type=media_type,
        size=size,
        failure=None if scanned else UNSCANNED,
    )


def refused(connection: Connection, wanted: Wanted, reason: str) -> bool:
    """Never show it. `reason` is a word."""
    return _end(connection, wanted, state="refused", failure=reason[:80], file=None)


def failed(
    connection: Connection,
    wanted: Wanted,
    reason: str,
    now: datetime,
    retry_after: timedelta | None = None,
) -> timedelta | None:
    """Put it back for later, or give it up after three days; return the wait, None at the end."""
    if now - wanted.created_at >= LONGEST:
        _end(connection, wanted, state="given_up", failure=reason[:80], file=None)
        return None
    own = min(timedelta(seconds=5 * 2 ** min(wanted.attempts - 1, 10)), LONGEST_WAIT)
    wait = max(own, min(retry_after or own, timedelta(hours=1)))
    _end(connection, wanted, failure=reason[:80], next_at=now + wait)
    return wait


def read_kept(connection: Connection, attachment_id: str) -> Any:
    """Return the row of a kept file, None for any other."""
    query = sa.select(attachments).where(_its.id == attachment_id, _its.state == "kept")
    return connection.execute(query).first()


def free_all(connection: Connection, worker: str) -> None:
    """Let go of the files that an earlier worker of that name was fetching when it died."""
    connection.execute(
        sa.update(attachments)
        .where(_its.held_by.startswith(f"{worker}:", autoescape=True))
        .values(held_by=None, held_until=None)
    )


def _end(connection: Connection, wanted: Wanted, **values: Any) -> bool:
    result = connection.execute(
        sa.update(attachments)
        .where(_its.id == wanted.id, _its.held_by == wanted.holder, _its.state == "waiting")
        .values(held_by=None, held_until=None, **values)
    )
    return bool(result.rowcount)
