"""Makes agents for the desk, and gives them new passwords, from the command line."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.migrate import migrate
from assistant.wiring import Parts
from handoff import agents, passwords
from handoff.alerts import SUPERVISOR
from handoff.gaps import CONTENT

ROLES = {SUPERVISOR: "supervisor", CONTENT: "content officer"}


class CannotAdd(Exception):
    """The agent was not made, or has no new password; the text says why and what to do."""


def add_agent(
    parts: Parts,
    username: str,
    first_name: str,
    councils: Sequence[str],
    *,
    role: str = "agent",
) -> str:
    """Make an agent and return their password, which is kept nowhere else. Raise CannotAdd."""
    known = {authority.slug for authority in parts.library.authorities.all()}
    unknown = [slug for slug in councils if slug not in known]
    if unknown:
        raise CannotAdd(f"no council is called {unknown[0]}. There are: {', '.join(sorted(known))}")
    migrate(parts.store)
    password = passwords.readable()
    try:
        with parts.store.write() as connection:
            agents.create(
                connection,
                username=username,
                first_name=first_name,
                password=password,
                covers=councils,
                now=parts.now(),
                role=role,
            )
    except ValueError as error:
        raise CannotAdd(str(error)) from error
    return password


def give_role(parts: Parts, username: str, role: str) -> bool:
    """Give an agent another role, at once; False when there is no such agent."""
    migrate(parts.store)
    with parts.store.write() as connection:
        return agents.set_role(connection, username, role)


def renew_password(parts: Parts, username: str) -> str:
    """Give an agent a new password, sign them out everywhere, and return it. Raise CannotAdd."""
    migrate(parts.store)
    password = passwords.readable()
    with parts.store.write() as connection:
        if not agents.set_password(connection, username, password):
            raise CannotAdd(f"no agent is called {username}")
    return password
