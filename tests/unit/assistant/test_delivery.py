"""Every parcel gets to its platform, and a platform that can be asked gets it once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from assistant import conversations as book
from assistant import dead_letters, outbox
from assistant import delivery as module
from assistant.delivery import Delivery
from assistant.retries import ATTEMPTS
from assistant.store import Store
from assistant.turn import Committer
from channels.channel import Limits, Refused, Transient, Unsure
from tests.fakes import Platform, SilentPlatform
from tests.parcels import Clock, deliver_all, one, put, rows, states, told
from tests.paths import NOON, accept


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def delivery(store: Store, committer: Committer, clock: Clock) -> Delivery:
    return Delivery(store, committer.channels, "sender", clock, lambda: 1.0)


@pytest.fixture
def silent() -> SilentPlatform:
    return SilentPlatform()


@pytest.fixture
def to_silent(store: Store, silent: SilentPlatform, clock: Clock) -> Delivery:
    return Delivery(store, lambda authority, name: silent, "sender", clock, lambda: 1.0)


async def test_parcels_to_one_person_go_out_in_order(
    store: Store, delivery: Delivery, platform: Platform, clock: Clock
) -> None:
    for text in ("one", "two", "three"):
        put(store, text)
    platform.failures.append(Transient("busy"))
    await deliver_all(delivery)
    assert platform.texts("ada") == []  # the first waits, so the others wait behind it
    clock.turn(seconds=3)
    await deliver_all(delivery)
    assert platform.texts("ada") == ["one", "two", "three"]


async def test_one_persons_failure_holds_up_nobody_else(
    store: Store, delivery: Delivery, platform: Platform
) -> None:
    put(store, "one")
    put(store, "hello", user="ben")
    platform.failures.append(Transient("busy"))
    await deliver_all(delivery)
    assert (platform.texts("ada"), platform.texts("ben")) == ([], ["hello"])


async def test_a_given_up_parcel_can_be_replayed(
    store: Store, delivery: Delivery, platform: Platform, clock: Clock
) -> None:
    put(store, "one")
    platform.failures.extend(Transient("pair_rate") for _ in range(ATTEMPTS))
    for _ in range(ATTEMPTS):
        await delivery.deliver_one()
        clock.turn(hours=1)
    assert states(store) == ["given_up"]
    with store.write() as connection:
        assert dead_letters.replay(connection, 1, clock.time)
    await delivery.deliver_one()
    assert (states(store), platform.texts("ada")) == (["sent"], ["one"])


async def test_a_platform_may_be_down_for_two_days(
    store: Store, delivery: Delivery, platform: Platform, clock: Clock
) -> None:
    put(store, "one")
    platform.failures.extend(Transient("http_503") for _ in range(100))
    for _ in range(96):
        await deliver_all(delivery)
        clock.turn(minutes=30)
    assert states(store) == ["waiting"]
    platform.failures.clear()
    await deliver_all(delivery)
    assert platform.texts("ada") == ["one"]


async def test_after_three_days_it_is_given_up(
    store: Store, delivery: Delivery, platform: Platform, clock: Clock
) -> None:
    put(store, "one")
    platform.failures.extend(Transient("http_503") for _ in range(200))
    for _ in range(150):
        await deliver_all(delivery)
        clock.turn(minutes=30)
    assert states(store) == ["given_up"]


async def test_a_bots_parcel_is_dropped_once_an_agent_has_taken_over(
    store: Store, delivery: Delivery, platform: Platform
) -> None:
    conversation = put(store, "the bot's", epoch=0)
    put(store, "the agent's", epoch=None)
    with store.write() as connection:
        book.save(connection, conversation.taken(1, "Priya"), NOON)
    await deliver_all(delivery)
    assert (states(store), platform.texts("ada")) == (["dropped", "sent"], ["the agent's"])


async def test_a_channel_that_raises_is_tried_again(
    store: Store, delivery: Delivery, platform: Platform, clock: Clock
) -> None:
    put(store, "one")
    platform.failures.append(RuntimeError())  # type: ignore[arg-type] # a fault, not a failure
    await deliver_all(delivery)
    assert one(store)["unsure"]  # it may have raised after the call
    clock.turn(seconds=10)
    await deliver_all(delivery)
    assert platform.texts("ada") == ["one"]


async def test_a_call_that_takes_too_long_is_ended(
    store: Store, delivery: Delivery, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_CALL", 0.05)
    platform.takes_long = 5.0
    put(store, "one")
    await asyncio.wait_for(delivery.deliver_one(), 2)
    row = one(store)
    assert (row["failure"], row["unsure"], row["held_by"]) == ("timeout", True, None)


async def test_a_parcel_that_arrived_after_all_is_not_sent_again(
    store: Store, delivery: Delivery, platform: Platform, clock: Clock
) -> None:
    put(store, "one")
    platform.loses, platform.failures = True, [Unsure("timeout")]
    await deliver_all(delivery)
    clock.turn(seconds=10)
    await deliver_all(delivery)
    assert (platform.calls, states(store)) == (1, ["sent"])
    assert one(store)["platform_id"] == "platform-key-one"


async def test_a_parcel_that_did_not_arrive_is_sent_again(
    store: Store, delivery: Delivery, platform: Platform, clock: Clock
) -> None:
    put(store, "one")
    platform.failures = [Unsure("timeout")]
    await deliver_all(delivery)
    clock.turn(seconds=10)
    await deliver_all(delivery)
    assert (platform.calls, platform.texts("ada")) == (2, ["one"])


@pytest.mark.parametrize("answer", [Transient("http_503"), Refused("auth"), KeyError("sid")])
async def test_nothing_is_sent_again_while_the_platform_does_not_say(
    store: Store, committer: Committer, platform: Platform, clock: Clock, answer: Exception
) -> None:
    class Mute(Platform):
        async def find(self, *_: object) -> str | None:
            raise answer

    mute = Mute()
    delivery = Delivery(store, lambda authority, name: mute, "sender", clock, lambda: 1.0)
    put(store, "one")
    mute.failures = [Unsure("timeout")]
    for _ in range(5):
        await deliver_all(delivery)
        clock.turn(minutes=1)
    assert (mute.calls, states(store)) == (1, ["waiting"])


async def test_a_platform_that_cannot_be_asked_has_time_to_say_so_by_itself(
    store: Store, to_silent: Delivery, silent: SilentPlatform, clock: Clock
) -> None:
    put(store, "one")
    silent.loses, silent.failures = True, [Unsure("timeout")]
    await deliver_all(to_silent)
    clock.turn(seconds=10)
    await deliver_all(to_silent)
    clock.turn(seconds=29)
    told(store, "delivered", key="key-one")
    clock.turn(seconds=10)
    await deliver_all(to_silent)
    assert (silent.texts("ada"), states(store)) == (["one"], ["sent"])


async def test_and_gets_it_again_when_it_says_nothing(
    store: Store, to_silent: Delivery, silent: SilentPlatform, clock: Clock
) -> None:
    put(store, "one")
    silent.failures = [Unsure("timeout")]
    await deliver_all(to_silent)
    clock.turn(seconds=10)
    await deliver_all(to_silent)
    assert (silent.texts("ada"), one(store)["attempts"]) == ([], 1)  # waiting is no attempt
    clock.turn(seconds=30)
    await deliver_all(to_silent)
    assert (silent.texts("ada"), states(store)) == (["one"], ["sent"])


async def test_a_sender_that_died_in_its_call_may_have_sent_it(
    store: Store, delivery: Delivery, platform: Platform, clock: Clock
) -> None:
    put(store, "one")
    with store.write() as connection:
        parcel = outbox.claim(connection, "worker:1", NOON)
    assert parcel is not None
    platform.take(parcel.to, parcel.payload, parcel.key)
    with store.write() as connection:
        outbox.free_all(connection, "worker")
    await deliver_all(delivery)
    assert (platform.calls, states(store)) == (0, ["sent"])


async def test_a_platform_hears_no_more_than_it_takes_in_a_second(
    store: Store, delivery: Delivery, platform: Platform, clock: Clock
) -> None:
    platform.limits = replace(Limits(), per_second=5.0)
    for number in range(20):
        put(store, f"hello {number}", user=f"user{number}")
    calls = []
    for _ in range(4):
        await deliver_all(delivery)
        calls.append(platform.calls)
        clock.turn(seconds=1)
    assert calls == [5, 10, 15, 20]


async def test_several_senders_beside_each_other_send_each_parcel_once(
    store: Store, delivery: Delivery, platform: Platform
) -> None:
    platform.takes_long = 0.001
    for number in range(5):
        for text in ("one", "two", "three"):
            put(store, f"{text} {number}", user=f"user{number}")
    while not all(state == "sent" for state in states(store)):
        await asyncio.gather(*(delivery.deliver_one() for _ in range(4)))
    assert platform.calls == 15
    assert all(
        platform.texts(f"user{number}") == [f"{text} {number}" for text in ("one", "two", "three")]
        for number in range(5)
    )


async def test_looking_for_parcels_costs_a_web_chat_one_statement(
    store: Store, delivery: Delivery, clock: Clock
) -> None:
    accept(store, "Hello", channel="webchat")
    assert not await delivery.deliver_one()
    assert rows(store) == []


async def test_the_pause_of_a_channel_lies_between_two_to_one_person(
    store: Store, delivery: Delivery, platform: Platform, clock: Clock
) -> None:
    platform.limits = Limits(pause=timedelta(seconds=1))
    put(store, "one")
    put(store, "two")
    await deliver_all(delivery)
    assert platform.texts("ada") == ["one"]
    clock.turn(seconds=1)
    await deliver_all(delivery)
    assert platform.texts("ada") == ["one", "two"]
