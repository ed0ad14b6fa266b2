"""A resident who talks to the real bot, one message after another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone

from assistant.bot import Bot, DialogueState, Turn
from assistant.conversation import Conversation
from channels.messages import Address, Choice, Chose, Content, InboundMessage, Said
from handoff.handover import Handover
from knowledge.requests import Request

ADA = Address("webchat", "ada")
SENT_AT = datetime(2026, 11, 21, 10, 0, tzinfo=timezone.utc)


@dataclass
class Talk:
    """One conversation. Messages are numbered from 1; `turns` are what the bot decided."""

    bot: Bot
    door: str = "ashcombe"
    id: str = "talk"
    sender: Address = ADA
    state: DialogueState = field(default_factory=DialogueState)
    turns: list[Turn] = field(default_factory=list)

    async def say(self, *texts: str) -> Turn:
        """Type each of the texts, and return the last turn."""
        for text in texts:
            await self.send(Said(text))
        return self.turns[-1]

    async def press(self, label: str) -> Turn:
        """Press a choice of the last turn that had any."""
        offered = [c for turn in self.turns for reply in turn.replies for c in reply.choices]
        choice = next(c for c in reversed(offered) if c.label == label)
        return await self.send(Chose(choice.value, choice.label))

    async def send(self, content: Content) -> Turn:
        number = str(len(self.turns) + 1)
        turn = await self.bot.answer(
            Conversation(self.id, self.door, self.sender),
            self.state,
            InboundMessage(self.sender, number, content, SENT_AT),
        )
        self.turns.append(turn)
        self.state = turn.state
        return turn

    @property
    def text(self) -> str:
        """Everything that the bot said in the last turn."""
        return "\n\n".join(reply.text for reply in self.turns[-1].replies)

    @property
    def choices(self) -> list[str]:
        return [c.label for c in self.offered]

    @property
    def offered(self) -> list[Choice]:
        return [c for reply in self.turns[-1].replies for c in reply.choices]

    @property
    def requests(self) -> list[Request]:
        return [request for turn in self.turns for request in turn.requests]

    @property
    def handovers(self) -> list[Handover]:
        return [turn.handover for turn in self.turns if turn.handover]
