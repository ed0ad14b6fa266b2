"""What is done now and then, by one worker at a time: looking for what was missed, and tidying."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection

from assistant import circuits
from assistant.file_store import FileStore
from assistant.store import Store
from assistant.tables import chores as table
from assistant.tables import circuits as circuits_table
from assistant.tables import link_codes
from channels.channel import Channel, DeliveryFailed
from channels.messages import InboundMessage
from knowledge.tables import insert

log = structlog.get_logger()

LEASE = timedelta(minutes=2)
LONGEST = 100.0
"""Seconds that a chore may take: less than it is leased for."""
SWEEP = timedelta(minutes=5)
OVERLAP = timedelta(hours=1)
"""How far a look for what was missed reaches back behind the one before: platforms list late."""
FURTHEST = timedelta(days=7)
"""GOV.UK Notify keeps received texts as long."""
DAY = timedelta(days=1)
CODES_KEPT = timedelta(days=2)
_HELD = " (held until)"

Accept = Callable[[str, InboundMessage], Awaitable[bool]]
"""Keeps a message for a council; False when it had come before."""


@dataclass(frozen=True)
class Chore:
    """`do` is given when the chore was last done, None before the first time. It raises when it
    could not be done: then that stays as it was, and it is tried again when its lease has run
    out."""

    name: str
    every: timedelta
    do: Callable[[datetime | None], Awaitable[None]]


@dataclass(frozen=True)
class Chores:
    """All chores of an installation; every worker has the same."""

    store: Store
    chores: Sequence[Chore]
    now: Callable[[], datetime]

    async def do_one(self) -> bool:
        """Do what is due and nobody does; False when there is nothing."""
        due = await self.store.look(lambda connection: self._due(connection, self.now()))
        for chore in due:
            began = self.now()
            if await self.store.run(lambda c: _take(c, chore, began)):  # noqa: B023 - run at once
                await self._do(chore, began)
                return True
        return False

    def _due(self, connection: Connection, now: datetime) -> Sequence[Chore]:
        times = dict(connection.execute(sa.select(table.c.name, table.c.done_at)).all())
        return [
            chore
            for chore in self.chores
            if (chore.name not in times or times[chore.name] + chore.every <= now)
            and times.get(chore.name + _HELD, now) <= now
        ]

    async def _do(self, chore: Chore, began: datetime) -> None:
        last = await self.store.look(lambda connection: _last(connection, chore.name))
        try:
            await asyncio.wait_for(chore.do(last), LONGEST)
        except DeliveryFailed as failure:
            log.warning("chore.failed", chore=chore.name, reason=failure.reason)
        except Exception as error:
            log.error("chore.raised", chore=chore.name, error=type(error).__name__)
        else:
            await self.store.run(lambda connection: _done(connection, chore.name, began))


def sweep(authority: str, channel: Channel, accept: Accept, now: Callable[[], datetime]) -> Chore:
    """Take in what the platform has received and its webhook did not bring.

    The first time there is nothing that was missed: what came before we were connected was another
    system's to answer.
    """

    async def do(last: datetime | None) -> None:
        since = max(last - OVERLAP, now() - FURTHEST) if last else now()
        missed = await channel.missed(since)
        found = [await accept(authority, message) for message in missed]
        if any(found):
            log.warning("messages.missed", channel=channel.name, found=sum(found))

    return Chore(f"sweep {authority} {channel.name}", SWEEP, do)


def tidy(store: Store, files: FileStore, now: Callable[[], datetime]) -> Chore:
    """Delete what is of no use any more: old codes, failures of days ago, half-written files."""

    def work(connection: Connection) -> None:
        connection.execute(
            sa.delete(link_codes).where(link_codes.c.expires_at < now() - CODES_KEPT)
        )
        connection.execute(
            sa.delete(circuits_table).where(
                circuits_table.c.failures < circuits.OPENS_AFTER,
                circuits_table.c.since < now() - DAY,
            )
        )

    async def do(last: datetime | None) -> None:
        await store.run(work)
        await asyncio.to_thread(files.tidy)

    return Chore("tidy", DAY, do)


def sweeps(
    channels: Sequence[tuple[str, Channel]], accept: Accept, now: Callable[[], datetime]
) -> Sequence[Chore]:
    """Return a sweep for each account, by council, of a platform that lists what it received."""
    return [
        sweep(authority, channel, accept, now)
        for authority, channel in channels
        if getattr(type(channel), "missed", None) is not Channel.missed
    ]


def _take(connection: Connection, chore: Chore, now: datetime) -> bool:
    """Hold the chore; False when another worker does, or has just done it."""
    last = _last(connection, chore.name)
    if last is not None and last + chore.every > now:
        return False
    held = chore.name + _HELD
    again = sa.update(table).where(table.c.name == held, table.c.done_at <= now)
    if connection.execute(again.values(done_at=now + LEASE)).rowcount:
        return True
    first = insert(connection, table).values(name=held, done_at=now + LEASE)
    return bool(connection.execute(first.on_conflict_do_nothing()).rowcount)


def _done(connection: Connection, name: str, began: datetime) -> None:
    connection.execute(
        insert(connection, table)
        .values(name=name, done_at=began)
        .on_conflict_do_update(index_elements=["name"], set_={"done_at": began})
    )
    connection.execute(sa.delete(table).where(table.c.name == name + _HELD))


def _last(connection: Connection, name: str) -> datetime | None:
    done_at: datetime | None = connection.execute(
        sa.select(table.c.done_at).where(table.c.name == name)
    ).scalar()
    return done_at
