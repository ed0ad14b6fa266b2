"""Writes that wait at the same moment are committed together, and each for itself."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant.store import Store
from assistant.tables import chores


def adds(name: str, wait: threading.Event | None = None) -> Callable[[Connection], str]:
    def work(connection: Connection) -> str:
        if wait is not None:
            wait.wait(5)
        done_at = sa.func.current_timestamp()
        connection.execute(sa.insert(chores).values(name=name, done_at=done_at))
        return name

    return work


def names(store: Store) -> set[str]:
    with store.read() as connection:
        return set(connection.execute(sa.select(chores.c.name)).scalars())


async def test_one_that_raises_takes_none_of_the_others_with_it(store: Store) -> None:
    works = [adds("one"), adds("two"), adds("two"), adds("three")]
    done = await asyncio.gather(*map(store.run, works), return_exceptions=True)
    assert [type(each).__name__ for each in done].count("IntegrityError") == 1
    assert names(store) == {"one", "two", "three"}


async def test_who_no_longer_waits_stops_nobody_elses_writes(store: Store) -> None:
    go = threading.Event()
    begun = asyncio.create_task(store.run(adds("begun", go)))
    waits = asyncio.create_task(store.run(adds("waits")))
    await asyncio.sleep(0.05)
    for task in (begun, waits):
        task.cancel()
    await asyncio.gather(begun, waits, return_exceptions=True)
    go.set()
    assert await asyncio.wait_for(store.run(adds("after")), 5) == "after"
    for _ in range(100):  # Two writes to PostgreSQL end in any order.
        if "begun" in names(store):
            break
        await asyncio.sleep(0.05)
    assert {"begun", "after"} <= names(store)
