"""When addresses are joined, one conversation goes on; when they are parted, none is shared."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from assistant import attachments, inbox, people, transcript
from assistant import conversations as book
from assistant.bot import DialogueState, Turn
from assistant.conversation import Conversation, Keeper
from assistant.people import AGENT, BY_CODE, Warrant
from assistant.store import Store
from assistant.tables import attachments as files
from assistant.tables import conversations as table
from assistant.turn import Outcome
from channels.messages import Address, Attached, Chose, Reply, Said
from handoff import queue
from tests.paths import DOOR, lines
from tests.unit.assistant.front_door import FrontDoor
from tests.unit.assistant.test_aside import agent_says, to_agent

WEB, PHONE, CHAT = (
    Address("webchat", "a" * 32),
    Address("sms", "+447700900123"),
    Address("telegram", "1001"),
)
PRIYA = Warrant(AGENT, 1, "rang us")


@pytest.fixture
def door(sqlite: Store) -> FrontDoor:
    return FrontDoor(sqlite)


def join(door: FrontDoor, one: Address, other: Address) -> list[Conversation]:
    with door.store.write() as connection:
        joined = people.link(connection, DOOR, one, other, BY_CODE, door.clock())
    return list(joined.conversations)


def part(door: FrontDoor, address: Address) -> list[Conversation]:
    with door.store.write() as connection:
        return list(people.unlink(connection, DOOR, address, PRIYA, door.clock()))


async def begin(door: FrontDoor, address: Address, keeper: Keeper = Keeper.BOT) -> Conversation:
    """Let somebody write, a minute after the one before, and let that keeper have it."""
    door.clock.turn(minutes=1)
    await door.hear(address, "person" if keeper is Keeper.QUEUE else f"from {address.channel}")
    if keeper is Keeper.AGENT:
        door.change(address, to_agent)
    return door.latest(address)


def seen(door: FrontDoor, address: Address) -> list[str]:
    """The thread of that address in its latest conversation."""
    with door.store.read() as connection:
        entries = transcript.thread(connection, door.latest(address).id, address)
    return [entry.text for entry in entries]


@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [
        pytest.param(Keeper.BOT, Keeper.BOT, PHONE, id="of equals the latest"),
        pytest.param(Keeper.QUEUE, Keeper.BOT, WEB, id="one that waits before the bot's"),
        pytest.param(Keeper.AGENT, Keeper.BOT, WEB, id="an agent's before the bot's"),
        pytest.param(Keeper.AGENT, Keeper.QUEUE, WEB, id="an agent's before one that waits"),
        pytest.param(Keeper.QUEUE, Keeper.AGENT, PHONE, id="whichever came first"),
        pytest.param(Keeper.QUEUE, Keeper.QUEUE, PHONE, id="of two that wait the latest"),
        pytest.param(Keeper.AGENT, Keeper.AGENT, PHONE, id="of two agents' the latest"),
    ],
)
async def test_the_one_that_needs_people_most_stays(
    door: FrontDoor, first: Keeper, second: Keeper, stays: Address
) -> None:
    one, other = await begin(door, WEB, first), await begin(door, PHONE, second)
    kept, left = (one, other) if stays == WEB else (other, one)
    changed = join(door, WEB, PHONE)
    assert {(c.id, c.closed_at is None) for c in changed} == {(kept.id, True), (left.id, False)}
    assert {door.latest(address).id for address in (WEB, PHONE)} == {kept.id}
    assert door.latest(WEB).keeper is kept.keeper


async def test_nothing_changes_where_there_is_one_or_none(door: FrontDoor) -> None:
    assert join(door, WEB, PHONE) == []
    await begin(door, WEB)
    assert join(door, WEB, PHONE) == []
    assert join(door, WEB, CHAT) == []


async def test_three_become_one(store: Store) -> None:
    door = FrontDoor(store)
    begun = [await begin(door, address) for address in (WEB, PHONE, CHAT)]
    join(door, WEB, PHONE)
    join(door, WEB, CHAT)
    assert {door.latest(address).id for address in (WEB, PHONE, CHAT)} == {begun[2].id}


async def test_each_councils_conversations_stay_apart(door: FrontDoor) -> None:
    await begin(door, WEB)
    with door.store.write() as connection:
        elsewhere = book.open_for(connection, "kelmarsh", PHONE, door.clock())
        book.save(connection, elsewhere, door.clock())
    assert join(door, WEB, PHONE) == []
    with door.store.read() as connection:
        assert book.load(connection, elsewhere.id).closed_at is None


async def test_the_place_in_the_queue_of_the_one_that_ends_is_given_up(store: Store) -> None:
    door = FrontDoor(store)
    left = await begin(door, WEB, Keeper.QUEUE)
    kept = await begin(door, PHONE, Keeper.QUEUE)
    join(door, WEB, PHONE)
    with store.read() as connection:
        assert queue.place(connection, kept.id, door.clock()) == 1
        assert queue.place(connection, left.id, door.clock()) is None
        outcome = connection.execute(sa.select(table.c.outcome).where(table.c.id == left.id))
        assert outcome.scalar_one() == "Goes on elsewhere"


async def test_what_waits_in_the_one_that_ends_is_answered_in_the_one_that_stays(
    store: Store,
) -> None:
    door = FrontDoor(store)
    left = await begin(door, WEB)
    kept = await begin(door, PHONE)
    door.keep(WEB, "and my bin?")
    door.keep(WEB, "are you there?")
    door.change(PHONE, to_agent)
    join(door, WEB, PHONE)
    await door.work()
    # The agent reads it, in the order in which it came, and so does the page.
    said = [text for who, text in lines(store, kept.id) if who == "resident"]
    assert said[-2:] == ["and my bin?", "are you there?"]
    assert seen(door, WEB)[-2:] == ["and my bin?", "are you there?"]
    assert door.bot.heard[-1] != Said("are you there?")
    assert left.id != kept.id


async def test_the_bot_answers_it_where_it_was_asked(store: Store) -> None:
    door = FrontDoor(store)
    await begin(door, WEB)
    door.keep(WEB, "and my bin?")
    await begin_later(door, PHONE)
    join(door, WEB, PHONE)
    await door.work()
    assert door.told(WEB)[-1] == "Heard: and my bin?"
    assert seen(door, WEB) == ["and my bin?", "Heard: and my bin?"]


async def begin_later(door: FrontDoor, address: Address) -> None:
    """Let somebody have a conversation that changed last, without answering others."""
    door.clock.turn(minutes=1)
    with door.store.write() as connection:
        found = book.open_for(connection, DOOR, address, door.clock())
        book.save(connection, found, door.clock())


async def test_a_file_that_waits_goes_along_with_its_line(store: Store) -> None:
    door = FrontDoor(store)
    left = await begin(door, CHAT)
    content = Attached("file-1", "image/jpeg", "my bin")
    door.keep(CHAT, content)
    with store.write() as connection:
        conversation = book.load(connection, left.id)
        attachments.note(
            connection, conversation, conversation.position, "telegram", content, door.clock()
        )
    await begin_later(door, PHONE)
    join(door, CHAT, PHONE)
    kept = door.latest(PHONE)
    with store.read() as connection:
        [file] = connection.execute(sa.select(files)).all()
        entries = transcript.entries(connection, kept.id)
    assert (file.conversation, file.position) == (kept.id, entries[-1].position)
    assert entries[-1].text == "my bin"


@pytest.mark.parametrize(
    ("keeper", "states"),
    [
        pytest.param(Keeper.BOT, ["sent"], id="is still sent"),
        pytest.param(Keeper.AGENT, ["dropped"], id="is not once an agent has it"),
    ],
)
async def test_what_the_bot_had_said_in_the_one_that_ends(
    store: Store, keeper: Keeper, states: list[str]
) -> None:
    door = FrontDoor(store)
    await begin(door, CHAT)
    await begin(door, PHONE, keeper)
    join(door, CHAT, PHONE)
    await door.deliver()
    assert [state for state, _ in door.parcels(CHAT)] == states


async def under_way(
    door: FrontDoor, address: Address, then: Callable[[], object]
) -> tuple[Outcome, Outcome]:
    """Let something happen while the bot thinks; return what became of the turn, and of a press to
    stop waiting that was taken up at the same time."""
    door.keep(address, "while the bot thinks")
    with door.store.write() as connection:
        work = inbox.claim(connection, "another:1:a", door.clock())
    assert work is not None
    then()
    turn = Turn((Reply("what they both said"),), DialogueState({"said": ["what they both said"]}))
    with door.store.write() as connection:
        left = door.committer.leave_queue(connection, work, door.clock())
    with door.store.write() as connection:
        connection.execute(
            sa.update(table).where(table.c.id == work.conversation.id).values(held_by="another:1:a")
        )
        return door.committer.commit(connection, work, turn, door.clock()), left


async def test_a_turn_that_is_under_way_when_they_are_joined_is_thrown_away(store: Store) -> None:
    door = FrontDoor(store)
    await begin(door, WEB)

    def joined() -> None:
        with store.write() as connection:
            later = book.open_for(connection, DOOR, PHONE, door.clock())
            book.save(connection, later.taken(1, "Priya"), door.clock())
        join(door, WEB, PHONE)

    assert (await under_way(door, WEB, joined))[0] is Outcome.OVERTAKEN
    await door.work()
    assert "what they both said" not in door.told(WEB)
    assert seen(door, WEB)[-1] == "while the bot thinks"


async def test_a_turn_that_is_under_way_when_they_are_parted_is_thrown_away(store: Store) -> None:
    door = FrontDoor(store)
    await begin(door, WEB)
    join(door, WEB, PHONE)
    await door.hear(PHONE, "my name is Ada")
    outcomes = await under_way(door, PHONE, lambda: part(door, WEB))
    # Neither writes back what the two have in common.
    assert outcomes == (Outcome.OVERTAKEN, Outcome.OVERTAKEN)
    await door.work()
    assert door.bot.heard[-1] == Said("while the bot thinks")
    assert door.bot.remembers[-1] == {}


async def test_when_they_are_parted_it_stays_where_it_goes_on_and_the_bot_forgets(
    store: Store,
) -> None:
    door = FrontDoor(store)
    begun = await begin(door, WEB)
    join(door, WEB, PHONE)
    await door.hear(PHONE, "my name is Ada")
    changed = part(door, PHONE)
    after = door.latest(PHONE)
    assert [c.id for c in changed] == [after.id] == [begun.id]
    assert after.epoch == begun.epoch + 1
    await door.hear(PHONE, "hello")
    await door.hear(WEB, "hello?")
    assert door.bot.remembers[-2:] == [{}, {}]
    assert door.latest(WEB).id != door.latest(PHONE).id


async def test_whoever_is_sent_away_reads_nothing_of_it_any_more(door: FrontDoor) -> None:
    await begin(door, WEB)
    join(door, WEB, PHONE)
    await door.hear(PHONE, "my name is Ada")
    part(door, WEB)
    with door.store.read() as connection:
        assert book.latest(connection, DOOR, WEB) is None


async def test_what_each_wrote_and_waits_is_answered_to_each_alone(store: Store) -> None:
    door = FrontDoor(store)
    await begin(door, WEB)
    join(door, WEB, PHONE)
    await door.hear(PHONE, "hello")
    # Both write, the telephone last: it keeps the conversation.
    door.keep(WEB, "page's own")
    door.keep(PHONE, "telephone's own")
    changed = part(door, WEB)
    assert len({conversation.id for conversation in changed}) == 2
    await door.work()
    assert (door.told(WEB)[-1], door.told(PHONE)[-1]) == (
        "Heard: page's own",
        "Heard: telephone's own",
    )
    assert seen(door, WEB) == ["page's own", "Heard: page's own"]
    assert door.bot.remembers[-2:] == [{}, {}]


async def test_a_place_in_the_queue_stays_with_the_conversation(door: FrontDoor) -> None:
    await begin(door, WEB)
    join(door, WEB, PHONE)
    await door.hear(PHONE, "person")
    part(door, WEB)
    with door.store.read() as connection:
        assert queue.place(connection, door.latest(PHONE).id, door.clock()) == 1
    assert door.latest(PHONE).keeper is Keeper.QUEUE


async def test_of_three_the_two_that_are_still_one_person_go_on_together(door: FrontDoor) -> None:
    await begin(door, WEB)
    join(door, WEB, PHONE)
    join(door, CHAT, PHONE)
    await door.hear(PHONE, "hello")
    door.keep(CHAT, "from the app")
    door.keep(PHONE, "from the telephone")
    part(door, WEB)
    await door.work()
    assert door.latest(CHAT).id == door.latest(PHONE).id
    assert door.told(CHAT)[-1] == "Heard: from the app"
    said = [text for who, text in lines(door.store, door.latest(PHONE).id) if who == "resident"]
    assert said.count("from the app") == 1


async def test_an_agents_words_reach_only_who_they_are_said_to(door: FrontDoor) -> None:
    await begin(door, WEB)
    join(door, WEB, PHONE)
    await door.hear(PHONE, "hello")
    door.change(PHONE, to_agent)
    await agent_says(door, "On the page", to=WEB)
    await agent_says(door, "By text", to=PHONE)
    assert ("On the page" in seen(door, WEB), "By text" in seen(door, WEB)) == (True, False)
    assert ("On the page" in seen(door, PHONE), "By text" in seen(door, PHONE)) == (False, True)
    await door.deliver()
    assert "On the page" not in door.platforms["sms"].texts(PHONE.user)


async def test_to_stop_waiting_while_an_agent_takes_over_takes_nothing_back(
    sqlite: Store,
) -> None:
    door = FrontDoor(sqlite)
    await door.hear(PHONE, "person")
    door.keep(PHONE, Chose("stop_waiting", "Stop waiting"))
    with sqlite.write() as connection:
        work = inbox.claim(connection, door.worker.holder, door.clock())
        assert work is not None
    with sqlite.write() as connection:
        taken = book.load(connection, work.conversation.id).taken(1, "Priya")
        book.save(connection, taken, door.clock())
    with sqlite.write() as connection:
        outcome = door.committer.leave_queue(connection, work, door.clock())
    await door.work()
    assert (outcome, door.latest(PHONE).keeper) == (Outcome.OVERTAKEN, Keeper.AGENT)


async def test_a_message_for_an_agent_who_hands_back_at_that_moment_is_the_bots(
    sqlite: Store,
) -> None:
    door = FrontDoor(sqlite)
    await door.hear(PHONE, "hello")
    door.change(PHONE, to_agent)
    door.keep(PHONE, "one more thing")
    with sqlite.write() as connection:
        work = inbox.claim(connection, door.worker.holder, door.clock())
        assert work is not None
    door.change(PHONE, Conversation.handed_back)
    with sqlite.write() as connection:
        outcome = door.committer.leave_to_person(connection, work, door.clock())
    await door.work()
    assert (outcome, door.told(PHONE)[-1]) == (Outcome.OVERTAKEN, "Heard: one more thing")
