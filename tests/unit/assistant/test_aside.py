"""STOP, START and HELP are obeyed whoever keeps the conversation, and reach no bot and no form."""

from __future__ import annotations

import pytest

from assistant import conversations as book
from assistant import inbox
from assistant.aside import Aside, settle
from assistant.consent import Wish
from assistant.conversation import Conversation
from assistant.store import Store
from assistant.turn import Outcome
from assistant.words import read_words
from channels.gsm import parts
from channels.messages import Address, Attached, Reply
from channels.transcript import Speaker
from knowledge.authorities import load_authorities
from tests.unit.assistant.front_door import FrontDoor

ADA = Address("telegram", "1001")
WEB = Address("webchat", "a" * 32)


@pytest.fixture
def door(sqlite: Store) -> FrontDoor:
    return FrontDoor(sqlite)


def to_agent(conversation: Conversation) -> Conversation:
    return conversation.taken(1, "Priya")


def kept_by(door: FrontDoor, keeper: str) -> None:
    if keeper != "bot":
        door.change(ADA, Conversation.queued if keeper == "queue" else to_agent)


async def agent_says(door: FrontDoor, text: str, to: Address = ADA) -> None:
    conversation = door.latest(to)
    with door.store.write() as connection:
        said = door.committer.say(
            connection, conversation, Reply(text), door.clock(), Speaker.AGENT, "Priya", to=to
        )
        book.save(connection, said, door.clock())


@pytest.mark.parametrize("keeper", ["bot", "queue", "agent"])
async def test_stop_is_obeyed_at_once_whoever_keeps_the_conversation(
    door: FrontDoor, keeper: str
) -> None:
    await door.hear(ADA, "Hello")
    kept_by(door, keeper)
    [told] = await door.hear(ADA, "Stop")
    assert told.startswith("Ashcombe Borough Council will send you no more messages")
    # What had not gone out yet does not go out any more; that they are heard does.
    assert [state for state, _ in door.parcels(ADA)] == ["dropped", "waiting"]
    await door.deliver()
    assert door.platforms["telegram"].texts(ADA.user) == [told]
    assert len(door.bot.heard) == 1


async def test_who_has_stopped_is_told_once_that_we_do_not_answer(door: FrontDoor) -> None:
    await door.hear(ADA, "STOP")
    heard = [await door.hear(ADA, text) for text in ("bins", "hello?", "HELP", "7 Mill Lane")]
    assert [len(told) for told in heard] == [1, 0, 0, 0]
    assert "have not answered" in heard[0][0]
    assert door.bot.heard == []


async def test_a_file_from_somebody_who_has_stopped_is_not_answered_either(door: FrontDoor) -> None:
    await door.hear(ADA, "STOP")
    await door.hear(ADA, "bins")
    assert await door.hear(ADA, Attached("file", "image/jpeg")) == []


@pytest.mark.parametrize("word", ["START", "unstop", "Yes"])
async def test_they_can_begin_again_and_the_bot_goes_on(door: FrontDoor, word: str) -> None:
    await door.hear(ADA, "Hello")
    await door.hear(ADA, "STOP")
    [told] = await door.hear(ADA, word)
    assert "again" in told
    assert await door.hear(ADA, "bins") == ["Heard: bins"]
    assert door.bot.remembers[-1] == {"said": ["Hello"]}


async def test_stopping_twice_is_answered_twice_and_stays_one(door: FrontDoor) -> None:
    assert len(await door.hear(ADA, "STOP")) == 1
    assert len(await door.hear(ADA, "STOP")) == 1
    await door.deliver()
    # The older words of the same kind make way for the newer.
    assert [state for state, _ in door.parcels(ADA)] == ["dropped", "sent"]


async def test_an_agent_sees_that_their_words_do_not_get_through(door: FrontDoor) -> None:
    await door.hear(ADA, "Hello")
    await door.deliver()
    door.change(ADA, to_agent)
    await door.hear(ADA, "STOP")
    await agent_says(door, "Are you there?")
    # Those that say that we have heard them are still on their way: they are not the agent's.
    assert [state for state, _ in door.parcels(ADA)] == ["sent", "waiting", "refused"]


async def test_who_stopped_on_one_channel_is_answered_on_another(door: FrontDoor) -> None:
    await door.hear(ADA, "STOP")
    assert await door.hear(Address("sms", "+447700900123"), "bins") == ["Heard: bins"]


@pytest.mark.parametrize("word", ["HELP", "info", "START"])
async def test_who_asks_who_we_are_is_told_and_a_form_goes_on_after_it(
    door: FrontDoor, word: str
) -> None:
    await door.hear(ADA, "Hello")
    [told] = await door.hear(ADA, word)
    assert told.startswith("You are writing to Ashcombe Borough Council.")
    await door.hear(ADA, "7 Mill Lane")
    assert door.bot.remembers[-1] == {"said": ["Hello"]}


@pytest.mark.parametrize("word", ["HELP", "START"])
@pytest.mark.parametrize("keeper", ["queue", "agent"])
async def test_while_people_answer_they_say_themselves_who_they_are(
    door: FrontDoor, keeper: str, word: str
) -> None:
    await door.hear(ADA, "Hello")
    kept_by(door, keeper)
    assert await door.hear(ADA, word) == []


async def test_start_from_somebody_new_is_greeted_and_told_once_who_we_are(
    sqlite: Store,
) -> None:
    door = FrontDoor(sqlite, introduced=True)
    told, greeted = await door.hear(ADA, "START")
    assert told.startswith("This is the assistant of Ashcombe Borough Council")
    assert greeted == "Heard: START"
    assert await door.hear(ADA, "bins") == ["Heard: bins"]


async def test_on_the_web_these_are_words_like_any_other(door: FrontDoor) -> None:
    heard = [await door.hear(WEB, word) for word in ("stop", "help", "start")]
    assert heard == [["Heard: stop"], ["Heard: help"], ["Heard: start"]]


async def test_stop_that_came_while_an_agent_took_over_is_not_lost(door: FrontDoor) -> None:
    await door.hear(ADA, "Hello")
    door.keep(ADA, "STOP")
    with door.store.write() as connection:
        work = inbox.claim(connection, door.worker.holder, door.clock())
        assert work is not None
    door.change(ADA, to_agent)
    with door.store.write() as connection:
        settled = settle(
            connection, door.committer, door.links, work, Aside(Wish.STOP), door.clock()
        )
    assert settled.outcome is Outcome.OVERTAKEN
    await door.work()
    assert "no more messages" in door.told(ADA)[-1]


def test_who_we_are_is_said_in_two_parts_of_a_text_message_at_every_council() -> None:
    words = read_words()
    sizes = {}
    for authority in load_authorities().all():
        said = words.say(
            "utter_who_is_this", council=authority.name, phone=authority.phone, privacy=""
        )
        sizes[authority.slug] = parts(said.text)
    assert {slug: size for slug, size in sizes.items() if size > 2} == {}
