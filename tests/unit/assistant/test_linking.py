"""A code by text message: only who holds the telephone reads it, and nothing keeps it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from assistant import consent, people, receipts, transcript
from assistant.link_codes import PAUSE
from assistant.store import Store
from assistant.tables import circuits
from assistant.tables import outbox as outbox_table
from channels.channel import Receipt
from channels.messages import Address
from channels.webchat.links import Linked, NotLinked, Problem, Started
from tests.paths import DOOR, NOON
from tests.unit.assistant.front_door import FrontDoor

VISITOR = "a" * 32
WEB, PHONE, APP = (
    Address("webchat", VISITOR),
    Address("sms", "+447700900123"),
    Address("whatsapp", "447700900123"),
)
NUMBER, RIGHT, WRONG = PHONE.user, "123456", "000000"


@pytest.fixture
def door(sqlite: Store) -> FrontDoor:
    return FrontDoor(sqlite)


async def ask(door: FrontDoor, channel: str = "sms") -> Started | Problem:
    return await door.links.start(DOOR, VISITOR, channel, NUMBER)


async def type_in(door: FrontDoor, code: str = RIGHT) -> Linked | NotLinked:
    return await door.links.confirm(DOOR, VISITOR, code)


@pytest.mark.parametrize(
    ("names", "offered"),
    [
        pytest.param(("sms", "whatsapp", "telegram"), ("sms", "whatsapp"), id="both"),
        pytest.param(("whatsapp",), ("whatsapp",), id="WhatsApp only"),
        pytest.param(("telegram", "messenger"), (), id="no channel that has numbers"),
    ],
)
def test_a_council_offers_the_channels_that_it_has_numbers_on(
    sqlite: Store, names: tuple[str, ...], offered: tuple[str, ...]
) -> None:
    door = FrontDoor(sqlite, names=names)
    assert (door.links.channels(DOOR), door.links.channels("kelmarsh")) == (offered, ())


async def test_a_chat_goes_on_at_the_telephone_and_the_telephone_is_told(store: Store) -> None:
    door = FrontDoor(store)
    await door.hear(WEB, "my bin was missed")
    assert await ask(door) == Started(PAUSE)
    assert await type_in(door) == Linked()
    await door.deliver()
    code, linked = door.platforms["sms"].texts(NUMBER)
    assert code.startswith(f"{RIGHT} is your code from Ashcombe Borough Council.")
    assert linked.startswith("You can now go on here with Ashcombe Borough Council.")
    assert "STOP" in linked
    # On the page they are where they were: it is the telephone that is told.
    assert door.told(WEB) == ["Heard: my bin was missed"]
    assert door.latest(PHONE) == door.latest(WEB)


async def test_a_visitor_who_has_not_written_yet_can_link_too(door: FrontDoor) -> None:
    await ask(door)
    assert await type_in(door) == Linked()
    await door.hear(PHONE, "hello")
    assert door.latest(WEB).address == PHONE


async def test_no_transcript_shows_the_code_and_once_sent_no_table_does(store: Store) -> None:
    door = FrontDoor(store)
    await door.hear(WEB, "hello")
    await ask(door)
    assert [RIGHT in words for _, words in door.parcels(PHONE)] == [True]
    await door.deliver()
    assert door.parcels(PHONE) == [("sent", "")]
    with store.read() as connection:
        entries = transcript.entries(connection, door.latest(WEB).id)
        assert not any(RIGHT in entry.text for entry in entries)


async def test_a_code_that_the_platform_confirms_first_is_wiped_too(door: FrontDoor) -> None:
    await ask(door)
    with door.store.write() as connection:
        [key] = connection.execute(sa.select(outbox_table.c.key)).scalars()
        receipt = Receipt("SM1", "delivered", NOON, key=key)
        receipts.received(connection, DOOR, "sms", receipt, NOON)
    assert door.parcels(PHONE) == [("sent", "")]


async def test_a_number_that_has_stopped_us_gets_nothing(door: FrontDoor) -> None:
    with door.store.write() as connection:
        consent.stop(connection, DOOR, PHONE, NOON)
    assert (await ask(door), door.parcels(PHONE)) == (Problem("unreachable"), [])


async def test_while_a_platform_is_down_no_code_is_promised(door: FrontDoor) -> None:
    with door.store.write() as connection:
        connection.execute(
            sa.insert(circuits).values(
                authority=DOOR,
                channel="sms",
                failures=3,
                since=NOON,
                open_until=NOON + timedelta(seconds=60),
                reason="http_503",
            )
        )
    assert (await ask(door), door.parcels(PHONE)) == (Problem("down"), [])
    door.clock.turn(seconds=60)
    assert await ask(door) == Started(PAUSE)


@pytest.mark.parametrize(
    ("hours", "outcome"),
    [
        pytest.param(None, Problem("unreachable"), id="they never wrote"),
        pytest.param(23, Started(PAUSE), id="they wrote within a day"),
        pytest.param(24, Problem("unreachable"), id="they wrote a day ago"),
    ],
)
async def test_whatsapp_takes_a_code_only_for_who_wrote_there(
    door: FrontDoor, hours: int | None, outcome: Started | Problem
) -> None:
    if hours is not None:
        await door.hear(APP, "hello")
        door.clock.turn(hours=hours)
    assert await ask(door, "whatsapp") == outcome
    assert [RIGHT in words for _, words in door.parcels(APP)][1 if hours else 0 :] == (
        [True] if outcome == Started(PAUSE) else []
    )


async def test_what_we_wrote_there_opens_no_window(door: FrontDoor) -> None:
    await door.hear(APP, "hello")
    door.clock.turn(hours=24)
    conversation = door.latest(APP)
    with door.store.write() as connection:
        words = door.committer.words.say("utter_started", council="Ashcombe")
        door.committer.say(connection, conversation, words, door.clock())
    assert await ask(door, "whatsapp") == Problem("unreachable")


async def test_who_asks_too_often_is_told_how_long_to_wait(door: FrontDoor) -> None:
    await ask(door)
    door.clock.turn(seconds=20)
    assert await ask(door) == Problem("too_many", timedelta(seconds=10))


async def test_a_question_about_a_number_counts_even_when_nothing_is_sent(door: FrontDoor) -> None:
    with door.store.write() as connection:
        consent.stop(connection, DOOR, PHONE, NOON)
    await ask(door)
    assert await door.links.start(DOOR, VISITOR, "sms", "+447700900456") == Problem(
        "too_many", PAUSE
    )


async def test_who_is_linked_already_gets_no_other_code(door: FrontDoor) -> None:
    await ask(door)
    await type_in(door)
    door.clock.turn(minutes=1)
    assert await ask(door) == Problem("linked")


@pytest.mark.parametrize(
    ("typed", "minutes", "outcome"),
    [
        pytest.param([WRONG], 0, NotLinked("wrong", 4), id="a wrong one"),
        pytest.param(["12 34"], 0, NotLinked("wrong", 5), id="half a code costs no try"),
        pytest.param([WRONG] * 5, 0, NotLinked("used_up"), id="the fifth wrong one"),
        pytest.param([WRONG] * 5 + [RIGHT], 0, NotLinked("used_up"), id="the right one after it"),
        pytest.param([RIGHT], 10, NotLinked("expired"), id="too late"),
        pytest.param([RIGHT, RIGHT], 0, NotLinked("none"), id="a second time"),
        pytest.param(["123-456"], 9, Linked(), id="as it is written on the telephone"),
    ],
)
async def test_what_comes_of_a_code(
    door: FrontDoor, typed: list[str], minutes: int, outcome: Linked | NotLinked
) -> None:
    await ask(door)
    door.clock.turn(minutes=minutes)
    assert [await type_in(door, code) for code in typed][-1] == outcome


async def test_a_code_that_nobody_asked_for_is_none(door: FrontDoor) -> None:
    assert await type_in(door) == NotLinked("none")


async def test_wrong_codes_are_counted_although_nothing_else_changes(store: Store) -> None:
    door = FrontDoor(store)
    await ask(door)
    await type_in(door, WRONG)
    assert await type_in(door, WRONG) == NotLinked("wrong", 3)
    with store.read() as connection:
        assert people.person_of(connection, WEB) is None


async def test_two_codes_of_one_conversation_in_the_same_second_are_both_sent(
    door: FrontDoor,
) -> None:
    """One person asks from two of their addresses: their conversation is one, and so is its id."""
    await ask(door)
    await type_in(door)
    other = Address("sms", "+447700900456")
    door.clock.turn(minutes=1)
    for asker in (WEB, PHONE):
        number = "+447700900456" if asker == WEB else "+447700900789"
        await door.hear(asker, "hello")
        if asker == WEB:
            await door.links.start(DOOR, VISITOR, "sms", number)
        else:
            await door.hear(PHONE, f"LINK {number}")
    others = (other, Address("sms", "+447700900789"))
    assert [len(door.parcels(address)) for address in others] == [1, 1]


async def test_everybody_who_reads_either_conversation_is_woken(door: FrontDoor) -> None:
    await door.hear(PHONE, "hello")
    left = door.latest(PHONE)
    door.clock.turn(minutes=1)
    await door.hear(WEB, "hello")
    await ask(door)
    await type_in(door)
    assert {left.id, door.latest(WEB).id} <= {nudge.conversation for nudge in door.nudges}


async def test_who_stopped_us_in_between_is_not_told_that_they_are_linked(door: FrontDoor) -> None:
    await ask(door)
    await door.deliver()
    await door.hear(PHONE, "STOP")
    assert await type_in(door) == Linked()
    assert [state for state, _ in door.parcels(PHONE)] == ["sent", "waiting", "dropped"]
