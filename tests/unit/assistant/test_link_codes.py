"""A code proves that two addresses are one person's, and nothing else does."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant import link_codes, people
from assistant.link_codes import (
    AlreadyLinked,
    Answer,
    Expired,
    LinkCodes,
    Linked,
    NoCode,
    TooMany,
    UsedUp,
    WrongCode,
)
from assistant.store import Store
from assistant.tables import link_codes as table
from channels.messages import Address
from tests.paths import DOOR, NOON

CODES = LinkCodes("a secret of the test")
WEB = Address("webchat", "a" * 32)
STRANGER = Address("webchat", "b" * 32)
PHONE = Address("sms", "+447700900123")
OTHER_PHONE = Address("sms", "+447700900456")
SOON = NOON + timedelta(minutes=1)


def begin(
    store: Store, asker: Address = WEB, to: Address = PHONE, at: timedelta | None = None
) -> str:
    with store.write() as connection:
        return CODES.begin(connection, DOOR, asker, to, NOON + (at or timedelta()))


def confirm(store: Store, code: str, asker: Address = WEB, at: timedelta | None = None) -> Answer:
    with store.write() as connection:
        return CODES.confirm(connection, DOOR, asker, code, NOON + (at or timedelta(minutes=1)))


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def person_of(store: Store, address: Address) -> str | None:
    with store.read() as connection:
        return people.person_of(connection, address)


def test_the_code_links_the_two(store: Store) -> None:
    code = begin(store)
    assert person_of(store, WEB) is None
    answer = confirm(store, code)
    assert isinstance(answer, Linked)
    assert answer.address == PHONE
    with store.read() as connection:
        assert set(people.addresses_of(connection, answer.person)) == {WEB, PHONE}


@pytest.mark.parametrize("typed", ["{a} {b}", " {a}-{b}\n", "{a}{b}"])
def test_spaces_and_hyphens_do_not_matter(store: Store, typed: str) -> None:
    code = begin(store)
    assert isinstance(confirm(store, typed.format(a=code[:3], b=code[3:])), Linked)


def test_a_wrong_code_fails_and_five_end_it(store: Store) -> None:
    code = begin(store)
    answers = [confirm(store, wrong(code)) for _ in range(5)]
    assert answers == [WrongCode(4), WrongCode(3), WrongCode(2), WrongCode(1), UsedUp()]
    assert confirm(store, code) == UsedUp()
    assert person_of(store, WEB) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "12\x00456"])
def test_what_is_not_six_digits_costs_no_try(store: Store, typed: str) -> None:
    code = begin(store)
    assert confirm(store, typed) == WrongCode(5)
    assert isinstance(confirm(store, code), Linked)


def test_a_code_works_for_ten_minutes(store: Store) -> None:
    code = begin(store)
    assert confirm(store, code, at=timedelta(minutes=10)) == Expired()
    assert isinstance(confirm(store, code, at=timedelta(minutes=9, seconds=59)), Linked)


def test_a_used_code_works_no_more(store: Store) -> None:
    code = begin(store)
    confirm(store, code)
    with store.write() as connection:
        people.unlink(connection, DOOR, WEB, people.Warrant(people.AGENT, 1, "moved"), SOON)
    assert confirm(store, code) == NoCode()
    assert person_of(store, WEB) is None


def test_a_newer_code_ends_the_older(store: Store) -> None:
    numbers = iter([111_111, 42])
    codes = LinkCodes("a secret of the test", draw=lambda below: next(numbers))
    with store.write() as connection:
        older = codes.begin(connection, DOOR, WEB, PHONE, NOON)
        newer = codes.begin(connection, DOOR, WEB, PHONE, NOON + timedelta(seconds=40))
    assert newer == "000042"
    assert confirm(store, older) == WrongCode(4)
    assert isinstance(confirm(store, newer), Linked)


def test_a_code_works_only_for_whom_it_was_made(store: Store) -> None:
    code = begin(store)
    assert confirm(store, code, asker=STRANGER) == NoCode()
    begin(store, asker=STRANGER, to=OTHER_PHONE)
    assert confirm(store, code, asker=STRANGER) in (WrongCode(4), UsedUp())
    with store.write() as connection:
        assert CODES.confirm(connection, "kelmarsh", WEB, code, SOON) == NoCode()
    assert isinstance(confirm(store, code), Linked)


def test_the_database_holds_no_code(store: Store) -> None:
    code = begin(store)
    with store.read() as connection:
        row = connection.execute(sa.select(table)).one()
    assert code not in row.digest
    assert LinkCodes("another secret")._digest(DOOR, WEB, PHONE, code) != row.digest


def test_nobodys_phone_is_flooded(store: Store) -> None:
    askers = [Address("webchat", f"{number:032}") for number in range(20)]
    for number in range(3):
        begin(store, asker=askers[number], at=timedelta(minutes=number))
    with pytest.raises(TooMany) as refused:
        begin(store, asker=askers[3], at=timedelta(minutes=3))
    assert refused.value.wait == timedelta(minutes=57)
    for number in range(3):
        begin(store, asker=askers[4 + number], at=timedelta(hours=2))
    with pytest.raises(TooMany):
        begin(store, asker=askers[8], at=timedelta(hours=9))
    begin(store, asker=askers[8], at=timedelta(days=1, hours=3))


def test_who_asks_again_waits_a_little_and_may_ask_five_times_an_hour(store: Store) -> None:
    begin(store)
    with pytest.raises(TooMany) as refused:
        begin(store, to=OTHER_PHONE, at=timedelta(seconds=29))
    assert refused.value.wait == timedelta(seconds=1)
    for number in range(1, 5):
        begin(store, to=Address("sms", f"+44770090000{number}"), at=timedelta(minutes=number))
    with pytest.raises(TooMany):
        begin(store, to=OTHER_PHONE, at=timedelta(minutes=30))
    begin(store, to=OTHER_PHONE, at=timedelta(minutes=61))


def test_a_council_pays_for_no_flood(store: Store) -> None:
    many, _ = link_codes.PER_COUNCIL
    with store.write() as connection:
        for number in range(many):
            asker, to = Address("webchat", f"{number:032}"), Address("sms", f"+4477009{number:05}")
            CODES.begin(connection, DOOR, asker, to, NOON)
        with pytest.raises(TooMany):
            CODES.begin(connection, DOOR, WEB, PHONE, SOON)
        CODES.begin(connection, "kelmarsh", WEB, PHONE, SOON)


def test_asking_again_does_not_buy_more_guesses(store: Store) -> None:
    """A whole day of asking and guessing, under as many names as one likes."""
    guesses, at = 0, timedelta()
    while at < timedelta(hours=23):
        asker = Address("webchat", f"{int(at.total_seconds()):032}")
        try:
            code = begin(store, asker=asker, at=at)
        except TooMany:
            at += timedelta(minutes=7)
            continue
        for _ in range(6):
            answer = confirm(store, wrong(code), asker=asker, at=at + timedelta(seconds=1))
            guesses += isinstance(answer, WrongCode)
            assert not isinstance(answer, Linked)
        at += timedelta(seconds=31)
    with store.read() as connection:
        counted = connection.execute(sa.select(sa.func.sum(table.c.tries))).scalar_one()
    assert counted <= link_codes.WRONG_A_DAY


def test_after_too_many_guesses_even_the_right_code_is_refused(store: Store) -> None:
    codes = {}
    for number in range(3):
        asker = Address("webchat", f"{number:032}")
        codes[asker] = begin(store, asker=asker)
    first, second, third = codes
    for asker in (first, second, third):
        for _ in range(5):
            confirm(store, wrong(codes[asker]), asker=asker)
    with pytest.raises(TooMany) as refused:
        begin(store, at=timedelta(hours=2))
    assert refused.value.wait == timedelta(hours=22)


def test_who_is_linked_already_gets_no_code(store: Store) -> None:
    confirm(store, begin(store))
    with pytest.raises(AlreadyLinked):
        begin(store, at=timedelta(minutes=2))
    with pytest.raises(AlreadyLinked):
        begin(store, asker=STRANGER, to=STRANGER)


def test_codes_are_forgotten_after_a_day(store: Store) -> None:
    begin(store)
    begin(store, asker=STRANGER, to=OTHER_PHONE, at=timedelta(days=1))
    with store.read() as connection:
        assert connection.execute(sa.select(table.c.user)).scalars().all() == [STRANGER.user]


async def test_the_right_code_twenty_times_at_once_links_once(store: Store) -> None:
    code = begin(store)

    def work(connection: Connection) -> Answer:
        return CODES.confirm(connection, DOOR, WEB, code, SOON)

    answers = await asyncio.gather(*(store.run(work) for _ in range(20)))
    assert sorted(type(answer).__name__ for answer in answers) == ["Linked", *["NoCode"] * 19]


async def test_twenty_guesses_at_once_are_five(store: Store) -> None:
    code = begin(store)

    def work(connection: Connection) -> Answer:
        return CODES.confirm(connection, DOOR, WEB, wrong(code), SOON)

    await asyncio.gather(*(store.run(work) for _ in range(20)))
    with store.read() as connection:
        assert connection.execute(sa.select(table.c.tries)).scalar_one() == 5
