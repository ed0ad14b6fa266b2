"""Alerts at the desk: supervisors make, change and withdraw those of their councils, and every
agent sees what holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from handoff.floor import Agent, Transactions
from handoff.tables import agents
from knowledge import alerts
from knowledge.alerts import Alert, Listed

T = TypeVar("T")

SUPERVISOR = "supervisor"
"""The role of those who may say what is happening now."""


@dataclass(frozen=True)
class Wanted:
    """An alert as it is to be."""

    authority: str
    topics: tuple[str, ...]
    text: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class AlertBoard:
    """`topics` returns slug and title of all that an alert can be about, by title; `ended` whether
    a council has had its last day. `changed` is called after each change: it wakes whoever shows
    alerts.

    Another council's alert is as if it were not there: KeyError.
    """

    store: Transactions
    topics: Callable[[], Sequence[tuple[str, str]]]
    changed: Callable[[], None]
    ended: Callable[[str, datetime], bool] = lambda authority, now: False

    def councils(self, agent: Agent, now: datetime) -> Sequence[str]:
        """Return the councils that the agent may make alerts for, their own one first."""
        slugs = dict.fromkeys([agent.authority, *sorted(agent.covers)])
        return [slug for slug in slugs if slug in agent.covers and not self.ended(slug, now)]

    async def listed(self, agent: Agent, now: datetime) -> Listed:
        return await self.store.run(lambda c: alerts.listed(c, agent.covers, now))

    async def current(self, agent: Agent, now: datetime) -> Sequence[Alert]:
        """Return what residents of the agent's councils are told now, the newest first."""
        found = await self.store.run(lambda connection: alerts.current(connection, now))
        return [alert for alert in found if alert.authority in agent.covers]

    async def names(self, found: Listed) -> Mapping[str, str]:
        """Return the first names of the agents who made or withdrew these, by user name."""
        every = (*found.active, *found.coming, *found.past)
        usernames = {by for a in every for by in (a.made_by, a.withdrawn_by) if by}
        return await self.store.run(lambda connection: _names(connection, usernames))

    async def alert(self, agent: Agent, number: int, now: datetime) -> Alert:
        """Return an alert that holds or is to come. Raise KeyError."""
        return await self.store.run(lambda connection: _open(connection, agent, number, now))

    async def add(self, agent: Agent, wanted: Wanted, now: datetime) -> Alert:
        """Raise WrongAlert."""
        return await self._changed(
            lambda connection: alerts.add(connection, by=agent.username, now=now, **vars(wanted))
        )

    async def change(self, agent: Agent, number: int, wanted: Wanted, now: datetime) -> Alert:
        """Change all but the council. Raise WrongAlert, and KeyError when it is over."""
        new = {name: value for name, value in vars(wanted).items() if name != "authority"}

        def work(connection: Connection) -> Alert:
            _open(connection, agent, number, now)
            return alerts.change(connection, number, by=agent.username, now=now, **new)

        return await self._changed(work)

    async def withdraw(self, agent: Agent, number: int, now: datetime) -> Alert:
        """Show it no more. Raise KeyError when it is over already."""

        def work(connection: Connection) -> Alert:
            alert = _open(connection, agent, number, now)
            if not alerts.withdraw(connection, number, agent.username, now):
                raise KeyError(number)
            return alert

        return await self._changed(work)

    async def _changed(self, work: Callable[[Connection], T]) -> T:
        done = await self.store.run(work)
        self.changed()
        return done


def may_make(agent: Agent) -> bool:
    return agent.role == SUPERVISOR


def _open(connection: Connection, agent: Agent, number: int, now: datetime) -> Alert:
    alert = alerts.get(connection, number)
    if alert.authority not in agent.covers or alert.over(now):
        raise KeyError(number)
    return alert


def _names(connection: Connection, usernames: Collection[str]) -> Mapping[str, str]:
    rows: Iterable[tuple[str, str]] = connection.execute(
        sa.select(agents.c.username, agents.c.first_name).where(agents.c.username.in_(usernames))
    )
    return dict(iter(rows))
