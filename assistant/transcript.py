"""What was said in a conversation: written by every step, read by the chat and the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant.content import choices_from, links_from, source_from_json
from assistant.store import insert
from assistant.tables import conversations, transcript
from channels.transcript import Entry, Speaker

LONGEST_READ = 500
"""Entries read at once: a reader with more to read comes again."""


def append(
    connection: Connection,
    conversation: str,
    authority: str,
    speaker: Speaker,
    text: str,
    now: datetime,
    *,
    name: str = "",
    more: Mapping[str, Any] | None = None,
    once: str | None = None,
) -> int | None:
    """Write one entry and return its position; None when `once` was written before.

    The conversation's row stays locked until the transaction ends, so positions become visible
    in their order.
    """
    if once is not None:
        seen = connection.execute(sa.select(transcript.c.id).where(transcript.c.once == once))
        if seen.first() is not None:
            return None
    connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == conversation)
        .values(position=conversations.c.position + 1, changed_at=now)
    )
    position: int = connection.execute(
        sa.select(conversations.c.position).where(conversations.c.id == conversation)
    ).scalar_one()
    written = connection.execute(
        insert(connection, transcript)
        .values(
            authority=authority,
            conversation=conversation,
            position=position,
            at=now,
            speaker=speaker.value,
            name=name,
            text=text,
            more=dict(more or {}),
            once=once,
        )
        .on_conflict_do_nothing(index_elements=["once"])
    )
    if not written.rowcount:
        raise SaidAtOnce(once or "")
    return position


class SaidAtOnce(Exception):
    """The same entry was being written twice at the same moment: the transaction must be undone."""


def entries(
    connection: Connection, conversation: str, after: int = 0, *, notes: bool = False
) -> Sequence[Entry]:
    """Return the entries after that position, oldest first; agents' notes only when asked for."""
    query = (
        sa.select(transcript)
        .where(transcript.c.conversation == conversation, transcript.c.position > after)
        .order_by(transcript.c.position)
        .limit(LONGEST_READ)
    )
    if not notes:
        query = query.where(transcript.c.speaker != Speaker.NOTE.value)
    return [_entry(row) for row in connection.execute(query)]


def _entry(row: Any) -> Entry:
    return Entry(
        position=row.position,
        speaker=Speaker(row.speaker),
        text=row.text,
        at=row.at,
        name=row.name,
        choices=choices_from(row.more),
        links=links_from(row.more),
        source=source_from_json(row.more.get("source")),
        client_id=row.more.get("client_id", ""),
        helpful=row.helpful,
    )
