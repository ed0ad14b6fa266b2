"""The desk's side of who is who: agents see a person's addresses, link and unlink them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant import contacts, people
from assistant.conversation import Conversation
from assistant.hub import Hub
from assistant.nudge import about
from assistant.people import AGENT, Warrant
from assistant.store import Store
from assistant.tables import conversations
from channels.messages import Address
from handoff.floor import Agent
from handoff.people import CannotLink, Contact, LinkEvent, NotLinked

MOST_CANDIDATES = 20


@dataclass(frozen=True)
class ContactBook:
    """Implements handoff.people.People on the database."""

    store: Store
    hub: Hub
    now: Callable[[], datetime]

    async def contacts(self, agent: Agent, conversation: str) -> Sequence[Contact]:
        def work(connection: Connection) -> Sequence[Contact]:
            _, own = _place(connection, agent, conversation)
            members = contacts.members_with(connection, own)
            if not members:
                return [contacts.contact(connection, agent, own, None)]
            found = [contacts.contact(connection, agent, m.address, m) for m in members]
            # Of equals the one where the conversation is comes first.
            found.sort(key=lambda contact: Address(contact.channel, contact.user) != own)
            return sorted(found, key=_latest_first)

        return await self.store.look(work)

    async def candidates(self, agent: Agent, conversation: str, query: str) -> Sequence[Contact]:
        def work(connection: Connection) -> Sequence[Contact]:
            authority, own = _place(connection, agent, conversation)
            theirs = {own, *(m.address for m in contacts.members_with(connection, own))}
            found = [
                contacts.contact(
                    connection, agent, address, contacts.member_at(connection, address)
                )
                for address in dict.fromkeys(contacts.named(connection, authority, query))
                if address not in theirs and contacts.has_written(connection, authority, address)
            ]
            return sorted(found, key=_latest_first)[:MOST_CANDIDATES]

        return await self.store.look(work)

    async def link(
        self, agent: Agent, conversation: str, channel: str, user: str, reason: str
    ) -> None:
        other, warrant = Address(channel, user), Warrant(AGENT, agent.id, reason)

        def work(connection: Connection) -> Sequence[Conversation]:
            people.take_turns(connection)
            authority, own = _place(connection, agent, conversation)
            person = people.person_of(connection, own)
            if own == other or (person and person == people.person_of(connection, other)):
                raise CannotLink("same")
            if not contacts.has_written(connection, authority, other):
                raise CannotLink("unknown")
            try:
                joined = people.link(connection, authority, own, other, warrant, self.now())
            except people.AnotherPerson:
                raise CannotLink("another") from None
            return joined.conversations

        self._tell(await self.store.run(work))

    async def unlink(
        self, agent: Agent, conversation: str, channel: str, user: str, reason: str
    ) -> None:
        address, warrant = Address(channel, user), Warrant(AGENT, agent.id, reason)

        def work(connection: Connection) -> Sequence[Conversation]:
            people.take_turns(connection)
            authority, own = _place(connection, agent, conversation)
            person = people.person_of(connection, own)
            if person is None or person != people.person_of(connection, address):
                raise NotLinked
            return people.unlink(connection, authority, address, warrant, self.now())

        self._tell(await self.store.run(work))

    async def history(self, agent: Agent, conversation: str) -> Sequence[LinkEvent]:
        def work(connection: Connection) -> Sequence[LinkEvent]:
            _, own = _place(connection, agent, conversation)
            return contacts.history(connection, own)

        return await self.store.look(work)

    def _tell(self, changed: Sequence[Conversation]) -> None:
        for conversation in changed:
            self.hub.tell(about(conversation, "queue"))


def _place(connection: Connection, agent: Agent, conversation: str) -> tuple[str, Address]:
    """Return the conversation's council, and the address where it goes on. Raise KeyError when it
    is not one of the agent's councils."""
    row = connection.execute(
        sa.select(conversations.c.authority, conversations.c.channel, conversations.c.user).where(
            conversations.c.id == conversation, conversations.c.authority.in_(agent.covers)
        )
    ).first()
    if row is None:
        raise KeyError(conversation)
    return row.authority, Address(row.channel, row.user)


def _latest_first(contact: Contact) -> float:
    return -contact.last_at.timestamp() if contact.last_at else 0.0
