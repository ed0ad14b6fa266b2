"""A text that a platform hands on twice under two ids is one message, whichever comes first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import permutations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant import inbox
from assistant.conversation import Conversation
from assistant.store import Store
from assistant.tables import also_known_as
from channels.messages import Address, InboundMessage, Said
from tests.paths import DOOR, NOON, lines, unhandled

ADA = Address("sms", "+447700900123")


def text(external_id: str, *others: str, sender: Address = ADA) -> InboundMessage:
    return InboundMessage(sender, external_id, Said("My bin was missed"), NOON, others)


def keep(message: InboundMessage) -> Callable[[Connection], Conversation | None]:
    return lambda connection: inbox.accept(connection, DOOR, message, NOON)


def keep_all(store: Store, messages: Sequence[InboundMessage]) -> list[bool]:
    """Keep them one after another; return which were new."""
    kept = []
    for message in messages:
        with store.write() as connection:
            kept.append(keep(message)(connection) is not None)
    return kept


# What brings it, and under which ids: two webhooks with the network's own mark, and the list of
# received texts, which knows both ids and no mark.
WEBHOOKS = (text("A", "mark"), text("B", "mark"))
LISTED = text("A", "B")


@pytest.mark.parametrize("order", list(permutations((*WEBHOOKS, LISTED))))
def test_in_every_order_they_are_one(sqlite: Store, order: Sequence[InboundMessage]) -> None:
    # Without the first webhook nothing ties B to A, so the list or its twin has to come before it.
    assert sum(keep_all(sqlite, order)) == 1
    # However often any of them comes again.
    assert keep_all(sqlite, [*order, text("A"), text("B"), text("mark")]) == [False] * 6
    assert unhandled(sqlite) == 1


@pytest.mark.parametrize("order", list(permutations((text("A", "B"), text("B", "A"), text("A")))))
def test_so_are_those_that_name_each_other(sqlite: Store, order: Sequence[InboundMessage]) -> None:
    assert sum(keep_all(sqlite, order)) == 1


def test_the_other_id_is_known_although_the_message_had_come_before(store: Store) -> None:
    kept = keep_all(store, [text("A"), text("A", "B"), text("B")])
    assert kept == [True, False, False]


def test_a_chain_of_twins_is_one(sqlite: Store) -> None:
    kept = keep_all(sqlite, [text("A", "B"), text("B", "C"), text("C", "D"), text("D")])
    assert kept == [True, False, False, False]


def test_the_same_words_under_ids_of_their_own_are_two_messages(sqlite: Store) -> None:
    assert keep_all(sqlite, [text("A", "mark 1"), text("B", "mark 2")]) == [True, True]


def test_the_same_id_on_another_channel_is_another_message(sqlite: Store) -> None:
    other = text("B", sender=Address("telegram", "1001"))
    assert keep_all(sqlite, [text("A", "B"), other]) == [True, True]


async def test_twins_that_come_at_the_same_moment_are_one(store: Store) -> None:
    for number in range(10):
        twins = [text(f"A{number}", f"mark {number}"), text(f"B{number}", f"mark {number}")]
        found = await asyncio.gather(*(store.run(keep(one)) for one in twins * 3))
        [kept] = [conversation for conversation in found if conversation is not None]
        assert len(lines(store, kept.id)) == number + 1
    assert unhandled(store) == 10


async def test_twins_that_name_each_other_at_the_same_moment_are_one(store: Store) -> None:
    for number in range(10):
        one, other = f"A{number}", f"B{number}"
        found = await asyncio.gather(
            store.run(keep(text(one, other))), store.run(keep(text(other, one)))
        )
        assert len([kept for kept in found if kept is not None]) == 1
    assert unhandled(store) == 10


def test_a_message_without_a_twin_leaves_no_other_name(sqlite: Store) -> None:
    keep_all(sqlite, [text("A"), text("A")])
    with sqlite.read() as connection:
        assert connection.execute(sa.select(also_known_as)).all() == []
