"""Step four, second half: makes the calls that wait in the outbox, each until it has an end."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy.engine import Connection

from assistant import circuits, outbox
from assistant.metrics import PARCELS
from assistant.outbox import Parcel
from assistant.pace import Pace
from assistant.store import Store
from channels.channel import Channel, DeliveryFailed, Transient, Unsure, WindowClosed

log = structlog.get_logger()
T = TypeVar("T")

LONGEST_CALL = 20.0
"""Seconds that a call may take, whatever its channel says."""
RECEIPT_COMES = timedelta(seconds=30)
"""How long a platform that cannot be asked is given to say by itself that it has a parcel."""


class AwaitsReceipt(Exception):
    """An earlier attempt may have arrived, and the platform can tell only by itself."""


def nobody_looks(authority: str, conversation: str) -> None:
    """Tell nobody that something became of a line of that conversation."""


class Delivery:
    """Sends parcels, one at a time; call it several times beside each other for more.

    `channels` gives a council's channel by the council's slug and the channel's name. `dice`
    returns a number between 0 and 1.
    """

    def __init__(
        self,
        store: Store,
        channels: Callable[[str, str], Channel],
        holder: str,
        now: Callable[[], datetime],
        dice: Callable[[], float] = random.random,
        changed: Callable[[str, str], None] = nobody_looks,
    ) -> None:
        self._store = store
        self._channels = channels
        self._holder = holder
        self._now = now
        self._changed = changed
        self._dice = dice
        self._pace = Pace(now)

    async def deliver_one(self) -> bool:
        """Make the next call; False when there is none to make now. The database is not held
        meanwhile."""
        busy, now = self._pace.busy(), self._now()
        if not await self._store.look(lambda connection: outbox.is_due(connection, now, busy)):
            return False
        parcel = await self._store.run(
            lambda connection: outbox.claim(connection, self._holder, self._now(), busy)
        )
        if parcel is None:
            return False
        channel = self._channels(parcel.authority, parcel.to.channel)
        self._pace.took(f"{parcel.authority}/{parcel.to.channel}", channel.limits.per_second)
        try:
            platform_id = await self._call(channel, parcel)
        except AwaitsReceipt:
            await self._store.run(lambda connection: self._wait(connection, parcel))
        except DeliveryFailed as failure:
            await self._failed(parcel, failure)
        else:
            pause = channel.limits.pause
            await self._store.run(
                lambda connection: self._sent(connection, parcel, platform_id, pause)
            )
            PARCELS.labels(parcel.to.channel, "sent").inc()
            log.info("parcel.sent", channel=parcel.to.channel, attempts=parcel.attempts)
        self._changed(parcel.authority, parcel.conversation)
        return True

    async def _call(self, channel: Channel, parcel: Parcel) -> str | None:
        """Return the platform's id of the parcel: of an earlier attempt that arrived after all, or
        of a new one."""
        if parcel.unsure:
            found = await self._ask(channel, parcel)
            if found is not None:
                return found
            if not parcel.has_waited and not can_tell(channel):
                raise AwaitsReceipt
        try:
            return await _in_time(channel.send(parcel.to, parcel.payload, parcel.key))
        except DeliveryFailed:
            raise
        except Exception as error:
            # A fault of ours in one channel must not stop the others. The call may have been made.
            log.error("parcel.raised", channel=parcel.to.channel, error=type(error).__name__)
            raise Unsure(type(error).__name__) from error

    async def _ask(self, channel: Channel, parcel: Parcel) -> str | None:
        """Ask the platform for an earlier attempt. While it does not say, nothing is sent."""
        try:
            return await _in_time(
                channel.find(parcel.to, parcel.payload, parcel.key, parcel.created_at)
            )
        except Transient:
            raise
        except DeliveryFailed as failure:
            raise Transient(failure.reason) from failure
        except Exception as error:
            log.error("parcel.raised", channel=parcel.to.channel, error=type(error).__name__)
            raise Transient(type(error).__name__) from error

    def _sent(
        self, connection: Connection, parcel: Parcel, platform_id: str | None, pause: timedelta
    ) -> None:
        outbox.sent(connection, parcel, platform_id, self._now(), pause)
        circuits.closed(connection, parcel.authority, parcel.to.channel, is_probe=parcel.is_probe)

    def _wait(self, connection: Connection, parcel: Parcel) -> None:
        now = self._now()
        outbox.wait_for_receipt(connection, parcel, now + RECEIPT_COMES)
        if parcel.is_probe:
            circuits.not_tried(connection, parcel.authority, parcel.to.channel, now)

    async def _failed(self, parcel: Parcel, failure: DeliveryFailed) -> None:
        wait = await self._store.run(
            lambda connection: self._note_failure(connection, parcel, failure)
        )
        PARCELS.labels(parcel.to.channel, _outcome(failure, wait)).inc()
        log.warning(
            "parcel.failed",
            channel=parcel.to.channel,
            attempts=parcel.attempts,
            reason=failure.reason,
            again_in=wait.total_seconds() if wait is not None else None,
        )

    def _note_failure(
        self, connection: Connection, parcel: Parcel, failure: DeliveryFailed
    ) -> timedelta | None:
        now, of = self._now(), (parcel.authority, parcel.to.channel)
        open_until = None
        if isinstance(failure, Transient):
            open_until = circuits.failed(connection, *of, failure, now, is_probe=parcel.is_probe)
        else:
            # It refuses this parcel: so it works.
            circuits.closed(connection, *of, is_probe=parcel.is_probe)
        return outbox.failed(
            connection, parcel, failure, now, dice=self._dice(), open_until=open_until
        )


def can_tell(channel: Channel) -> bool:
    """Whether the platform can be asked for what was sent: then its channel has a `find` of its
    own."""
    return getattr(type(channel), "find", None) is not Channel.find


async def _in_time(call: Awaitable[T]) -> T:
    try:
        return await asyncio.wait_for(call, LONGEST_CALL)
    except asyncio.TimeoutError as error:
        raise Unsure("timeout") from error


def _outcome(failure: DeliveryFailed, wait: timedelta | None) -> str:
    if wait is not None:
        return "retried"
    if isinstance(failure, Transient):
        return "given_up"
    return "held" if isinstance(failure, WindowClosed) else "refused"
