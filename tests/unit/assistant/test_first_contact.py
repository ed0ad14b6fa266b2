"""Who we are is said once to each address and council, before anything else, where it is needed."""

from __future__ import annotations

import pytest

from assistant import conversations as book
from assistant.bot import DialogueState, Turn
from assistant.inbox import claim
from assistant.store import Store
from assistant.words import read_words
from channels.gsm import parts
from channels.messages import Address, Reply
from knowledge.authorities import load_authorities
from tests.unit.assistant.front_door import FrontDoor
from tests.unit.assistant.test_aside import agent_says, to_agent
from tests.unit.assistant.test_people import link

ADA, BEN = Address("sms", "+447700900123"), Address("sms", "+447700900456")
WEB = Address("webchat", "a" * 32)
FIRST = "This is the assistant of Ashcombe Borough Council, a computer program."


@pytest.fixture
def door(sqlite: Store) -> FrontDoor:
    return FrontDoor(sqlite, introduced=True)


def close(door: FrontDoor, address: Address) -> None:
    door.change(address, lambda conversation: conversation.closed(door.clock()))


def introductions(door: FrontDoor, address: Address) -> int:
    return sum(text.startswith(FIRST) for text in door.told(address))


async def test_it_comes_before_the_first_answer_and_says_how_to_reach_a_person(
    store: Store,
) -> None:
    door = FrontDoor(store, introduced=True)
    first, answer = await door.hear(ADA, "bins")
    assert first.startswith(FIRST)
    for needed in ("PERSON", "STOP", "https://www.ashcombe.example/privacy"):
        assert needed in first
    assert answer == "Heard: bins"
    await door.deliver()
    assert door.platforms["sms"].texts(ADA.user) == [first, answer]


async def test_it_is_said_once_however_often_they_come(door: FrontDoor) -> None:
    for _ in range(3):
        await door.hear(ADA, "bins")
        await door.hear(ADA, "thanks")
        close(door, ADA)
    assert introductions(door, ADA) == 1


async def test_everybody_gets_their_own(door: FrontDoor) -> None:
    for address in (ADA, BEN, Address("whatsapp", "447700900123")):
        assert (await door.hear(address, "bins"))[0].startswith(FIRST)


async def test_two_messages_at_once_are_answered_after_one_introduction(door: FrontDoor) -> None:
    door.keep(ADA, "bins")
    door.keep(ADA, "and tax")
    await door.work()
    assert [text[:11] for text in door.told(ADA)] == ["This is the", "Heard: bins", "Heard: and "]


async def test_who_writes_much_before_we_answer_gets_it_too(door: FrontDoor) -> None:
    for number in range(30):
        door.keep(ADA, f"m{number}")
    await door.work()
    assert introductions(door, ADA) == 1


async def test_who_comes_by_text_after_a_long_chat_on_the_web_gets_it_there(
    door: FrontDoor,
) -> None:
    for number in range(15):
        await door.hear(WEB, f"m{number}")
    link(door.store, WEB, ADA)
    assert (await door.hear(ADA, "hello"))[0].startswith(FIRST)
    assert introductions(door, WEB) == 0


@pytest.mark.parametrize(
    ("address", "introduced"),
    [
        pytest.param(WEB, True, id="a page says it itself"),
        pytest.param(ADA, False, id="a channel that says it elsewhere"),
    ],
)
async def test_it_is_not_said_where_something_else_says_it(
    sqlite: Store, address: Address, introduced: bool
) -> None:
    door = FrontDoor(sqlite, introduced=introduced)
    assert await door.hear(address, "bins") == ["Heard: bins"]


async def test_it_comes_before_the_place_in_the_queue(door: FrontDoor) -> None:
    first, _, place = await door.hear(ADA, "person")
    assert (first.startswith(FIRST), place[:15]) == (True, "You are number ")


@pytest.mark.parametrize("word", ["STOP", "HELP"])
async def test_after_a_first_word_to_us_it_is_not_said_again(door: FrontDoor, word: str) -> None:
    [told] = await door.hear(ADA, word)
    # HELP from somebody new is answered by it.
    assert told.startswith(FIRST) is (word != "STOP")
    if word == "STOP":
        await door.hear(ADA, "START")
    assert await door.hear(ADA, "bins") == ["Heard: bins"]


async def test_who_knows_us_by_an_agents_words_needs_no_introduction(door: FrontDoor) -> None:
    await door.hear(WEB, "hello")
    link(door.store, WEB, ADA)
    door.change(WEB, to_agent)
    conversation = door.latest(WEB)
    with door.store.write() as connection:
        book.let_take_part(connection, conversation, ADA)
    await agent_says(door, "I write to you by text, as you asked.", to=ADA)
    door.change(WEB, lambda one: one.handed_back())
    assert await door.hear(ADA, "thank you") == ["Heard: thank you"]


async def test_nothing_is_said_for_a_turn_that_is_thrown_away(door: FrontDoor) -> None:
    door.keep(ADA, "bins")
    with door.store.write() as connection:
        work = claim(connection, door.worker.holder, door.clock())
        assert work is not None
    door.change(ADA, to_agent)
    with door.store.write() as connection:
        turn = Turn((Reply("late"),), DialogueState())
        door.committer.commit(connection, work, turn, door.clock())
    assert door.told(ADA) == []


async def test_who_stops_while_the_bot_thinks_gets_the_answer_neither_then_nor_later(
    door: FrontDoor,
) -> None:
    await door.hear(ADA, "bins")
    await door.deliver()
    door.keep(ADA, "and tax")
    door.keep(ADA, "STOP")
    await door.work()
    await door.deliver()
    sent = door.platforms["sms"].texts(ADA.user)
    assert [text[:9] for text in sent] == ["This is t", "Heard: bi", "Ashcombe "]
    assert [state for state, _ in door.parcels(ADA)] == ["sent", "sent", "dropped", "sent"]


def test_at_every_council_it_is_three_parts_of_a_text_message_at_most() -> None:
    words = read_words()
    sizes = {
        authority.slug: parts(
            words.say(
                "utter_first_contact",
                council=authority.name,
                phone=authority.phone,
                privacy=authority.privacy_url,
            ).text
        )
        for authority in load_authorities().all()
    }
    assert {slug: size for slug, size in sizes.items() if size > 3} == {}


async def test_each_council_says_who_it_is_although_another_has(door: FrontDoor) -> None:
    await door.hear(ADA, "bins")
    with door.store.write() as connection:
        elsewhere = book.open_for(connection, "kelmarsh", ADA, door.clock())
        said = door.committer.introduce(connection, elsewhere, ADA, door.clock())
    assert said.position == elsewhere.position + 1
