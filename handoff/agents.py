"""Who works at the desk: made once, found by user name, let in by password."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.engine import Connection

from handoff import passwords
from handoff.alerts import SUPERVISOR
from handoff.floor import Agent, Transactions
from handoff.tables import agents as table
from handoff.tables import desk_sessions

DEMO = (("priya", "Priya"), ("sam", "Sam"))
DEMO_SUPERVISOR = "priya"


@dataclass(frozen=True)
class Credentials:
    """An agent, and the hash that their password must match."""

    agent: Agent
    password: str


def create(
    connection: Connection,
    *,
    username: str,
    first_name: str,
    password: str,
    covers: Sequence[str],
    now: datetime,
    role: str = "agent",
    hasher: PasswordHasher = passwords.HASHER,
) -> Agent:
    """Write a new agent, who belongs to the first council of `covers`.

    User names are kept in lower case. Raise ValueError for no council, an empty or long name, a
    password of the wrong length, or a user name that is taken.
    """
    name = username.strip().casefold()
    if not covers or not 1 <= len(name) <= 60 or not 1 <= len(first_name.strip()) <= 60:
        raise ValueError("an agent needs a user name, a first name and a council")
    if find(connection, name) is not None:
        raise ValueError("that user name is taken")
    made = connection.execute(
        sa.insert(table).values(
            authority=covers[0],
            covers=list(covers),
            username=name,
            first_name=first_name.strip(),
            role=role,
            password=passwords.hashed(password, hasher),
            created_at=now,
        )
    )
    key = int(made.inserted_primary_key[0])
    return Agent(key, name, first_name.strip(), covers[0], tuple(covers), role)


def find(connection: Connection, username: str) -> Credentials | None:
    """Return the agent of that user name, None when there is none."""
    row = connection.execute(
        sa.select(table).where(table.c.username == username.strip().casefold())
    ).first()
    return None if row is None else Credentials(agent_of(row), row.password)


async def authenticate(
    store: Transactions,
    username: str,
    password: str,
    hasher: PasswordHasher = passwords.HASHER,
) -> Agent | None:
    """Return the agent if the password is right, None if not.

    An unknown user name takes the same work. No transaction is open while the password is
    checked, which takes a tenth of a second. A hash of older parameters is renewed.
    """
    found = await store.run(lambda connection: find(connection, username))
    stored = found.password if found else None
    if not await asyncio.to_thread(passwords.matches, stored, password, hasher) or found is None:
        return None
    if passwords.outdated(found.password, hasher):
        renewed = await asyncio.to_thread(passwords.hashed, password, hasher)
        await store.run(lambda connection: _renew(connection, found, renewed))
    return found.agent


def seed_demo(
    connection: Connection,
    covers: Sequence[str],
    now: datetime,
    hasher: PasswordHasher = passwords.HASHER,
) -> str | None:
    """Make the agents of the demo, once; return their password, None when they exist already."""
    known = [username for username, _ in DEMO if find(connection, username)]
    if known:
        # A demo of an earlier version has none yet.
        if len(known) == len(DEMO):
            set_role(connection, DEMO_SUPERVISOR, SUPERVISOR)
        return None
    password = passwords.readable()
    for username, first_name in DEMO:
        create(
            connection,
            username=username,
            first_name=first_name,
            password=password,
            covers=covers,
            now=now,
            role=SUPERVISOR if username == DEMO_SUPERVISOR else "agent",
            hasher=hasher,
        )
    return password


def set_password(
    connection: Connection,
    username: str,
    password: str,
    hasher: PasswordHasher = passwords.HASHER,
) -> bool:
    """Give an agent another password, and sign them out everywhere; False when there is no such
    agent. Raise ValueError for a password of the wrong length."""
    found = find(connection, username)
    if found is None:
        return False
    connection.execute(
        sa.update(table)
        .where(table.c.id == found.agent.id)
        .values(password=passwords.hashed(password, hasher))
    )
    connection.execute(sa.delete(desk_sessions).where(desk_sessions.c.agent == found.agent.id))
    return True


def set_role(connection: Connection, username: str, role: str) -> bool:
    """Give an agent a role; False when there is no such agent. Sessions that are open follow."""
    name = username.strip().casefold()
    changed = connection.execute(sa.update(table).where(table.c.username == name).values(role=role))
    return bool(changed.rowcount)


def first_names(connection: Connection) -> Mapping[str, str]:
    """Return the first names of all agents, by user name."""
    rows = connection.execute(sa.select(table.c.username, table.c.first_name))
    return {row.username: row.first_name for row in rows}


def everybody(connection: Connection) -> Sequence[Agent]:
    """Return all agents, by first name."""
    rows = connection.execute(sa.select(table).order_by(table.c.first_name, table.c.username))
    return [agent_of(row) for row in rows]


def agent_of(row: Any) -> Agent:
    """Read a row of the table."""
    return Agent(
        id=row.id,
        username=row.username,
        first_name=row.first_name,
        authority=row.authority,
        covers=tuple(row.covers),
        role=row.role,
    )


def _renew(connection: Connection, found: Credentials, renewed: str) -> None:
    # Only if nobody has changed the password meanwhile.
    connection.execute(
        sa.update(table)
        .where(table.c.id == found.agent.id, table.c.password == found.password)
        .values(password=renewed)
    )
