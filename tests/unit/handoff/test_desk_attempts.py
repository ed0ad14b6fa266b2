"""How often somebody may try to sign in."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from handoff import attempts
from handoff.attempts import TooMany
from handoff.tables import sign_in_failures
from tests.unit.handoff.rooms import MONDAY, SqliteTransactions


def attempt(name: str = "ada", address: str = "192.0.2.7") -> attempts.Attempt:
    return attempts.subjects("a secret", name, address)


def fail(store: SqliteTransactions, times: int, now: datetime = MONDAY, name: str = "ada") -> None:
    for _ in range(times):
        store.now(lambda connection: attempts.begin(connection, attempt(name), now))


def test_the_sixth_failure_of_a_name_has_to_wait(store: SqliteTransactions) -> None:
    fail(store, 5)

    with pytest.raises(TooMany) as refused:
        fail(store, 1, MONDAY + timedelta(minutes=3, seconds=20))

    assert refused.value.minutes == 12


def test_waiting_for_as_long_as_it_says_is_enough(store: SqliteTransactions) -> None:
    fail(store, 5)
    for _ in range(10):
        with pytest.raises(TooMany):
            fail(store, 1, MONDAY + timedelta(minutes=14))

    fail(store, 1, MONDAY + timedelta(minutes=15))


def test_an_address_has_twenty_tries_whatever_the_names(store: SqliteTransactions) -> None:
    for number in range(20):
        fail(store, 1, name=f"agent{number}")

    with pytest.raises(TooMany):
        fail(store, 1, name="another")


def test_another_name_at_another_address_is_not_stopped(store: SqliteTransactions) -> None:
    fail(store, 5)

    store.now(lambda c: attempts.begin(c, attempt("bob", "192.0.2.8"), MONDAY))


def test_the_name_is_counted_however_it_is_typed(store: SqliteTransactions) -> None:
    fail(store, 5, name=" ADA")

    with pytest.raises(TooMany):
        fail(store, 1, name="ada")


def test_success_forgets_the_name_but_not_the_address(store: SqliteTransactions) -> None:
    for number in range(18):
        fail(store, 1, name=f"agent{number}")
    fail(store, 1)
    store.now(lambda connection: attempts.succeed(connection, attempt()))

    fail(store, 2)
    with pytest.raises(TooMany):
        fail(store, 1, name="another")


def test_the_table_tells_nobody_who_tried(store: SqliteTransactions) -> None:
    fail(store, 1)

    kept = store.now(lambda c: c.execute(sa.select(sign_in_failures.c.subject)).scalars().all())

    assert all(len(subject) == 64 for subject in kept)
    assert attempts.subjects("another secret", "ada", "192.0.2.7").name not in kept
