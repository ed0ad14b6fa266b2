"""What the desk needs from the path of a message: conversations to read, take and answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy.engine import Connection

from channels.messages import Link, Source
from channels.transcript import Entry

T = TypeVar("T")


@dataclass(frozen=True)
class Agent:
    """Somebody who works at the desk. `covers` are the slugs of the councils they answer for."""

    id: int
    username: str
    first_name: str
    authority: str
    covers: tuple[str, ...]
    role: str = "agent"


@dataclass(frozen=True)
class Card:
    """A conversation as a list shows it. `keeper` is bot, queue or agent."""

    conversation: str
    authority: str
    channel: str
    keeper: str
    agent: int | None
    agent_name: str
    opened_at: datetime
    last_at: datetime
    closed_at: datetime | None = None
    outcome: str = ""
    last_said: str = ""


@dataclass(frozen=True)
class Change:
    """Something to look at again. `kind` is "queue" (somebody joined, left or was taken, or a
    conversation changed hands), "entry" (something was said), "typing" (the resident types) or
    "alert" (another alert holds, whichever council's)."""

    kind: str
    conversation: str


class NotYours(Exception):
    """Somebody else has the conversation, or nobody. `by` is that agent's first name, or empty."""

    def __init__(self, by: str = "") -> None:
        super().__init__(by or "nobody")
        self.by = by


class Transactions(Protocol):
    """Runs a function in one transaction, away from the event loop: committed, or nothing is."""

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` returned, after the commit."""


class Floor(Protocol):
    """The conversations, for agents. Each call raises KeyError for a conversation that does not
    exist or that the agent's councils do not cover."""

    async def card(self, agent: Agent, conversation: str) -> Card: ...

    async def mine(self, agent: Agent) -> Sequence[Card]:
        """Return the agent's own open conversations, oldest first."""

    async def recent(self, agent: Agent, limit: int = 50) -> Sequence[Card]:
        """Return the open conversations of the agent's councils, latest first."""

    async def earlier(self, agent: Agent, conversation: str) -> Sequence[Card]:
        """Return other conversations of the same person, latest first; at most 20."""

    async def transcript(
        self, agent: Agent, conversation: str, after: int = 0
    ) -> Sequence[Entry]: ...

    async def take(self, agent: Agent, conversation: str) -> None:
        """Make the agent its keeper. Taking one's own again does nothing. Raise NotYours."""

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
        """Answer the resident. The same `client_id` is said once. Raise NotYours.

        `to` is the address (channel and user) to answer at, one of the person's own: None is the
        one they wrote from last. Raise KeyError when it is not theirs.
        """

    async def note(self, agent: Agent, conversation: str, text: str) -> None:
        """Write a note that only agents see."""

    async def hand_back(self, agent: Agent, conversation: str, note: str) -> None:
        """Give it back to the bot, with a note that may be empty. Raise NotYours."""

    async def close(self, agent: Agent, conversation: str, outcome: str) -> None:
        """End it. Raise NotYours."""

    async def typing(self, agent: Agent, conversation: str) -> None:
        """Tell the resident that the agent is typing. Nothing is kept."""

    def changes(self, agent: Agent) -> AsyncIterator[Change | None]:
        """Yield what to look at again as it happens, and None about every 10 seconds. Ends when
        the caller stops; a change may come twice, and none is missed for more than a second."""
