"""Step four, first half: one row is one call to one platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant.conversation import Conversation
from assistant.tables import conversations, outbox
from channels.channel import DeliveryFailed, Payload, Transient
from channels.messages import Address
from knowledge.tables import insert

ATTEMPTS = 10
LONGEST_WAIT = timedelta(minutes=30)
LEASE = timedelta(seconds=60)
"""How long a sender is believed to be in its call: longer than any platform's time-out."""


@dataclass(frozen=True)
class Parcel:
    """One call that waits to be made. `key` is the same at each attempt."""

    id: int
    authority: str
    conversation: str
    to: Address
    payload: Payload
    key: str
    attempts: int
    epoch: int | None


def put(
    connection: Connection,
    conversation: Conversation,
    payload: Payload,
    key: str,
    now: datetime,
    *,
    epoch: int | None,
    to: Address | None = None,
    position: int | None = None,
) -> None:
    """Add a parcel to the conversation's address; the same key is added once.

    `epoch` is the one that a bot's words were computed under, None for an agent's words.
    """
    to = to or conversation.address
    connection.execute(
        insert(connection, outbox)
        .values(
            authority=conversation.authority,
            conversation=conversation.id,
            channel=to.channel,
            user=to.user,
            position=position,
            unsure=False,
            key=key,
            payload=dict(payload),
            epoch=epoch,
            state="waiting",
            attempts=0,
            created_at=now,
            next_at=now,
        )
        .on_conflict_do_nothing()
    )


def claim(connection: Connection, holder: str, now: datetime) -> Parcel | None:
    """Take the oldest parcel whose time has come and that is the first of its address; None when
    there is none. Parcels of a bot whose conversation has moved on are dropped on the way."""
    drop_overtaken(connection)
    earlier = outbox.alias()
    row = connection.execute(
        sa.select(outbox)
        .where(
            outbox.c.state == "waiting",
            outbox.c.next_at <= now,
            sa.or_(outbox.c.held_until.is_(None), outbox.c.held_until < now),
            ~sa.exists().where(
                earlier.c.state == "waiting",
                earlier.c.channel == outbox.c.channel,
                earlier.c.user == outbox.c.user,
                earlier.c.id < outbox.c.id,
            ),
        )
        .order_by(outbox.c.next_at, outbox.c.id)
        .limit(1)
        .with_for_update(of=outbox, skip_locked=True)
    ).first()
    if row is None:
        return None
    connection.execute(
        sa.update(outbox)
        .where(outbox.c.id == row.id)
        .values(held_by=holder, held_until=now + LEASE, attempts=row.attempts + 1)
    )
    return Parcel(
        id=row.id,
        authority=row.authority,
        conversation=row.conversation,
        to=Address(row.channel, row.user),
        payload=row.payload,
        key=row.key,
        attempts=row.attempts + 1,
        epoch=row.epoch,
    )


def anything_waits(connection: Connection) -> bool:
    """Whether any parcel waits, its time come or not."""
    waits = sa.select(outbox.c.id).where(outbox.c.state == "waiting").limit(1)
    return connection.execute(waits).first() is not None


def drop_overtaken(connection: Connection) -> None:
    """Drop what a bot wanted to say before somebody else took over."""
    moved_on = (
        sa.select(conversations.c.id)
        .where(conversations.c.id == outbox.c.conversation, conversations.c.epoch > outbox.c.epoch)
        .exists()
    )
    connection.execute(
        sa.update(outbox)
        .where(outbox.c.state == "waiting", outbox.c.epoch.is_not(None), moved_on)
        .values(state="dropped", failure="overtaken")
    )


def sent(connection: Connection, parcel: Parcel, platform_id: str | None) -> None:
    _end(connection, parcel, state="sent", platform_id=platform_id, failure=None)


def failed(
    connection: Connection, parcel: Parcel, failure: DeliveryFailed, now: datetime
) -> timedelta | None:
    """Put the parcel back for later, or end it; return the wait, None when it has ended."""
    wait = next_try(parcel.attempts, failure)
    if wait is None:
        state = "given_up" if isinstance(failure, Transient) else "refused"
        _end(connection, parcel, state=state, failure=failure.reason)
    else:
        _end(connection, parcel, next_at=now + wait, failure=failure.reason)
    return wait


def next_try(attempts: int, failure: DeliveryFailed) -> timedelta | None:
    """How long to wait before trying again, or None to give up."""
    if not isinstance(failure, Transient) or attempts >= ATTEMPTS:
        return None
    return failure.retry_after or min(timedelta(seconds=2**attempts), LONGEST_WAIT)


def free_all(connection: Connection, worker: str) -> None:
    """Let go of the parcels that an earlier worker of that name was sending when it died."""
    connection.execute(
        sa.update(outbox)
        .where(outbox.c.held_by.startswith(f"{worker}:", autoescape=True))
        .values(held_by=None, held_until=None)
    )


def replay(connection: Connection, parcel_id: int, now: datetime) -> bool:
    """Try a given-up or refused parcel again; False when it is not one."""
    result = connection.execute(
        sa.update(outbox)
        .where(outbox.c.id == parcel_id, outbox.c.state.in_(["given_up", "refused"]))
        .values(state="waiting", attempts=0, next_at=now, failure=None)
    )
    return bool(result.rowcount)


def _end(connection: Connection, parcel: Parcel, **values: Any) -> None:
    connection.execute(
        sa.update(outbox)
        .where(outbox.c.id == parcel.id)
        .values(held_by=None, held_until=None, **values)
    )
