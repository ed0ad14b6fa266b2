"""What is done now and then is done by one worker, and what it missed is found again."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from assistant import circuits, inbox
from assistant.chores import Chore, Chores, sweep, sweeps, tidy
from assistant.file_store import FileStore
from assistant.store import Store
from assistant.tables import circuits as circuits_table
from assistant.tables import link_codes
from channels.channel import Channel, Transient
from channels.messages import Address, InboundMessage, Said
from channels.webchat.channel import WebChat
from tests.fakes import Platform
from tests.parcels import Clock
from tests.paths import DOOR, NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Bell:
    """A chore that notes when it was done, and when that was said to be the last time."""

    def __init__(self) -> None:
        self.told: list[datetime | None] = []
        self.fails: list[Exception] = []
        self.takes = 0.0

    async def __call__(self, last: datetime | None) -> None:
        if self.takes:
            await asyncio.sleep(self.takes)
        if self.fails:
            raise self.fails.pop()
        self.told.append(last)


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def chores(store: Store, bell: Bell, clock: Clock) -> Chores:
    return Chores(store, [Chore("ring", HOUR, bell)], clock)


async def test_a_chore_is_done_when_its_time_has_come(
    chores: Chores, bell: Bell, clock: Clock
) -> None:
    assert await chores.do_one()
    assert not await chores.do_one()
    clock.turn(minutes=59)
    assert not await chores.do_one()
    clock.turn(minutes=1)
    assert await chores.do_one()
    assert bell.told == [None, NOON]


async def test_it_is_done_by_one_worker(chores: Chores, bell: Bell) -> None:
    bell.takes = 0.05
    await asyncio.gather(*(chores.do_one() for _ in range(5)))
    assert bell.told == [None]


@pytest.mark.parametrize("failure", [Transient("http_503"), RuntimeError()])
async def test_one_that_fails_is_tried_again_soon_and_misses_nothing(
    chores: Chores, bell: Bell, clock: Clock, failure: Exception
) -> None:
    await chores.do_one()
    clock.turn(hours=1)
    bell.fails = [failure]
    await chores.do_one()
    clock.turn(minutes=1)
    assert not await chores.do_one()
    clock.turn(minutes=1)
    assert await chores.do_one()
    assert bell.told == [None, NOON]


async def test_a_worker_that_dies_in_it_holds_it_up_for_two_minutes(
    store: Store, chores: Chores, bell: Bell, clock: Clock
) -> None:
    bell.takes = 3600
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(chores.do_one(), 0.05)
    bell.takes = 0
    clock.turn(minutes=1)
    assert not await chores.do_one()
    clock.turn(minutes=1)
    assert await chores.do_one()


# What webhooks did not bring


def text(number: int, at: datetime) -> InboundMessage:
    return InboundMessage(Address("pushed", "ada"), f"text-{number}", Said(f"text {number}"), at)


@pytest.fixture
def sweeper(store: Store, platform: Platform, clock: Clock) -> Chores:
    async def accept(authority: str, message: InboundMessage) -> bool:
        def work(connection: sa.engine.Connection) -> bool:
            return inbox.accept(connection, authority, message, clock.time) is not None

        return await store.run(work)

    return Chores(store, [sweep(DOOR, platform, accept, clock)], clock)


def accepted(store: Store) -> list[str]:
    from assistant.tables import inbox as table

    with store.read() as connection:
        return list(connection.execute(sa.select(table.c.external_id)).scalars())


async def test_a_text_whose_webhook_never_came_is_found(
    store: Store, platform: Platform, sweeper: Chores, clock: Clock
) -> None:
    await sweeper.do_one()
    clock.turn(minutes=2)
    platform.came = [text(1, clock.time)]
    clock.turn(minutes=3)
    await sweeper.do_one()
    assert accepted(store) == ["text-1"]
    clock.turn(minutes=5)
    await sweeper.do_one()  # it is on the list again
    assert accepted(store) == ["text-1"]


async def test_texts_from_before_we_were_connected_are_nobodys_to_answer(
    store: Store, platform: Platform, sweeper: Chores
) -> None:
    platform.came = [text(1, NOON - HOUR)]
    await sweeper.do_one()
    assert accepted(store) == []


async def test_a_day_on_which_nothing_worked_is_swept_when_it_does(
    store: Store, platform: Platform, sweeper: Chores, clock: Clock
) -> None:
    await sweeper.do_one()
    platform.failures = [Transient("http_503") for _ in range(5)]
    for number in range(5):
        clock.turn(hours=5)
        platform.came.append(text(number, clock.time))
        await sweeper.do_one()
    clock.turn(hours=1)
    await sweeper.do_one()
    assert len(accepted(store)) == 5


def test_only_platforms_that_keep_a_list_are_swept(platform: Platform, clock: Clock) -> None:
    async def accept(authority: str, message: InboundMessage) -> bool:
        return True

    channels: list[tuple[str, Channel]] = [(DOOR, WebChat()), (DOOR, platform)]
    assert [chore.name for chore in sweeps(channels, accept, clock)] == [f"sweep {DOOR} pushed"]


# Tidying


async def test_what_is_of_no_use_any_more_is_deleted(
    store: Store, tmp_path: Path, clock: Clock
) -> None:
    with store.write() as connection:
        for hours in (1, 100):
            connection.execute(
                sa.insert(link_codes).values(
                    authority=DOOR,
                    channel="pushed",
                    user="ada",
                    to_channel="sms",
                    to_user="+447700900123",
                    digest="0" * 64,
                    made_at=NOON - hours * HOUR,
                    expires_at=NOON - hours * HOUR,
                    tries=0,
                )
            )
        for name, hours in (("sms", 1), ("telegram", 100)):
            at = NOON - hours * HOUR
            circuits.failed(connection, DOOR, name, Transient("http_503"), at)
    chores = Chores(store, [tidy(store, FileStore(tmp_path / "files"), clock)], clock)
    assert await chores.do_one()
    with store.read() as connection:
        codes = connection.execute(sa.select(sa.func.count()).select_from(link_codes)).scalar_one()
        fails = connection.execute(sa.select(circuits_table.c.channel)).scalars().all()
    assert (codes, fails) == (1, ["sms"])
