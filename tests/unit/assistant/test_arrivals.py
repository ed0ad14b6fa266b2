"""What platforms bring is kept whole or not at all; too much of it is kept and not answered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from assistant import conversations as book
from assistant import transcript
from assistant.arrivals import Arrivals
from assistant.conversation import Conversation
from assistant.store import Store
from assistant.tables import attachments, outbox
from assistant.tables import inbox as inbox_table
from channels.channel import Receipt
from channels.messages import Address, Attached, Content, InboundMessage, Said
from tests.paths import DOOR, NOON, unhandled
from tests.unit.assistant.front_door import FrontDoor
from tests.unit.assistant.test_aside import to_agent

ADA, BEN = Address("sms", "+447700900123"), Address("sms", "+447700900456")


@dataclass
class Pace:
    """So many messages of each address come in time, and all the others too soon."""

    in_time: int
    counted: list[Address] = field(default_factory=list)

    def __call__(self, address: Address) -> float:
        self.counted.append(address)
        return 0.0 if self.counted.count(address) <= self.in_time else 2.0


@dataclass
class Brought:
    """A front door that platforms call."""

    door: FrontDoor
    pace: Pace
    arrivals: Arrivals

    async def bring(self, *arrived: InboundMessage | Receipt) -> None:
        channel = self.arrivals.channel(DOOR, "sms")
        await self.arrivals.take(DOOR, channel, arrived)

    def kept(self, address: Address = ADA) -> list[str]:
        """What that address wrote, as it stands in the transcript."""
        conversation = self.door.latest(address).id
        with self.door.store.read() as connection:
            entries = transcript.entries(connection, conversation)
        return [entry.text for entry in entries if entry.speaker.value == "resident"]


def brought(store: Store, in_time: int = 100, *, introduced: bool = False) -> Brought:
    door, pace = FrontDoor(store, introduced=introduced), Pace(in_time)
    arrivals = Arrivals(store, door.channels, door.committer, door.nudges.append, door.clock, pace)
    return Brought(door, pace, arrivals)


def message(content: Content | str, number: int = 1, sender: Address = ADA) -> InboundMessage:
    said = Said(content) if isinstance(content, str) else content
    return InboundMessage(sender, f"{sender.user}:{number}", said, NOON)


async def test_messages_of_one_call_are_kept_in_their_order(store: Store) -> None:
    front = brought(store)
    await front.bring(message("one", 1), message("for Ben", 2, BEN), message("two", 3))
    assert (front.kept(), front.kept(BEN)) == (["one", "two"], ["for Ben"])
    assert {nudge.user for nudge in front.door.nudges} == {ADA.user, BEN.user}


async def test_one_that_cannot_be_kept_takes_all_of_its_call_with_it(store: Store) -> None:
    front = brought(store)
    broken = InboundMessage(ADA, "x" * 10, Said("two"), None)  # type: ignore[arg-type] # no channel makes one
    with pytest.raises(sa.exc.SQLAlchemyError):
        await front.bring(message("one"), broken)
    assert (unhandled(store), front.door.nudges) == (0, [])
    # The platform comes again, with what can be kept.
    await front.bring(message("one"))
    assert front.kept() == ["one"]


async def test_what_comes_again_is_neither_kept_nor_answered_nor_told(store: Store) -> None:
    front = brought(store)
    await front.bring(message("one"), message("one"))
    await front.bring(message("one"), message("two", 2))
    assert (front.kept(), len(front.door.nudges)) == (["one", "two"], 2)
    await front.door.work()
    assert front.door.told(ADA) == ["Heard: one", "Heard: two"]


async def test_the_same_call_twenty_times_at_once_is_one(store: Store) -> None:
    front = brought(store)
    call = [message(f"m{number}", number) for number in range(5)]
    await asyncio.gather(*(front.bring(*call) for _ in range(20)))
    assert front.kept() == [f"m{number}" for number in range(5)]


async def test_a_call_that_carries_nothing_is_taken(sqlite: Store) -> None:
    front = brought(sqlite)
    await front.bring()
    assert front.door.nudges == []


async def test_a_receipt_reaches_its_parcel_and_tells_who_reads(sqlite: Store) -> None:
    front = brought(sqlite)
    await front.bring(message("one"))
    await front.door.work()
    await front.door.deliver()
    platform_id = "platform-" + next(iter(front.door.platforms["sms"].taken))
    before = len(front.door.nudges)
    await front.bring(Receipt(platform_id, "delivered", NOON), Receipt("strange", "read", NOON))
    conversation = front.door.latest(ADA).id
    assert [nudge.conversation for nudge in front.door.nudges[before:]] == [conversation]


async def test_a_file_is_noted_to_be_fetched_for_its_own_line(sqlite: Store) -> None:
    front = brought(sqlite)
    await front.bring(message("look", 1), message(Attached("MM1", "image/jpeg", "my bin"), 2))
    with sqlite.read() as connection:
        [file] = connection.execute(sa.select(attachments)).all()
    assert (file.url, file.position, file.state) == ("MM1", 2, "waiting")


async def test_what_a_sweep_found_is_answered_however_much_it_is(sqlite: Store) -> None:
    front = brought(sqlite, in_time=0)
    found = [await front.arrivals.accept(DOOR, message("one", n)) for n in (1, 2, 2)]
    assert (found, unhandled(sqlite), front.pace.counted) == ([True, True, False], 2, [])


async def test_beyond_the_pace_messages_are_kept_and_not_answered_with_one_notice(
    store: Store,
) -> None:
    front = brought(store, in_time=2)
    for number in range(6):
        await front.bring(message(f"m{number}", number))
    await front.door.work()
    assert front.kept() == [f"m{number}" for number in range(6)]
    notice, *answers = front.door.told(ADA)
    assert notice.startswith("You have sent many messages")
    assert answers == ["Heard: m0", "Heard: m1"]


async def test_in_one_call_each_message_counts_for_itself(store: Store) -> None:
    front = brought(store, in_time=2)
    await front.bring(*(message(f"m{number}", number) for number in range(5)))
    await front.door.work()
    notice, *answers = front.door.told(ADA)
    assert (notice[:13], answers) == ("You have sent", ["Heard: m0", "Heard: m1"])


async def test_after_the_flood_answers_go_on_and_the_next_flood_is_told_again(
    sqlite: Store,
) -> None:
    front = brought(sqlite, in_time=1)
    for number in range(3):
        await front.bring(message("flood", number))
    front.pace.counted.clear()
    for number in range(3, 6):
        await front.bring(message("flood", number))
    assert [text[:13] for text in front.door.told(ADA)] == ["You have sent"] * 2
    assert unhandled(sqlite) == 2


async def test_stop_counts_in_any_flood(store: Store) -> None:
    front = brought(store, in_time=1)
    await front.bring(*(message(f"m{number}", number) for number in range(4)))
    await front.bring(message("STOP", 5), message("and another", 6))
    await front.door.work()
    assert front.door.told(ADA)[-1].startswith("Ashcombe Borough Council will send you no more")
    await front.bring(message("START", 7))
    await front.door.work()
    assert "again" in front.door.told(ADA)[-1]


async def test_a_flood_of_one_is_no_flood_of_another(sqlite: Store) -> None:
    front = brought(sqlite, in_time=1)
    await front.bring(message("m1", 1), message("m2", 2), message("for Ben", 3, BEN))
    await front.door.work()
    assert front.door.told(BEN) == ["Heard: for Ben"]


async def test_a_platform_that_brings_everything_twice_makes_no_flood(sqlite: Store) -> None:
    front = brought(sqlite, in_time=3)
    for number in range(3):
        for _ in range(3):
            await front.bring(message(f"m{number}", number))
    await front.door.work()
    assert front.door.told(ADA) == [f"Heard: m{number}" for number in range(3)]


@pytest.mark.parametrize("keeper", ["queue", "agent"])
async def test_who_talks_to_people_is_not_told_that_the_assistant_answers_later(
    sqlite: Store, keeper: str
) -> None:
    front = brought(sqlite, in_time=1)
    await front.bring(message("hello", 1))
    await front.door.work()
    front.door.change(ADA, Conversation.queued if keeper == "queue" else to_agent)
    for number in range(2, 6):
        await front.bring(message("more", number))
    assert (front.door.told(ADA), len(front.kept())) == (["Heard: hello"], 5)


async def test_who_has_stopped_us_gets_no_notice(sqlite: Store) -> None:
    front = brought(sqlite, in_time=0)
    await front.bring(message("STOP", 1))
    await front.door.work()
    await front.bring(message("m1", 2), message("m2", 3))
    assert (len(front.door.told(ADA)), len(front.door.parcels(ADA))) == (1, 1)


async def test_who_begins_with_a_flood_is_told_first_who_we_are(sqlite: Store) -> None:
    front = brought(sqlite, in_time=1, introduced=True)
    await front.bring(*(message(f"m{number}", number) for number in range(30)))
    await front.door.work()
    first, notice, answer = front.door.told(ADA)
    assert first.startswith("This is the assistant of")
    assert (notice[:13], answer) == ("You have sent", "Heard: m0")


async def test_what_waited_for_the_person_to_write_is_sent_when_they_do(sqlite: Store) -> None:
    front = brought(sqlite)
    await front.bring(message("hello"))
    await front.door.work()
    with sqlite.write() as connection:
        connection.execute(sa.update(outbox).values(state="held"))
    await front.bring(message("still there?", 2))
    assert front.door.parcels(ADA)[0][0] == "waiting"


async def test_a_conversation_that_was_closed_is_followed_by_another(sqlite: Store) -> None:
    front = brought(sqlite)
    await front.bring(message("hello"))
    first = front.door.latest(ADA)
    with sqlite.write() as connection:
        book.save(connection, first.closed(NOON), NOON)
    await front.bring(message("me again", 2))
    assert front.door.latest(ADA).id != first.id
    with sqlite.read() as connection:
        assert len(connection.execute(sa.select(inbox_table.c.conversation).distinct()).all()) == 2
