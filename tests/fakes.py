"""Stand-ins for what lies beyond the process: a quick bot, and a platform that is pushed to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.bot import DialogueState, Turn
from assistant.conversation import Conversation
from channels.channel import Channel, DeliveryFailed, Limits, Payload, Receipt, Webhook
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

    `failures` are raised one by one before anything is taken.
    """

    name: str = "pushed"
    introduced: bool = False
    limits: Limits = field(default_factory=Limits)
    failures: list[DeliveryFailed] = field(default_factory=list)
    taken: dict[str, tuple[Address, str]] = field(default_factory=dict)
    calls: int = 0

    def verify(self, webhook: Webhook) -> None: ...

    def parse(self, webhook: Webhook) -> Sequence[InboundMessage | Receipt]:
        return ()

    def render(self, reply: Reply) -> Sequence[Payload]:
        return ({"text": reply.text},)

    async def send(self, to: Address, payload: Payload, key: str) -> str | None:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        self.taken.setdefault(key, (to, str(payload["text"])))
        return f"platform-{key}"

    def texts(self, user: str) -> list[str]:
        """What that person has read, in order."""
        return [text for to, text in self.taken.values() if to.user == user]
