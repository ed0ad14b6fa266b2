"""Stand-ins for what lies beyond the process: a quick bot, and a platform that is pushed to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from assistant.bot import DialogueState, Turn
from assistant.conversation import Conversation
from channels.channel import Channel, DeliveryFailed, Limits, Payload, Receipt, Unsure, Webhook
from channels.messages import Address, InboundMessage, Reply, Said
from handoff.handover import Handover, Reason
from knowledge.requests import Request


@dataclass
class QuickBot:
    """Echoes, so that a test knows which reply belongs to which message.

    "person" asks for a person, "bin" lodges a request, "raise" raises, "hang" never ends.
    """

    thinks_for: float = 0.0

    async def answer(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn:
        said = message.content.text if isinstance(message.content, Said) else "chose"
        if self.thinks_for:
            await asyncio.sleep(self.thinks_for)
        if said == "raise":
            raise ValueError(said)
        if said == "hang":
            await asyncio.sleep(3600)
        turns = int(state.slots.get("turns", 0)) + 1
        reply = Reply(f"echo {said}")
        requests: tuple[Request, ...] = ()
        if said.startswith("bin"):
            key = f"{conversation.id}:{message.external_id}"
            requests = (Request(key, "missed-bin", conversation.authority, {"said": said}),)
            reply = Reply(f"echo {said} under {{{{ reference }}}}")
        return Turn(
            replies=(reply,),
            state=DialogueState({"turns": turns}),
            requests=requests,
            handover=Handover(Reason.ASKED, wants="bins") if said == "person" else None,
        )


@dataclass
class Platform(Channel):
    """A platform that calls are made to. Like one with idempotency keys, it takes a key once.

    `failures` are raised one by one before anything is taken: an Unsure after it, when `loses`.
    """

    name: str = "pushed"
    introduced: bool = False
    limits: Limits = field(default_factory=Limits)
    failures: list[DeliveryFailed] = field(default_factory=list)
    taken: dict[str, tuple[Address, str]] = field(default_factory=dict)
    calls: int = 0
    asked: int = 0
    loses: bool = False
    takes_long: float = 0.0
    files: dict[str, bytes | DeliveryFailed] = field(default_factory=dict)
    came: list[InboundMessage] = field(default_factory=list)

    def verify(self, webhook: Webhook) -> None: ...

    def parse(self, webhook: Webhook) -> Sequence[InboundMessage | Receipt]:
        return ()

    def render(self, reply: Reply) -> Sequence[Payload]:
        return ({"text": reply.text},)

    async def send(self, to: Address, payload: Payload, key: str) -> str | None:
        self.calls += 1
        if self.takes_long:
            await asyncio.sleep(self.takes_long)
        failure = self.failures.pop(0) if self.failures else None
        if failure is None or (self.loses and isinstance(failure, Unsure)):
            self.take(to, payload, key)
        if failure is not None:
            raise failure
        return f"platform-{key}"

    def take(self, to: Address, payload: Payload, key: str) -> None:
        self.taken.setdefault(key, (to, str(payload["text"])))

    async def find(self, to: Address, payload: Payload, key: str, since: datetime) -> str | None:
        self.asked += 1
        return f"platform-{key}" if key in self.taken else None

    async def fetch(self, url: str, most: int) -> bytes:
        found = self.files[url]
        if isinstance(found, DeliveryFailed):
            raise found
        return found

    async def missed(self, since: datetime) -> Sequence[InboundMessage]:
        if self.failures:
            raise self.failures.pop(0)
        return [message for message in self.came if message.sent_at >= since]

    def texts(self, user: str) -> list[str]:
        """What that person has read, in order."""
        return [text for to, text in self.taken.values() if to.user == user]


@dataclass
class SilentPlatform(Platform):
    """A platform without keys, which cannot be asked what it took: it takes whatever comes, and
    may say so later."""

    find = Channel.find

    def take(self, to: Address, payload: Payload, key: str) -> None:
        self.taken[f"{key} call {self.calls}"] = (to, str(payload["text"]))
