"""Another council's back office that is down, slow, broken or answers twice: exactly one request
there for each of ours, none lost, and staff told of what only they can settle.

Real HTTP to an emulator; a clock that is turned.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.open311.back_office import Elsewhere
from assistant.open311.config import Endpoint, Open311
from assistant.open311.sending import NOT_CONFIRMED, NOT_REACHED, Sending
from assistant.open311.updates import Updates
from assistant.store import Store
from assistant.worker import utc_now
from channels.channel import DeliveryFailed
from knowledge import requests, submissions
from knowledge.requests import Event, Filed, Request
from knowledge.submissions import ACCEPTED, LEASE, LODGED, PENDING, REFUSED, SENDING, UNSURE
from tests.back_office import REFUSALS, BackOffice, Way, serving
from tests.databases import sqlite_store
from tests.parcels import Clock

PATIENCE = 20.0
"""Seconds that a call may take here: time enough on a busy machine."""
SHORT_PATIENCE = 1.0
"""Seconds that a call may take once somebody is not going to answer it."""
NAME = "Highways"
NEVER_ANSWERS = frozenset({Way.SILENT_KEPT, Way.SILENT_LOST, Way.LATE, Way.DRIP_KEPT})


@dataclass
class Stage:
    """Our side, with one endpoint, which is the emulator."""

    store: Store
    clock: Clock
    office: BackOffice
    open311: Open311
    sending: Sending
    updates: Updates
    told: list[tuple[str, Event]]
    references: list[str] = field(default_factory=list)

    def lodge(self, **more: Any) -> str:
        """Lodge one more request, as a turn does."""
        key = f"talk:{len(self.references)}"
        request = Request(key, "pothole", "wenshire", {"place": "Mill Lane"}, **more)
        with self.store.write() as connection:
            reference = requests.lodge(connection, request, "talk", self.clock())
            filed = requests.find(connection, reference)
            assert filed is not None
            Elsewhere(self.open311).lodged(connection, filed, self.clock())
        self.references.append(reference)
        return reference

    async def send_what_is_due(self) -> None:
        while await self.sending.send_one():
            pass

    async def wait(self, *, minutes: float) -> None:
        """Turn the clock, half a minute at a time or, over a long time, two; look for news as often
        as is set."""
        long = 0.5 if minutes <= 15 else 2.0
        for step in range(int(minutes / long)):
            await self.send_what_is_due()
            self.clock.turn(minutes=long)
            if step % 2 == 0 or long > 1:
                with suppress(DeliveryFailed):
                    await self.updates.look()
        await self.send_what_is_due()

    def answers(self, *ways: Way) -> None:
        """How the next calls are answered. Who never answers is not waited for long."""
        self.office.ways = list(ways)
        if NEVER_ANSWERS.intersection(ways):
            self.sending.longest_call = SHORT_PATIENCE

    async def shown_one(self) -> None:
        """Let the endpoint show that it lists what it has."""
        self.lodge()
        await self.wait(minutes=2)

    def state(self, reference: str) -> str:
        with self.store.read() as connection:
            found = submissions.find(connection, reference)
        assert found is not None
        return found.state

    def notes(self, reference: str) -> list[str]:
        with self.store.read() as connection:
            events = requests.history(connection, reference)
        assert all(not event.shown for event in events if event.what == requests.NOTE)
        return [event.words for event in events if event.what == requests.NOTE]

    def filed(self, reference: str) -> Filed:
        with self.store.read() as connection:
            found = requests.find(connection, reference)
        assert found is not None
        return found

    def there(self) -> list[int]:
        """How many requests they have for each of ours."""
        return [len(self.office.of(reference)) for reference in self.references]


@asynccontextmanager
async def staged(
    store: Store, lookup: str = "list", seed: int = 0, patience: float = PATIENCE, **office: Any
) -> AsyncIterator[Stage]:
    clock, told = Clock(), list[tuple[str, Event]]()
    there = BackOffice(clock, **office)
    async with serving(there) as http:
        endpoint = Endpoint.parse_obj(
            {
                "name": NAME,
                "council": "wenshire",
                "services": "all",
                "url": there.url,
                "jurisdiction_id": "wenshire.example",
                "format": there.form,
                "api_key": "a-key",
                "lookup": lookup,
                "poll": 60,
            }
        )
        open311 = Open311(endpoints=(endpoint,))
        dice = random.Random(seed)  # noqa: S311 - a test's dice
        sending = Sending(
            store, open311, http, lambda slug: None, "one", clock, dice.random, patience
        )

        def tell(connection: object, filed: Filed, event: Event) -> None:
            told.append((filed.reference, event))

        updates = Updates(store, endpoint, http, lambda slug: None, clock, tell)
        yield Stage(store, clock, there, open311, sending, updates, told)


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with sqlite_store(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("form", "way"),
    [
        *(("json", way) for way in Way if way not in REFUSALS),
        *(("xml", way) for way in (Way.WELL, Way.TOKEN, Way.ERROR_KEPT, Way.GARBAGE_LOST)),
    ],
)
async def test_whatever_is_answered_they_have_it_once(store: Store, way: Way, form: str) -> None:
    async with staged(store, form=form) as stage:
        await stage.shown_one()
        stage.answers(way)
        reference = stage.lodge()

        await stage.wait(minutes=15)

        assert stage.there() == [1, 1]
        assert stage.state(reference) == LODGED
        assert stage.filed(reference).status == requests.RECEIVED


@pytest.mark.parametrize("way", sorted(REFUSALS, key=str))
async def test_what_they_refuse_is_left_to_staff(store: Store, way: Way) -> None:
    async with staged(store) as stage:
        stage.answers(way)
        reference = stage.lodge()

        await stage.wait(minutes=15)

        assert (stage.state(reference), len(stage.office.posts)) == (REFUSED, 1)
        assert stage.notes(reference) == [
            "Highways did not take this request. They said: service_code was not provided. It is "
            "not sent again unless you say so."
        ]
        assert stage.filed(reference).status == requests.RECEIVED

        with store.write() as connection:
            submissions.send_again(connection, reference, stage.clock())
        await stage.wait(minutes=1)

        assert (stage.state(reference), stage.there()) == (LODGED, [1])


@pytest.mark.parametrize("way", [Way.SILENT_LOST, Way.ERROR_KEPT, Way.GARBAGE_LOST])
async def test_who_lists_nothing_is_sent_nothing_twice(store: Store, way: Way) -> None:
    async with staged(store, lookup="none", lists=False) as stage:
        await stage.shown_one()
        stage.answers(way)
        reference = stage.lodge()

        await stage.wait(minutes=30)

        assert stage.state(reference) == UNSURE
        assert len(stage.office.posts) == 2
        assert stage.notes(reference) == [NOT_CONFIRMED.format(name=NAME)]


async def test_staff_say_under_which_id_they_have_it(store: Store) -> None:
    async with staged(store, lookup="none", lists=False) as stage:
        stage.office.ways = [Way.ERROR_KEPT]
        reference = stage.lodge()
        await stage.wait(minutes=1)
        [there] = stage.office.of(reference)

        with store.write() as connection:
            submissions.settle(connection, reference, there.id, stage.clock())
        there.status = "closed"
        await stage.wait(minutes=2)

        assert stage.filed(reference).status == requests.DONE
        assert len(stage.office.posts) == 1


@pytest.mark.parametrize("way", [Way.LATE, Way.CUT_KEPT, Way.ERROR_LOST])
async def test_who_knows_a_key_may_be_sent_it_again(store: Store, way: Way) -> None:
    async with staged(store, lookup="key", lists=False, knows_keys=True) as stage:
        stage.answers(way, way)
        reference = stage.lodge()

        await stage.wait(minutes=5)

        assert (stage.state(reference), stage.there()) == (LODGED, [1])


async def test_a_list_that_hides_what_we_wrote_proves_nothing(store: Store) -> None:
    async with staged(store, hides=True) as stage:
        await stage.shown_one()
        stage.office.ways = [Way.ERROR_KEPT]
        reference = stage.lodge()

        await stage.wait(minutes=120)

        assert (stage.state(reference), stage.there()) == (UNSURE, [1, 1])
        assert stage.notes(reference) == [NOT_CONFIRMED.format(name=NAME)]


@pytest.mark.parametrize("way", [Way.ERROR_KEPT, Way.ERROR_LOST])
async def test_a_list_that_is_late_is_waited_for(store: Store, way: Way) -> None:
    async with staged(store, lists_after=timedelta(minutes=40)) as stage:
        stage.lodge()
        await stage.wait(minutes=60)
        stage.answers(way)
        reference = stage.lodge()

        await stage.wait(minutes=30)
        assert (stage.state(reference), len(stage.office.posts)) == (UNSURE, 2)

        await stage.wait(minutes=150)
        assert (stage.state(reference), stage.there()) == (LODGED, [1, 1])


async def test_a_first_request_is_settled_by_those_after_it(store: Store) -> None:
    async with staged(store) as stage:
        stage.office.ways = [Way.ERROR_LOST]
        first = stage.lodge()
        await stage.wait(minutes=20)
        assert (stage.state(first), len(stage.office.posts)) == (UNSURE, 1)

        stage.lodge()
        await stage.wait(minutes=20)

        assert (stage.state(first), stage.there()) == (LODGED, [1, 1])


async def test_an_hour_of_silence_loses_nothing(store: Store) -> None:
    async with staged(store) as stage:
        await stage.shown_one()
        await stage.office.down()
        references = [stage.lodge() for _ in range(8)]

        await stage.wait(minutes=60)
        assert {stage.state(reference) for reference in references} == {PENDING}

        await stage.office.up()
        await stage.wait(minutes=15)
        assert stage.there() == [1] * 9
        assert {stage.state(reference) for reference in references} == {LODGED}


async def test_staff_hear_once_of_a_system_that_stays_down(store: Store) -> None:
    async with staged(store) as stage:
        await stage.office.down()
        reference = stage.lodge()

        await stage.wait(minutes=240)

        assert stage.notes(reference) == [NOT_REACHED.format(name=NAME)]
        await stage.office.up()
        await stage.wait(minutes=15)
        assert stage.there() == [1]


async def test_an_hour_of_errors_makes_no_second_request(store: Store) -> None:
    async with staged(store) as stage:
        await stage.shown_one()
        stage.office.otherwise = Way.ERROR_KEPT
        for _ in range(4):
            stage.lodge()
            await stage.wait(minutes=15)

        stage.office.otherwise = Way.WELL
        await stage.wait(minutes=30)
        assert stage.there() == [1] * 5


async def test_an_id_that_comes_late_is_asked_for(store: Store) -> None:
    async with staged(store) as stage:
        stage.office.ways, stage.office.asked_for_id = [Way.TOKEN], 3
        reference = stage.lodge()
        await stage.send_what_is_due()
        assert stage.state(reference) == ACCEPTED

        await stage.wait(minutes=10)

        assert (stage.state(reference), stage.there()) == (LODGED, [1])


async def test_a_sender_that_dies_in_its_call_leaves_a_doubt_that_is_settled(store: Store) -> None:
    async with staged(store) as stage:
        await stage.shown_one()
        stage.office.ways = [Way.SILENT_KEPT]
        reference = stage.lodge()
        stage.office.posted.clear()
        sender = asyncio.create_task(stage.sending.send_one())
        await stage.office.posted.wait()
        sender.cancel()
        await asyncio.gather(sender, return_exceptions=True)
        assert stage.state(reference) == SENDING

        await stage.send_what_is_due()
        assert stage.state(reference) == SENDING  # it may be at work still
        stage.clock.turn(seconds=LEASE.total_seconds() + 1)
        await stage.wait(minutes=5)

        assert (stage.state(reference), stage.there()) == (LODGED, [1, 1])


@pytest.mark.parametrize("way", [Way.SILENT_KEPT, Way.SILENT_LOST])
async def test_a_process_that_is_killed_in_its_call_makes_no_second_request(
    store: Store, tmp_path: Path, way: Way
) -> None:
    async with staged(store) as stage:
        stage.clock.time = utc_now()
        await stage.shown_one()
        stage.clock.time = utc_now()
        stage.answers(way)
        reference = stage.lodge()
        stage.office.posted.clear()
        file = tmp_path / "open311.json"
        file.write_text(stage.open311.json())
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.integration.standing_sender", store.url, str(file)
        )
        await asyncio.wait_for(stage.office.posted.wait(), 40)
        process.kill()
        await process.wait()
        assert stage.state(reference) == SENDING

        await stage.wait(minutes=10)

        assert (stage.state(reference), stage.there()) == (LODGED, [1, 1])


async def test_of_several_workers_one_sends(store: Store) -> None:
    async with staged(store) as stage:
        others = [
            Sending(store, stage.open311, stage.sending.http, lambda s: None, name, stage.clock)
            for name in ("two", "three")
        ]
        for _ in range(12):
            stage.lodge()

        async def work(sending: Sending) -> None:
            while await sending.send_one():
                pass

        await asyncio.gather(*(work(one) for one in (stage.sending, *others)))

        assert stage.there() == [1] * 12
        assert len(stage.office.posts) == 12


async def test_news_come_back_to_the_resident(store: Store) -> None:
    async with staged(store, one_at_a_time=True) as stage:
        first, other = stage.lodge(), stage.lodge()
        joined = stage.lodge(joins=first)
        await stage.wait(minutes=2)
        assert [len(stage.office.of(r)) for r in (first, other, joined)] == [1, 1, 0]
        assert stage.told == []

        [there] = stage.office.of(first)
        there.notes = "A crew\x07 comes on Monday."
        await stage.wait(minutes=3)
        there.notes = "The crew came and needs a digger."
        await stage.wait(minutes=3)
        there.status, there.notes = "closed", "The hole is filled."
        await stage.wait(minutes=3)

        said = ["A crew comes on Monday.", "The crew came and needs a digger."]
        expected = [(requests.IN_PROGRESS, words) for words in said]
        expected.append((requests.DONE, "The hole is filled."))
        assert [(r, e.status, e.words) for r, e in stage.told] == [(first, *e) for e in expected]
        assert stage.filed(first).status == requests.DONE
        assert stage.filed(other).status == requests.RECEIVED
        with store.read() as connection:
            shown = [e for e in requests.history(connection, first) if e.shown and e.by]
        assert [(e.status, e.words, e.by) for e in shown] == [(*one, NAME) for one in expected]


async def test_what_staff_closed_is_not_opened_again(store: Store) -> None:
    async with staged(store) as stage:
        reference = stage.lodge()
        await stage.wait(minutes=1)
        with store.write() as connection:
            requests.set_status(connection, reference, requests.NOT_DONE, stage.clock(), by="priya")

        stage.office.of(reference)[0].notes = "On its way."
        await stage.wait(minutes=3)

        assert stage.filed(reference).status == requests.NOT_DONE
        assert stage.told == []


@given(
    ways=st.lists(st.sampled_from(sorted(set(Way) - REFUSALS, key=str)), max_size=5),
    deaths=st.sets(st.integers(0, 6), max_size=2),
    seed=st.integers(0, 9),
)
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_faults_in_any_order_end_with_one_each(
    tmp_path_factory: pytest.TempPathFactory, ways: Sequence[Way], deaths: set[int], seed: int
) -> None:
    asyncio.run(_faults(tmp_path_factory.mktemp("open311"), list(ways), deaths, seed))


async def _faults(folder: Path, ways: list[Way], deaths: set[int], seed: int) -> None:
    with sqlite_store(folder) as store:
        # So short that a busy machine makes more time-outs than were asked for.
        async with staged(store, seed=seed, patience=0.1) as stage:
            await stage.shown_one()
            stage.office.ways = ways
            for turn in range(4):
                stage.lodge()
                if turn in deaths:
                    sender = asyncio.create_task(stage.sending.send_one())
                    await asyncio.sleep(seed / 1000)
                    sender.cancel()
                    await asyncio.gather(sender, return_exceptions=True)
                await stage.send_what_is_due()
                stage.clock.turn(seconds=20)

            for _ in range(24):
                if {stage.state(reference) for reference in stage.references} != {LODGED}:
                    await stage.wait(minutes=5)

            assert stage.there() == [1] * 5
            assert {stage.state(reference) for reference in stage.references} == {LODGED}
