"""The desk's side of the path: agents read, take, answer, hand back and close conversations."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant import conversations as book
from assistant import transcript
from assistant.conversation import Conversation, Keeper, WrongTransition
from assistant.fate import with_fate
from assistant.hub import ALERTS, Hub, desk_key
from assistant.nudge import about
from assistant.store import Store
from assistant.tables import conversations
from assistant.tables import transcript as transcript_table
from assistant.turn import Committer
from channels.messages import Address, Link, Reply, Source
from channels.transcript import Entry, Speaker
from handoff import queue
from handoff.floor import Agent, Card, Change, NotYours

HEARTBEAT = 10.0
MOST_EARLIER = 20


@dataclass(frozen=True)
class ConversationFloor:
    """Implements handoff.floor.Floor on the database."""

    store: Store
    hub: Hub
    committer: Committer
    now: Callable[[], datetime]

    async def card(self, agent: Agent, conversation: str) -> Card:
        return await self.store.look(
            lambda connection: _card(connection, _row(connection, agent, conversation))
        )

    async def mine(self, agent: Agent) -> Sequence[Card]:
        mine = sa.and_(conversations.c.agent == agent.id, conversations.c.closed_at.is_(None))
        return await self._cards(mine, conversations.c.opened_at, 100)

    async def recent(self, agent: Agent, limit: int = 50) -> Sequence[Card]:
        covered = sa.and_(
            conversations.c.authority.in_(agent.covers), conversations.c.closed_at.is_(None)
        )
        return await self._cards(covered, conversations.c.changed_at.desc(), limit)

    async def earlier(self, agent: Agent, conversation: str) -> Sequence[Card]:
        row = await self.store.look(lambda connection: _row(connection, agent, conversation))
        address = sa.tuple_(conversations.c.channel, conversations.c.user)
        same_person = sa.and_(
            conversations.c.authority.in_(agent.covers),
            conversations.c.id != row.id,
            sa.or_(
                address == sa.tuple_(row.channel, row.user),
                address.in_(book.addresses_of_person(Address(row.channel, row.user))),
            ),
        )
        return await self._cards(same_person, conversations.c.opened_at.desc(), MOST_EARLIER)

    async def transcript(self, agent: Agent, conversation: str, after: int = 0) -> Sequence[Entry]:
        def work(connection: Connection) -> Sequence[Entry]:
            _row(connection, agent, conversation)
            entries = transcript.entries(connection, conversation, after)
            return with_fate(connection, conversation, entries, after)

        return await self.store.look(work)

    async def take(self, agent: Agent, conversation: str) -> None:
        def work(connection: Connection) -> Conversation | None:
            before = self._locked(connection, agent, conversation)
            if before.keeper is Keeper.AGENT and before.agent == agent.id:
                return None
            try:
                after = before.taken(agent.id, agent.first_name)
            except WrongTransition:
                raise NotYours(before.agent_name) from None
            now = self.now()
            queue.take(connection, conversation, agent.id, now)
            joined = self.committer.words.say("utter_agent_joined", name=agent.first_name)
            return self._system_line(connection, after, joined, now)

        await self._changed(work, "queue")

    async def say(
        self,
        agent: Agent,
        conversation: str,
        text: str,
        client_id: str,
        source: Source | None = None,
        links: tuple[Link, ...] = (),
        to: tuple[str, str] | None = None,
    ) -> None:
        def work(connection: Connection) -> Conversation | None:
            current = self._own(connection, agent, conversation)
            address = Address(*to) if to else current.address
            book.let_take_part(connection, current, address)
            now = self.now()
            said = self.committer.say(
                connection,
                current,
                Reply(text, links=links, source=source),
                now,
                Speaker.AGENT,
                name=agent.first_name,
                client_id=client_id,
                to=address,
            )
            if said == current:
                return None
            book.save(connection, said, now)
            return said

        await self._changed(work, "entry")

    async def note(self, agent: Agent, conversation: str, text: str) -> None:
        def work(connection: Connection) -> Conversation:
            current = self._locked(connection, agent, conversation)
            noted = self._write_note(connection, agent, current, text)
            book.save(connection, noted, self.now())
            return noted

        await self._changed(work, "entry")

    async def hand_back(self, agent: Agent, conversation: str, note: str) -> None:
        def work(connection: Connection) -> Conversation:
            current = self._own(connection, agent, conversation)
            if note:
                current = self._write_note(connection, agent, current, note)
            now = self.now()
            queue.leave(connection, conversation, "handed back", now)
            left = self.committer.words.say("utter_agent_left", name=agent.first_name)
            return self._system_line(connection, current.handed_back(), left, now)

        await self._changed(work, "queue")

    async def close(self, agent: Agent, conversation: str, outcome: str) -> None:
        def work(connection: Connection) -> Conversation:
            current = self._own(connection, agent, conversation)
            now = self.now()
            connection.execute(
                sa.update(conversations)
                .where(conversations.c.id == conversation)
                .values(outcome=outcome)
            )
            queue.leave(connection, conversation, outcome, now)
            goodbye = self.committer.words.say("utter_chat_closed")
            return self._system_line(connection, current.closed(now), goodbye, now)

        await self._changed(work, "queue")

    async def typing(self, agent: Agent, conversation: str) -> None:
        row = await self.store.look(lambda connection: _row(connection, agent, conversation))
        self.hub.tell(about(book.from_row(row), "typing", agent.first_name))

    async def changes(self, agent: Agent) -> AsyncIterator[Change | None]:
        keys = [ALERTS, *(desk_key(authority) for authority in agent.covers)]
        subscription = self.hub.subscribe(keys)
        try:
            while True:
                nudges = await subscription.next(HEARTBEAT)
                for nudge in nudges:
                    if nudge.kind == "typing" and nudge.name:
                        continue  # An agent types: that is for the resident.
                    yield Change(nudge.kind, nudge.conversation)
                if not nudges:
                    yield None
        finally:
            self.hub.unsubscribe(subscription, keys)

    def _locked(self, connection: Connection, agent: Agent, conversation: str) -> Conversation:
        return book.from_row(_row(connection, agent, conversation, lock=True))

    def _own(self, connection: Connection, agent: Agent, conversation: str) -> Conversation:
        """Return the conversation, locked, when this agent keeps it. Raise NotYours."""
        current = self._locked(connection, agent, conversation)
        own = current.keeper is Keeper.AGENT and current.agent == agent.id
        if not own or current.closed_at is not None:
            raise NotYours(current.agent_name)
        return current

    def _system_line(
        self, connection: Connection, conversation: Conversation, line: Reply, now: datetime
    ) -> Conversation:
        """Write the line and the conversation; return the conversation."""
        said = self.committer.say(connection, conversation, line, now, Speaker.SYSTEM)
        book.save(connection, said, now)
        return said

    def _write_note(
        self, connection: Connection, agent: Agent, current: Conversation, text: str
    ) -> Conversation:
        noted = transcript.append(
            connection, current, Speaker.NOTE, text, self.now(), name=agent.first_name
        )
        return noted or current

    async def _changed(self, work: Callable[[Connection], Conversation | None], kind: str) -> None:
        """Commit the work, then wake whoever reads the conversation it changed."""
        changed = await self.store.run(work)
        if changed is not None:
            self.hub.tell(about(changed, kind))

    async def _cards(self, condition: Any, order: Any, limit: int) -> Sequence[Card]:
        def work(connection: Connection) -> Sequence[Card]:
            query = sa.select(conversations).where(condition).order_by(order).limit(limit)
            return [_card(connection, row) for row in connection.execute(query)]

        return await self.store.look(work)


def _row(connection: Connection, agent: Agent, conversation: str, *, lock: bool = False) -> Any:
    """Return the conversation's row. Raise KeyError when it is not one of the agent's councils."""
    query = sa.select(conversations).where(
        conversations.c.id == conversation, conversations.c.authority.in_(agent.covers)
    )
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise KeyError(conversation)
    return row


def _card(connection: Connection, row: Any) -> Card:
    last_said = connection.execute(
        sa.select(transcript_table.c.text)
        .where(
            transcript_table.c.conversation == row.id,
            transcript_table.c.speaker == Speaker.RESIDENT.value,
        )
        .order_by(transcript_table.c.position.desc())
        .limit(1)
    ).scalar()
    return Card(
        conversation=row.id,
        authority=row.authority,
        channel=row.channel,
        keeper=row.keeper,
        agent=row.agent,
        agent_name=row.agent_name,
        opened_at=row.opened_at,
        last_at=row.changed_at,
        closed_at=row.closed_at,
        outcome=row.outcome or "",
        last_said=last_said or "",
    )
