"""What became of our requests in another system, brought back into the book."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
import structlog
from sqlalchemy.engine import Connection

from assistant.chores import Chore
from assistant.open311.client import Client
from assistant.open311.config import Endpoint, Open311
from assistant.open311.format import CLOSED, ServiceRequest, clean
from assistant.open311.looking import CLOCKS, look
from assistant.open311.offer import code_of
from assistant.store import Store
from knowledge import requests, submissions
from knowledge.requests import DONE, IN_PROGRESS, STATUS, Event, Filed, SameStatus
from knowledge.services import Service
from knowledge.submissions import Submission

log = structlog.get_logger()

BATCH = 50
"""Requests asked for in one call."""
LONGEST_WORDS = 500
LOOKS = 3
"""Lists read at one time, or one more, to learn how late that system lists."""

Told = Callable[[Connection, Filed, Event], None]
"""What follows when a resident may read something new of a request, in the same transaction."""


def told_nobody(connection: Connection, filed: Filed, event: Event) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Updates:
    """Looks for news of what one endpoint has. `service` gives a service of the catalogue by its
    slug, None for one that is no longer there."""

    store: Store
    endpoint: Endpoint
    http: httpx.AsyncClient
    service: Callable[[str], Service | None]
    now: Callable[[], datetime]
    told: Told = told_nobody

    @property
    def client(self) -> Client:
        return Client(self.endpoint, self.http)

    async def look(self) -> None:
        """Look at all whose time it is. Raise DeliveryFailed; what was read before is kept."""
        began = self.now()
        while due := await self.store.look(
            lambda c: submissions.to_look_up(c, self.endpoint.name, began, BATCH)
        ):
            found = await self.client.read([one.their_id for one in due])
            await self.store.run(lambda c: self._read(c, due, found, began))  # noqa: B023 - run at once
            missing = sum(one.their_id not in found for one in due)
            if missing:
                log.warning("submissions.missing", number=missing)
        if self.endpoint.lookup == "list":
            await self._learn()

    def _read(
        self,
        connection: Connection,
        due: Sequence[Submission],
        found: Mapping[str, ServiceRequest],
        began: datetime,
    ) -> None:
        now = self.now()
        for one in due:
            if one.their_id in found:
                self._apply(connection, one, found[one.their_id], now)
        # From the look's beginning: the next one begins as much later, and must find it due.
        again = began + timedelta(seconds=self.endpoint.poll)
        submissions.looked_up(connection, [one.reference for one in due], again)

    def _apply(
        self, connection: Connection, ours: Submission, theirs: ServiceRequest, now: datetime
    ) -> None:
        """Change ours as theirs has changed; what was added to it follows, when it is told."""
        words = " ".join(clean(theirs.status_notes).split())[:LONGEST_WORDS]
        status = theirs.status.strip().lower()[:20]
        closed = status == CLOSED
        if not submissions.news(connection, ours.reference, status, words, closed, now):
            return
        if not closed and words in ("", ours.their_words):
            return
        self._change(connection, ours.reference, DONE if closed else IN_PROGRESS, words, now)

    def _change(
        self, connection: Connection, reference: str, status: str, words: str, now: datetime
    ) -> None:
        """Set the status; of one that has it, tell the new words. What staff closed stays so."""
        filed = requests.find(connection, reference)
        if filed is None or not filed.is_open:
            return
        by = self.endpoint.name
        try:
            filed = requests.set_status(connection, reference, status, now, by=by, words=words)
            event = Event(now, STATUS, status, words, by, True)
        except SameStatus:
            event = requests.say(connection, reference, words, now, by=by)
        self.told(connection, filed, event)

    async def _learn(self) -> None:
        """Read how late they list: whether what we know to be there shows up."""
        unseen = await self.store.look(
            lambda c: submissions.unlisted(c, self.endpoint.name, self.now())
        )
        # Old and new ones: those that are hidden there must not keep us from the others.
        for one in unseen[:: max(len(unseen) // LOOKS, 1)][: LOOKS + 1]:
            filed = await self.store.look(lambda c: requests.find(c, one.reference))  # noqa: B023 - run at once
            if filed is None or one.posted_at is None:
                continue
            service = self.service(filed.service)
            code = code_of(service) if service else filed.service
            seen = await look(self.client, code, one.posted_at - CLOCKS, one.posted_at + CLOCKS)
            shown = [other.reference for other in unseen if seen.ids_of(other.reference)]
            await self.store.run(lambda c: submissions.listed(c, shown, self.now()))  # noqa: B023 - run at once


def updates(
    store: Store,
    open311: Open311,
    http: httpx.AsyncClient,
    service: Callable[[str], Service | None],
    now: Callable[[], datetime],
    told: Told = told_nobody,
) -> Sequence[Chore]:
    """Return a chore for each endpoint, as often as its `poll` says."""

    def chore(endpoint: Endpoint) -> Chore:
        looks = Updates(store, endpoint, http, service, now, told)

        async def do(last: datetime | None) -> None:
            await looks.look()

        return Chore(f"open311 {endpoint.name}", timedelta(seconds=endpoint.poll), do)

    return [chore(endpoint) for endpoint in open311.endpoints]
