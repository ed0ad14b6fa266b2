"""Who is signed in at the desk: the browser has a random token, the table only its digest."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from handoff.agents import agent_of
from handoff.covering import on_day
from handoff.floor import Agent
from handoff.tables import agents
from handoff.tables import desk_sessions as table

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
# Activity is written down at most this often, so that reading the desk is not writing to it.
GRAIN = timedelta(minutes=1)


@dataclass(frozen=True)
class Session:
    """An agent at the desk. `csrf` must come back with every form."""

    agent: Agent
    csrf: str
    created_at: datetime
    seen_at: datetime

    def ends_at(self) -> datetime:
        """When it ends if nothing more is done: 30 minutes on, and 12 hours after sign-in."""
        return min(self.seen_at + IDLE, self.created_at + LONGEST)

    def may_be_extended(self, now: datetime) -> bool:
        """Whether doing something would move its end."""
        return self.created_at + LONGEST > now + IDLE


def digest(token: str) -> str:
    """Return what the table keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def start(
    connection: Connection, agent: Agent, now: datetime, instead_of: str | None = None
) -> str:
    """Sign the agent in and return the new token: 256 random bits.

    A session that the browser had before (`instead_of` is its token) ends; so do all that ran out.
    """
    if instead_of:
        end(connection, instead_of)
    connection.execute(
        sa.delete(table).where(
            sa.or_(table.c.seen_at <= now - IDLE, table.c.created_at <= now - LONGEST)
        )
    )
    token = secrets.token_urlsafe(32)
    connection.execute(
        sa.insert(table).values(
            token=digest(token),
            authority=agent.authority,
            agent=agent.id,
            csrf=secrets.token_urlsafe(32),
            created_at=now,
            seen_at=now,
        )
    )
    return token


def resume(connection: Connection, token: str, now: datetime, *, active: bool) -> Session | None:
    """Return the session of that token, None when there is none or it has run out.

    `active` says that the agent did something: it pushes the idle time-out back.
    """
    row = connection.execute(
        sa.select(agents, table.c.csrf, table.c.seen_at, table.c.created_at.label("began"))
        .join(agents, agents.c.id == table.c.agent)
        .where(table.c.token == digest(token))
    ).first()
    if row is None:
        return None
    session = Session(on_day(agent_of(row), now), row.csrf, row.began, row.seen_at)
    if session.ends_at() <= now:
        end(connection, token)
        return None
    if active and now - session.seen_at >= GRAIN:
        connection.execute(
            sa.update(table).where(table.c.token == digest(token)).values(seen_at=now)
        )
        return Session(session.agent, session.csrf, session.created_at, now)
    return session


def end(connection: Connection, token: str) -> None:
    """Sign out. Nothing happens when there is no such session."""
    connection.execute(sa.delete(table).where(table.c.token == digest(token)))


def at_the_desk(connection: Connection, now: datetime) -> list[Agent]:
    """Return the agents who are signed in and have done something in the last 30 minutes."""
    rows = connection.execute(
        sa.select(agents)
        .where(
            agents.c.id.in_(
                sa.select(table.c.agent).where(
                    table.c.seen_at > now - IDLE, table.c.created_at > now - LONGEST
                )
            )
        )
        .order_by(agents.c.id)
    )
    return [on_day(agent_of(row), now) for row in rows]
