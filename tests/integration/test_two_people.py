"""Two people, each on a page and a telephone, in any order: neither ever reads of the other."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant import conversations as book
from assistant import inbox, people, transcript
from assistant.bot import DialogueState, Turn
from assistant.inbox import Work
from assistant.link_codes import AlreadyLinked, LinkCodes, Linked, TooMany
from assistant.router import Route, route
from assistant.store import Store
from assistant.tables import outbox
from assistant.turn import Committer
from assistant.words import read_words
from channels.channel import Channel
from channels.messages import Address, InboundMessage, Reply, Said
from channels.transcript import Speaker
from channels.webchat.channel import WebChat
from tests.databases import sqlite_store
from tests.fakes import Platform
from tests.paths import DOOR, NOON

INTERLEAVINGS = 10_000
STEPS = 9
CHANNELS: dict[str, Channel] = {"webchat": WebChat(), "sms": Platform(name="sms")}
COMMITTER = Committer(lambda _, name: CHANNELS[name], read_words(), lambda slug, now: "")
CODES = LinkCodes("a key that only this test knows, and long enough")


@dataclass
class Person:
    """Somebody with a page and a telephone. All that they type begins with their name."""

    name: str
    codes: list[str] = field(default_factory=list)
    typed: int = 0

    @property
    def page(self) -> Address:
        return Address("webchat", f"{self.name}-page")

    @property
    def phone(self) -> Address:
        return Address("sms", f"{self.name}-phone")


@dataclass
class Play:
    """One interleaving: everything happens in one transaction, which is thrown away."""

    connection: Connection
    dice: random.Random
    ada: Person = field(default_factory=lambda: Person("ada"))
    bob: Person = field(default_factory=lambda: Person("bob"))
    under_way: list[Work] = field(default_factory=list)
    linked: int = 0
    minutes: int = 0

    def run(self, steps: int) -> None:
        """Let so many things happen, and see every message through."""
        self.steps(steps)
        while self.under_way or self.take():
            self.answer()

    def steps(self, number: int) -> None:
        moves: tuple[Callable[[], object], ...] = (self.say,) * 6 + (self.take, self.answer) * 5
        moves += (self.ask_for_code, self.type_code) * 3
        moves += (self.type_somebody_elses, self.guess, self.part, self.agent_answers, self.end)
        for _ in range(number):
            self.minutes += self.dice.randrange(3)
            self.dice.choice(moves)()

    @property
    def now(self) -> datetime:
        return NOON + timedelta(minutes=self.minutes)

    def anybody(self) -> Person:
        return self.dice.choice((self.ada, self.bob))

    def other(self, person: Person) -> Person:
        return self.bob if person is self.ada else self.ada

    def say(self) -> None:
        person = self.anybody()
        person.typed += 1
        address = self.dice.choice((person.page, person.phone))
        words = Said(f"{person.name}:{person.typed}")
        message = InboundMessage(address, f"{person.name}:{person.typed}", words, self.now)
        assert inbox.accept(self.connection, DOOR, message, self.now) is not None

    def take(self) -> bool:
        work = inbox.claim(self.connection, f"worker:{self.dice.random()}", self.now)
        if work is not None:
            self.under_way.append(work)
        return work is not None

    def answer(self) -> None:
        """The bot repeats all that it remembers: nothing may be in there that is not theirs."""
        if not self.under_way:
            return
        work = self.under_way.pop(self.dice.randrange(len(self.under_way)))
        content = work.message.content
        if route(work.conversation, content) is not Route.BOT:
            inbox.handled(self.connection, work, self.now)
            inbox.let_go(self.connection, work)
            return
        assert isinstance(content, Said)
        heard = [*work.state.slots.get("heard", ()), content.text]
        turn = Turn((Reply(" ".join(heard)),), DialogueState({"heard": heard}))
        COMMITTER.commit(self.connection, work, turn, self.now)

    def ask_for_code(self) -> None:
        person = self.anybody()
        try:
            code = CODES.begin(self.connection, DOOR, person.page, person.phone, self.now)
        except (TooMany, AlreadyLinked):
            return
        # Only who holds the telephone reads it.
        person.codes.append(code)

    def type_code(self) -> None:
        person = self.anybody()
        if person.codes:
            self.confirm(person, self.dice.choice(person.codes))

    def type_somebody_elses(self) -> None:
        person = self.anybody()
        if codes := self.other(person).codes:
            self.confirm(person, codes[-1])

    def guess(self) -> None:
        self.confirm(self.anybody(), f"{self.dice.randrange(1_000_000):06}")

    def confirm(self, person: Person, code: str) -> None:
        answer = CODES.confirm(self.connection, DOOR, person.page, code, self.now)
        if isinstance(answer, Linked):
            assert answer.address == person.phone
            self.linked += 1

    def part(self) -> None:
        person = self.anybody()
        address = self.dice.choice((person.page, person.phone))
        warrant = people.Warrant(people.AGENT, 1, "wrong number")
        people.unlink(self.connection, DOOR, address, warrant, self.now)

    def agent_answers(self) -> None:
        person = self.anybody()
        conversation = book.latest(self.connection, DOOR, person.phone)
        if conversation is not None and conversation.closed_at is None:
            said = COMMITTER.say(
                self.connection,
                conversation,
                Reply(f"{person.name}:agent"),
                self.now,
                Speaker.AGENT,
            )
            book.save(self.connection, said, self.now)

    def end(self) -> None:
        person = self.anybody()
        conversation = book.latest(self.connection, DOOR, person.page)
        if conversation is not None and conversation.closed_at is None:
            book.save(self.connection, conversation.closed(self.now), self.now)

    def join_wrongly(self) -> None:
        """An agent takes Bob's telephone for Ada's."""
        warrant = people.Warrant(people.AGENT, 1, "same street")
        with suppress(people.AnotherPerson):
            people.link(self.connection, DOOR, self.ada.page, self.bob.phone, warrant, self.now)

    def mend(self) -> datetime:
        """The mistake is noticed. Return when: from then on nothing is shared."""
        self.minutes += 1
        warrant = people.Warrant(people.AGENT, 1, "not the same person")
        # Bob may have linked his page meanwhile, by a code: the agent sees it among Ada's contacts.
        for address in (self.bob.phone, self.bob.page):
            people.unlink(self.connection, DOOR, address, warrant, self.now)
        return self.now

    def read_by(self, person: Person, since: datetime = NOON) -> Iterator[str]:
        """All that this person's page shows and that is sent to their telephone."""
        shown = book.latest(self.connection, DOOR, person.page)
        if shown is not None:
            for entry in transcript.thread(self.connection, shown.id, person.page):
                if entry.at >= since:
                    yield entry.text
        parcels = sa.select(outbox.c.payload).where(
            outbox.c.user == person.phone.user, outbox.c.created_at >= since
        )
        for row in self.connection.execute(parcels):
            yield row.payload["text"]

    def own_words_only(self, since: datetime = NOON) -> int:
        """Return how many texts each person read, at least. Raise when one was the other's."""
        counts = []
        for person in (self.ada, self.bob):
            texts = list(self.read_by(person, since))
            names = {word.partition(":")[0] for text in texts for word in text.split()}
            assert names & {"ada", "bob"} <= {person.name}, texts
            counts.append(len(texts))
        return min(counts)


@pytest.mark.parametrize("first", range(0, INTERLEAVINGS, 2_000))
def test_two_people_never_read_each_others_words(store: Store, first: int) -> None:
    read = linked = 0
    for number in range(first, first + 2_000):
        with play(store, number) as interleaving:
            interleaving.run(STEPS)
            read += interleaving.own_words_only()
            linked += interleaving.linked
    # Or it would have shown nothing.
    assert min(read, linked) > 200


def test_once_a_wrong_link_is_undone_nothing_more_is_shared(store: Store) -> None:
    read = 0
    for number in range(500):
        with play(store, number) as interleaving:
            interleaving.join_wrongly()
            interleaving.steps(STEPS)
            since = interleaving.mend()
            interleaving.run(STEPS)
            read += interleaving.own_words_only(since)
    assert read > 200


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with sqlite_store(tmp_path) as made:
        yield made


@contextmanager
def play(store: Store, seed: int) -> Iterator[Play]:
    """One interleaving, whose traces are thrown away."""
    with store.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield Play(connection, random.Random(seed))  # noqa: S311
        connection.rollback()
