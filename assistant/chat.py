"""The web chat's side of the path: accepts messages, and shows a visitor their conversation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant import conversations as book
from assistant import inbox, people, transcript
from assistant.conversation import Conversation, Keeper
from assistant.hub import ALERTS, Hub, conversation_key, person_key, queue_key
from assistant.metrics import MESSAGES, REPEATS
from assistant.nudge import about
from assistant.read_back import LOOKS_BACK
from assistant.refused_numbers import Catalogue, no_service
from assistant.router import STOP_WAITING
from assistant.store import Store
from assistant.tables import transcript as transcript_table
from channels.messages import Address, InboundMessage
from channels.transcript import Speaker
from channels.webchat.service import Council, Happened, Status, TooFast, View
from handoff import queue

CHANNEL = "webchat"
HEARTBEAT = 10.0


@dataclass(frozen=True)
class Chat:
    """Implements channels.webchat.service.ChatService on the database."""

    store: Store
    hub: Hub
    councils: Callable[[str], Council]
    hours: Callable[[str, datetime], str]
    stop_waiting: str
    """The label of the choice to leave the queue."""
    now: Callable[[], datetime]
    pace: Callable[[Address], float] = lambda address: 0.0
    """Counts a message of that address; returns for how many seconds it comes too soon."""
    alerts: Callable[[Connection, str], tuple[str, ...]] = lambda connection, authority: ()
    """What is happening now, as somebody at that council's door is told."""
    unhelpful: Callable[[Connection, Conversation, Address, int], None] = lambda *_: None
    """Keeps the question to the answer at that position, which did not help."""
    services: Catalogue = no_service
    """What can be asked for: a field may ask for a number that is hidden elsewhere."""

    def council(self, authority: str) -> Council:
        return self.councils(authority)

    async def accept(self, authority: str, message: InboundMessage) -> bool:
        def work(connection: Connection) -> Conversation | None:
            conversation = inbox.accept(connection, authority, message, self.now(), self.services)
            # Only what is new counts: a page that sends again because it heard nothing is not fast.
            wait = self.pace(message.sender) if conversation else 0
            if wait:
                raise TooFast(timedelta(seconds=wait))
            return conversation

        conversation = await self.store.run(work)
        if conversation is None:
            REPEATS.labels(CHANNEL).inc()
            return False
        MESSAGES.labels(CHANNEL).inc()
        self.hub.tell(about(conversation, "entry"))
        return True

    async def view(self, authority: str, visitor: str, after: int = 0) -> View:
        return await self.store.look(
            lambda connection: self._view(connection, authority, visitor, after)
        )

    async def happenings(
        self, authority: str, visitor: str, conversation: str, after: int
    ) -> AsyncIterator[Happened | None]:
        person = person_key(authority, CHANNEL, visitor)
        line = queue_key(authority)
        subscription = self.hub.subscribe([person, ALERTS])
        status: Status | None = None
        listened = ""
        try:
            while True:
                view = await self.view(authority, visitor, after)
                if view.conversation != conversation:
                    # Another conversation has begun: its positions count from 1 again.
                    if after:
                        view = await self.view(authority, visitor)
                    conversation, after = view.conversation, 0
                # It may go on at another address of theirs, of which this page is told too.
                own = conversation_key(view.conversation)
                if own != listened:
                    self.hub.listen(subscription, listened, False)
                    self.hub.listen(subscription, own, bool(view.conversation))
                    listened = own
                if view.entries or view.status != status:
                    changed = view.status if view.status != status else None
                    status = view.status
                    yield Happened(conversation, view.entries, changed)
                    # Only who waits is told whenever somebody else joins or leaves the queue.
                    self.hub.listen(subscription, line, status.place is not None)
                if view.entries:
                    after = view.entries[-1].position
                if len(view.entries) == transcript.LONGEST_READ:
                    continue
                nudges = await subscription.next(HEARTBEAT)
                for name in {nudge.name for nudge in nudges if nudge.kind == "typing"} - {""}:
                    yield Happened(conversation, typing=name)
                if not nudges:
                    yield None
        finally:
            self.hub.unsubscribe(subscription, [person, ALERTS, line, listened])

    async def offered(self, authority: str, visitor: str, value: str) -> str | None:
        def work(connection: Connection) -> str | None:
            conversation = book.latest(connection, authority, Address(CHANNEL, visitor))
            if conversation is None:
                return None
            if value == STOP_WAITING and conversation.keeper is Keeper.QUEUE:
                # Offered for as long as the resident waits, however much is said meanwhile.
                return self.stop_waiting
            address = Address(CHANNEL, visitor)
            recent = transcript.offered(connection, conversation, address, LOOKS_BACK)
            labels = {choice.value: choice.label for choices in recent for choice in choices}
            return labels.get(value)

        return await self.store.look(work)

    async def rate(self, authority: str, visitor: str, position: int, helpful: bool) -> bool:
        def work(connection: Connection) -> bool:
            conversation = book.latest(connection, authority, Address(CHANNEL, visitor))
            if conversation is None:
                return False
            answer = sa.and_(
                transcript_table.c.conversation == conversation.id,
                transcript_table.c.position == position,
                transcript_table.c.speaker == Speaker.ASSISTANT.value,
                transcript_table.c.user == visitor,
            )
            rated = connection.execute(sa.select(transcript_table.c.helpful).where(answer)).first()
            if rated is None:
                return False
            connection.execute(sa.update(transcript_table).where(answer).values(helpful=helpful))
            if not helpful and rated.helpful is not False:
                self.unhelpful(connection, conversation, Address(CHANNEL, visitor), position)
            return True

        return await self.store.run(work)

    async def end(self, authority: str, visitor: str) -> None:
        def work(connection: Connection) -> Conversation | None:
            address = Address(CHANNEL, visitor)
            conversation = book.latest(connection, authority, address)
            if conversation is None or conversation.closed_at is not None:
                return None
            conversation = book.load(connection, conversation.id, lock=True)
            if conversation.closed_at is not None or conversation.address != address:
                return None
            now = self.now()
            phone = _phone_of(connection, address)
            if phone is not None:
                # Only this screen is done with it: what is said from now on goes to the phone.
                goes_on = book.open_for(connection, authority, phone, now)
                book.save(connection, goes_on, now)
                return goes_on
            closed = conversation.closed(now)
            book.save(connection, closed, now)
            queue.leave(connection, closed.id, "ended by the resident", now)
            return closed

        changed = await self.store.run(work)
        if changed is not None:
            self.hub.tell(about(changed, "queue"))

    async def typing(self, authority: str, visitor: str) -> None:
        conversation = await self.store.look(
            lambda connection: book.latest(connection, authority, Address(CHANNEL, visitor))
        )
        if conversation is not None:
            self.hub.tell(about(conversation, "typing"))

    def _view(self, connection: Connection, authority: str, visitor: str, after: int) -> View:
        conversation = book.latest(connection, authority, Address(CHANNEL, visitor))
        alerts = self.alerts(connection, authority)
        if conversation is None:
            return View("", (), Status(ready=self.hub.bot_ready, alerts=alerts))
        address = Address(CHANNEL, visitor)
        entries = tuple(transcript.thread(connection, conversation.id, address, after))
        status = replace(self._status(connection, conversation), alerts=alerts)
        return View(conversation.id, entries, status)

    def _status(self, connection: Connection, conversation: Conversation) -> Status:
        waits = conversation.keeper is Keeper.QUEUE and conversation.closed_at is None
        return Status(
            keeper=conversation.keeper.value,
            agent_name=conversation.agent_name,
            place=queue.place(connection, conversation.id, self.now()) if waits else None,
            hours=self.hours(conversation.authority, self.now()) if waits else "",
            closed=conversation.closed_at is not None,
            ready=self.hub.bot_ready,
        )


def _phone_of(connection: Connection, address: Address) -> Address | None:
    """Return where else the visitor can be reached, the address linked last; None for most."""
    person = people.person_of(connection, address)
    theirs = people.addresses_of(connection, person) if person else ()
    return next((one for one in reversed(theirs) if one.channel != CHANNEL), None)
