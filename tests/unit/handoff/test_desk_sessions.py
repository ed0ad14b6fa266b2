"""Who is signed in, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from handoff import agents, sessions
from handoff.floor import Agent
from handoff.sessions import Session
from handoff.tables import desk_sessions
from tests.unit.handoff.rooms import COVERS, MONDAY, QUICK, SqliteTransactions


@pytest.fixture
def ada(store: SqliteTransactions) -> Agent:
    return store.now(
        lambda connection: agents.create(
            connection,
            username="ada",
            first_name="Ada",
            password="correct horse battery",
            covers=COVERS,
            now=MONDAY,
            hasher=QUICK,
        )
    )


def start(store: SqliteTransactions, agent: Agent, instead_of: str | None = None) -> str:
    return store.now(lambda connection: sessions.start(connection, agent, MONDAY, instead_of))


def resume(
    store: SqliteTransactions, token: str, now: datetime, *, active: bool = True
) -> Session | None:
    return store.now(lambda connection: sessions.resume(connection, token, now, active=active))


def test_a_token_brings_back_its_agent(store: SqliteTransactions, ada: Agent) -> None:
    found = resume(store, start(store, ada), MONDAY)

    assert found is not None
    assert found.agent == ada


def test_the_table_holds_no_token(store: SqliteTransactions, ada: Agent) -> None:
    token = start(store, ada)

    kept = store.now(lambda c: c.execute(sa.select(desk_sessions.c.token)).scalars().all())

    assert kept == [sessions.digest(token)]
    assert len(token) >= 43  # 256 bits


@pytest.mark.parametrize("token", ["", "x" * 43, "\ud800", "' OR 1=1 --"])
def test_a_made_up_token_is_nobody(store: SqliteTransactions, ada: Agent, token: str) -> None:
    start(store, ada)

    assert resume(store, token, MONDAY) is None


def test_half_an_hour_without_activity_ends_it(store: SqliteTransactions, ada: Agent) -> None:
    token = start(store, ada)

    assert resume(store, token, MONDAY + timedelta(minutes=29), active=False) is not None
    assert resume(store, token, MONDAY + timedelta(minutes=30)) is None
    assert resume(store, token, MONDAY) is None


def test_activity_keeps_it_for_twelve_hours_at_most(store: SqliteTransactions, ada: Agent) -> None:
    token = start(store, ada)
    times = [MONDAY + timedelta(minutes=20 * step) for step in range(1, 36)]

    assert all(resume(store, token, now) for now in times)
    assert resume(store, token, MONDAY + timedelta(hours=12)) is None


def test_a_page_that_asks_by_itself_is_no_activity(store: SqliteTransactions, ada: Agent) -> None:
    token = start(store, ada)
    for minutes in (10, 20, 29):
        resume(store, token, MONDAY + timedelta(minutes=minutes), active=False)

    assert resume(store, token, MONDAY + timedelta(minutes=31)) is None


def test_signing_in_again_ends_the_session_before(store: SqliteTransactions, ada: Agent) -> None:
    first = start(store, ada)
    second = start(store, ada, instead_of=first)

    assert first != second
    assert resume(store, first, MONDAY) is None
    assert resume(store, second, MONDAY) is not None


def test_signing_out_ends_it_at_once(store: SqliteTransactions, ada: Agent) -> None:
    token = start(store, ada)
    store.now(lambda connection: sessions.end(connection, token))

    assert resume(store, token, MONDAY) is None


def test_an_agent_is_at_the_desk_until_the_session_runs_out(
    store: SqliteTransactions, ada: Agent
) -> None:
    start(store, ada)
    start(store, ada)

    def at_the_desk(now: datetime) -> list[Agent]:
        return store.now(lambda connection: sessions.at_the_desk(connection, now))

    assert at_the_desk(MONDAY) == [ada]
    assert at_the_desk(MONDAY + timedelta(minutes=30)) == []
