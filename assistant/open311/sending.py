"""Sends what is in the ledger: one request there for each of ours, whatever happens on the way."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import httpx
import structlog
from sqlalchemy.engine import Connection

from assistant.open311.client import LONGEST_CALL, Client, Declined
from assistant.open311.config import Endpoint, Open311
from assistant.open311.looking import Seen, is_absent, look, span_of
from assistant.open311.offer import code_of
from assistant.open311.outgoing import form
from assistant.retries import ATTEMPTS, LONGEST_WAIT, next_try
from assistant.store import Store
from channels.channel import DeliveryFailed, Transient, Unsure
from knowledge import requests, submissions
from knowledge.requests import Filed
from knowledge.services import Service
from knowledge.submissions import ACCEPTED, PENDING, SENDING, UNSURE, Submission

log = structlog.get_logger()

LONGEST_LOOK = 45.0
"""Seconds that a look in their list may take: with a call after it, less than a claim holds."""
PAUSE = timedelta(seconds=30)
"""How long a system that cannot be reached is left alone by what else waits for it."""
TOKEN_WAIT = timedelta(seconds=10)
GONE_WAIT = timedelta(hours=1)

DECLINED = "{name} did not take this request. {words}It is not sent again unless you say so."
NOT_CONFIRMED = "Sent, but not confirmed. Check in {name} before you send it again."
NOT_REACHED = "This has not reached {name} yet. We keep trying."
NO_NUMBER = "{name} has taken this, but has given it no number yet. We keep asking."
TWICE = "{name} has this request more than once: {ids}."
NOT_CONNECTED = "{name} is no longer connected. This was not sent there."


def wait_after(attempts: int, failure: Transient, dice: float) -> timedelta:
    """How long to wait before the next try: as for a parcel, but without an end."""
    wait = next_try(min(attempts, ATTEMPTS - 1), timedelta(0), failure, dice)
    return LONGEST_WAIT if wait is None else wait


@dataclass
class Sending:
    """Works the ledger, one step of one submission at a time; call it several times beside each
    other for more. `service` gives a service of the catalogue by its slug, None for one that is no
    longer there. `dice` returns a number between 0 and 1."""

    store: Store
    open311: Open311
    http: httpx.AsyncClient
    service: Callable[[str], Service | None]
    holder: str
    now: Callable[[], datetime]
    dice: Callable[[], float] = random.random
    longest_call: float = LONGEST_CALL
    _busy: set[str] = field(default_factory=set, init=False)
    """Endpoints that this process calls now: each is called once at a time."""
    _claiming: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def send_one(self) -> bool:
        """Take the next step; False when there is none to take now. The database is not held while
        another system is called."""
        claimed = await self._claim()
        if claimed is None:
            return False
        try:
            endpoint = self.open311.named(claimed.endpoint)
            filed = await self.store.look(lambda c: requests.find(c, claimed.reference))
            if endpoint is None or filed is None:
                await self.store.run(lambda c: self._not_connected(c, claimed))
            else:
                await _Step(self, claimed, endpoint, filed).take()
        finally:
            self._busy.discard(claimed.endpoint)
        return True

    async def _claim(self) -> Submission | None:
        async with self._claiming:
            now, busy = self.now(), tuple(self._busy)
            if not await self.store.look(lambda c: submissions.is_due(c, now, busy)):
                return None
            claimed = await self.store.run(
                lambda c: submissions.claim(c, self.holder, self.now(), busy)
            )
            if claimed is not None:
                self._busy.add(claimed.endpoint)
            return claimed

    def _not_connected(self, connection: Connection, claimed: Submission) -> None:
        now = self.now()
        if claimed.state == SENDING and submissions.refused(
            connection, claimed, "not_connected", now
        ):
            words = NOT_CONNECTED.format(name=claimed.endpoint)
            requests.add_note(connection, claimed.reference, words, now, by=claimed.endpoint)
        else:
            submissions.again(connection, claimed, claimed.state, "not_connected", now, GONE_WAIT)


@dataclass
class _Step:
    """One claim's calls, and what becomes of them."""

    of: Sending
    claimed: Submission
    endpoint: Endpoint
    filed: Filed

    @property
    def client(self) -> Client:
        return Client(self.endpoint, self.of.http, self.of.longest_call)

    async def take(self) -> None:
        try:
            if self.claimed.state == ACCEPTED:
                await self._ask()
            elif self.claimed.state == UNSURE:
                await self._settle()
            else:
                await self._post()
        except DeliveryFailed as failure:
            await self._fail(failure)
        except Exception as error:
            # A fault of ours in one request must not stop the others. The call may have been made.
            log.error("submission.raised", error=type(error).__name__)
            await self._fail(Unsure(type(error).__name__))

    async def _post(self) -> None:
        sent = form(self.filed, self.of.service(self.filed.service), self.endpoint)
        reply = await self.client.post(sent, self.claimed.reference)
        if reply.service_request_id:
            await self._lodged(reply.service_request_id)
            return
        await self._run(
            lambda c: submissions.accepted(c, self.claimed, reply.token, self.of.now(), TOKEN_WAIT)
        )
        log.info("submission.accepted", attempts=self.claimed.attempts)

    async def _ask(self) -> None:
        their_id = await self.client.id_of(self.claimed.token)
        if not their_id:
            raise Transient("no_id_yet")
        await self._lodged(their_id)

    async def _settle(self) -> None:
        """Find out whether they have it; only when they certainly have not, post it again."""
        if self.endpoint.lookup == "none":
            raise Unsure(self.claimed.error or "no_answer")
        if self.endpoint.lookup == "list":
            seen = await self._look()
            found = seen.ids_of(self.claimed.reference)
            if found:
                await self._lodged(found[0])
                await self._run(lambda c: self._listed(c, seen, found))
                return
            await self._run(lambda c: self._listed(c, seen, ()))
            shows_within = await self.of.store.look(
                lambda c: submissions.lists_within(c, self.claimed)
            )
            posted_at = self.claimed.posted_at or self.filed.received_at
            if not seen.is_all or not is_absent(posted_at, shows_within, self.of.now()):
                raise Unsure("not_listed")
        now = self.of.now()
        if await self._run(lambda c: submissions.about_to_post(c, self.claimed, now)):
            self.claimed = replace(self.claimed, state=SENDING, posted_at=now)
            await self._post()

    async def _look(self) -> Seen:
        service = self.of.service(self.filed.service)
        code = code_of(service) if service else self.filed.service
        since, until = span_of(self.filed.received_at, self.of.now())
        try:
            return await asyncio.wait_for(look(self.client, code, since, until), LONGEST_LOOK)
        except asyncio.TimeoutError as error:
            raise Transient("timeout") from error

    async def _lodged(self, their_id: str) -> None:
        wait = timedelta(seconds=self.endpoint.poll)
        await self._run(
            lambda c: submissions.lodged(c, self.claimed, their_id, self.of.now(), wait)
        )
        log.info("submission.lodged", attempts=self.claimed.attempts)

    def _listed(self, connection: Connection, seen: Seen, found: tuple[str, ...]) -> None:
        """Write down what the list showed: of others of ours, that it does show them."""
        now = self.of.now()
        others = submissions.unlisted(connection, self.endpoint.name, now)
        shown = [one.reference for one in others if seen.ids_of(one.reference)]
        submissions.listed(connection, shown, now)
        if len(found) > 1:
            self._note(connection, TWICE.format(name=self.endpoint.name, ids=", ".join(found)), now)

    async def _fail(self, failure: DeliveryFailed) -> None:
        await self._run(lambda c: self._failed(c, failure))

    def _failed(self, connection: Connection, failure: DeliveryFailed) -> None:
        now, claimed, name = self.of.now(), self.claimed, self.endpoint.name
        if not isinstance(failure, Transient):
            self._refused(connection, failure, now)
            return
        state = _state_after(claimed.state, failure)
        wait: timedelta | None = wait_after(claimed.attempts, failure, self.of.dice())
        if state == UNSURE and self.endpoint.lookup == "none":
            wait = None
        if not submissions.again(connection, claimed, state, failure.reason, now, wait):
            return
        if failure.reason in ("connect", "timeout", "rate"):
            submissions.pause(connection, name, now + PAUSE)
        if wait is None or claimed.attempts == ATTEMPTS:
            told = {PENDING: NOT_REACHED, ACCEPTED: NO_NUMBER}.get(state, NOT_CONFIRMED)
            self._note(connection, told.format(name=name), now)
        self._log(failure, wait)

    def _refused(self, connection: Connection, failure: DeliveryFailed, now: datetime) -> None:
        if submissions.refused(connection, self.claimed, failure.reason, now):
            words = failure.words.rstrip(".") if isinstance(failure, Declined) else ""
            said = f"They said: {words}. " if words else ""
            self._note(connection, DECLINED.format(name=self.endpoint.name, words=said), now)
        self._log(failure, None)

    def _note(self, connection: Connection, words: str, now: datetime) -> None:
        requests.add_note(connection, self.claimed.reference, words, now, by=self.endpoint.name)

    def _log(self, failure: DeliveryFailed, wait: timedelta | None) -> None:
        log.warning(
            "submission.failed",
            reason=failure.reason,
            attempts=self.claimed.attempts,
            again_in=wait.total_seconds() if wait is not None else None,
        )

    async def _run(self, work: Callable[[Connection], object]) -> object:
        return await self.of.store.run(work)


def _state_after(state: str, failure: Transient) -> str:
    """What is known of it after a call that failed, which was made in that state."""
    if state == SENDING:
        return UNSURE if isinstance(failure, Unsure) else PENDING
    return state
