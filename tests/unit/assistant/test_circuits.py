"""A platform that fails is left alone, and tried again with one parcel at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from assistant import circuits
from assistant.circuits import Circuit, after
from assistant.delivery import Delivery
from assistant.store import Store
from assistant.tables import circuits as table
from assistant.turn import Committer
from channels.channel import Refused, Transient
from tests.fakes import Platform
from tests.parcels import Clock, deliver_all, put
from tests.paths import DOOR, NOON

DOWN = Transient("http_503")
SECOND = timedelta(seconds=1)


def circuit(failures: int, open_for: float = 0, began: float = 0) -> Circuit:
    return Circuit(failures, NOON - began * SECOND, NOON + open_for * SECOND, "http_503")


@pytest.mark.parametrize(
    ("before", "failure", "is_probe", "failures", "open_for"),
    [
        pytest.param(None, DOWN, False, 1, 0, id="one failure is nothing"),
        pytest.param(circuit(2), DOWN, False, 3, 5, id="three in a row open it"),
        pytest.param(circuit(2, began=7200), DOWN, False, 1, 0, id="long ago is not in a row"),
        pytest.param(circuit(3), DOWN, True, 4, 10, id="a probe that fails doubles the wait"),
        pytest.param(circuit(9), DOWN, True, 10, 60, id="which ends at a minute"),
        pytest.param(circuit(3, 5), DOWN, False, 3, 5, id="a call from before tells nothing new"),
        pytest.param(circuit(5, 0, 7200), DOWN, True, 6, 40, id="it stays open for hours"),
        pytest.param(
            None, Transient("rate", 30 * SECOND), False, 3, 30, id="too many calls open it at once"
        ),
        pytest.param(
            circuit(3, 5),
            Transient("rate", 30 * SECOND),
            False,
            3,
            30,
            id="a call from before that was told to wait longer",
        ),
        pytest.param(
            None, Transient("rate"), False, 1, 0, id="too many calls, without how long to wait"
        ),
        pytest.param(
            None, Transient("rate", timedelta(days=9)), False, 3, 3600, id="an hour at the most"
        ),
    ],
)
def test_opens_and_waits(
    before: Circuit | None, failure: Transient, is_probe: bool, failures: int, open_for: float
) -> None:
    now = after(before, failure, NOON, is_probe=is_probe)
    assert (now.failures, now.open_until) == (failures, NOON + open_for * SECOND)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def delivery(store: Store, committer: Committer, clock: Clock) -> Delivery:
    return Delivery(store, committer.channels, "sender", clock, lambda: 0.0)


def is_open(store: Store) -> bool:
    with store.read() as connection:
        row = connection.execute(sa.select(table)).first()
    return row is not None and row.failures >= circuits.OPENS_AFTER


async def test_nothing_is_sent_to_a_platform_that_fails(
    store: Store, delivery: Delivery, platform: Platform
) -> None:
    platform.failures.extend([DOWN] * 3)
    for number in range(20):
        put(store, f"hello {number}", user=f"user{number}")
    await deliver_all(delivery)
    assert (platform.calls, is_open(store)) == (3, True)


async def test_one_parcel_is_tried_and_then_all_go(
    store: Store, delivery: Delivery, platform: Platform, clock: Clock
) -> None:
    platform.failures.extend([DOWN] * 4)
    for number in range(20):
        put(store, f"hello {number}", user=f"user{number}")
    await deliver_all(delivery)
    clock.turn(seconds=5)
    await deliver_all(delivery)
    assert platform.calls == 4  # one probe, which failed
    clock.turn(seconds=10)
    await deliver_all(delivery)
    assert (len(platform.taken), is_open(store)) == (20, False)


async def test_only_one_sender_has_the_turn_to_try(store: Store) -> None:
    with store.write() as connection:
        circuits.failed(connection, DOOR, "sms", Transient("rate", SECOND), NOON)
    later = NOON + 5 * SECOND
    with store.write() as connection:
        turns = [circuits.probe(connection, DOOR, "sms", later, later + SECOND) for _ in range(2)]
        turns.append(circuits.probe(connection, DOOR, "sms", later + SECOND, later + 2 * SECOND))
    assert turns == [True, False, True]  # the third: whoever had it did not come back


async def test_a_platform_that_refuses_a_parcel_works(
    store: Store, delivery: Delivery, platform: Platform, clock: Clock
) -> None:
    put(store, "one")
    platform.failures.extend([DOWN, DOWN, DOWN, Refused("too_long")])
    await deliver_all(delivery)
    clock.turn(seconds=5)
    await deliver_all(delivery)
    assert not is_open(store)


async def test_too_many_messages_for_one_person_hold_up_nobody_else(
    store: Store, delivery: Delivery, platform: Platform, clock: Clock
) -> None:
    put(store, "one")
    platform.failures.extend([Transient("pair_rate", 6 * SECOND)] * 5)
    for _ in range(5):
        await deliver_all(delivery)
        clock.turn(seconds=6)
    put(store, "hello", user="ben")
    await deliver_all(delivery)
    assert (platform.texts("ben"), is_open(store)) == (["hello"], False)


async def test_a_council_whose_account_fails_holds_up_no_other(
    store: Store, delivery: Delivery, platform: Platform
) -> None:
    with store.write() as connection:
        circuits.failed(connection, "kelmarsh", "pushed", Transient("rate", SECOND), NOON)
    put(store, "hello")
    await deliver_all(delivery)
    assert platform.texts("ada") == ["hello"]
