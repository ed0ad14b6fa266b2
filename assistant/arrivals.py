"""Step one for what platforms bring: messages into the inbox, receipts to their parcels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

import structlog
from sqlalchemy.engine import Connection

from assistant import attachments, inbox, outbox, receipts
from assistant import conversations as book
from assistant.accounts import Channels
from assistant.consent import has_stopped, wish_of
from assistant.conversation import Conversation, Keeper
from assistant.metrics import MESSAGES, REPEATS
from assistant.nudge import Nudge, about
from assistant.refused_numbers import Catalogue, no_service
from assistant.store import Store
from assistant.turn import Committer
from channels.channel import Channel, Receipt
from channels.messages import Address, Attached, InboundMessage
from channels.transcript import Speaker

log = structlog.get_logger()


@dataclass(frozen=True)
class Arrivals:
    """Implements channels.webhook.Arrivals on the database. `tell` wakes who reads or works."""

    store: Store
    channels: Channels
    committer: Committer
    tell: Callable[[Nudge], None]
    now: Callable[[], datetime]
    pace: Callable[[Address], float] = lambda address: 0.0
    """Counts a message of that address; returns for how many seconds it comes too soon."""
    services: Catalogue = no_service
    """What can be asked for: a field may ask for a number that is hidden elsewhere."""
    _flooded: set[object] = field(default_factory=set)

    def channel(self, authority: str, kind: str) -> Channel:
        return self.channels.at(authority, kind)

    async def take(
        self, authority: str, channel: Channel, arrived: Sequence[InboundMessage | Receipt]
    ) -> None:
        """Keep all of it in one transaction, or raise and keep nothing."""
        if not arrived:
            return
        flood = cache(self._flood)  # A transaction may run twice: a message counts once.

        def work(connection: Connection) -> tuple[list[Conversation], set[str | None]]:
            changed: list[Conversation] = []
            told: set[str | None] = set()
            for one in arrived:
                if isinstance(one, Receipt):
                    told.add(
                        receipts.received(connection, authority, channel.name, one, self.now())
                    )
                elif conversation := self._accept(connection, authority, one, flood):
                    changed.append(conversation)
            return changed, told

        changed, told = await self.store.run(work)
        messages = sum(isinstance(one, InboundMessage) for one in arrived)
        MESSAGES.labels(channel.name).inc(len(changed))
        REPEATS.labels(channel.name).inc(messages - len(changed))
        for conversation in changed:
            self.tell(about(conversation, "entry"))
        for conversation_id in filter(None, told):
            self.tell(Nudge("entry", conversation_id, authority))

    async def accept(self, authority: str, message: InboundMessage) -> bool:
        """Keep one message that we went and fetched; False when it had come before."""
        conversation = await self.store.run(
            lambda connection: self._accept(connection, authority, message, lambda _: "")
        )
        if conversation is None:
            return False
        MESSAGES.labels(message.sender.channel).inc()
        self.tell(about(conversation, "entry"))
        return True

    def _accept(
        self,
        connection: Connection,
        authority: str,
        message: InboundMessage,
        flood: Callable[[InboundMessage], str],
    ) -> Conversation | None:
        """Keep one message; None when it came before: what comes again is no flood."""
        now = self.now()
        conversation = inbox.accept(connection, authority, message, now, self.services)
        if conversation is None:
            return None
        address = message.sender
        if isinstance(message.content, Attached):
            attachments.note(
                connection,
                conversation,
                conversation.position,
                address.channel,
                message.content,
                now,
            )
        outbox.released(connection, address, now)
        if floods := flood(message):
            inbox.leave_unanswered(connection, message, now)
        if floods == "begins" and conversation.keeper is Keeper.BOT:
            conversation = self._ask_to_slow_down(connection, conversation, address, now)
        return conversation

    def _ask_to_slow_down(
        self, connection: Connection, conversation: Conversation, address: Address, now: datetime
    ) -> Conversation:
        if has_stopped(connection, conversation.authority, address):
            return conversation
        conversation = self.committer.introduce(connection, conversation, address, now)
        words = self.committer.words.say("utter_too_fast")
        said = self.committer.say(connection, conversation, words, now, Speaker.SYSTEM, to=address)
        book.save(connection, said, now)
        return said

    def _flood(self, message: InboundMessage) -> str:
        """Return "" for a message that is answered, "begins" for the first too many, "goes on"
        for the next ones: they are kept, and no bot is troubled with them."""
        sender = message.sender
        if wish_of(message.content, stopped=False):
            return ""
        if not self.pace(sender):
            self._flooded.discard(sender)
            return ""
        if sender in self._flooded:
            return "goes on"
        if len(self._flooded) > 10_000:
            self._flooded.clear()
        self._flooded.add(sender)
        log.warning("sender.floods", channel=sender.channel)
        return "begins"
