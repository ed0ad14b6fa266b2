"""Step one: a message is kept before it is acknowledged, and worked once, in the order it came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant import conversations as book
from assistant import transcript
from assistant.bot import DialogueState
from assistant.content import content_from_json, content_to_json, text_of
from assistant.conversation import Conversation
from assistant.store import insert
from assistant.tables import conversations, inbox
from channels.messages import InboundMessage
from channels.transcript import Speaker

LEASE = timedelta(seconds=30)
"""How long a worker is believed to work on a conversation: longer than a turn may take."""

TRIES = 3
"""How often a message is taken up before it counts as one that cannot be answered."""


@dataclass(frozen=True)
class Work:
    """A message that a worker holds, and its conversation. `tries` counts this one too."""

    inbox_id: int
    message: InboundMessage
    conversation: Conversation
    state: DialogueState
    tries: int
    holder: str


def accept(
    connection: Connection, authority: str, message: InboundMessage, now: datetime
) -> str | None:
    """Keep a message; return its conversation, or None when this channel and id came before.

    The message joins the person's open conversation with that council, or opens one.
    """
    seen = connection.execute(
        sa.select(inbox.c.id).where(
            inbox.c.channel == message.sender.channel, inbox.c.external_id == message.external_id
        )
    )
    if seen.first() is not None:
        return None
    conversation = book.open_for(connection, authority, message.sender, now)
    written = connection.execute(
        insert(connection, inbox)
        .values(
            authority=authority,
            channel=message.sender.channel,
            external_id=message.external_id,
            conversation=conversation,
            content=content_to_json(message.content),
            sent_at=message.sent_at,
            received_at=now,
            attempts=0,
        )
        .on_conflict_do_nothing()
    )
    if not written.rowcount:
        return None
    transcript.append(
        connection,
        conversation,
        authority,
        Speaker.RESIDENT,
        text_of(message.content),
        now,
        more={"client_id": message.external_id.rpartition(":")[2]},
    )
    return conversation


def claim(connection: Connection, holder: str, now: datetime) -> Work | None:
    """Take the oldest message of a conversation that nobody holds; None when there is none."""
    free = sa.or_(conversations.c.held_until.is_(None), conversations.c.held_until < now)
    row = connection.execute(
        sa.select(inbox)
        .join(conversations, conversations.c.id == inbox.c.conversation)
        .where(inbox.c.handled_at.is_(None), free)
        .order_by(inbox.c.id)
        .limit(1)
        .with_for_update(of=conversations, skip_locked=True)
    ).first()
    if row is None:
        return None
    connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == row.conversation)
        .values(held_by=holder, held_until=now + LEASE)
    )
    connection.execute(
        sa.update(inbox).where(inbox.c.id == row.id).values(attempts=row.attempts + 1)
    )
    conversation = book.load(connection, row.conversation)
    state = book.state_of(connection, row.conversation)
    return Work(
        inbox_id=row.id,
        message=InboundMessage(
            conversation.address, row.external_id, content_from_json(row.content), row.sent_at
        ),
        conversation=conversation,
        state=DialogueState(state.get("slots") or {}, tuple(state.get("events") or ())),
        tries=row.attempts + 1,
        holder=holder,
    )


def held(connection: Connection, work: Work) -> Conversation | None:
    """Return the conversation as it is now, locked, when the worker still holds it."""
    found = connection.execute(
        sa.select(conversations)
        .where(conversations.c.id == work.conversation.id, conversations.c.held_by == work.holder)
        .with_for_update()
    ).first()
    return None if found is None else book.from_row(found)


def done(connection: Connection, work: Work, now: datetime) -> None:
    """Mark the message as handled and let go of its conversation."""
    connection.execute(sa.update(inbox).where(inbox.c.id == work.inbox_id).values(handled_at=now))
    let_go(connection, work)


def let_go(connection: Connection, work: Work) -> None:
    """Let others work on the conversation; nothing happens when somebody else holds it by now."""
    connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == work.conversation.id, conversations.c.held_by == work.holder)
        .values(held_by=None, held_until=None)
    )


def give_up(connection: Connection, inbox_id: int) -> None:
    """Treat this message from now on as one that cannot be answered."""
    connection.execute(sa.update(inbox).where(inbox.c.id == inbox_id).values(attempts=TRIES))


def free_all(connection: Connection, worker: str) -> None:
    """Let go of what an earlier worker of that name held when it died."""
    connection.execute(
        sa.update(conversations)
        .where(conversations.c.held_by.startswith(f"{worker}:", autoescape=True))
        .values(held_by=None, held_until=None)
    )
