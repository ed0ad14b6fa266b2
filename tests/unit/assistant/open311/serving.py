"""The Open311 server on loopback, with the catalogue as it is, two more services, and four keys."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

import httpx
import sqlalchemy as sa
import yaml
from sanic import Sanic

from assistant.open311.config import Key
from assistant.open311.server import AT_ONCE, LARGEST, OWN_BOOK, open311
from assistant.store import Store
from knowledge.authorities import load_authorities
from knowledge.back_office import BackOffice
from knowledge.embedding import Vectors
from knowledge.library import Library
from knowledge.places import load_gazetteer
from knowledge.requests import Filed
from knowledge.services import Service
from knowledge.tables import requests as table

NOW = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)  # a Wednesday
API = "/open311/v2"
CONTRACTOR = Key(
    name="Contractor", councils=("ashcombe", "wenshire"), key="contractor-key-0001", post=True
)
OTHER = Key(name="Other app", councils=("ashcombe",), key="other-app-key-00002", post=True)
OWN = Key(name="Own system", councils=("ashcombe",), key="own-system-key-0003", private=True)
READER = Key(name="Reader", councils=("ashcombe",), key="reader-key-00000004")
KEYS = (CONTRACTOR, OTHER, OWN, READER)

BIN = """
slug: left-bin
title: Report a bin that was left
tier: district
owner: waste
code: "BIN-1"
group: Waste
reviewed_on: 2026-11-20
retention_days: 365
intro: We come back for it. It takes a day.
fields:
  - {name: postcode, type: postcode, label: Postcode, prompt: "Which postcode?", retry: "Again?"}
  - {name: address, type: address, label: Address, prompt: "Which address?", retry: "Again?"}
  - name: bins
    type: choice
    several: true
    label: Bins
    prompt: Which bins?
    retry: Again?
    choices: [{value: refuse, label: Rubbish}, {value: food, label: Food}]
  - name: missed_on
    type: date
    label: Day
    prompt: Which day?
    retry: Again?
    when: past
    within: limits.missed_bin_days
duplicates: {by: [address]}
confirm: Right?
done: Done.
ask: [my bin was left, they left my bin]
"""
BENCH = """
slug: broken-bench
title: Report a broken bench
tier: district
owner: parks
group: Parks
reviewed_on: 2026-11-22
retention_days: 365
due: working_days.fly_tipping
fields:
  - {name: place, type: location, label: Place, prompt: "Where is it?", retry: "Again?"}
  - name: harm
    type: choice
    label: Harm
    prompt: What is broken?
    help: A guess is fine.
    retry: Again?
    choices: [{value: seat, label: The seat}, {value: back, label: The back}]
  - {name: words, type: text, label: Words, prompt: "What is it?", retry: "Again?", longest: 500}
  - name: since
    type: date
    label: Since
    prompt: Since when?
    retry: Again?
    required: false
    only_if: {harm: [seat]}
  - {name: mail, type: email, label: Mail, prompt: "Your e-mail?", retry: "Again?", required: false}
  - name: phone
    type: phone
    label: Phone
    prompt: Your phone?
    retry: Again?
    only_if: {harm: [back]}
  - {name: photo, type: photo, label: Photo, prompt: "A photo?", retry: "Again?", required: false}
duplicates: {by: [place], metres: 20}
confirm: Right?
done: Done.
ask: [a bench is broken, report a bench]
"""


@lru_cache(maxsize=1)
def library() -> Library:
    """The councils and addresses of the demo, with a service about a home, one about a place, one
    of the county, and two that cannot be asked for over Open311."""
    bench = yaml.safe_load(BENCH)
    county = {**bench, "slug": "county-bench", "tier": "county"}
    known = {**bench, "slug": "known-person", "verified": True}
    slot = {"name": "slot", "type": "slot", "about": "harm", "label": "At"}
    booked = {**bench, "slug": "booked", "fields": [*bench["fields"], {**slot, **ASKED}]}
    written = (yaml.safe_load(BIN), bench, county, known, booked)
    return Library(
        articles=(),
        services=[Service.parse_obj(one) for one in written],
        authorities=load_authorities(),
        gazetteer=load_gazetteer(),
        embed=_never,
    )


def _never(texts: Sequence[str]) -> Vectors:
    raise AssertionError("nothing is searched for here")


ASKED = {"prompt": "When?", "retry": "Again?"}
GOOD_BIN = {
    "api_key": CONTRACTOR.key,
    "jurisdiction_id": "ashcombe",
    "service_code": "BIN-1",
    "attribute[uprn]": "900000000001",
    "attribute[bins][]": ["food", "refuse"],
    "attribute[missed_on]": "2026-11-24",
}
GOOD_BENCH = {
    "api_key": CONTRACTOR.key,
    "jurisdiction_id": "ashcombe",
    "service_code": "broken-bench",
    "lat": "51.2345",
    "long": "-0.25",
    "address_string": "By the pond in Market Square",
    "description": "Two slats are gone.",
    "attribute[harm]": "seat",
}
"""Requests that are right, as they are posted."""


@dataclass
class Served:
    """A server, and what may be asked of it."""

    http: httpx.AsyncClient
    store: Store
    clock: list[datetime]

    async def get(self, path: str, **query: str) -> httpx.Response:
        """Ask for what belongs to Ashcombe, unless the query says otherwise."""
        wanted = {"jurisdiction_id": "ashcombe", **query}
        return await self.http.get(f"{API}/{path}", params=wanted)

    async def post(
        self, form: Mapping[str, Any], path: str = "requests.json", **headers: str
    ) -> httpx.Response:
        """Post a form. Names of headers are written with _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.post(f"{API}/{path}", data=dict(form), headers=named)

    async def made(self, form: Mapping[str, Any], **headers: str) -> str:
        """Post what is right, and return its id."""
        answer = await self.post(form, **headers)
        assert answer.status_code == 200, answer.text
        [reply] = answer.json()
        return str(reply["service_request_id"])

    def filed(self) -> list[Filed]:
        """All requests of the book, by reference."""
        with self.store.read() as connection:
            rows = connection.execute(sa.select(table).order_by(table.c.reference)).all()
        return [Filed(**{n: getattr(row, n) for n in Filed.__dataclass_fields__}) for row in rows]


@asynccontextmanager
async def serving(
    store: Store,
    keys: Sequence[Key] = KEYS,
    at_once: int = AT_ONCE,
    back_office: BackOffice = OWN_BOOK,
) -> AsyncIterator[Served]:
    """Serve the API as the web process does, at a time that the test may change."""
    clock = [NOW]
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = Sanic(f"open311-{listening.getsockname()[1]}", configure_logging=False)
    app.config.update(GRACEFUL_SHUTDOWN_TIMEOUT=0.1, REQUEST_MAX_SIZE=LARGEST)
    app.blueprint(
        open311(
            store,
            library(),
            keys,
            url,
            lambda: clock[0],
            back_office=back_office,
            clock=lambda: 0.0,
            at_once=at_once,
        )
    )
    server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.start_serving()
    try:
        async with httpx.AsyncClient(base_url=url, timeout=20, trust_env=False) as http:
            yield Served(http, store, clock)
    finally:
        await asyncio.wait({server.close()}, timeout=5)
        for connection in list(server.connections):
            connection.abort()
        listening.close()
        Sanic._app_registry.pop(app.name, None)
