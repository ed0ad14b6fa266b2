"""Addresses are one person's when that is proven, or when an agent says so, and never by guess."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant import people
from assistant.link_codes import AlreadyLinked, LinkCodes, Linked, TooMany
from assistant.people import AGENT, BY_CODE, AnotherPerson, Warrant
from assistant.store import Store
from assistant.tables import contact_points, link_events
from channels.messages import Address
from tests.paths import DOOR, NOON

WEB, PHONE, CHAT, APP = (
    Address("webchat", "a" * 32),
    Address("sms", "+447700900123"),
    Address("telegram", "1001"),
    Address("whatsapp", "447700900123"),
)
PRIYA = Warrant(AGENT, 7, "Rang us from this number.")
LATER = NOON + timedelta(hours=1)
NEXT_YEAR = NOON + timedelta(days=365)


def link(
    store: Store,
    one: Address,
    other: Address,
    warrant: Warrant = BY_CODE,
    now: datetime = NOON,
) -> str:
    with store.write() as connection:
        return people.link(connection, DOOR, one, other, warrant, now).person


def unlink(store: Store, address: Address, now: datetime = LATER) -> None:
    with store.write() as connection:
        people.unlink(connection, DOOR, address, PRIYA, now)


def persons(store: Store) -> list[set[Address]]:
    """The persons there are, as their addresses."""
    found: dict[str, set[Address]] = {}
    with store.read() as connection:
        for row in connection.execute(sa.select(contact_points)):
            found.setdefault(row.person, set()).add(Address(row.channel, row.user))
    return list(found.values())


def events(store: Store, address: Address) -> list[tuple[str, str, int | None, str]]:
    with store.read() as connection:
        rows = connection.execute(
            sa.select(link_events)
            .where(link_events.c.channel == address.channel, link_events.c.user == address.user)
            .order_by(link_events.c.id)
        )
        return [(row.what, row.how, row.agent, row.reason) for row in rows]


def test_one_by_one_addresses_join_the_same_person(store: Store) -> None:
    first = link(store, WEB, PHONE)
    assert link(store, CHAT, PHONE) == first
    assert persons(store) == [{WEB, PHONE, CHAT}]


def test_the_same_number_on_two_channels_is_two_addresses(store: Store) -> None:
    link(store, WEB, PHONE)
    with store.read() as connection:
        assert people.person_of(connection, APP) is None


def test_a_code_joins_two_persons_whose_addresses_were_all_proven(store: Store) -> None:
    link(store, WEB, PHONE)
    link(store, CHAT, APP)
    link(store, CHAT, PHONE)
    assert persons(store) == [{WEB, PHONE, CHAT, APP}]


def test_what_an_agent_linked_stays_behind_when_a_code_joins_two_persons(store: Store) -> None:
    third = Address("messenger", "2002")
    link(store, WEB, PHONE, PRIYA)
    link(store, CHAT, APP)
    link(store, CHAT, third, PRIYA)
    link(store, CHAT, PHONE)
    assert persons(store) == [{PHONE, CHAT, APP}]
    assert [what for what, *_ in events(store, WEB)] == ["linked", "unlinked"]
    assert [what for what, *_ in events(store, third)] == ["linked", "unlinked"]


def test_what_an_agent_linked_comes_along_to_a_new_address(store: Store) -> None:
    link(store, PHONE, CHAT, PRIYA)
    link(store, WEB, PHONE)
    assert persons(store) == [{WEB, PHONE, CHAT}]


def test_an_old_link_proves_nothing_of_a_number_that_may_be_somebody_elses_now(
    store: Store,
) -> None:
    link(store, CHAT, PHONE)
    link(store, APP, PHONE)
    link(store, WEB, PHONE, now=NEXT_YEAR)
    found = persons(store)
    assert len(found) == 2
    assert {CHAT, APP} in found
    assert {WEB, PHONE} in found


def test_a_proof_made_again_is_new(store: Store) -> None:
    link(store, CHAT, PHONE)
    link(store, CHAT, PHONE, now=NOON + timedelta(days=170))
    link(store, WEB, PHONE, now=NOON + timedelta(days=340))
    assert persons(store) == [{CHAT, PHONE, WEB}]


def test_an_agent_links_and_unlinks_and_both_are_kept(store: Store) -> None:
    link(store, WEB, PHONE, PRIYA)
    unlink(store, PHONE)
    assert persons(store) == []
    link(store, WEB, PHONE, PRIYA, LATER)
    assert persons(store) == [{WEB, PHONE}]
    done = ("agent", 7, "Rang us from this number.")
    expected = [("linked", *done), ("unlinked", *done), ("linked", *done)]
    assert events(store, PHONE) == events(store, WEB) == expected


def test_unlinking_one_of_three_leaves_two(store: Store) -> None:
    link(store, WEB, PHONE)
    link(store, CHAT, PHONE)
    unlink(store, WEB)
    unlink(store, WEB)
    assert persons(store) == [{PHONE, CHAT}]
    assert [what for what, *_ in events(store, WEB)] == ["linked", "unlinked"]


def test_an_agent_does_not_take_over_another_person(store: Store) -> None:
    link(store, WEB, PHONE)
    with pytest.raises(AnotherPerson):
        link(store, CHAT, PHONE, PRIYA)
    assert persons(store) == [{WEB, PHONE}]


def test_linking_again_by_an_agent_changes_nothing(store: Store) -> None:
    link(store, WEB, PHONE)
    link(store, WEB, PHONE, PRIYA)
    assert [how for _, how, *_ in events(store, PHONE)] == ["code"]


@dataclass
class Town:
    """People who ask for codes to anybody's address, read those that reach their own, and type in
    what they know or guess. Whoever has an address is known here, and only here."""

    connection: Connection
    random: Random
    owners: dict[Address, str]
    now: datetime = NOON
    read: dict[str, list[str]] = field(default_factory=dict)
    linked: int = 0
    codes: LinkCodes = field(default_factory=lambda: LinkCodes("a secret of the town"))

    def step(self) -> None:
        self.now += timedelta(seconds=self.random.choice([1, 20, 40, 400, 4000, 400_000]))
        asker, to = self.random.choices(list(self.owners), k=2)
        self.random.choice([self.ask, self.ask, self.type_in, self.type_in, self.agent])(asker, to)

    def ask(self, asker: Address, to: Address) -> None:
        if self.random.random() < 0.6:
            to = self.random.choice([a for a, o in self.owners.items() if o == self.owners[asker]])
        try:
            code = self.codes.begin(self.connection, DOOR, asker, to, self.now)
        except (TooMany, AlreadyLinked):
            return
        self.read.setdefault(self.owners[to], []).append(code)
        if self.random.random() < 0.7:
            self.type_in(asker, to)

    def type_in(self, asker: Address, _: Address) -> None:
        known = self.read.get(self.owners[asker], ["000000"])[-3:]
        guess = f"{self.random.randrange(1_000_000):06}"
        typed = self.random.choice([*known, *known, guess])
        answer = self.codes.confirm(self.connection, DOOR, asker, typed, self.now)
        self.linked += isinstance(answer, Linked)

    def agent(self, one: Address, other: Address) -> None:
        if self.owners[one] != self.owners[other] or self.random.random() < 0.5:
            people.unlink(self.connection, DOOR, one, PRIYA, self.now)
            return
        if one != other:
            try:
                people.link(self.connection, DOOR, one, other, PRIYA, self.now)
            except AnotherPerson:
                return

    def mixed_up(self) -> list[set[str]]:
        """The persons who are two people, and those who have but one address."""
        found: dict[str, list[str]] = {}
        for row in self.connection.execute(sa.select(contact_points)):
            owner = self.owners[Address(row.channel, row.user)]
            found.setdefault(row.person, []).append(owner)
        return [set(owners) for owners in found.values() if len(set(owners)) > 1 or len(owners) < 2]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_people_ask_and_type_two_of_them_never_become_one(store: Store, seed: int) -> None:
    channels = ("webchat", "sms", "telegram", "whatsapp")
    owners = {Address(c, f"{c}-{name}"): name for name in ("ada", "ben", "cal") for c in channels}
    with store.write() as connection:
        town = Town(connection, Random(seed), owners)  # noqa: S311 - a walk to repeat
        for _ in range(400):
            town.step()
            assert town.mixed_up() == []
    assert town.linked > 10
