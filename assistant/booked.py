"""Lets a bot read, during its turn, what became of the requests of the person it talks to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.engine import Connection

from assistant import people
from assistant.bot import Bot, DialogueState, Turn
from assistant.conversation import Conversation
from assistant.store import Store
from channels.messages import Address, InboundMessage
from knowledge import appointments, requests
from knowledge.appointments import Appointment
from knowledge.book import Progress, reading
from knowledge.requests import Event, Filed, Request
from knowledge.slots import Seat


@dataclass(frozen=True)
class PersonsBook:
    """The book of requests as the person at that address may read it. Implements
    knowledge.book.RequestBook.

    Theirs is what was asked for from this address, or from one that a code or an agent has linked
    to it: never what only looks alike.
    """

    store: Store
    address: Address

    def progress(self, reference: str) -> Progress | None:
        with self.store.read() as connection:
            filed = requests.find(connection, reference)
            if filed is None:
                return None
            events = _shown(connection, reference)
            own = (filed.channel, filed.user) in self._own(connection)
        return Progress(filed if own else _without_answers(filed), events, own)

    def own(self) -> Sequence[Progress]:
        with self.store.read() as connection:
            filed = requests.made_by(connection, self._own(connection))
            return [Progress(one, _shown(connection, one.reference), own=True) for one in filed]

    def alike(self, request: Request, since: datetime, metres: float) -> Sequence[Filed]:
        with self.store.read() as connection:
            found = requests.alike(connection, request, since, metres)
        return [replace(one, fields={}, channel="", user="", conversation="") for one in found]

    def appointments(self, now: datetime) -> Sequence[Appointment]:
        with self.store.read() as connection:
            return appointments.coming(connection, self._own(connection), now)

    def taken(
        self, authorities: Sequence[str], about: str, start: datetime, end: datetime
    ) -> Mapping[Seat, int]:
        with self.store.read() as connection:
            return appointments.taken(connection, authorities, about, start, end)

    def _own(self, connection: Connection) -> Sequence[tuple[str, str]]:
        person = people.person_of(connection, self.address)
        linked = people.addresses_of(connection, person) if person else ()
        return [(a.channel, a.user) for a in dict.fromkeys((self.address, *linked))]


def _without_answers(filed: Filed) -> Filed:
    """Return the request without what was answered, who made it and who works it."""
    return replace(
        filed,
        fields={},
        spot="",
        latitude=None,
        longitude=None,
        conversation="",
        channel="",
        user="",
        joins="",
        assigned_to="",
    )


def _shown(connection: Connection, reference: str) -> tuple[Event, ...]:
    return tuple(event for event in requests.history(connection, reference) if event.shown)


@dataclass(frozen=True)
class Booked:
    """A bot that says what another bot says, which may read the book. Implements
    assistant.bot.Bot."""

    bot: Bot
    store: Store

    async def answer(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn:
        with reading(PersonsBook(self.store, message.sender)):
            return await self.bot.answer(conversation, state, message)
