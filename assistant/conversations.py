"""Conversations in the database: found by address, read, and written when something changes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant.bot import DialogueState
from assistant.conversation import Conversation, Keeper
from assistant.tables import contact_points, conversations, threads
from channels.messages import Address
from knowledge.tables import insert

_columns = conversations.c
COLUMNS = tuple(column for column in _columns if column.name not in ("state", "held_until"))
"""What a Conversation is read from. The state, which is large, is read only for the bot."""


def _addresses_of_person(channel: Any, user: Any) -> Any:
    """Return the query for (channel, user) of all addresses of the person whose address it is: none
    for most people, who have one."""
    own, theirs = contact_points.alias(), contact_points.alias()
    return (
        sa.select(theirs.c.channel, theirs.c.user)
        .join(own, own.c.person == theirs.c.person)
        .where(own.c.channel == channel, own.c.user == user)
    )


# Statements of the path are built once: building one takes SQLAlchemy longer than running it.
_BY_ID = sa.select(*COLUMNS).where(_columns.id == sa.bindparam("id"))
_BY_ID_LOCKED = _BY_ID.with_for_update()
_BY_ADDRESS = sa.select(*COLUMNS).where(
    _columns.authority == sa.bindparam("authority"),
    _columns.channel == sa.bindparam("channel"),
    _columns.user == sa.bindparam("user"),
)
_OPEN_LOCKED = _BY_ADDRESS.where(_columns.closed_at.is_(None)).with_for_update()
_OPEN_OF_PERSON = (
    sa.select(*COLUMNS)
    .where(
        _columns.authority == sa.bindparam("authority"),
        _columns.closed_at.is_(None),
        sa.tuple_(_columns.channel, _columns.user).in_(
            _addresses_of_person(sa.bindparam("channel"), sa.bindparam("user"))
        ),
    )
    .order_by(_columns.opened_at.desc())
    .limit(1)
    .with_for_update()
)
_OWN_POINT = sa.select(contact_points.c.person).where(
    contact_points.c.channel == sa.bindparam("channel"),
    contact_points.c.user == sa.bindparam("user"),
)
_PERSON_LOCKED = (
    sa.select(contact_points.c.person)
    .where(contact_points.c.person.in_(_OWN_POINT))
    .order_by(contact_points.c.channel, contact_points.c.user)
    .with_for_update()
)
_LATEST = _BY_ADDRESS.order_by(_columns.opened_at.desc()).limit(1)
_PART = (
    sa.select(*COLUMNS)
    .join(threads, threads.c.conversation == _columns.id)
    .where(
        threads.c.authority == sa.bindparam("authority"),
        threads.c.channel == sa.bindparam("channel"),
        threads.c.user == sa.bindparam("user"),
    )
    .order_by(_columns.opened_at.desc())
    .limit(2)
)
"""Those that went on at another address, or came from one."""
_STATE = sa.select(_columns.state).where(_columns.id == sa.bindparam("id"))
_SAVED = {
    name: sa.bindparam(f"new_{name}")
    for name in (
        "channel",
        "user",
        "keeper",
        "epoch",
        "agent",
        "agent_name",
        "closed_at",
        "position",
        "changed_at",
    )
}
_SAVE = sa.update(conversations).where(_columns.id == sa.bindparam("the_id")).values(**_SAVED)
_REMEMBER = (
    sa.update(conversations)
    .where(_columns.id == sa.bindparam("the_id"))
    .values(state=sa.bindparam("new_state"))
)
_END_TURN = _SAVE.values(state=sa.bindparam("new_state"), held_by=None, held_until=None)


def load(connection: Connection, conversation: str, *, lock: bool = False) -> Conversation:
    """Return the conversation; with `lock`, nobody else changes it before this transaction ends.
    Raise KeyError when there is none."""
    row = connection.execute(_BY_ID_LOCKED if lock else _BY_ID, {"id": conversation}).first()
    if row is None:
        raise KeyError(conversation)
    return from_row(row)


def save(connection: Connection, conversation: Conversation, now: datetime) -> None:
    """Write where it goes on, who keeps it, its epoch, its last position and its end."""
    connection.execute(_SAVE, _values(conversation, now))


def end_turn(
    connection: Connection, conversation: Conversation, state: DialogueState, now: datetime
) -> None:
    """Write the conversation and what the bot must remember, and let other workers have it."""
    kept = {"slots": dict(state.slots), "events": [dict(event) for event in state.events]}
    connection.execute(_END_TURN, {**_values(conversation, now), "new_state": kept})


def open_for(
    connection: Connection, authority: str, address: Address, now: datetime
) -> Conversation:
    """Return the person's open conversation with that council, locked; open one if need be.

    It may have begun at another address of the same person: it then goes on at this one.
    """
    where = _of(authority, address)
    row = connection.execute(_OPEN_LOCKED, where).first()
    if row is not None:
        return from_row(row)
    # Somebody who writes from two addresses at the same moment opens one conversation, not two.
    if connection.execute(_PERSON_LOCKED, where).first() is not None:
        row = connection.execute(_OPEN_OF_PERSON, where).first()
        if row is not None:
            return _moved_to(connection, from_row(row), address)
    connection.execute(
        insert(connection, conversations)
        .values(
            id=str(uuid.uuid4()),
            keeper=Keeper.BOT.value,
            epoch=0,
            position=0,
            agent_name="",
            state={},
            opened_at=now,
            changed_at=now,
            **where,
        )
        .on_conflict_do_nothing()
    )
    return from_row(connection.execute(_OPEN_LOCKED, where).one())


def latest(connection: Connection, authority: str, address: Address) -> Conversation | None:
    """Return the conversation with that council that this address takes part in: the open one, or
    else the latest."""
    where = _of(authority, address)
    rows = [connection.execute(query, where).first() for query in (_LATEST, _PART)]
    found = [from_row(row) for row in rows if row is not None]
    return max(found, key=lambda one: (one.closed_at is None, one.opened_at), default=None)


def is_first(connection: Connection, conversation: Conversation, address: Address) -> bool:
    """Whether this address took part in no other conversation with that council."""
    where = _of(conversation.authority, address)
    rows = [connection.execute(query, where).all() for query in (_BY_ADDRESS.limit(2), _PART)]
    return not any(row.id != conversation.id for found in rows for row in found)


def addresses(connection: Connection, conversation: Conversation) -> Sequence[Address]:
    """Return the addresses that took part in it, the one where it goes on first."""
    rows = connection.execute(
        sa.select(threads.c.channel, threads.c.user)
        .where(threads.c.conversation == conversation.id)
        .order_by(threads.c.channel, threads.c.user)
    )
    others = (Address(row.channel, row.user) for row in rows)
    return (conversation.address, *(a for a in others if a != conversation.address))


def addresses_of_person(address: Address) -> Any:
    """Return the query for (channel, user) of all addresses of the person whose address it is."""
    return _addresses_of_person(address.channel, address.user)


def let_take_part(connection: Connection, conversation: Conversation, address: Address) -> None:
    """Let an address of the person read what is said to it in this conversation. Raise KeyError
    when it is not theirs."""
    if address in addresses(connection, conversation):
        return
    theirs = connection.execute(addresses_of_person(conversation.address))
    if tuple(vars(address).values()) not in [(row.channel, row.user) for row in theirs]:
        raise KeyError(address.channel)
    take_part(connection, conversation, address)


def _moved_to(connection: Connection, conversation: Conversation, address: Address) -> Conversation:
    """Let it go on at another address of the person. The caller saves it."""
    take_part(connection, conversation, conversation.address)
    take_part(connection, conversation, address)
    return replace(conversation, address=address)


def take_part(connection: Connection, conversation: Conversation, address: Address) -> None:
    """Note that this address reads what is said to it there, too. Taking part twice is once."""
    connection.execute(
        insert(connection, threads)
        .values(authority=conversation.authority, conversation=conversation.id, **vars(address))
        .on_conflict_do_nothing()
    )


def state_of(connection: Connection, conversation: str) -> Mapping[str, Any]:
    """Return what the bot remembers, as JSON; empty at the start."""
    value: Mapping[str, Any] | None = connection.execute(_STATE, {"id": conversation}).scalar()
    return value or {}


def remember(connection: Connection, conversation: Conversation, state: DialogueState) -> None:
    """Write what the bot must remember. A turn that is being made at this moment writes over it."""
    kept = {"slots": dict(state.slots), "events": [dict(event) for event in state.events]}
    connection.execute(_REMEMBER, {"the_id": conversation.id, "new_state": kept})


def from_row(row: Any) -> Conversation:
    """Read a row that has COLUMNS."""
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
        position=row.position,
    )


def _values(conversation: Conversation, now: datetime) -> dict[str, Any]:
    return {
        "the_id": conversation.id,
        "new_channel": conversation.address.channel,
        "new_user": conversation.address.user,
        "new_keeper": conversation.keeper.value,
        "new_epoch": conversation.epoch,
        "new_agent": conversation.agent,
        "new_agent_name": conversation.agent_name,
        "new_closed_at": conversation.closed_at,
        "new_position": conversation.position,
        "new_changed_at": now,
    }


def _of(authority: str, address: Address) -> dict[str, str]:
    return {"authority": authority, "channel": address.channel, "user": address.user}
