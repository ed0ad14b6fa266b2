"""Step four, second half: makes the calls that wait in the outbox, each until it has an end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from assistant import outbox
from assistant.metrics import PARCELS
from assistant.outbox import Parcel
from assistant.store import Store
from channels.channel import Channel, DeliveryFailed, Transient

log = structlog.get_logger()


class Delivery:
    """Sends parcels, one at a time; run several beside each other for more."""

    def __init__(
        self,
        store: Store,
        channels: Callable[[str, str], Channel],
        holder: str,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._channels = channels
        self._holder = holder
        self._now = now

    async def deliver_one(self) -> bool:
        """Make the next call; False when nothing waits. The database is not held meanwhile."""
        if not await self._store.look(outbox.anything_waits):
            return False
        parcel = await self._store.run(
            lambda connection: outbox.claim(connection, self._holder, self._now())
        )
        if parcel is None:
            return False
        try:
            platform_id = await self._call(parcel)
        except DeliveryFailed as failure:
            await self._failed(parcel, failure)
            return True
        await self._store.run(lambda connection: outbox.sent(connection, parcel, platform_id))
        PARCELS.labels(parcel.to.channel, "sent").inc()
        log.info("parcel.sent", channel=parcel.to.channel, attempts=parcel.attempts)
        return True

    async def _call(self, parcel: Parcel) -> str | None:
        try:
            return await self._channels(parcel.authority, parcel.to.channel).send(
                parcel.to, parcel.payload, parcel.key
            )
        except DeliveryFailed:
            raise
        except Exception as error:
            # A fault of ours in one channel must not stop the others: it counts as a failed try.
            log.error("parcel.raised", channel=parcel.to.channel, error=type(error).__name__)
            raise Transient(type(error).__name__) from error

    async def _failed(self, parcel: Parcel, failure: DeliveryFailed) -> None:
        wait = await self._store.run(
            lambda connection: outbox.failed(connection, parcel, failure, self._now())
        )
        ended = "given_up" if isinstance(failure, Transient) else "refused"
        PARCELS.labels(parcel.to.channel, "retried" if wait else ended).inc()
        log.warning(
            "parcel.failed",
            channel=parcel.to.channel,
            attempts=parcel.attempts,
            reason=failure.reason,
            again_in=wait.total_seconds() if wait else None,
        )
