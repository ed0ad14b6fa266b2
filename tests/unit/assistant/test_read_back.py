"""A number or a label is the choice that was offered last, and nothing else ever is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant import conversations as book
from assistant import people
from assistant.conversation import Conversation, Keeper
from assistant.read_back import LOOKS_BACK, LOOKS_BACK_WAITING, read_back
from assistant.router import STOP_WAITING
from assistant.store import Store
from channels.messages import Address, Choice, Chose, Content, Located, Reply, Said
from channels.transcript import Speaker
from tests.unit.assistant.front_door import FrontDoor, Listening
from tests.unit.assistant.test_aside import agent_says, to_agent

ADA = Address("sms", "+447700900123")
CHAT = Address("telegram", "1001")
GREEN, BLUE = Choice("Green bin", "/inform{g}"), Choice("Blue bin", "/inform{b}")
BINS = (GREEN, BLUE)
OLDER = (Choice("Council tax", "/ask{tax}"), Choice("Parking", "/ask{parking}"))
CHOSE_BLUE = Chose(BLUE.value, BLUE.label)


@pytest.mark.parametrize(
    ("content", "offered", "meant"),
    [
        pytest.param(Said("2"), [BINS], CHOSE_BLUE, id="its number"),
        pytest.param(Said("the second one"), [BINS], CHOSE_BLUE, id="its place"),
        pytest.param(Said("blue bin"), [BINS], CHOSE_BLUE, id="its label"),
        pytest.param(Said("bleu bin"), [BINS], CHOSE_BLUE, id="a slip of the finger"),
        pytest.param(Said("2"), [BINS, OLDER], CHOSE_BLUE, id="of two lists the latest"),
        pytest.param(Said("3"), [BINS], Said("3"), id="a number that was not offered"),
        pytest.param(Said("Parking"), [BINS, OLDER], Said("Parking"), id="a label of long ago"),
        pytest.param(Said("2"), [], Said("2"), id="nothing was offered"),
        pytest.param(Said("2"), [(), BINS], Said("2"), id="something else was asked since"),
        pytest.param(Said("22 Mill Lane"), [BINS], Said("22 Mill Lane"), id="a sentence"),
        pytest.param(Chose(GREEN.value, ""), [BINS], Chose(GREEN.value, GREEN.label), id="pressed"),
        pytest.param(
            Chose("/ask{tax}", "x"),
            [(), BINS, OLDER],
            Chose("/ask{tax}", "Council tax"),
            id="a button of long ago",
        ),
        pytest.param(Chose("#2", "Blue bin"), [(), BINS], CHOSE_BLUE, id="a numbered button"),
        pytest.param(Chose("#2", ""), [OLDER, BINS], Chose("/ask{parking}", "Parking"), id="bare"),
        pytest.param(
            Chose("#2", "Blue bin"), [OLDER, BINS], CHOSE_BLUE, id="the label tells which list"
        ),
        pytest.param(Chose("#3", "Blue bin"), [BINS], Said("Blue bin"), id="no such number"),
        pytest.param(Chose("#0", "Blue bin"), [BINS], Said("Blue bin"), id="the first is 1"),
        pytest.param(Chose("#x", "Blue bin"), [BINS], Said("Blue bin"), id="no number"),
        pytest.param(Chose("/deny", "No"), [BINS], Said("No"), id="never offered: its words"),
        pytest.param(Chose("/deny", ""), [], Said(""), id="never offered and no words"),
        pytest.param(Located(51.5, 0.0), [BINS], Located(51.5, 0.0), id="a place"),
    ],
)
def test_what_is_meant(
    content: Content, offered: Sequence[tuple[Choice, ...]], meant: Content
) -> None:
    assert read_back(content, offered) == meant


WHICH = Reply("Which bin?", choices=BINS)
FORM = {
    "bins": (WHICH,),
    str(CHOSE_BLUE): (Reply("What is the number of your house?"),),
    "menu": (Reply("Here is an answer."), WHICH),
    "away": (WHICH, Reply("What is your postcode?")),
}


@pytest.fixture
def door(sqlite: Store) -> FrontDoor:
    return FrontDoor(sqlite, Listening(FORM))


async def heard_after(door: FrontDoor, *said: str, who: Address = ADA) -> Content:
    for text in said:
        await door.hear(who, text)
    return door.bot.heard[-1]


@pytest.mark.parametrize("house", ["2", "22", "1", "two"])
async def test_a_house_number_is_no_choice_of_an_earlier_list(door: FrontDoor, house: str) -> None:
    assert await heard_after(door, "bins", "2", house) == Said(house)


@pytest.mark.parametrize(
    ("before", "meant"),
    [
        pytest.param(("bins",), CHOSE_BLUE, id="the list was the last thing said"),
        pytest.param(("menu",), CHOSE_BLUE, id="the list came after an answer"),
        pytest.param(("away",), Said("2"), id="a question came after the list"),
        pytest.param(("bins", "HELP"), CHOSE_BLUE, id="who we are was said in between"),
        pytest.param(("bins", "STOP", "START"), CHOSE_BLUE, id="they stopped and began again"),
        pytest.param(("bins", "LINK"), CHOSE_BLUE, id="how to carry on was said in between"),
        pytest.param(("bins", "hello"), Said("2"), id="the bot said something else"),
    ],
)
async def test_a_number_is_read_as_what_was_asked_last(
    door: FrontDoor, before: tuple[str, ...], meant: Content
) -> None:
    assert await heard_after(door, *before, "2") == meant


async def test_a_notice_that_they_write_too_fast_leaves_the_list_open(door: FrontDoor) -> None:
    await door.hear(ADA, "bins")
    with door.store.write() as connection:
        words = door.committer.words.say("utter_too_fast")
        said = door.committer.say(connection, door.latest(ADA), words, door.clock(), Speaker.SYSTEM)
        book.save(connection, said, door.clock())
    assert await heard_after(door, "2") == CHOSE_BLUE


async def test_after_an_agent_has_left_the_bots_list_is_over(door: FrontDoor) -> None:
    await door.hear(ADA, "bins")
    door.change(ADA, to_agent)
    await agent_says(door, "Is it the one at number 2?", to=ADA)
    door.change(ADA, Conversation.handed_back)
    assert await heard_after(door, "2") == Said("2")


async def test_who_waits_can_stop_waiting_by_its_number(door: FrontDoor) -> None:
    await door.hear(ADA, "person")
    [back] = await door.hear(ADA, "1")
    assert back.startswith("You have left the queue.")
    assert door.latest(ADA).keeper is Keeper.BOT


async def test_what_they_add_while_they_wait_closes_no_way_out(door: FrontDoor) -> None:
    await door.hear(ADA, "person")
    for number in range(LOOKS_BACK + 5):
        await door.hear(ADA, f"It is the {number}th time that I write")
    await door.hear(ADA, "Stop waiting and go back to the assistant")
    assert door.latest(ADA).keeper is Keeper.BOT


async def test_a_button_to_stop_waiting_works_as_long_as_they_wait(door: FrontDoor) -> None:
    await door.hear(CHAT, "person")
    for number in range(LOOKS_BACK + 5):
        await door.hear(CHAT, f"more {number}")
    await door.hear(CHAT, Chose(STOP_WAITING, "Stop waiting"))
    assert door.latest(CHAT).keeper is Keeper.BOT
    assert LOOKS_BACK_WAITING > 2 * LOOKS_BACK


async def test_once_they_have_stopped_waiting_a_number_is_an_answer_again(door: FrontDoor) -> None:
    assert await heard_after(door, "person", "1", "1") == Said("1")


async def test_a_number_said_to_an_agent_takes_nobody_out_of_their_hands(door: FrontDoor) -> None:
    await door.hear(ADA, "person")
    door.change(ADA, to_agent)
    assert await door.hear(ADA, "1") == []
    assert door.latest(ADA).keeper is Keeper.AGENT


async def test_each_address_chooses_from_what_it_was_offered_itself(store: Store) -> None:
    door = FrontDoor(store, Listening(FORM))
    await door.hear(ADA, "bins")
    with store.write() as connection:
        people.link(connection, "ashcombe", ADA, CHAT, people.BY_CODE, door.clock())
    assert await heard_after(door, "2", who=CHAT) == Said("2")
    assert door.latest(CHAT).id == door.latest(ADA).id
    await door.hear(CHAT, "person")
    # Only the chat was told how to stop waiting.
    await door.hear(ADA, "1")
    assert door.latest(ADA).keeper is Keeper.QUEUE
