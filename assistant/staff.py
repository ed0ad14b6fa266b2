"""Makes agents for the desk, and gives them new passwords, from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assistant.migrate import migrate
from assistant.store import Store
from handoff import agents, passwords
from handoff.alerts import SUPERVISOR
from handoff.gaps import CONTENT
from knowledge.authorities import load_authorities
from knowledge.library import home

ROLES = {SUPERVISOR: "supervisor", CONTENT: "content officer"}


class CannotAdd(Exception):
    """The agent was not made, or has no new password; the text says why and what to do."""


def add_agent(
    store: Store,
    username: str,
    first_name: str,
    councils: Sequence[str],
    *,
    now: datetime,
    role: str = "agent",
) -> str:
    """Make an agent and return their password, which is kept nowhere else. Raise CannotAdd."""
    known = {authority.slug for authority in load_authorities(home() / "authorities").all()}
    unknown = [slug for slug in councils if slug not in known]
    if unknown:
        raise CannotAdd(f"no council is called {unknown[0]}. There are: {', '.join(sorted(known))}")
    migrate(store)
    password = passwords.readable()
    try:
        with store.write() as connection:
            agents.create(
                connection,
                username=username,
                first_name=first_name,
                password=password,
                covers=councils,
                now=now,
                role=role,
            )
    except ValueError as error:
        raise CannotAdd(str(error)) from error
    return password


def give_role(store: Store, username: str, role: str) -> bool:
    """Give an agent another role, at once; False when there is no such agent."""
    migrate(store)
    with store.write() as connection:
        return agents.set_role(connection, username, role)


def renew_password(store: Store, username: str) -> str:
    """Give an agent a new password, sign them out everywhere, and return it. Raise CannotAdd."""
    migrate(store)
    password = passwords.readable()
    with store.write() as connection:
        if not agents.set_password(connection, username, password):
            raise CannotAdd(f"no agent is called {username}")
    return password
