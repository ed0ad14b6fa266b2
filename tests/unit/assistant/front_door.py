"""A council's whole path of a message but for the platforms and the bot, and people who write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from assistant import conversations as book
from assistant import inbox
from assistant.accounts import Channels
from assistant.bot import DialogueState, Turn
from assistant.conversation import Conversation
from assistant.delivery import Delivery
from assistant.link_codes import LinkCodes
from assistant.linking import Links
from assistant.nudge import Nudge
from assistant.store import Store
from assistant.tables import outbox, transcript
from assistant.turn import Committer
from assistant.words import read_words
from assistant.worker import Worker
from channels.messages import Address, Content, InboundMessage, Reply, Said
from channels.webchat.channel import WebChat
from handoff.handover import Handover, Reason
from tests.fakes import Platform
from tests.parcels import Clock, deliver_all
from tests.paths import DOOR, SilentNudges

ABOUT = {
    "council": "Ashcombe Borough Council",
    "phone": "01632 960 100",
    "privacy": "https://www.ashcombe.example/privacy",
}
PUSHED = ("sms", "whatsapp", "telegram", "messenger")


@dataclass
class Listening:
    """A bot that says what is written down for what it hears, else that it heard it. "person" asks
    for a person. `heard` is what it was given, oldest first."""

    replies: Mapping[str, tuple[Reply, ...]] = field(default_factory=dict)
    heard: list[Content] = field(default_factory=list)
    remembers: list[object] = field(default_factory=list)

    async def answer(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn:
        content = message.content
        self.heard.append(content)
        self.remembers.append(dict(state.slots))
        said = content.text if isinstance(content, Said) else str(content)
        return Turn(
            replies=self.replies.get(said, (Reply(f"Heard: {said}"),)),
            state=DialogueState({"said": [*state.slots.get("said", ()), said]}),
            handover=Handover(Reason.ASKED) if said == "person" else None,
        )


@dataclass
class FrontDoor:
    """One council with accounts on every channel, or on `names` only."""

    store: Store
    bot: Listening = field(default_factory=Listening)
    names: tuple[str, ...] = PUSHED
    introduced: bool = False
    clock: Clock = field(default_factory=Clock)
    nudges: list[Nudge] = field(default_factory=list)
    _written: int = 0

    def __post_init__(self) -> None:
        self.platforms = {name: Platform(name, self.introduced) for name in self.names}
        self.channels = Channels(
            {(DOOR, name): platform for name, platform in self.platforms.items()},
            {"webchat": WebChat()},
        )
        self.committer = Committer(
            self.channels.of, read_words(), lambda slug, now: "", lambda slug: ABOUT
        )
        codes = LinkCodes("a secret of the test, and long enough", draw=self._draw)
        self.links = Links(
            self.store, self.channels, self.committer, codes, self.nudges.append, self.clock
        )
        self.worker = Worker(
            self.store,
            self.bot,
            self.committer,
            SilentNudges(),
            name="test",
            now=self.clock,
            links=self.links,
        )

    def _draw(self, below: int) -> int:
        return 123_456

    def keep(self, address: Address, content: Content | str) -> str:
        """Keep a message, and leave it; return its conversation."""
        self._written += 1
        said = Said(content) if isinstance(content, str) else content
        message = InboundMessage(address, f"{address.user}:{self._written}", said, self.clock())
        with self.store.write() as connection:
            kept = inbox.accept(connection, DOOR, message, self.clock())
        assert kept is not None
        return kept.id

    async def work(self) -> None:
        """Answer all that waits."""
        while await self.worker.work_once():
            pass

    async def hear(self, address: Address, content: Content | str) -> list[str]:
        """Keep a message and see it through; return what its sender was told."""
        before = len(self.told(address))
        self.keep(address, content)
        await self.work()
        return self.told(address)[before:]

    async def deliver(self) -> None:
        """Send all that waits to be sent."""
        await deliver_all(Delivery(self.store, self.channels.of, "sender", self.clock))

    def told(self, address: Address) -> list[str]:
        """All that was ever said to that address, in whichever conversation, oldest first."""
        query = sa.select(transcript.c.text).where(
            transcript.c.channel == address.channel,
            transcript.c.user == address.user,
            transcript.c.speaker != "resident",
        )
        with self.store.read() as connection:
            return list(connection.execute(query.order_by(transcript.c.id)).scalars())

    def latest(self, address: Address) -> Conversation:
        with self.store.read() as connection:
            found = book.latest(connection, DOOR, address)
        assert found is not None
        return found

    def change(self, address: Address, change: Callable[[Conversation], Conversation]) -> None:
        """Change who keeps somebody's conversation, as the desk does."""
        with self.store.write() as connection:
            found = book.latest(connection, DOOR, address)
            assert found is not None
            book.save(connection, change(found), self.clock())

    def parcels(self, address: Address) -> list[tuple[str, str]]:
        """The state and the words of every parcel to that address, in the order they were put."""
        query = sa.select(outbox).where(
            outbox.c.channel == address.channel, outbox.c.user == address.user
        )
        with self.store.read() as connection:
            rows = connection.execute(query.order_by(outbox.c.id)).all()
        return [(row.state, row.payload.get("text", "")) for row in rows]
