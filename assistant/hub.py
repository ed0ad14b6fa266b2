"""Wakes the open streams of one web process when there may be something new for them."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection

from assistant.counts import worker_is_alive
from assistant.nudge import Nudge, Nudges
from assistant.store import Store
from assistant.tables import conversations
from knowledge import alerts

log = structlog.get_logger()

LOOK = 1.0
MARGIN = timedelta(seconds=3)
"""How far back each look reaches: longer than a transaction takes to become visible."""
BACKLOG = 200
ALERTS = "alerts"
"""What all subscribe to who show alerts."""


class Subscription:
    """One stream's nudges. When it falls behind, the oldest are replaced by one to look at all."""

    def __init__(self) -> None:
        self._nudges: deque[Nudge] = deque()
        self._awake = asyncio.Event()

    def add(self, nudge: Nudge) -> None:
        if nudge in self._nudges:
            return
        if len(self._nudges) >= BACKLOG:
            self._nudges.clear()
            self._nudges.append(Nudge("queue"))
        else:
            self._nudges.append(nudge)
        self._awake.set()

    async def next(self, seconds: float) -> list[Nudge]:
        """Return what has come, waiting up to so many seconds; empty when nothing did."""
        if not self._nudges:
            self._awake.clear()
            try:
                await asyncio.wait_for(self._awake.wait(), seconds)
            except asyncio.TimeoutError:
                return []
        found = list(self._nudges)
        self._nudges.clear()
        return found


class Hub:
    """All subscriptions of this process, by what they wait for."""

    def __init__(self, store: Store, nudges: Nudges) -> None:
        self._store = store
        self._nudges = nudges
        self._by_key: defaultdict[str, set[Subscription]] = defaultdict(set)
        self._seen: dict[str, tuple[int, int]] = {}
        self._alerts: frozenset[int] | None = None
        self.bot_ready = False

    def subscribe(self, keys: Iterable[str]) -> Subscription:
        subscription = Subscription()
        for key in keys:
            self._by_key[key].add(subscription)
        return subscription

    def listen(self, subscription: Subscription, key: str, wanted: bool) -> None:
        """Begin or stop telling the subscription of that key too."""
        if wanted:
            self._by_key[key].add(subscription)
        elif key in self._by_key:
            self.unsubscribe(subscription, [key])

    def unsubscribe(self, subscription: Subscription, keys: Iterable[str]) -> None:
        for key in keys:
            waiting = self._by_key.get(key, set())
            waiting.discard(subscription)
            if not waiting:
                self._by_key.pop(key, None)

    def tell(self, nudge: Nudge) -> None:
        """Wake our own streams and the other processes."""
        self.fire(nudge)
        self._nudges.tell(nudge)

    def fire(self, nudge: Nudge) -> None:
        """Wake the streams that wait for this. An alert is for all that show them."""
        if nudge.kind == "alert":
            for subscription in self._by_key.get(ALERTS, ()):
                subscription.add(nudge)
            return
        keys = [
            person_key(nudge.authority, nudge.channel, nudge.user),
            conversation_key(nudge.conversation),
            desk_key(nudge.authority),
        ]
        if nudge.kind == "queue":
            keys.append(queue_key(nudge.authority))
        for key in keys:
            for subscription in self._by_key.get(key, ()):
                subscription.add(nudge)

    async def run(self, now: Callable[[], datetime]) -> None:
        """Pass on nudges as they come, and look for what no nudge told of, until cancelled."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._nudges.socket, self._nudged)
        since = now()
        try:
            while True:
                looked_at = now()
                try:
                    rows, self.bot_ready, hold = await self._store.look(
                        lambda connection: _changes(connection, since - MARGIN, looked_at)  # noqa: B023
                    )
                    self._fire_changed(rows)
                    self._fire_alerts(hold)
                    since = looked_at
                except sa.exc.DBAPIError as error:
                    self.bot_ready = False
                    log.error("hub.fault", error=type(error).__name__)
                await asyncio.sleep(LOOK)
        finally:
            loop.remove_reader(self._nudges.socket)

    def close(self) -> None:
        """Stop listening to the other processes."""
        self._nudges.close()

    def _nudged(self) -> None:
        for nudge in self._nudges.receive():
            self.fire(nudge)

    def _fire_changed(self, rows: Sequence[Any]) -> None:
        """Wake the streams of conversations that are further than when we last looked."""
        seen = {}
        for row in rows:
            seen[row.id] = (row.position, row.epoch)
            before = self._seen.get(row.id)
            if before == seen[row.id]:
                continue
            # Epoch 0 has never changed hands. Of one that we see for the first time we cannot know.
            changed_hands = row.epoch > 0 if before is None else row.epoch != before[1]
            kind = "queue" if changed_hands else "entry"
            self.fire(Nudge(kind, row.id, row.authority, row.channel, row.user))
        self._seen = seen

    def _fire_alerts(self, hold: frozenset[int]) -> None:
        """Wake whoever shows alerts when others hold than a second ago: one may also begin or end
        by itself."""
        if self._alerts is not None and hold != self._alerts:
            self.fire(Nudge("alert"))
        self._alerts = hold


def _changes(
    connection: Connection, since: datetime, now: datetime
) -> tuple[Sequence[Any], bool, frozenset[int]]:
    """Return the conversations that changed since then, whether a worker is alive, and the numbers
    of the alerts that hold."""
    columns = conversations.c
    rows = connection.execute(
        sa.select(
            columns.id,
            columns.authority,
            columns.channel,
            columns.user,
            columns.position,
            columns.epoch,
        ).where(columns.changed_at > since)
    ).all()
    hold = frozenset(alert.id for alert in alerts.current(connection, now))
    return rows, worker_is_alive(connection, now), hold


def person_key(authority: str, channel: str, user: str) -> str:
    return f"person {authority} {channel} {user}"


def conversation_key(conversation: str) -> str:
    return f"conversation {conversation}"


def queue_key(authority: str) -> str:
    return f"queue {authority}"


def desk_key(authority: str) -> str:
    return f"desk {authority}"
