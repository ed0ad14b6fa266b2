"""One person has one conversation with a council, which goes on where they write."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection

from assistant import conversations as book
from assistant import people
from assistant.conversation import Conversation, Keeper
from assistant.store import Store
from channels.messages import Address
from tests.paths import DOOR, NOON
from tests.unit.assistant.test_people import link

WEB, PHONE, CHAT = (
    Address("webchat", "a" * 32),
    Address("sms", "+447700900123"),
    Address("telegram", "1001"),
)
LATER = NOON + timedelta(hours=1)


def write(store: Store, address: Address, *, door: str = DOOR) -> Conversation:
    """Open or find the conversation of who writes, and save it, as a message does."""
    with store.write() as connection:
        found = book.open_for(connection, door, address, NOON)
        book.save(connection, found, NOON)
    return found


def close(store: Store, conversation: Conversation) -> None:
    with store.write() as connection:
        book.save(connection, conversation.closed(LATER), LATER)


def latest(store: Store, address: Address) -> Conversation | None:
    with store.read() as connection:
        return book.latest(connection, DOOR, address)


def test_who_writes_again_finds_their_conversation(store: Store) -> None:
    assert write(store, PHONE) == write(store, PHONE)
    assert write(store, CHAT).id != write(store, PHONE).id


def test_each_council_has_its_own(sqlite: Store) -> None:
    assert write(sqlite, PHONE).id != write(sqlite, PHONE, door="kelmarsh").id


def test_it_goes_on_at_the_address_that_wrote_last(store: Store) -> None:
    begun = write(store, WEB)
    link(store, WEB, PHONE)
    moved = write(store, PHONE)
    assert (moved.id, moved.address) == (begun.id, PHONE)
    assert latest(store, WEB) == latest(store, PHONE) == moved
    back = write(store, WEB)
    assert (back.id, back.address) == (begun.id, WEB)


def test_at_another_council_the_same_person_has_another(sqlite: Store) -> None:
    begun = write(sqlite, WEB, door="kelmarsh")
    link(sqlite, WEB, PHONE)
    assert write(sqlite, PHONE).id != begun.id


def test_after_it_ended_each_address_begins_another_and_sees_the_old_one_until_then(
    sqlite: Store,
) -> None:
    begun = write(sqlite, WEB)
    link(sqlite, WEB, PHONE)
    close(sqlite, write(sqlite, PHONE))
    seen = latest(sqlite, WEB)
    assert seen is not None
    assert seen.id == begun.id
    assert write(sqlite, WEB).id != begun.id


def test_the_open_one_counts_before_a_later_one_that_ended(sqlite: Store) -> None:
    begun = write(sqlite, WEB)
    with sqlite.write() as connection:
        other = book.open_for(connection, DOOR, PHONE, LATER)
        book.save(connection, other.closed(LATER), LATER)
        book.take_part(connection, begun, PHONE)
    found = latest(sqlite, PHONE)
    assert found is not None
    assert found.id == begun.id


def test_who_never_wrote_has_none(sqlite: Store) -> None:
    assert latest(sqlite, PHONE) is None


async def test_a_person_who_writes_from_two_addresses_at_once_opens_one(store: Store) -> None:
    def opens(address: Address) -> Callable[[Connection], str]:
        def work(connection: Connection) -> str:
            found = book.open_for(connection, DOOR, address, NOON)
            book.save(connection, found, NOON)
            return found.id

        return work

    for number in range(10):
        one, other = Address("webchat", f"{number:032}"), Address("sms", f"+44770090000{number}")
        link(store, one, other)
        found = await asyncio.gather(store.run(opens(one)), store.run(opens(other)))
        assert found[0] == found[1]


async def test_whoever_waits_for_each_other_is_let_go_and_comes_again(store: Store) -> None:
    conversations_of = [write(store, Address("sms", f"+44770090000{n}")) for n in range(2)]

    def both(first: Conversation, second: Conversation) -> Callable[[Connection], None]:
        def work(connection: Connection) -> None:
            book.load(connection, first.id, lock=True)
            time.sleep(0.05)  # Until the other holds its first one: each then waits for the other.
            book.load(connection, second.id, lock=True)

        return work

    one, other = conversations_of
    await asyncio.gather(store.run(both(one, other)), store.run(both(other, one)))


def test_an_agent_can_write_to_any_address_of_the_person_and_to_no_other(sqlite: Store) -> None:
    conversation = write(sqlite, WEB)
    link(sqlite, WEB, PHONE)
    with sqlite.write() as connection:
        book.let_take_part(connection, conversation, WEB)
        assert book.addresses(connection, conversation) == (WEB,)
        book.let_take_part(connection, conversation, PHONE)
        book.let_take_part(connection, conversation, PHONE)
        assert book.addresses(connection, conversation) == (WEB, PHONE)
        with pytest.raises(KeyError):
            book.let_take_part(connection, conversation, CHAT)


def test_who_was_unlinked_can_still_be_written_to_only_by_who_it_was_said_to(
    sqlite: Store,
) -> None:
    conversation = write(sqlite, WEB)
    link(sqlite, WEB, PHONE)
    write(sqlite, PHONE)
    with sqlite.write() as connection:
        people.unlink(connection, DOOR, WEB, people.Warrant(people.AGENT, 1, "no"), LATER)
        now = book.load(connection, conversation.id)
        with pytest.raises(KeyError):
            book.let_take_part(connection, now, WEB)


@pytest.mark.parametrize("linked", [False, True], ids=["alone", "with a telephone"])
def test_the_first_conversation_of_an_address_is_known_as_that(sqlite: Store, linked: bool) -> None:
    first = write(sqlite, PHONE)
    if linked:
        link(sqlite, PHONE, WEB)
        write(sqlite, WEB)
    with sqlite.read() as connection:
        assert book.is_first(connection, first, PHONE)
    close(sqlite, first)
    second = write(sqlite, PHONE)
    with sqlite.read() as connection:
        assert not book.is_first(connection, second, PHONE)
        assert book.is_first(connection, second, CHAT)


def test_what_no_longer_exists_raises(sqlite: Store) -> None:
    with sqlite.read() as connection, pytest.raises(KeyError):
        book.load(connection, "no such id")


def test_it_is_read_as_it_was_saved(store: Store) -> None:
    conversation = write(store, PHONE).taken(7, "Priya")
    with store.write() as connection:
        book.save(connection, conversation, LATER)
        found = book.load(connection, conversation.id, lock=True)
    assert (found, found.keeper) == (conversation, Keeper.AGENT)
