"""Is anybody in?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection

from handoff import agents, sessions, teams
from handoff.floor import Agent
from knowledge.authorities import Authority, load_authorities
from tests.unit.handoff.rooms import MONDAY, QUICK, SqliteTransactions

NIGHT = MONDAY.replace(hour=23)


@pytest.fixture
def ashcombe() -> Authority:
    return load_authorities().get("ashcombe")


def sign_in(store: SqliteTransactions, *covers: str) -> Agent:
    def work(connection: Connection) -> Agent:
        agent = agents.create(
            connection,
            username="ada",
            first_name="Ada",
            password="correct horse battery",
            covers=covers,
            now=MONDAY,
            hasher=QUICK,
        )
        sessions.start(connection, agent, MONDAY)
        return agent

    return store.now(work)


def test_somebody_is_in_when_it_is_open_and_an_agent_is_at_the_desk(
    store: SqliteTransactions, ashcombe: Authority
) -> None:
    sign_in(store, "wenshire", "ashcombe")

    presence = store.now(lambda connection: teams.presence(connection, ashcombe, MONDAY))

    assert presence.somebody_is_in
    assert (presence.on_shift, presence.sentence) == (1, "")


def test_an_empty_desk_is_not_called_open(store: SqliteTransactions, ashcombe: Authority) -> None:
    presence = store.now(lambda connection: teams.presence(connection, ashcombe, MONDAY))

    assert not presence.somebody_is_in
    assert presence.open
    assert "away from the desk" in presence.sentence


def test_at_night_it_says_when_advisers_are_back(ashcombe: Authority) -> None:
    presence = teams.weigh(ashcombe, 1, NIGHT)

    assert not presence.somebody_is_in
    assert presence.sentence.startswith("Our advisers are back at ")


def test_agents_of_other_councils_are_not_counted(store: SqliteTransactions) -> None:
    sign_in(store, "thornbridge")

    def count(authority: str) -> int:
        return store.now(lambda connection: teams.on_shift(connection, authority, MONDAY))

    assert (count("thornbridge"), count("ashcombe")) == (1, 0)


def test_an_agent_who_left_without_signing_out_is_not_on_shift(store: SqliteTransactions) -> None:
    sign_in(store, "ashcombe")
    later = MONDAY + timedelta(minutes=31)

    assert store.now(lambda connection: teams.on_shift(connection, "ashcombe", later)) == 0
