"""What the standard's resources answer: discovery, services, requests and tokens."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timezone
from functools import cached_property

import structlog
from sqlalchemy.engine import Connection

from assistant.open311 import format as standard
from assistant.open311.call import Acts, Call
from assistant.open311.encoding import encode_all, encode_one
from assistant.open311.format import RequestReply, ServiceDefinition, ServiceRequest
from assistant.open311.offer import Offer, code_of, is_public, offer_of
from assistant.open311.posting import key_of, request_of
from assistant.open311.refusals import FORBIDDEN, NOT_FOUND, Refused
from assistant.open311.shown import shown
from assistant.open311.wanted import (
    CHANNEL,
    Sight,
    Wanted,
    find_wanted,
    last_words,
    lodged_under,
    read_wanted,
)
from assistant.store import Store
from knowledge import requests
from knowledge.back_office import BackOffice, OwnBook
from knowledge.library import Library
from knowledge.london import in_london
from knowledge.requests import Filed
from knowledge.sensitive import MASKS, hidden_in
from knowledge.services import Service

log = structlog.get_logger()


@dataclass(frozen=True)
class Resources:
    """Answers calls from the catalogue and the book. `url` is that of the API; `production` says
    that what is sent here is acted upon; `back_office` takes on what is lodged."""

    store: Store
    library: Library
    now: Callable[[], datetime]
    url: str
    production: bool = True
    back_office: BackOffice = field(default_factory=OwnBook)

    @cached_property
    def all(self) -> Acts:
        """What is asked of a resource as a whole, by its name and the method."""
        return {
            "discovery": {"GET": self.discovery},
            "services": {"GET": self.services},
            "requests": {"GET": self.requests, "POST": self.post},
        }

    @cached_property
    def one(self) -> Acts:
        """What is asked of one thing of a resource."""
        return {
            "services": {"GET": self.definition},
            "requests": {"GET": self.request},
            "tokens": {"GET": self.token},
        }

    async def discovery(self, call: Call) -> bytes:
        """Where the API is."""
        council = self._council_to_ask()
        changed = max((s.reviewed_on for s in self.library.services()), default=date.min)
        changeset = standard.write_time(datetime.combine(changed, time(), timezone.utc))
        found = standard.Discovery(
            changeset=changeset,
            contact=council,
            key_service=f"An api_key is given by the council. {council}",
            endpoints=(
                standard.Endpoint(
                    specification=standard.SPECIFICATION,
                    url=self.url,
                    changeset=changeset,
                    type="production" if self.production else "test",
                    formats=("application/json", "text/xml"),
                ),
            ),
        )
        return encode_one(found, call.form)

    async def services(self, call: Call) -> bytes:
        """What the council takes today."""
        with self.library.as_it_is():
            offer = self._offer(call)
            listed = [offer.described(service) for service in offer.services()]
        return encode_all(standard.Service, listed, call.form)

    async def definition(self, call: Call) -> bytes:
        """What is asked for one service."""
        with self.library.as_it_is():
            offer = self._offer(call)
            found: ServiceDefinition = offer.definition(offer.service(call.id))
        return encode_one(found, call.form)

    async def post(self, call: Call) -> bytes:
        """Make a request; one that came before is answered as it was then."""
        with self.library.as_it_is():
            offer = self._offer(call)
            if not call.has_keys:
                raise Refused(FORBIDDEN, "No requests are taken from other systems here.")
            call.caller.check_may_post(offer.queue)
            key = key_of(call.caller.name, offer.asked, call.parameters, call.idempotency_key)
            reference = await self._made_before(key) if key else ""
            if not reference:
                reference = await self._lodge(call, offer, key or f"open311:{uuid.uuid4().hex}")
            filed = await self.store.look(lambda c: requests.find(c, reference))
        reply = RequestReply(
            service_request_id=reference,
            service_notice=_notice(filed) if filed else "",
            account_id=call.parameters.one("account_id"),
        )
        return encode_all(RequestReply, [reply], call.form)

    async def requests(self, call: Call) -> bytes:
        """Those that the caller may see, of the range that it wants."""
        with self.library.as_it_is():
            offer = self._offer(call)
            wanted = read_wanted(call.parameters, self.now())
            return await asyncio.to_thread(self._read, call, offer, wanted)

    async def request(self, call: Call) -> bytes:
        """One request: who knows its id may know what became of it."""
        with self.library.as_it_is():
            offer = self._offer(call)
            now = self.now()
            wanted = Wanted((call.id,), (), (), now, now)
            return await asyncio.to_thread(self._read, call, offer, wanted, True)

    async def token(self, call: Call) -> bytes:
        """Every request has its id at once, so there are no tokens; an id is its own."""
        with self.library.as_it_is():
            offer = self._offer(call)
        filed = await self.store.look(lambda c: requests.find(c, call.id))
        if filed is None or filed.authority not in offer.queue:
            raise Refused(NOT_FOUND, "There is no such token here.")
        reply = RequestReply(service_request_id=filed.reference, token=call.id)
        return encode_all(RequestReply, [reply], call.form)

    def _offer(self, call: Call) -> Offer:
        day = in_london(self.now()).date()
        return offer_of(self.library, call.parameters.one("jurisdiction_id"), day)

    async def _made_before(self, key: str) -> str:
        return await self.store.look(lambda c: lodged_under(c, key))

    async def _lodge(self, call: Call, offer: Offer, key: str) -> str:
        request = request_of(call.parameters, offer, key)
        now = self.now()

        def lodge(connection: Connection) -> str:
            reference = requests.lodge(
                connection, request, "", now, channel=CHANNEL, user=call.caller.name
            )
            filed = requests.find(connection, reference)
            if filed is not None:
                self.back_office.lodged(connection, filed, now)
            return reference

        reference = await self.store.run(lodge)
        log.info("open311.lodged", service=request.service, authority=request.authority)
        return reference

    def _read(self, call: Call, offer: Offer, wanted: Wanted, must: bool = False) -> bytes:
        services = self.library.services()
        private = call.caller.may_read_answers_of(offer.queue)
        sight = Sight(offer.queue, _public(services), call.caller.name, private)
        slugs = {code_of(service): service.slug for service in services}
        with self.store.read() as connection:
            found = find_wanted(connection, wanted, sight, slugs)
            words = last_words(connection, [one.reference for one in found])
        if must and not found:
            raise Refused(NOT_FOUND, "There is no such request here.")
        listed = [
            shown(one, words.get(one.reference, ""), self.library, call.caller, private, offer.day)
            for one in found
        ]
        return encode_all(ServiceRequest, listed, call.form)

    def _council_to_ask(self) -> str:
        day = in_london(self.now()).date()
        serving = [a for a in self.library.authorities.all() if a.serves(day)]
        return " ".join(f"{one.name}: {one.website}, {one.phone}." for one in serving)


def _public(services: Sequence[Service]) -> frozenset[str]:
    return frozenset(service.slug for service in services if is_public(service))


def _notice(filed: Filed) -> str:
    """Say by when it is to be done, and what was taken out of the words."""
    due, words = filed.due_on, " ".join(str(value) for value in filed.fields.values())
    said = [f"We aim to have done this by {due.day} {due:%B %Y}."] if due else []
    said += [f"We took out a {MASKS[kind].strip('[]')}." for kind in hidden_in(words)]
    return " ".join(said)
