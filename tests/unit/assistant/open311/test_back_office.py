"""What a turn lodges goes to the endpoint that takes it, in the same transaction."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from assistant import inbox
from assistant.bot import DialogueState, Turn
from assistant.open311.back_office import Elsewhere
from assistant.open311.config import Open311
from assistant.store import Store
from assistant.turn import Committer
from channels.messages import Reply
from knowledge import requests, submissions
from knowledge.requests import Request
from knowledge.submissions import PENDING
from knowledge.tables import submissions as table
from tests.paths import DOOR, NOON, accept

HIGHWAYS = {
    "name": "Highways",
    "council": "wenshire",
    "services": ["pothole"],
    "url": "https://open311.wenshire.example/v2",
    "lookup": "list",
}
OPEN311 = Open311.parse_obj({"endpoints": [HIGHWAYS]})
POTHOLE = Request("key-1", "pothole", "wenshire", {"place": "Mill Lane"})
BIN = Request("key-2", "missed-bin", DOOR, {"bin": "refuse"})


class Fault(Exception):
    """Something goes wrong after the turn was written, before the transaction's end."""


def lodge(store: Store, committer: Committer, *lodged: Request, fault: bool = False) -> None:
    """Commit a turn that lodges them."""
    accept(store, "Hello", number=lodged[0].key)
    with store.write() as connection:
        work = inbox.claim(connection, "w", NOON)
        assert work is not None
        turn = Turn((Reply("Thank you."),), DialogueState(), requests=lodged)
        replace(committer, back_office=Elsewhere(OPEN311)).commit(connection, work, turn, NOON)
        inbox.let_go(connection, work)
        if fault:
            raise Fault


def sent(store: Store) -> list[tuple[str, str, str]]:
    with store.read() as connection:
        its = table.c
        rows = connection.execute(sa.select(its.endpoint, its.authority, its.state))
        return [tuple(row) for row in rows]


def test_what_an_endpoint_takes_waits_to_be_sent(store: Store, committer: Committer) -> None:
    lodge(store, committer, POTHOLE, BIN)
    assert sent(store) == [("Highways", "wenshire", PENDING)]


def test_lodging_twice_sends_once(store: Store, committer: Committer) -> None:
    lodge(store, committer, POTHOLE, POTHOLE)
    assert len(sent(store)) == 1


def test_nothing_is_sent_of_a_turn_that_is_not_committed(
    store: Store, committer: Committer
) -> None:
    with pytest.raises(Fault):
        lodge(store, committer, POTHOLE, fault=True)
    assert sent(store) == []


def test_a_report_that_joins_another_is_sent_only_when_that_one_was_not(
    store: Store, committer: Committer
) -> None:
    with store.write() as connection:
        kept = requests.lodge(connection, replace(POTHOLE, key="kept"), "", NOON)
    lodge(store, committer, replace(POTHOLE, key="joins what we kept", joins=kept))
    assert len(sent(store)) == 1
    with store.read() as connection:
        first = connection.execute(sa.select(table.c.reference)).scalar_one()
    lodge(store, committer, replace(POTHOLE, key="joins what was sent", joins=first))
    assert len(sent(store)) == 1


def test_the_ledger_finds_what_was_put(store: Store, committer: Committer) -> None:
    lodge(store, committer, POTHOLE)
    with store.read() as connection:
        reference = connection.execute(sa.select(table.c.reference)).scalar_one()
        found = submissions.find(connection, reference)
        nothing = submissions.find(connection, "FD-2222-2222")
    assert found is not None
    assert (found.endpoint, nothing) == ("Highways", None)
