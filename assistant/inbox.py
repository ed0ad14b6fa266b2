"""Step one: a message is kept before it is acknowledged, and worked once, in the order it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant import conversations as book
from assistant import transcript
from assistant.bot import DialogueState
from assistant.content import content_from_json, content_to_json, text_of
from assistant.conversation import Conversation
from assistant.refused_numbers import Catalogue, no_service, without_secrets
from assistant.tables import also_known_as, conversations, inbox
from channels.messages import Address, InboundMessage
from channels.transcript import Speaker
from knowledge.tables import insert

LEASE = timedelta(seconds=30)
"""How long a worker is believed to work on a conversation: longer than a turn may take."""

TRIES = 3
"""How often a message is taken up before it counts as one that cannot be answered."""

# Statements of the path are built once: building one takes SQLAlchemy longer than running it.
_INSERT = sa.insert(inbox)
_SEEN = sa.union_all(
    sa.select(inbox.c.id).where(
        inbox.c.channel == sa.bindparam("channel"),
        inbox.c.external_id == sa.bindparam("external_id"),
    ),
    sa.select(also_known_as.c.inbox).where(
        also_known_as.c.channel == sa.bindparam("channel"),
        also_known_as.c.external_id == sa.bindparam("external_id"),
    ),
)
_NEXT = (
    sa.select(
        *book.COLUMNS,
        conversations.c.state,
        inbox.c.id.label("inbox_id"),
        inbox.c.channel.label("from_channel"),
        inbox.c.user.label("from_user"),
        inbox.c.external_id,
        inbox.c.content,
        inbox.c.sent_at,
        inbox.c.attempts,
    )
    .join(conversations, conversations.c.id == inbox.c.conversation)
    .where(
        inbox.c.handled_at.is_(None),
        sa.or_(
            conversations.c.held_until.is_(None), conversations.c.held_until < sa.bindparam("now")
        ),
    )
    .order_by(inbox.c.id)
    .limit(1)
)
_NEXT_LOCKED = _NEXT.with_for_update(of=conversations, skip_locked=True)
_HOLD = (
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("conversation_id"))
    .values(held_by=sa.bindparam("holder"), held_until=sa.bindparam("until"))
)
_COUNT_TRY = (
    sa.update(inbox)
    .where(inbox.c.id == sa.bindparam("inbox_id"))
    .values(attempts=inbox.c.attempts + 1)
)
_HELD = (
    sa.select(*book.COLUMNS)
    .where(
        conversations.c.id == sa.bindparam("conversation_id"),
        conversations.c.held_by == sa.bindparam("holder"),
    )
    .with_for_update()
)
_HANDLED = (
    sa.update(inbox)
    .where(inbox.c.id == sa.bindparam("inbox_id"))
    .values(handled_at=sa.bindparam("now"))
)
_LET_GO = (
    sa.update(conversations)
    .where(
        conversations.c.id == sa.bindparam("conversation_id"),
        conversations.c.held_by == sa.bindparam("holder"),
    )
    .values(held_by=None, held_until=None)
)


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
    connection: Connection,
    authority: str,
    message: InboundMessage,
    now: datetime,
    services: Catalogue = no_service,
) -> Conversation | None:
    """Keep a message; return its conversation, or None when this channel and id came before.

    The message joins the person's open conversation with that council, or opens one. It is kept
    without secrets, but for those that an open form of one of the `services` asks for. Raise
    IntegrityError when the same message is being kept at this moment: try once more.
    """
    if _came_before(connection, authority, message):
        return None
    conversation = book.open_for(connection, authority, message.sender, now)
    if message.also_known_as and _came_before(connection, authority, message):
        # Its twin came while we waited for the conversation. No unique key tells the two apart.
        return None
    message = without_secrets(connection, conversation, message, services)
    key = {"channel": message.sender.channel, "external_id": message.external_id}
    kept = connection.execute(
        _INSERT,
        {
            **key,
            "user": message.sender.user,
            "authority": authority,
            "conversation": conversation.id,
            "content": content_to_json(message.content),
            "sent_at": message.sent_at,
            "received_at": now,
            "attempts": 0,
        },
    )
    if message.also_known_as:
        others = message.also_known_as
        _remember(connection, authority, message, others, kept.inserted_primary_key[0])
    conversation = write_down(connection, conversation, message, now)
    book.save(connection, conversation, now)
    return conversation


def write_down(
    connection: Connection, conversation: Conversation, message: InboundMessage, now: datetime
) -> Conversation:
    """Write what the resident sent to the transcript; return the conversation as it then is, which
    the caller saves."""
    said = transcript.append(
        connection,
        conversation,
        Speaker.RESIDENT,
        text_of(message.content),
        now,
        more={"client_id": message.external_id.rpartition(":")[2]},
        thread=message.sender,
    )
    return said or conversation


def leave_unanswered(connection: Connection, message: InboundMessage, now: datetime) -> None:
    """Let no worker take up a message that was just kept: it stands in the transcript."""
    connection.execute(
        sa.update(inbox)
        .where(
            inbox.c.channel == message.sender.channel, inbox.c.external_id == message.external_id
        )
        .values(handled_at=now)
    )


def _came_before(connection: Connection, authority: str, message: InboundMessage) -> bool:
    """Whether the message came under any of its ids. If so, it is known by all of them now."""
    ids = (message.external_id, *message.also_known_as)
    keys = ({"channel": message.sender.channel, "external_id": one} for one in ids)
    rows = (connection.execute(_SEEN, key).scalar() for key in keys)
    kept = next((row for row in rows if row), None)
    if kept is not None and message.also_known_as:
        _remember(connection, authority, message, ids, kept)
    return kept is not None


def _remember(
    connection: Connection,
    authority: str,
    message: InboundMessage,
    ids: Sequence[str],
    kept: int,
) -> None:
    """Keep other ids of a message: it may come under each of them."""
    for external_id in ids:
        connection.execute(
            insert(connection, also_known_as)
            .values(
                authority=authority,
                channel=message.sender.channel,
                external_id=external_id,
                inbox=kept,
            )
            .on_conflict_do_nothing()
        )


def anything_waits(connection: Connection, now: datetime) -> bool:
    """Whether there is a message that a worker could take."""
    return connection.execute(_NEXT, {"now": now}).first() is not None


def claim(connection: Connection, holder: str, now: datetime) -> Work | None:
    """Take the oldest message of a conversation that nobody holds; None when there is none."""
    row = connection.execute(_NEXT_LOCKED, {"now": now}).first()
    if row is None:
        return None
    connection.execute(_HOLD, {"conversation_id": row.id, "holder": holder, "until": now + LEASE})
    connection.execute(_COUNT_TRY, {"inbox_id": row.inbox_id})
    return _work(row, holder)


def held(connection: Connection, work: Work) -> Conversation | None:
    """Return the conversation as it is now, locked, when the worker still holds it."""
    found = connection.execute(_HELD, _hold_of(work)).first()
    return None if found is None else book.from_row(found)


def handled(connection: Connection, work: Work, now: datetime) -> None:
    """Mark the message as done. The conversation stays held."""
    connection.execute(_HANDLED, {"inbox_id": work.inbox_id, "now": now})


def let_go(connection: Connection, work: Work) -> None:
    """Let others work on the conversation; nothing happens when somebody else holds it by now."""
    connection.execute(_LET_GO, _hold_of(work))


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


def _work(row: Any, holder: str) -> Work:
    conversation = book.from_row(row)
    state = row.state or {}
    return Work(
        inbox_id=row.inbox_id,
        message=InboundMessage(
            Address(row.from_channel, row.from_user),
            row.external_id,
            content_from_json(row.content),
            row.sent_at,
        ),
        conversation=conversation,
        state=DialogueState(state.get("slots") or {}, tuple(state.get("events") or ())),
        tries=row.attempts + 1,
        holder=holder,
    )


def _hold_of(work: Work) -> dict[str, str]:
    return {"conversation_id": work.conversation.id, "holder": work.holder}
