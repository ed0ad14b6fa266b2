"""Makes conversations follow the person: one goes on when addresses are joined, none is shared once
they are parted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant import conversations as book
from assistant.content import content_from_json
from assistant.conversation import Conversation, Keeper
from assistant.inbox import write_down
from assistant.tables import attachments, contact_points, conversations, inbox, outbox, threads
from channels.messages import Address, Attached, InboundMessage
from handoff import queue

NEEDED = (Keeper.BOT, Keeper.QUEUE, Keeper.AGENT)
"""Whose conversation is kept when a person has two: later ones first."""


def joined(connection: Connection, person: str, now: datetime) -> Sequence[Conversation]:
    """Let one open conversation of that person stay at each council, and close the others: what was
    written there and is not yet answered is answered in the one that stays. Return all that
    changed. Call it in the transaction that joins the addresses.

    The one that an agent has stays, else the one that waits for a person, else the latest. While it
    is the bot's, what the bot said in the others is still sent.
    """
    rows = connection.execute(
        sa.select(*book.COLUMNS)
        .where(
            conversations.c.closed_at.is_(None),
            sa.tuple_(conversations.c.channel, conversations.c.user).in_(
                sa.select(contact_points.c.channel, contact_points.c.user).where(
                    contact_points.c.person == person
                )
            ),
        )
        .order_by(conversations.c.authority, conversations.c.changed_at)
        .with_for_update()
    )
    changed: list[Conversation] = []
    for _, found in groupby(map(book.from_row, rows), key=lambda one: one.authority):
        # Of equals the last stays: sorting keeps their order, which is that of their last change.
        *others, stays = sorted(found, key=lambda one: NEEDED.index(one.keeper))
        for other in others:
            changed.append(_close(connection, other, stays, now))
            stays = _carry(connection, other, stays, sa.true(), now)
        if others:
            book.save(connection, stays, now)
            changed.append(stays)
    return changed


def parted(
    connection: Connection, authority: str, address: Address, now: datetime
) -> Sequence[Conversation]:
    """Share no open conversation between this address and those that it was joined with. Return
    what changed. Call it in the transaction that parts the address.

    A conversation stays where it goes on. Every other address has left it, the bot forgets what was
    said, and what an address wrote that is not yet answered is answered in one of its own.
    """
    rows = connection.execute(
        sa.select(*book.COLUMNS)
        .where(
            conversations.c.closed_at.is_(None),
            conversations.c.id.in_(
                sa.select(threads.c.conversation).where(
                    threads.c.channel == address.channel, threads.c.user == address.user
                )
            ),
        )
        .with_for_update()
    )
    changed = []
    for conversation in map(book.from_row, rows):
        # A bot that is thinking has read what the other address wrote: the epoch takes its answer.
        alone = conversation.in_new_epoch()
        book.save(connection, alone, now)
        connection.execute(
            sa.update(conversations).where(conversations.c.id == alone.id).values(state={})
        )
        changed.append(alone)
        changed += _send_others_away(connection, alone, now)
    return changed


def _send_others_away(
    connection: Connection, conversation: Conversation, now: datetime
) -> list[Conversation]:
    connection.execute(sa.delete(threads).where(threads.c.conversation == conversation.id))
    senders = connection.execute(
        sa.select(inbox.c.channel, inbox.c.user).where(_waits_in(conversation)).distinct()
    )
    opened = []
    for sender in (Address(row.channel, row.user) for row in senders.all()):
        if sender == conversation.address:
            continue
        own = book.open_for(connection, conversation.authority, sender, now)
        if own.id == conversation.id:
            # It is of the same person as the address where it goes on: nothing parts these two.
            continue
        own = _carry(connection, conversation, own, _is_from(sender), now)
        book.save(connection, own, now)
        opened.append(own)
    return opened


def _close(
    connection: Connection, other: Conversation, stays: Conversation, now: datetime
) -> Conversation:
    closed = other.closed(now)
    book.save(connection, closed, now)
    connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == other.id)
        .values(outcome="Goes on elsewhere")
    )
    queue.leave(connection, other.id, "goes on elsewhere", now)
    for address in (stays.address, *book.addresses(connection, other)):
        book.take_part(connection, stays, address)
    if stays.keeper is Keeper.BOT:
        connection.execute(
            sa.update(outbox)
            .where(
                outbox.c.conversation == other.id,
                outbox.c.epoch == other.epoch,
                outbox.c.state.in_(["waiting", "held"]),
            )
            .values(epoch=closed.epoch)
        )
    return closed


def _carry(
    connection: Connection, left: Conversation, stays: Conversation, which: Any, now: datetime
) -> Conversation:
    """Let what waits for an answer in one conversation wait in another, where who answers reads it
    too; return that one as it then is, which the caller saves."""
    rows = connection.execute(sa.select(inbox).where(_waits_in(left), which).order_by(inbox.c.id))
    for row in rows.all():
        content = content_from_json(row.content)
        sender = Address(row.channel, row.user)
        message = InboundMessage(sender, row.external_id, content, row.sent_at)
        stays = write_down(connection, stays, message, now)
        connection.execute(
            sa.update(inbox).where(inbox.c.id == row.id).values(conversation=stays.id)
        )
        if isinstance(content, Attached):
            _carry_file(connection, left, stays, content)
    return stays


def _carry_file(
    connection: Connection, left: Conversation, stays: Conversation, content: Attached
) -> None:
    connection.execute(
        sa.update(attachments)
        .where(attachments.c.conversation == left.id, attachments.c.url == content.url)
        .values(conversation=stays.id, position=stays.position)
    )


def _waits_in(conversation: Conversation) -> Any:
    return sa.and_(inbox.c.conversation == conversation.id, inbox.c.handled_at.is_(None))


def _is_from(address: Address) -> Any:
    return sa.and_(inbox.c.channel == address.channel, inbox.c.user == address.user)
