"""A parcel is attempted until it has an end, and parcels to one person go out in order."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from assistant import conversations as book
from assistant import dead_letters, outbox
from assistant.outbox import LEASE
from assistant.store import Store
from assistant.tables import outbox as table
from channels.channel import Refused, Transient, Unreachable, Unsure, WindowClosed
from channels.messages import Address
from tests.parcels import one, put, rows, states, told
from tests.paths import DOOR, NOON

LATER = NOON + timedelta(minutes=1)


def claim(store: Store, now: object = NOON) -> outbox.Parcel:
    with store.write() as connection:
        parcel = outbox.claim(connection, "sender", now)  # type: ignore[arg-type] # a time
    assert parcel is not None
    return parcel


def nothing_to_claim(store: Store, now: object = NOON) -> bool:
    with store.write() as connection:
        return outbox.claim(connection, "sender", now) is None  # type: ignore[arg-type] # a time


def send(store: Store) -> None:
    with store.write() as connection:
        parcel = outbox.claim(connection, "sender", NOON)
        assert parcel is not None
        outbox.sent(connection, parcel, f"platform-{parcel.key}", NOON)


def fail(store: Store, failure: Exception) -> None:
    with store.write() as connection:
        parcel = outbox.claim(connection, "sender", NOON)
        assert parcel is not None
        outbox.failed(connection, parcel, failure, NOON)  # type: ignore[arg-type] # one of ours


def test_the_same_key_is_put_once(store: Store) -> None:
    conversation = put(store, "one")
    with store.write() as connection:
        outbox.put(connection, conversation, {"text": "two"}, "key-one", NOON, epoch=0)
    assert [row.payload for row in rows(store)] == [{"text": "one"}]


def test_a_parcel_can_go_to_another_address_of_the_person(store: Store) -> None:
    conversation = put(store, "one")
    phone = Address("sms", "+447700900123")
    with store.write() as connection:
        outbox.put(connection, conversation, {"text": "two"}, "two", NOON, epoch=0, to=phone)
    claim(store)
    assert claim(store).to == phone  # it does not wait for the first: that is another thread


@pytest.mark.parametrize("first", [Transient("busy"), WindowClosed("window")])
def test_later_parcels_wait_behind_the_first_of_their_address(
    store: Store, first: Exception
) -> None:
    put(store, "one")
    put(store, "two")
    fail(store, first)
    assert nothing_to_claim(store)


def test_another_councils_parcels_to_the_same_number_do_not_wait(store: Store) -> None:
    put(store, "one")
    put(store, "two")
    with store.write() as connection:
        connection.execute(
            sa.update(table).where(table.c.key == "key-two").values(authority="kelmarsh")
        )
    claim(store)
    assert claim(store).key == "key-two"


def test_what_a_bot_said_before_somebody_took_over_holds_up_nobody(store: Store) -> None:
    conversation = put(store, "the bot's", epoch=0)
    put(store, "the agent's", epoch=None)
    fail(store, Transient("busy"))  # the first would wait for two seconds
    with store.write() as connection:
        book.save(connection, conversation.taken(1, "Priya"), NOON)
    assert claim(store).key == "key-the agent's"


def test_but_not_while_it_is_on_its_way(store: Store) -> None:
    conversation = put(store, "the bot's", epoch=0)
    put(store, "the agent's", epoch=None)
    parcel = claim(store)
    with store.write() as connection:
        book.save(connection, conversation.taken(1, "Priya"), NOON)
    assert nothing_to_claim(store)
    with store.write() as connection:
        outbox.sent(connection, parcel, "id", NOON)
    assert claim(store).key == "key-the agent's"


def test_a_claimed_parcel_is_unsure_until_it_is_known_to_be_sent(store: Store) -> None:
    put(store, "one")
    assert not claim(store).unsure
    assert one(store)["unsure"]
    after = NOON + LEASE + timedelta(seconds=1)
    assert claim(store, after).unsure  # its sender died in the call


@pytest.mark.parametrize(
    ("failure", "unsure"),
    [
        pytest.param(Transient("connect"), False, id="the call was not made"),
        pytest.param(Unsure("timeout"), True, id="the answer did not come"),
    ],
)
def test_a_failure_says_whether_it_may_have_arrived(
    store: Store, failure: Transient, unsure: bool
) -> None:
    put(store, "one")
    fail(store, failure)
    assert one(store)["unsure"] is unsure


def test_it_stays_unsure_through_later_failures(store: Store) -> None:
    put(store, "one")
    fail(store, Unsure("timeout"))
    parcel = claim(store, LATER)
    with store.write() as connection:
        outbox.failed(connection, parcel, Transient("connect"), LATER)
    assert one(store)["unsure"]


def test_a_platforms_own_failure_does_not_count_against_a_parcel(store: Store) -> None:
    put(store, "one")
    parcel = claim(store)
    with store.write() as connection:
        wait = outbox.failed(
            connection, parcel, Transient("http_503"), NOON, dice=0.0, open_until=LATER
        )
    assert (wait, one(store)["attempts"], one(store)["next_at"]) == (LATER - NOON, 0, LATER)


def test_what_waits_for_the_person_goes_out_when_they_write(store: Store) -> None:
    put(store, "one")
    fail(store, WindowClosed("window"))
    assert (one(store)["state"], one(store)["attempts"]) == ("held", 0)
    with store.write() as connection:
        outbox.released(connection, Address("pushed", "ben"), LATER)
    assert states(store) == ["held"]
    with store.write() as connection:
        outbox.released(connection, Address("pushed", "ada"), LATER)
    assert claim(store, LATER).key == "key-one"


def test_nothing_more_is_tried_for_an_address_that_cannot_be_reached(store: Store) -> None:
    for text in ("one", "two"):
        put(store, text)
    put(store, "three", user="ben")
    fail(store, Unreachable("blocked"))
    assert [(row.state, row.failure) for row in rows(store)] == [
        ("refused", "blocked"),
        ("refused", "blocked"),
        ("waiting", None),
    ]


def test_a_refused_parcel_lets_the_next_one_go(store: Store) -> None:
    put(store, "one")
    put(store, "two")
    fail(store, Refused("too_long"))
    assert claim(store).key == "key-two"


def test_a_sender_that_was_taken_for_dead_undoes_nothing(store: Store) -> None:
    put(store, "one")
    slow = claim(store)
    after = NOON + LEASE + timedelta(seconds=1)
    quick = claim(store, after)
    with store.write() as connection:
        outbox.failed(connection, slow, Refused("too_long"), after)
    assert one(store)["held_by"] == quick.holder
    with store.write() as connection:
        outbox.sent(connection, quick, "id", after)
        outbox.failed(connection, slow, Transient("busy"), after)
    assert states(store) == ["sent"]


def test_the_next_one_to_the_same_person_waits_for_the_pause(store: Store) -> None:
    for text in ("one", "two", "three"):
        put(store, text)
    put(store, "hello", user="ben")
    parcel = claim(store)
    with store.write() as connection:
        outbox.sent(connection, parcel, "id", NOON, timedelta(seconds=1))
    assert claim(store).key == "key-hello"
    assert nothing_to_claim(store)
    assert claim(store, NOON + timedelta(seconds=1)).key == "key-two"


def test_words_for_one_address_only_are_wiped_when_they_are_sent(store: Store) -> None:
    put(store, "your code is 123456", position=None)
    put(store, "hello")
    send(store)
    send(store)
    assert [row.payload for row in rows(store)] == [{}, {"text": "hello"}]


def test_nothing_is_claimed_of_a_busy_account(store: Store) -> None:
    put(store, "one")
    with store.write() as connection:
        assert outbox.claim(connection, "sender", NOON, [f"{DOOR}/pushed"]) is None
        assert outbox.claim(connection, "sender", NOON, [f"{DOOR}/sms"]) is not None


# What the platform says


def test_receipts_only_ever_say_more(store: Store) -> None:
    put(store, "one")
    send(store)
    seen = []
    for status in ("delivered", "sent", "read", "delivered", "failed", "dancing"):
        assert told(store, status, platform_id="platform-key-one")
        seen.append((one(store)["state"], one(store)["receipt"]))
    assert seen == [("sent", "delivered")] * 2 + [("sent", "read")] * 4


def test_a_receipt_of_failure_makes_a_sent_parcel_refused(store: Store) -> None:
    put(store, "one")
    send(store)
    told(store, "failed", platform_id="platform-key-one", reason="landline")
    row = one(store)
    assert (row["state"], row["receipt"], row["failure"]) == ("refused", "failed", "landline")
    told(store, "sent", platform_id="platform-key-one")  # late
    assert one(store)["state"] == "refused"
    told(store, "delivered", platform_id="platform-key-one")  # and yet it arrived
    assert (one(store)["state"], one(store)["failure"]) == ("sent", None)


@pytest.mark.parametrize("failure", [Unsure("timeout"), Refused("too_long")])
def test_a_receipt_with_our_key_settles_a_parcel_that_nobody_was_sure_of(
    store: Store, failure: Exception
) -> None:
    put(store, "one", position=None)
    put(store, "two")
    fail(store, failure)
    told(store, "sent", key="key-one", platform_id="theirs")
    row = rows(store)[0]
    assert (row.state, row.unsure, row.platform_id, row.payload) == ("sent", False, "theirs", {})
    assert claim(store).key == "key-two"


def test_a_receipt_may_come_before_the_answer_to_the_call(store: Store) -> None:
    put(store, "one")
    parcel = claim(store)
    told(store, "delivered", key="key-one", platform_id="theirs")
    with store.write() as connection:
        outbox.sent(connection, parcel, "theirs", LATER)
    row = one(store)
    assert (row["state"], row["receipt"], row["sent_at"]) == ("sent", "delivered", NOON)


def test_so_may_one_of_failure(store: Store) -> None:
    put(store, "one")
    parcel = claim(store)
    told(store, "failed", key="key-one", platform_id="theirs", reason="blocked")
    with store.write() as connection:
        outbox.sent(connection, parcel, "theirs", LATER)
    assert (one(store)["state"], one(store)["failure"]) == ("refused", "blocked")


def test_a_parcel_taken_too_late_for_its_window_waits_for_the_person(store: Store) -> None:
    put(store, "one")
    send(store)
    told(store, "failed", key="key-one", reason="window")
    assert states(store) == ["held"]
    told(store, "failed", key="key-one", reason="window")  # said twice
    with store.write() as connection:
        outbox.released(connection, Address("pushed", "ada"), NOON)
    assert claim(store).key == "key-one~2"


def test_receipts_of_others_are_nobodys(store: Store) -> None:
    put(store, "one")
    send(store)
    assert not told(store, "delivered", platform_id="of another system")
    assert not told(store, "delivered", key="no key of ours")
    with store.write() as connection:
        connection.execute(sa.update(table).values(authority="kelmarsh"))
    assert not told(store, "delivered", platform_id="platform-key-one")


# What staff do


@pytest.mark.parametrize(
    ("failure", "key"),
    [
        pytest.param(Refused("too_long"), "key-one", id="refused"),
        pytest.param(Unreachable("blocked"), "key-one", id="could not be reached"),
        pytest.param(None, "key-one~2", id="taken, and not delivered"),
    ],
)
def test_an_undelivered_parcel_can_be_sent_again(
    store: Store, failure: Exception | None, key: str
) -> None:
    put(store, "one")
    if failure:
        fail(store, failure)
    else:
        send(store)
        told(store, "failed", key="key-one", reason="landline")
    with store.write() as connection:
        assert dead_letters.replay(connection, 1, LATER)
        assert not dead_letters.replay(connection, 1, LATER)
    row = one(store)
    assert (row["key"], row["receipt"], row["attempts"]) == (key, None, 0)
    assert claim(store, LATER).key == key


def test_staff_send_what_a_bot_said_though_somebody_took_over(store: Store) -> None:
    conversation = put(store, "one")
    fail(store, Refused("too_long"))
    with store.write() as connection:
        book.save(connection, conversation.taken(1, "Priya"), NOON)
        dead_letters.replay(connection, 1, NOON)
    assert claim(store).key == "key-one"


def test_what_was_wiped_cannot_be_sent_again(store: Store) -> None:
    put(store, "your code is 123456", position=None)
    send(store)
    told(store, "failed", key="key-your code is 123456", reason="landline")
    with store.write() as connection:
        assert not dead_letters.replay(connection, 1, NOON)


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(Refused("too_long"), id="refused"),
        pytest.param(WindowClosed("window"), id="held"),
        pytest.param(Transient("busy"), id="waiting"),
    ],
)
def test_staff_discard_a_parcel_with_a_reason(store: Store, failure: Exception) -> None:
    put(store, "one")
    put(store, "two")
    fail(store, failure)
    with store.write() as connection:
        assert dead_letters.discard(connection, 1, 7, "rang them instead", NOON)
        assert not dead_letters.discard(connection, 1, 8, "again", NOON)
        assert not dead_letters.replay(connection, 1, NOON)
    row = rows(store)[0]
    assert (row.state, row.agent, row.reason) == ("discarded", 7, "rang them instead")
    assert claim(store).key == "key-two"


def test_a_parcel_on_its_way_cannot_be_discarded(store: Store) -> None:
    put(store, "one")
    claim(store)
    with store.write() as connection:
        assert not dead_letters.discard(connection, 1, 7, "too late", NOON)


def test_the_parcels_that_wait_are_counted_by_channel(store: Store) -> None:
    put(store, "one")
    put(store, "two", user="ben")
    fail(store, WindowClosed("window"))
    with store.read() as connection:
        counted = outbox.waiting_by_channel(connection)
    assert counted == {("pushed", "held"): 1, ("pushed", "waiting"): 1}


def test_our_own_words_to_who_has_stopped_us_are_no_work_for_staff(store: Store) -> None:
    put(store, "one")
    fail(store, Unreachable("opted_out"))
    row = one(store)
    assert (row["state"], row["failure"]) == ("dropped", "opted_out")
