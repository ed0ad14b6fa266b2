"""A message is kept once, and worked once, in the order it came."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant import inbox
from assistant.conversation import Conversation
from assistant.store import Store
from assistant.tables import conversations
from assistant.tables import inbox as table
from tests.paths import DOOR, NOON, accept, entries, lines, message, unhandled

LATER = NOON + inbox.LEASE + timedelta(seconds=1)


def test_the_same_message_twice_is_one(store: Store) -> None:
    accept(store, "Hello")
    with store.write() as connection:
        again = inbox.accept(connection, DOOR, message("Hello"), NOON)
    assert (again, unhandled(store)) == (None, 1)


async def test_the_same_message_fifty_times_at_once_is_one(store: Store) -> None:
    def keep(connection: Connection) -> Conversation | None:
        return inbox.accept(connection, DOOR, message("Hello"), NOON)

    found = await asyncio.gather(*(store.run(keep) for _ in range(50)))
    [kept] = [conversation for conversation in found if conversation is not None]
    assert unhandled(store) == 1
    assert lines(store, kept.id) == [("resident", "Hello")]


async def test_fifty_messages_of_one_person_at_once_are_one_conversation_without_gaps(
    store: Store,
) -> None:
    def keep(number: int) -> Callable[[Connection], Conversation | None]:
        said = message(f"m{number}", str(number))
        return lambda connection: inbox.accept(connection, DOOR, said, NOON)

    found = await asyncio.gather(*(store.run(keep(number)) for number in range(50)))
    [conversation] = {kept.id for kept in found if kept is not None}
    assert [entry.position for entry in entries(store, conversation)] == list(range(1, 51))


def test_a_conversation_is_held_by_one_worker_in_the_order_of_arrival(store: Store) -> None:
    for number in ("1", "2", "3"):
        accept(store, f"m{number}", number)
    with store.write() as connection:
        first = inbox.claim(connection, "one", NOON)
    with store.write() as connection:
        meanwhile = inbox.claim(connection, "two", NOON)
    assert first is not None
    assert (first.message.external_id, meanwhile) == ("ada:1", None)
    with store.write() as connection:
        inbox.handled(connection, first, NOON)
        inbox.let_go(connection, first)
        second = inbox.claim(connection, "two", NOON)
    assert second is not None
    assert second.message.external_id == "ada:2"


def test_many_workers_never_hold_the_same_conversation(store: Store) -> None:
    for user in range(20):
        accept(store, "Hello", user=f"user{user}")

    def take(worker: int) -> str | None:
        with store.write() as connection:
            work = inbox.claim(connection, f"w{worker}", NOON)
        return work.conversation.id if work else None

    with ThreadPoolExecutor(12) as pool:
        taken = [found for found in pool.map(take, range(40)) if found is not None]
    assert len(taken) == len(set(taken))
    # PostgreSQL may pass over a row that another worker is looking at; nothing may be lost by it.
    rest = 0
    while take(100 + rest) is not None:
        rest += 1
    assert len(taken) + rest == 20


def test_a_worker_that_died_loses_its_hold_in_time(store: Store) -> None:
    accept(store, "Hello")
    with store.write() as connection:
        inbox.claim(connection, "dead", NOON)
    with store.write() as connection:
        assert inbox.claim(connection, "next", NOON + timedelta(seconds=5)) is None
        again = inbox.claim(connection, "next", LATER)
    assert again is not None
    assert again.tries == 2


def test_a_new_worker_of_the_same_name_takes_over_at_once(store: Store) -> None:
    accept(store, "Hello")
    with store.write() as connection:
        inbox.claim(connection, "host-1:100:abc", NOON)
        inbox.free_all(connection, "host-1")
        assert inbox.claim(connection, "host-1:200:def", NOON) is not None


def test_freeing_leaves_the_holds_of_other_workers(store: Store) -> None:
    accept(store, "Hello")
    with store.write() as connection:
        inbox.claim(connection, "host-10:100:abc", NOON)
        inbox.free_all(connection, "host-1")
        assert inbox.claim(connection, "host-1:200:def", NOON) is None


def test_a_message_after_the_end_opens_another_conversation(store: Store) -> None:
    first = accept(store, "Hello")
    with store.write() as connection:
        connection.execute(sa.update(conversations).values(closed_at=NOON))
    second = accept(store, "Hello again", "2")
    assert first != second
    with store.read() as connection:
        rows = connection.execute(sa.select(table.c.conversation).order_by(table.c.id)).scalars()
        assert list(rows) == [first, second]
