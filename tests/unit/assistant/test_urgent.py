"""An emergency goes before everything: in the queue, while somebody waits, and after STOP."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from assistant import conversations as book
from assistant import metrics
from assistant.bot import DialogueState, Turn, Understood
from assistant.conversation import Conversation, Keeper
from assistant.store import Store
from assistant.turn import Committer
from assistant.worker import Worker
from channels.messages import Address, InboundMessage, Reply, Said
from handoff import queue
from handoff.handover import Handover, Reason, handover_from
from handoff.tables import agents
from handoff.tables import queue as queue_table
from tests.fakes import QuickBot
from tests.paths import NOON, SilentNudges, accept, lines, unhandled
from tests.unit.assistant.front_door import FrontDoor

RING = Reply("**Ring 0800 111 999 now.**", short="Ring 0800 111 999 now.")
GAS = Handover(Reason.URGENT, wants="Smell of gas", urgent="gas-smell")
ADA = Address("pushed", "ada")
PRIYA = {
    "authority": "ashcombe",
    "covers": ["ashcombe"],
    "username": "priya",
    "first_name": "Priya",
    "role": "agent",
    "password": "-",
    "created_at": NOON,
}


class Hears(QuickBot):
    """Knows one emergency: gas."""

    async def answer(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn:
        heard = await self.alarm(conversation, state, message)
        return heard or await super().answer(conversation, state, message)

    async def alarm(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn | None:
        said = message.content.text if isinstance(message.content, Said) else ""
        if said == "broken":
            raise ValueError(said)
        if "gas" not in said:
            return None
        again = state.slots.get("urgent") == "gas-smell"
        return Turn(
            replies=() if again else (RING,),
            state=replace(state, slots={**state.slots, "urgent": "gas-smell"}),
            handover=GAS,
            understood=Understood("urgent", 0.98),
        )


@pytest.fixture
def worker(store: Store, committer: Committer) -> Worker:
    bot = Hears()
    return Worker(store, bot, committer, SilentNudges(), name="test", listener=bot)


def waits(store: Store) -> list[tuple[str, str]]:
    with store.read() as connection:
        found = queue.waiting(connection, ["ashcombe"])
    return [(place.conversation, place.handover.urgent) for place in found]


def in_the_books(store: Store, conversation: str) -> Handover:
    with store.read() as connection:
        value = connection.execute(
            sa.select(queue_table.c.handover).where(queue_table.c.conversation == conversation)
        ).scalar_one()
    return handover_from(value)


async def test_the_number_stands_first_then_when_a_person_reads_it(
    store: Store, worker: Worker
) -> None:
    conversation = accept(store, "i smell gas")
    await worker.work_once()

    said = [text for _, text in lines(store, conversation)]
    assert said[1] == RING.text
    assert said[2].startswith("Our advisers are here now.")
    assert "number 1 in the queue" not in said[2]


async def test_out_of_hours_the_truth_is_told(store: Store, worker: Worker) -> None:
    worker.committer = replace(
        worker.committer, hours=lambda slug, now: "Our advisers are back at 9am tomorrow."
    )
    conversation = accept(store, "i smell gas")
    await worker.work_once()

    last = lines(store, conversation)[-1][1]
    assert last.startswith("Our advisers are back at 9am tomorrow.")
    assert "ring the number above" in last


async def test_an_emergency_is_before_those_who_wait_longer(store: Store, worker: Worker) -> None:
    first = accept(store, "person", "1")
    await worker.work_once()
    second = accept(store, "gas!", "2", user="bea")
    await worker.work_once()

    assert waits(store) == [(second, "gas-smell"), (first, "")]


async def test_who_waits_and_writes_of_an_emergency_is_told_the_number_once_and_goes_first(
    store: Store, worker: Worker
) -> None:
    other = accept(store, "person", "1", user="bea")
    await worker.work_once()
    conversation = accept(store, "person", "2")
    await worker.work_once()
    for number, text in enumerate(("now i smell gas", "the gas is worse"), 3):
        accept(store, text, str(number))
        await worker.work_once()

    assert [text for _, text in lines(store, conversation)].count(RING.text) == 1
    assert waits(store) == [(conversation, "gas-smell"), (other, "")]
    assert in_the_books(store, conversation).wants == "bins"
    with store.read() as connection:
        assert book.load(connection, conversation).keeper is Keeper.QUEUE
    assert unhandled(store) == 0


@pytest.mark.parametrize("asked", [True, False], ids=["from the queue", "who stepped in"])
async def test_an_agent_is_shown_that_it_is_an_emergency_and_answers_alone(
    store: Store, worker: Worker, asked: bool
) -> None:
    conversation = accept(store, "person" if asked else "hello", "1")
    await worker.work_once()
    with store.write() as connection:
        agent = connection.execute(sa.insert(agents).values(PRIYA)).inserted_primary_key[0]
        taken = book.load(connection, conversation).taken(agent, "Priya")
        book.save(connection, taken, NOON)
        queue.take(connection, conversation, agent, NOON)
    before = len(lines(store, conversation))
    accept(store, "i smell gas", "2")
    await worker.work_once()

    assert len(lines(store, conversation)) == before + 1
    assert in_the_books(store, conversation).urgent == "gas-smell"
    assert waits(store) == []


async def test_a_bot_that_fails_leaves_the_message_to_the_person(
    store: Store, worker: Worker
) -> None:
    conversation = accept(store, "person", "1")
    await worker.work_once()
    accept(store, "broken", "2")
    await worker.work_once()

    assert lines(store, conversation)[-1] == ("resident", "broken")
    assert unhandled(store) == 0


async def test_before_who_we_are_the_number_is_said(sqlite: Store) -> None:
    door = FrontDoor(sqlite, names=("pushed",), introduced=True)
    door.worker.bot = Hears()

    assert (await door.hear(ADA, "gas"))[0] == RING.text


async def test_who_has_stopped_us_is_told_the_number_all_the_same(sqlite: Store) -> None:
    bot = Hears()
    door = FrontDoor(sqlite, names=("pushed",))
    door.worker.bot = door.worker.listener = bot
    await door.hear(ADA, "STOP")
    told = await door.hear(ADA, "i smell gas")
    await door.deliver()

    assert told[0] == RING.text
    assert RING.text in door.platforms["pushed"].texts("ada")
    assert waits(sqlite) == [(door.latest(ADA).id, "gas-smell")]


def test_nothing_tells_an_emergency_in_what_is_counted() -> None:
    labels = {
        label for metric in vars(metrics).values() for label in getattr(metric, "_labelnames", ())
    }
    assert labels <= {"channel", "outcome", "route", "status", "what", "state", "answer"}
