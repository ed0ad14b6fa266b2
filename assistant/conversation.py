"""A conversation: who keeps it, and the epoch that rises each time the keeper changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from channels.messages import Address


class Keeper(str, Enum):
    """Who answers: the bot, nobody yet (a queue of people), or one agent."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"


class WrongTransition(Exception):
    """The conversation is not where the caller thinks: look again before doing anything."""


@dataclass(frozen=True)
class Conversation:
    """One conversation of one person at one council's door.

    `id` is a UUID as text. `authority` is the slug of the council whose door it is. `address` is
    where the person wrote last: a person may have several (see threads). `epoch` rises
    with each change of keeper, so that work begun under an older epoch can be told from new work.
    `position` is that of the last entry in its transcript.
    """

    id: str
    authority: str
    address: Address
    keeper: Keeper = Keeper.BOT
    epoch: int = 0
    agent: int | None = None
    agent_name: str = ""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    position: int = 0

    def queued(self) -> Conversation:
        """Wait for a person. From the bot only."""
        if self.closed_at is not None or self.keeper is not Keeper.BOT:
            raise WrongTransition(f"{self.keeper.value} cannot join the queue")
        return replace(self, keeper=Keeper.QUEUE, epoch=self.epoch + 1)

    def taken(self, agent: int, name: str) -> Conversation:
        """Go to an agent: from the queue, or from the bot when an agent steps in."""
        if self.closed_at is not None or self.keeper is Keeper.AGENT:
            raise WrongTransition(f"{self.agent_name or 'nobody'} has this conversation")
        return replace(
            self, keeper=Keeper.AGENT, epoch=self.epoch + 1, agent=agent, agent_name=name
        )

    def handed_back(self) -> Conversation:
        """Return to the bot: from the agent, or from the queue when the resident stops waiting."""
        if self.closed_at is not None or self.keeper is Keeper.BOT:
            raise WrongTransition("the bot has this conversation already")
        return replace(self, keeper=Keeper.BOT, epoch=self.epoch + 1, agent=None, agent_name="")

    def in_new_epoch(self) -> Conversation:
        """Stay with who keeps it, and let nothing count that was begun before now."""
        return replace(self, epoch=self.epoch + 1)

    def closed(self, now: datetime) -> Conversation:
        """End. A closed conversation is never opened again: the next message starts another."""
        if self.closed_at is not None:
            raise WrongTransition("the conversation is closed already")
        return replace(self, epoch=self.epoch + 1, closed_at=now)
