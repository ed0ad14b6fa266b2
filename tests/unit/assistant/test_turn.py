"""All that a turn decides is committed in one transaction, or nothing is."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from assistant import conversations as book
from assistant import inbox
from assistant.bot import DialogueState, Turn
from assistant.conversation import Keeper
from assistant.inbox import Work
from assistant.store import Store
from assistant.tables import outbox
from assistant.turn import Committer, Outcome
from channels.lowering import PLAIN, write
from channels.messages import Address, Reply
from channels.transcript import Speaker
from handoff import queue
from handoff.handover import Handover, Reason
from handoff.tables import queue as queue_table
from knowledge.requests import Request
from knowledge.tables import requests
from tests.paths import DOOR, NOON, accept, lines, unhandled

REQUEST = Request("key-1", "missed-bin", DOOR, {"bin": "green"})
FULL = Turn(
    replies=(Reply("Your reference is {{ reference }}."), Reply("I will ask a person.")),
    state=DialogueState({"doing": "request"}),
    requests=(REQUEST,),
    handover=Handover(Reason.ASKED, wants="Missed bin"),
)


def work_of(store: Store) -> Work:
    accept(store, "Hello")
    with store.write() as connection:
        work = inbox.claim(connection, "w", NOON)
    assert work is not None
    return work


def rows_of(store: Store, table: sa.Table) -> int:
    with store.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_a_turn_is_written_whole(store: Store, committer: Committer) -> None:
    work = work_of(store)
    with store.write() as connection:
        outcome = committer.commit(connection, work, FULL, NOON)
    with store.read() as connection:
        reference = connection.execute(sa.select(requests.c.reference)).scalar_one()
        after = book.load(connection, work.conversation.id)
        state = book.state_of(connection, work.conversation.id)
    assert outcome is Outcome.DONE
    assert lines(store, work.conversation.id)[:3] == [
        ("resident", "Hello"),
        ("assistant", f"Your reference is {reference}."),
        ("assistant", "I will ask a person."),
    ]
    assert lines(store, work.conversation.id)[3][1].startswith("You are number 1 in the queue.")
    assert (after.keeper, after.epoch) == (Keeper.QUEUE, 1)
    assert state["slots"] == {"doing": "request"}
    assert (rows_of(store, outbox), rows_of(store, queue_table), unhandled(store)) == (3, 1, 0)


def test_nothing_is_written_when_any_part_fails(
    store: Store, committer: Committer, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = work_of(store)

    def fail(*_: object) -> None:
        raise RuntimeError

    # The very last statement of the turn fails: everything before it must go too.
    monkeypatch.setattr("assistant.turn.book.end_turn", fail)
    with pytest.raises(RuntimeError), store.write() as connection:
        committer.commit(connection, work, FULL, NOON)
    counts = [rows_of(store, table) for table in (outbox, requests, queue_table)]
    assert counts == [0, 0, 0]
    assert lines(store, work.conversation.id) == [("resident", "Hello")]
    assert unhandled(store) == 1


def test_a_reply_computed_before_an_agent_took_over_is_thrown_away(
    store: Store, committer: Committer
) -> None:
    work = work_of(store)
    with store.write() as connection:
        book.save(connection, work.conversation.taken(1, "Priya"), NOON)
        outcome = committer.commit(connection, work, FULL, NOON)
    assert outcome is Outcome.OVERTAKEN
    assert lines(store, work.conversation.id) == [("resident", "Hello")]
    assert (rows_of(store, outbox), unhandled(store)) == (0, 1)


def test_a_worker_that_lost_its_hold_writes_nothing(store: Store, committer: Committer) -> None:
    work = work_of(store)
    with store.write() as connection:
        outcome = committer.commit(connection, replace(work, holder="another"), FULL, NOON)
    assert outcome is Outcome.LOST
    assert lines(store, work.conversation.id) == [("resident", "Hello")]


def test_the_same_request_lodged_twice_is_one(store: Store, committer: Committer) -> None:
    work = work_of(store)
    twice = replace(FULL, requests=(REQUEST, REQUEST), handover=None)
    with store.write() as connection:
        committer.commit(connection, work, twice, NOON)
    assert rows_of(store, requests) == 1


def test_joining_the_queue_twice_keeps_the_first_place(store: Store) -> None:
    with store.write() as connection:
        places = [
            queue.join(connection, conversation, DOOR, Handover(Reason.ASKED), NOON)
            for conversation in ("a", "b", "a", "c")
        ]
    assert places == [1, 2, 1, 3]


def test_an_agents_stars_and_lines_are_what_they_look_like(
    store: Store, committer: Committer
) -> None:
    accept(store, "Hello")
    with store.write() as connection:
        conversation = book.open_for(connection, DOOR, Address("pushed", "ada"), NOON)
        typed = Reply("Form *P45* and [this]")
        committer.say(connection, conversation, typed, NOON, Speaker.AGENT, "Priya")
    with store.read() as connection:
        [payload] = connection.execute(sa.select(outbox.c.payload)).scalars()
    # The channel reads Markdown: what it is given says just what was typed.
    assert write(payload["text"], PLAIN) == "Form *P45* and [this]"
