"""Conversations in the database: found by address, read, and written when the keeper changes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant.conversation import Conversation, Keeper
from assistant.store import insert
from assistant.tables import conversations
from channels.messages import Address


def load(connection: Connection, conversation: str, *, lock: bool = False) -> Conversation:
    """Return the conversation; with `lock`, nobody else changes it before this transaction ends.
    Raise KeyError when there is none."""
    query = sa.select(conversations).where(conversations.c.id == conversation)
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise KeyError(conversation)
    return from_row(row)


def save(connection: Connection, conversation: Conversation, now: datetime) -> None:
    """Write who keeps it, its epoch and its end."""
    connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == conversation.id)
        .values(
            keeper=conversation.keeper.value,
            epoch=conversation.epoch,
            agent=conversation.agent,
            agent_name=conversation.agent_name,
            closed_at=conversation.closed_at,
            changed_at=now,
        )
    )


def open_for(connection: Connection, authority: str, address: Address, now: datetime) -> str:
    """Return the person's open conversation with that council, locked; open one if need be."""
    query = (
        sa.select(conversations.c.id)
        .where(_of(authority, address), conversations.c.closed_at.is_(None))
        .with_for_update()
    )
    found = connection.execute(query).scalar()
    if found is not None:
        return str(found)
    connection.execute(
        insert(connection, conversations)
        .values(
            id=str(uuid.uuid4()),
            authority=authority,
            channel=address.channel,
            user=address.user,
            keeper=Keeper.BOT.value,
            epoch=0,
            position=0,
            agent_name="",
            state={},
            opened_at=now,
            changed_at=now,
        )
        .on_conflict_do_nothing()
    )
    return str(connection.execute(query).scalar_one())


def latest(connection: Connection, authority: str, address: Address) -> Conversation | None:
    """Return the person's latest conversation with that council, open or closed."""
    row = connection.execute(
        sa.select(conversations)
        .where(_of(authority, address))
        .order_by(conversations.c.opened_at.desc())
        .limit(1)
    ).first()
    return None if row is None else from_row(row)


def state_of(connection: Connection, conversation: str) -> Mapping[str, Any]:
    """Return what the bot remembers, as JSON; empty at the start."""
    value: Mapping[str, Any] | None = connection.execute(
        sa.select(conversations.c.state).where(conversations.c.id == conversation)
    ).scalar()
    return value or {}


def from_row(row: Any) -> Conversation:
    """Read a row that has the table's columns."""
    return Conversation(
        id=row.id,
        authority=row.authority,
        address=Address(row.channel, row.user),
        keeper=Keeper(row.keeper),
        epoch=row.epoch,
        agent=row.agent,
        agent_name=row.agent_name,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )


def _of(authority: str, address: Address) -> Any:
    return sa.and_(
        conversations.c.authority == authority,
        conversations.c.channel == address.channel,
        conversations.c.user == address.user,
    )
