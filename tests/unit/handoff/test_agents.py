"""Who works at the desk, and how they prove it."""

from __future__ import annotations

from functools import partial
from typing import Literal

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from handoff import agents, passwords
from handoff.floor import Agent
from handoff.tables import agents as table
from tests.unit.handoff.rooms import COVERS, MONDAY, QUICK, SqliteTransactions

STRONGER = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
SECRET = "correct horse battery"


def make(store: SqliteTransactions, username: str = "Ada") -> Agent:
    return store.now(
        lambda connection: agents.create(
            connection,
            username=username,
            first_name="Ada",
            password=SECRET,
            covers=COVERS,
            now=MONDAY,
            hasher=QUICK,
        )
    )


def stored(store: SqliteTransactions) -> str:
    return str(
        store.now(lambda connection: connection.execute(sa.select(table.c.password)).scalar())
    )


async def test_the_right_password_lets_an_agent_in(store: SqliteTransactions) -> None:
    ada = make(store)

    assert await agents.authenticate(store, "ADA ", SECRET, QUICK) == ada


@pytest.mark.parametrize(
    ("username", "password"),
    [
        pytest.param("ada", "correct horse", id="wrong password"),
        pytest.param("bob", SECRET, id="unknown user"),
        pytest.param("ada", SECRET + "x" * 10_000, id="very long password"),
        pytest.param("ada", "", id="no password"),
    ],
)
async def test_anything_else_lets_nobody_in(
    store: SqliteTransactions, username: str, password: str
) -> None:
    make(store)

    assert await agents.authenticate(store, username, password, QUICK) is None


def test_an_unknown_user_costs_the_same_work() -> None:
    class Counting(PasswordHasher):
        checks = 0

        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            type(self).checks += 1
            return super().verify(hash, password)

    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)

    assert not passwords.matches(None, SECRET, hasher)
    assert Counting.checks == 1


def test_only_an_argon2id_hash_is_kept(store: SqliteTransactions) -> None:
    make(store)

    assert stored(store).startswith("$argon2id$")
    assert SECRET not in stored(store)


async def test_signing_in_renews_a_hash_of_older_parameters(store: SqliteTransactions) -> None:
    make(store)
    before = stored(store)

    assert await agents.authenticate(store, "ada", SECRET, STRONGER) is not None

    assert stored(store) != before
    assert not passwords.outdated(stored(store), STRONGER)
    assert passwords.matches(stored(store), SECRET, STRONGER)


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_a_password_of_the_wrong_length_is_refused(password: str) -> None:
    with pytest.raises(ValueError, match="12 to 200"):
        passwords.hashed(password, QUICK)


def test_a_user_name_belongs_to_one_agent(store: SqliteTransactions) -> None:
    make(store, "Ada")

    with pytest.raises(ValueError, match="taken"):
        make(store, " ada")


def test_the_demo_is_seeded_once(store: SqliteTransactions) -> None:
    password = store.now(lambda connection: agents.seed_demo(connection, COVERS, MONDAY, QUICK))
    again = store.now(lambda connection: agents.seed_demo(connection, COVERS, MONDAY, QUICK))

    assert password is not None
    assert again is None
    for username, first_name in (("priya", "Priya"), ("sam", "Sam")):
        found = store.now(partial(agents.find, username=username))
        assert found is not None
        assert (found.agent.first_name, found.agent.covers) == (first_name, COVERS)
        assert passwords.matches(found.password, password, QUICK)


def test_demo_passwords_are_never_the_same() -> None:
    assert len({passwords.readable() for _ in range(100)}) == 100
