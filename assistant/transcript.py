"""What was said in a conversation: written by every step, read by the chat and the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant.content import choices_from, links_from, source_from_json
from assistant.conversation import Conversation
from assistant.tables import transcript
from channels.messages import Address, Choice
from channels.transcript import Entry, Speaker

LONGEST_READ = 500
"""Entries read at once: a reader with more to read comes again."""

# Statements of the path are built once: building one takes SQLAlchemy longer than running it.
_INSERT = sa.insert(transcript)
_SAID_ONCE = sa.select(transcript.c.id).where(transcript.c.once == sa.bindparam("once"))
_READ = (
    sa.select(transcript)
    .where(
        transcript.c.conversation == sa.bindparam("conversation"),
        transcript.c.position > sa.bindparam("after"),
    )
    .order_by(transcript.c.position)
    .limit(LONGEST_READ)
)
_READ_THREAD = _READ.where(
    transcript.c.speaker != Speaker.NOTE.value,
    transcript.c.channel == sa.bindparam("channel"),
    transcript.c.user == sa.bindparam("user"),
)
_OFFERED = (
    sa.select(transcript)
    .where(
        transcript.c.conversation == sa.bindparam("conversation"),
        transcript.c.position > sa.bindparam("after"),
        transcript.c.speaker.in_(
            [Speaker.ASSISTANT.value, Speaker.AGENT.value, Speaker.SYSTEM.value]
        ),
        transcript.c.channel == sa.bindparam("channel"),
        transcript.c.user == sa.bindparam("user"),
    )
    .order_by(transcript.c.position.desc())
)


def append(
    connection: Connection,
    conversation: Conversation,
    speaker: Speaker,
    text: str,
    now: datetime,
    *,
    name: str = "",
    more: Mapping[str, Any] | None = None,
    once: str | None = None,
    thread: Address | None = None,
) -> Conversation | None:
    """Write one entry at the next position; return the conversation as it then is, None when
    `once` was written before. `thread` is the address that wrote it or reads it: where the
    conversation goes on, when it is not said.

    The caller holds the conversation's row, and saves what it gets back: positions then become
    visible in their order.
    """
    if once is not None and connection.execute(_SAID_ONCE, {"once": once}).first() is not None:
        return None
    position = conversation.position + 1
    thread = thread or conversation.address
    connection.execute(
        _INSERT,
        {
            "authority": conversation.authority,
            "conversation": conversation.id,
            "position": position,
            "channel": thread.channel,
            "user": thread.user,
            "at": now,
            "speaker": speaker.value,
            "name": name,
            "text": text,
            "more": dict(more or {}),
            "once": once,
        },
    )
    return replace(conversation, position=position)


def entries(connection: Connection, conversation: str, after: int = 0) -> Sequence[Entry]:
    """Return the entries after that position, oldest first: all of them, for the desk."""
    rows = connection.execute(_READ, {"conversation": conversation, "after": after})
    return [_entry(row) for row in rows]


def thread(
    connection: Connection, conversation: str, address: Address, after: int = 0
) -> Sequence[Entry]:
    """Return what that address wrote and was told after that position, oldest first."""
    rows = connection.execute(
        _READ_THREAD, {"conversation": conversation, "after": after, **vars(address)}
    )
    return [_entry(row) for row in rows]


def offered(
    connection: Connection, conversation: Conversation, address: Address, back: int
) -> Sequence[tuple[Choice, ...]]:
    """Return what the things said to this address in the last so many entries offered, the latest
    first: () for words that offer nothing. A notice that offers nothing is left out: it takes no
    turn in the conversation."""
    rows = connection.execute(
        _OFFERED,
        {
            "conversation": conversation.id,
            "after": conversation.position - back,
            **vars(address),
        },
    )
    said = ((row.speaker, choices_from(row.more)) for row in rows)
    return [choices for speaker, choices in said if choices or speaker != Speaker.SYSTEM.value]


def was_told(connection: Connection, conversation: Conversation, address: Address) -> bool:
    """Whether anything was said to this address in the conversation."""
    query = sa.select(transcript.c.id).where(
        transcript.c.conversation == conversation.id,
        transcript.c.speaker != Speaker.RESIDENT.value,
        transcript.c.channel == address.channel,
        transcript.c.user == address.user,
    )
    return connection.execute(query.limit(1)).first() is not None


def _entry(row: Any) -> Entry:
    more = row.more
    return Entry(
        position=row.position,
        speaker=Speaker(row.speaker),
        text=row.text,
        at=row.at,
        name=row.name,
        choices=choices_from(more),
        links=links_from(more),
        source=source_from_json(more.get("source")),
        client_id=more.get("client_id", ""),
        helpful=row.helpful,
        channel=row.channel,
        user=row.user,
        language=more.get("language", ""),
    )
