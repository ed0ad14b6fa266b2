"""A floor that keeps its conversations in memory, for tests of the desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

from channels.messages import Link, Source
from channels.transcript import Attachment, Delivery, Entry, Speaker
from handoff import queue
from handoff.floor import Agent, Card, Change, NotYours, Transactions
from handoff.handover import Handover, Reason

READ_AT_ONCE = 3


@dataclass
class FakeFloor:
    """Conversations by id; the queue is the real one. `clock` says what time it is."""

    store: Transactions
    clock: datetime
    cards: dict[str, Card] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    same_person: dict[str, list[str]] = field(default_factory=dict)
    parted: set[tuple[str, str]] = field(default_factory=set)
    typed: list[str] = field(default_factory=list)
    listeners: list[asyncio.Queue[Change]] = field(default_factory=list)
    tick: float = 10.0

    async def open(
        self, authority: str = "ashcombe", channel: str = "webchat", said: str = ""
    ) -> str:
        key = str(uuid4())
        self.cards[key] = Card(key, authority, channel, "bot", None, "", self.clock, self.clock)
        self.entries[key] = []
        if said:
            self.tell(key, Speaker.RESIDENT, said)
        return key

    async def queued(self, handover: Handover | None = None, **opened: str) -> str:
        key = await self.open(**opened)
        await self.join(key, handover or Handover(Reason.ASKED))
        return key

    async def join(self, key: str, handover: Handover) -> None:
        card = self.cards[key]
        await self.store.run(
            lambda connection: queue.join(connection, key, card.authority, handover, self.clock)
        )
        self.cards[key] = replace(card, keeper="queue")
        self._changed("queue", key)

    def tell(
        self,
        key: str,
        speaker: Speaker,
        text: str,
        *,
        name: str = "",
        source: Source | None = None,
        client_id: str = "",
        helpful: bool | None = None,
        address: tuple[str, str] = ("", ""),
        delivery: Delivery | None = None,
        attachment: Attachment | None = None,
    ) -> None:
        entries = self.entries[key]
        entries.append(
            Entry(
                len(entries) + 1,
                speaker,
                text,
                self.clock,
                name=name,
                source=source,
                client_id=client_id,
                helpful=helpful,
                channel=address[0],
                user=address[1],
                delivery=delivery,
                attachment=attachment,
            )
        )
        said = text if speaker is Speaker.RESIDENT else self.cards[key].last_said
        self.cards[key] = replace(self.cards[key], last_at=self.clock, last_said=said)
        self._changed("entry", key)

    def becomes(
        self,
        key: str,
        position: int,
        *,
        delivery: Delivery | None = None,
        attachment: Attachment | None = None,
    ) -> None:
        """Something has become of a line that was said or a file that was sent."""
        entry = self.entries[key][position - 1]
        self.entries[key][position - 1] = replace(entry, delivery=delivery, attachment=attachment)
        self._changed("entry", key)

    def resident_types(self, key: str) -> None:
        self._changed("typing", key)

    async def card(self, agent: Agent, conversation: str) -> Card:
        card = self.cards[conversation]
        if card.authority not in agent.covers:
            raise KeyError(conversation)
        return card

    async def mine(self, agent: Agent) -> Sequence[Card]:
        return [c for c in self._open(agent) if c.keeper == "agent" and c.agent == agent.id]

    async def recent(self, agent: Agent, limit: int = 50) -> Sequence[Card]:
        return sorted(self._open(agent), key=lambda c: c.last_at, reverse=True)[:limit]

    async def earlier(self, agent: Agent, conversation: str) -> Sequence[Card]:
        await self.card(agent, conversation)
        return [self.cards[key] for key in self.same_person.get(conversation, [])]

    async def transcript(self, agent: Agent, conversation: str, after: int = 0) -> Sequence[Entry]:
        await self.card(agent, conversation)
        return [e for e in self.entries[conversation] if e.position > after][:READ_AT_ONCE]

    async def take(self, agent: Agent, conversation: str) -> None:
        card = await self.card(agent, conversation)
        if card.keeper == "agent" and card.agent == agent.id:
            return
        if card.keeper == "agent" or card.closed_at:
            raise NotYours("" if card.closed_at else card.agent_name)
        self.cards[conversation] = replace(
            card, keeper="agent", agent=agent.id, agent_name=agent.first_name
        )
        await self.store.run(lambda c: queue.take(c, conversation, agent.id, self.clock))
        self.tell(conversation, Speaker.SYSTEM, f"{agent.first_name} joined the conversation.")
        self._changed("queue", conversation)

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
        await self._own(agent, conversation)
        if to in self.parted:
            raise KeyError(to)
        if all(entry.client_id != client_id for entry in self.entries[conversation]):
            self.tell(
                conversation,
                Speaker.AGENT,
                text,
                name=agent.first_name,
                source=source,
                client_id=client_id,
                address=to or ("", ""),
            )

    async def note(self, agent: Agent, conversation: str, text: str) -> None:
        await self.card(agent, conversation)
        self.tell(conversation, Speaker.NOTE, text, name=agent.first_name)

    async def hand_back(self, agent: Agent, conversation: str, note: str) -> None:
        card = await self._own(agent, conversation)
        if note:
            self.tell(conversation, Speaker.NOTE, note, name=agent.first_name)
        self.tell(conversation, Speaker.SYSTEM, f"{agent.first_name} left the conversation.")
        self.cards[conversation] = replace(card, keeper="bot", agent=None, agent_name="")
        await self.store.run(lambda c: queue.leave(c, conversation, "handed back", self.clock))
        self._changed("queue", conversation)

    async def close(self, agent: Agent, conversation: str, outcome: str) -> None:
        card = await self._own(agent, conversation)
        self.cards[conversation] = replace(card, closed_at=self.clock, outcome=outcome)
        await self.store.run(lambda c: queue.leave(c, conversation, outcome, self.clock))
        self._changed("queue", conversation)

    async def typing(self, agent: Agent, conversation: str) -> None:
        self.typed.append(conversation)

    async def changes(self, agent: Agent) -> AsyncIterator[Change | None]:
        heard: asyncio.Queue[Change] = asyncio.Queue()
        self.listeners.append(heard)
        try:
            while True:
                try:
                    yield await asyncio.wait_for(heard.get(), self.tick)
                except asyncio.TimeoutError:
                    yield None
        finally:
            self.listeners.remove(heard)

    def _open(self, agent: Agent) -> list[Card]:
        return [
            c for c in self.cards.values() if c.closed_at is None and c.authority in agent.covers
        ]

    async def _own(self, agent: Agent, conversation: str) -> Card:
        card = await self.card(agent, conversation)
        if card.closed_at or card.keeper != "agent" or card.agent != agent.id:
            raise NotYours("" if card.closed_at else card.agent_name)
        return card

    def _changed(self, kind: str, key: str) -> None:
        for heard in self.listeners:
            heard.put_nowait(Change(kind, key))
