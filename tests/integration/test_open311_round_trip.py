"""Two councils with Front Door: what one sends, the other has once, and what becomes of it there is
told here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from sanic import Sanic

from assistant.open311.back_office import Elsewhere
from assistant.open311.config import Endpoint, Open311
from assistant.open311.sending import Sending
from assistant.open311.updates import Updates
from assistant.store import Store
from knowledge import requests, submissions
from knowledge.requests import Event, Filed, Request
from knowledge.submissions import LEASE
from tests.databases import sqlite_store
from tests.parcels import Clock
from tests.unit.assistant.open311.serving import (
    API,
    CONTRACTOR,
    NOW,
    Served,
    library,
    serving,
)

BENCH = Request(
    key="talk:1",
    service="broken-bench",
    authority="ashcombe",
    fields={
        "place": "By the pond in Market Square",
        "harm": "seat",
        "words": "Two slats are gone.",
        "mail": "ada@residents.example",
    },
    latitude=51.2345,
    longitude=-0.25,
)


@pytest.fixture(autouse=True)
def _many_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sanic rewrites its own methods when it starts; only in test mode can it start again."""
    monkeypatch.setattr(Sanic, "test_mode", True)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Ours, and theirs."""
    with ExitStack() as stack:
        folders = [tmp_path / name for name in ("ours", "theirs")]
        for folder in folders:
            folder.mkdir()
        ours, theirs = (stack.enter_context(sqlite_store(folder)) for folder in folders)
        yield ours, theirs


def endpoint_at(theirs: Served, form: str) -> Endpoint:
    return Endpoint.parse_obj(
        {
            "name": "Parks",
            "council": "ashcombe",
            "services": "all",
            "url": f"{theirs.http.base_url}".rstrip("/") + API,
            "jurisdiction_id": "ashcombe",
            "format": form,
            "api_key": CONTRACTOR.key,
            "lookup": "key",
            "poll": 60,
        }
    )


def lodge(store: Store, open311: Open311) -> str:
    with store.write() as connection:
        reference = requests.lodge(connection, BENCH, "talk", NOW)
        filed = requests.find(connection, reference)
        assert filed is not None
        Elsewhere(open311).lodged(connection, filed, NOW)
    return reference


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_a_request_goes_there_and_its_news_come_back(
    stores: tuple[Store, Store], form: str
) -> None:
    ours, theirs = stores
    told: list[tuple[str, str]] = []
    clock = Clock()
    clock.time = NOW

    def tell(connection: object, filed: Filed, event: Event) -> None:
        told.append((event.status, event.words))

    async with serving(theirs) as served, httpx.AsyncClient() as http:
        endpoint = endpoint_at(served, form)
        open311 = Open311(endpoints=(endpoint,))
        reference = lodge(ours, open311)
        sending = Sending(ours, open311, http, library().service, "one", clock)
        updates = Updates(ours, endpoint, http, library().service, clock, tell)

        assert await sending.send_one()
        [there] = served.filed()
        with ours.read() as connection:
            submission = submissions.find(connection, reference)
        assert submission is not None
        assert (submission.state, submission.their_id) == ("lodged", there.reference)
        assert there.fields["harm"] == "seat"
        assert there.fields["mail"] == "ada@residents.example"
        assert (there.latitude, there.longitude) == (51.2345, -0.25)

        for status, words in (("in_progress", "We have the wood."), ("done", "It is mended.")):
            with theirs.write() as connection:
                requests.set_status(
                    connection, there.reference, status, clock(), by="priya", words=words
                )
            clock.turn(minutes=2)
            await updates.look()

    assert told == [("in_progress", "We have the wood."), ("done", "It is mended.")]
    with ours.read() as connection:
        filed = requests.find(connection, reference)
    assert filed is not None
    assert filed.status == requests.DONE


async def test_a_sender_that_is_cut_off_at_any_moment_makes_one_request(
    stores: tuple[Store, Store],
) -> None:
    ours, theirs = stores
    clock = Clock()
    clock.time = NOW
    async with serving(theirs) as served, httpx.AsyncClient() as http:
        open311 = Open311(endpoints=(endpoint_at(served, "json"),))
        reference = lodge(ours, open311)
        for moment in range(8):
            sending = Sending(ours, open311, http, library().service, "one", clock)
            sender = asyncio.create_task(sending.send_one())
            await asyncio.sleep(moment * 0.004)
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
            clock.turn(seconds=LEASE.total_seconds() + 1)
        await Sending(ours, open311, http, library().service, "two", clock).send_one()

        assert len(served.filed()) == 1
    with ours.read() as connection:
        submission = submissions.find(connection, reference)
    assert submission is not None
    assert submission.state == "lodged"
