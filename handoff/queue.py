"""Who waits for a person: an emergency first, then in the order in which they joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from handoff.covering import one_queue
from handoff.handover import Handover, Reason, handover_from
from handoff.tables import queue as table
from knowledge.tables import insert

URGENT = 100
"""The priority of an emergency; everybody else has 0."""


@dataclass(frozen=True)
class Waiting:
    """One conversation that nobody has taken yet, and since when it waits."""

    conversation: str
    authority: str
    handover: Handover
    joined_at: datetime


def join(
    connection: Connection, conversation: str, authority: str, handover: Handover, now: datetime
) -> int:
    """Return the place in the queue, counted from 1. Joining twice keeps the first place."""
    connection.execute(
        insert(connection, table)
        .values(
            authority=authority,
            conversation=conversation,
            handover=handover.as_json(),
            priority=URGENT if handover.urgent else 0,
            joined_at=now,
        )
        .on_conflict_do_nothing()
    )
    found = place(connection, conversation, now)
    return found if found is not None else 1


def place(connection: Connection, conversation: str, now: datetime) -> int | None:
    """Return the place among those of the same council who wait, from 1; None when not waiting.
    Councils that have become one by now have one queue."""
    mine = connection.execute(
        sa.select(table.c.id, table.c.authority, table.c.priority).where(
            _waits(table.c.conversation == conversation)
        )
    ).first()
    if mine is None:
        return None
    ahead = connection.execute(
        sa.select(sa.func.count())
        .select_from(table)
        .where(
            _waits(table.c.authority.in_(one_queue(mine.authority, now))),
            sa.or_(
                table.c.priority > mine.priority,
                sa.and_(table.c.priority == mine.priority, table.c.id <= mine.id),
            ),
        )
    ).scalar()
    return int(ahead or 1)


def waiting(connection: Connection, authorities: Sequence[str]) -> Sequence[Waiting]:
    """Return those who wait at these councils: emergencies first, the longest wait before others;
    at most 200."""
    rows = connection.execute(
        sa.select(table)
        .where(_waits(table.c.authority.in_(list(authorities))))
        .order_by(table.c.priority.desc(), table.c.id)
        .limit(200)
    )
    return [
        Waiting(row.conversation, row.authority, handover_from(row.handover), row.joined_at)
        for row in rows
    ]


def raise_alarm(
    connection: Connection,
    conversation: str,
    authority: str,
    handover: Handover,
    agent: int | None,
    now: datetime,
) -> None:
    """Mark a conversation that waits, or that this agent has, as an emergency, and put it first.

    What was handed over before stays. Who was never in the queue, because the agent stepped in, is
    from now on in its books, as taken.
    """
    of_it = sa.and_(table.c.conversation == conversation, table.c.left_at.is_(None))
    before = connection.execute(sa.select(table.c.handover).where(of_it)).scalar()
    if before is None:
        join(connection, conversation, authority, handover, now)
        if agent is not None:
            take(connection, conversation, agent, now)
        return
    known = replace(handover_from(before), reason=Reason.URGENT, urgent=handover.urgent)
    connection.execute(
        sa.update(table).where(of_it).values(handover=known.as_json(), priority=URGENT)
    )


def take(connection: Connection, conversation: str, agent: int, now: datetime) -> None:
    """Mark the place as taken; nothing happens when the conversation does not wait."""
    connection.execute(
        sa.update(table)
        .where(_waits(table.c.conversation == conversation))
        .values(taken_at=now, agent=agent)
    )


def leave(connection: Connection, conversation: str, outcome: str, now: datetime) -> None:
    """End the place, taken or not; nothing happens when there is none."""
    connection.execute(
        sa.update(table)
        .where(table.c.conversation == conversation, table.c.left_at.is_(None))
        .values(left_at=now, outcome=outcome)
    )


def latest_handover(connection: Connection, conversation: str) -> Handover | None:
    """Return what the bot gave when it last stopped, None when it never did."""
    value = connection.execute(
        sa.select(table.c.handover)
        .where(table.c.conversation == conversation)
        .order_by(table.c.id.desc())
        .limit(1)
    ).scalar()
    return handover_from(value) if value else None


def handovers(connection: Connection, conversations: Sequence[str]) -> dict[str, Handover]:
    """Return the latest handover of each of these conversations that ever had one."""
    latest = (
        sa.select(sa.func.max(table.c.id))
        .where(table.c.conversation.in_(list(conversations)))
        .group_by(table.c.conversation)
    )
    rows = connection.execute(
        sa.select(table.c.conversation, table.c.handover).where(table.c.id.in_(latest))
    )
    return {row.conversation: handover_from(row.handover) for row in rows}


def _waits(condition: Any) -> Any:
    return sa.and_(condition, table.c.left_at.is_(None), table.c.taken_at.is_(None))
