"""STOP ends all messages to an address, START begins them again, and no answer is taken for one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from assistant import consent
from assistant.consent import Wish, wish_of
from assistant.store import Store
from assistant.tables import outbox
from channels.messages import Address, Attached, Chose, Content, Located, Said
from tests.parcels import put, rows, states
from tests.paths import DOOR, NOON

ADA = Address("pushed", "ada")
LATER = NOON.replace(hour=13)


@pytest.mark.parametrize(
    ("typed", "wish"),
    [
        pytest.param("STOP", Wish.STOP, id="stop"),
        pytest.param("stop", Wish.STOP, id="in small letters"),
        pytest.param("  Stop.  ", Wish.STOP, id="with a full stop and spaces"),
        pytest.param("STOP!!!", Wish.STOP, id="shouted"),
        pytest.param('"STOP"', Wish.STOP, id="in quotation marks"),
        pytest.param("STOPALL", Wish.STOP, id="stopall"),
        pytest.param("stop all", Wish.STOP, id="in two words"),
        pytest.param("Unsubscribe", Wish.STOP, id="unsubscribe"),
        pytest.param(
            "STOP\N{VARIATION SELECTOR-16}\N{PERSON RAISING BOTH HANDS IN CELEBRATION}",
            Wish.STOP,
            id="with an emoji",
        ),
        pytest.param("START", Wish.START, id="start"),
        pytest.param("unstop", Wish.START, id="unstop"),
        pytest.param("HELP", Wish.WHO, id="help"),
        pytest.param("info?", Wish.WHO, id="info"),
        pytest.param("cancel", None, id="cancel is an answer"),
        pytest.param("end", None, id="end is an answer"),
        pytest.param("quit", None, id="quit is an answer"),
        pytest.param("yes", None, id="yes is an answer"),
        pytest.param("stop the noise next door", None, id="a sentence"),
        pytest.param("please stop", None, id="said to the bot"),
        pytest.param("bus stop", None, id="another stop"),
        pytest.param("help with council tax", None, id="help with something"),
        pytest.param("STOP" + " " * 50 + "it", None, id="far apart"),
        pytest.param("", None, id="nothing"),
        pytest.param("...", None, id="only signs"),
        pytest.param("\N{OCTAGONAL SIGN}", None, id="only an emoji"),
    ],
)
def test_only_a_message_that_is_nothing_but_the_word_is_one(typed: str, wish: Wish | None) -> None:
    assert wish_of(Said(typed), stopped=False) is wish


@pytest.mark.parametrize("typed", ["YES", "yes.", "Start", "UNSTOP"])
def test_from_somebody_who_has_stopped_us_yes_is_start(typed: str) -> None:
    assert wish_of(Said(typed), stopped=True) is Wish.START


@pytest.mark.parametrize("typed", ["cancel", "no", "yes please", "start date"])
def test_other_answers_are_not(typed: str) -> None:
    assert wish_of(Said(typed), stopped=True) is None


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(Chose("stop", "Stop"), id="a button"),
        pytest.param(Attached("x", "image/jpeg", "STOP"), id="a caption"),
        pytest.param(Located(51.0, 0.0), id="a place"),
    ],
)
def test_what_was_not_typed_alone_is_not(content: Content) -> None:
    assert wish_of(content, stopped=True) is None


def test_who_stops_one_council_on_one_channel_stops_nobody_else(store: Store) -> None:
    with store.write() as connection:
        consent.stop(connection, DOOR, ADA, NOON)
        consent.stop(connection, DOOR, ADA, LATER)
        others = [
            consent.has_stopped(connection, "kelmarsh", ADA),
            consent.has_stopped(connection, DOOR, Address("sms", "ada")),
            consent.has_stopped(connection, DOOR, Address("pushed", "ben")),
        ]
        assert (consent.has_stopped(connection, DOOR, ADA), others) == (True, [False] * 3)
        consent.start(connection, DOOR, ADA)
        assert not consent.has_stopped(connection, DOOR, ADA)


def test_they_are_told_once_each_time_that_they_stop(store: Store) -> None:
    told = []
    with store.write() as connection:
        for _ in range(2):
            consent.stop(connection, DOOR, ADA, NOON)
            told += [consent.tell_once(connection, DOOR, ADA) for _ in range(3)]
            consent.start(connection, DOOR, ADA)
        told.append(consent.tell_once(connection, DOOR, ADA))
    assert told == [True, False, False] * 2 + [False]


def test_of_what_waits_for_them_staff_see_only_what_staff_wrote(store: Store) -> None:
    put(store, "the bot's")
    put(store, "the bot's, held")
    put(store, "an agent's", epoch=None)
    put(store, "a code", epoch=None, position=None)
    put(store, "for ben", user="ben")
    with store.write() as connection:
        held = sa.update(outbox).where(outbox.c.key == "key-the bot's, held")
        connection.execute(held.values(state="held"))
        consent.refuse_parcels(connection, DOOR, ADA, LATER)
    assert states(store) == ["dropped", "dropped", "refused", "dropped", "waiting"]
    assert {(row.failure, row.next_at) for row in rows(store)[:4]} == {("opted_out", LATER)}


def test_what_was_sent_stays_sent(store: Store) -> None:
    put(store, "one")
    with store.write() as connection:
        connection.execute(sa.update(outbox).values(state="sent"))
        consent.refuse_parcels(connection, DOOR, ADA, LATER)
    assert states(store) == ["sent"]
