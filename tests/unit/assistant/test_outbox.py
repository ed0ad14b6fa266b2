"""A parcel is attempted until it has an end, and parcels to one person go out in order."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from assistant import conversations as book
from assistant import outbox
from assistant.conversation import Conversation
from assistant.delivery import Delivery
from assistant.outbox import next_try
from assistant.store import Store
from assistant.tables import outbox as table
from assistant.turn import Committer
from channels.channel import DeliveryFailed, Refused, Transient, Unreachable
from tests.fakes import Platform
from tests.paths import NOON, accept


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time


def put(store: Store, text: str, user: str = "ada", epoch: int | None = 0) -> Conversation:
    conversation_id = accept(store, "Hello", number=text, user=user)
    with store.write() as connection:
        conversation = book.load(connection, conversation_id)
        outbox.put(connection, conversation, {"text": text}, f"key-{text}", NOON, epoch=epoch)
    return conversation


def states(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.execute(sa.select(table.c.state).order_by(table.c.id)).scalars())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def delivery(store: Store, committer: Committer, clock: Clock) -> Delivery:
    return Delivery(store, committer.channels, "sender", clock)


@pytest.mark.parametrize(
    ("attempts", "failure", "expected"),
    [
        pytest.param(1, Transient("busy"), timedelta(seconds=2), id="soon after the first failure"),
        pytest.param(5, Transient("busy"), timedelta(seconds=32), id="later each time"),
        pytest.param(
            1,
            Transient("busy", timedelta(seconds=90)),
            timedelta(seconds=90),
            id="as the platform says",
        ),
        pytest.param(10, Transient("busy"), None, id="not after ten attempts"),
        pytest.param(1, Refused("too long"), None, id="never when refused"),
        pytest.param(1, Unreachable("gone"), None, id="never when nobody is there"),
    ],
)
def test_says_when_to_try_again(
    attempts: int, failure: DeliveryFailed, expected: timedelta | None
) -> None:
    assert next_try(attempts, failure) == expected


async def test_parcels_to_one_person_go_out_in_order(
    store: Store, delivery: Delivery, platform: Platform, clock: Clock
) -> None:
    for text in ("one", "two", "three"):
        put(store, text)
    platform.failures.append(Transient("busy"))
    while await delivery.deliver_one():
        pass
    assert platform.texts("ada") == []  # the first waits, so the others wait behind it
    clock.time += timedelta(seconds=3)
    while await delivery.deliver_one():
        pass
    assert platform.texts("ada") == ["one", "two", "three"]


async def test_one_persons_failure_holds_up_nobody_else(
    store: Store, delivery: Delivery, platform: Platform
) -> None:
    put(store, "one")
    put(store, "hello", user="ben")
    platform.failures.append(Transient("busy"))
    while await delivery.deliver_one():
        pass
    assert (platform.texts("ada"), platform.texts("ben")) == ([], ["hello"])


async def test_a_given_up_parcel_can_be_replayed(
    store: Store, delivery: Delivery, platform: Platform, clock: Clock
) -> None:
    put(store, "one")
    platform.failures.extend(Transient("down") for _ in range(outbox.ATTEMPTS))
    for _ in range(outbox.ATTEMPTS):
        await delivery.deliver_one()
        clock.time += timedelta(hours=1)
    assert states(store) == ["given_up"]
    with store.write() as connection:
        assert outbox.replay(connection, 1, clock.time)
    await delivery.deliver_one()
    assert (states(store), platform.texts("ada")) == (["sent"], ["one"])


async def test_a_refused_parcel_lets_the_next_one_go(
    store: Store, delivery: Delivery, platform: Platform
) -> None:
    put(store, "one")
    put(store, "two")
    platform.failures.append(Refused("too long"))
    while await delivery.deliver_one():
        pass
    assert (states(store), platform.texts("ada")) == (["refused", "sent"], ["two"])


async def test_a_bots_parcel_is_dropped_once_an_agent_has_taken_over(
    store: Store, delivery: Delivery, platform: Platform
) -> None:
    conversation = put(store, "the bot's", epoch=0)
    put(store, "the agent's", epoch=None)
    with store.write() as connection:
        book.save(connection, conversation.taken(1, "Priya"), NOON)
    while await delivery.deliver_one():
        pass
    assert (states(store), platform.texts("ada")) == (["dropped", "sent"], ["the agent's"])


async def test_a_channel_that_raises_is_tried_again(
    store: Store, delivery: Delivery, platform: Platform, clock: Clock
) -> None:
    put(store, "one")
    platform.failures.append(RuntimeError())  # type: ignore[arg-type] # a fault, not a failure
    await delivery.deliver_one()
    clock.time += timedelta(seconds=3)
    await delivery.deliver_one()
    assert platform.texts("ada") == ["one"]
