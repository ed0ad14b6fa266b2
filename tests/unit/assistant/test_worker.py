"""A worker sees a message through, whatever the bot does."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from assistant import conversations as book
from assistant import inbox
from assistant.bot import DialogueState, Turn
from assistant.conversation import Conversation, Keeper
from assistant.store import Store
from assistant.tables import inbox as inbox_table
from assistant.worker import Worker
from channels.messages import InboundMessage
from tests.fakes import Platform, QuickBot
from tests.paths import NOON, accept, lines, unhandled


async def test_a_message_is_answered_once(store: Store, worker: Worker, platform: Platform) -> None:
    conversation = accept(store, "Hello")
    assert [await worker.work_once(), await worker.work_once()] == [True, False]
    assert lines(store, conversation) == [("resident", "Hello"), ("assistant", "echo Hello")]


async def test_messages_are_answered_in_the_order_they_came(store: Store, worker: Worker) -> None:
    for number in range(5):
        conversation = accept(store, f"m{number}", str(number))
    while await worker.work_once():
        pass
    answers = [text for speaker, text in lines(store, conversation) if speaker == "assistant"]
    assert answers == [f"echo m{number}" for number in range(5)]


@pytest.mark.parametrize("said", ["raise", "hang"])
async def test_a_bot_that_fails_ends_in_an_apology_and_a_person(
    store: Store, worker: Worker, said: str
) -> None:
    conversation = accept(store, said)
    await worker.work_once()
    texts = [text for _, text in lines(store, conversation)]
    assert texts[1].startswith("I am sorry.")
    assert texts[2].startswith("You are number 1 in the queue.")
    with store.read() as connection:
        assert book.load(connection, conversation).keeper is Keeper.QUEUE
    assert unhandled(store) == 0


async def test_a_message_that_killed_three_workers_ends_in_an_apology(
    store: Store, worker: Worker
) -> None:
    conversation = accept(store, "Hello")
    with store.write() as connection:
        connection.execute(sa.update(inbox_table).values(attempts=inbox.TRIES))
    await worker.work_once()
    assert lines(store, conversation)[1][1].startswith("I am sorry.")


async def test_the_bot_is_not_asked_while_somebody_waits(store: Store, worker: Worker) -> None:
    conversation = accept(store, "person")
    await worker.work_once()
    accept(store, "are you there?", "2")
    await worker.work_once()
    assert lines(store, conversation)[-1] == ("resident", "are you there?")
    assert unhandled(store) == 0


async def test_a_fault_in_the_commit_lets_go_of_the_conversation(
    store: Store, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = accept(store, "Hello")
    with monkeypatch.context() as patched:
        patched.setattr("assistant.turn.book.end_turn", _fails)
        with pytest.raises(RuntimeError):
            await worker.work_once()
    assert await worker.work_once()
    assert lines(store, conversation) == [("resident", "Hello"), ("assistant", "echo Hello")]


async def test_the_state_of_the_dialogue_is_carried_from_turn_to_turn(
    store: Store, worker: Worker
) -> None:
    conversation = accept(store, "one")
    accept(store, "two", "2")
    while await worker.work_once():
        pass
    with store.read() as connection:
        assert book.state_of(connection, conversation)["slots"] == {"turns": 2}


async def test_a_reply_to_a_conversation_that_ended_meanwhile_is_not_said(
    store: Store, worker: Worker
) -> None:
    class Ends(QuickBot):
        async def answer(
            self, conversation: Conversation, state: DialogueState, message: InboundMessage
        ) -> Turn:
            with store.write() as connection:
                book.save(connection, conversation.closed(NOON), NOON)
            return await super().answer(conversation, state, message)

    worker.bot = Ends()
    conversation = accept(store, "Hello")
    while await worker.work_once():
        pass
    assert lines(store, conversation) == [("resident", "Hello")]
    assert unhandled(store) == 0


async def test_a_turn_costs_the_same_number_of_statements_and_rows_however_long_the_conversation(
    store: Store, worker: Worker
) -> None:
    statements: list[str] = []
    sa.event.listen(
        store.engine, "before_cursor_execute", lambda *args: statements.append(str(args[2]))
    )
    costs = []
    for number in range(60):
        accept(store, f"m{number}", str(number))
        statements.clear()
        await worker.work_once()
        costs.append(len(statements))
    assert len(set(costs[1:])) == 1
    # A turn reads the latest entries at most, for the choices that they offered.
    reading = [sql for sql in statements if "SELECT" in sql and "FROM transcript" in sql]
    assert [sql for sql in reading if "transcript.position > " not in sql] == []


def _fails(*_: object) -> None:
    raise RuntimeError
