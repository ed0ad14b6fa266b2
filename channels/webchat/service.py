"""What the chat page needs from the path of a message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from channels.messages import InboundMessage
from channels.transcript import Entry


@dataclass(frozen=True)
class Council:
    """What the page shows of a council. Colours are CSS colours, `logo` a path or empty."""

    slug: str
    name: str
    accent: str
    accent_text: str
    logo: str
    phone: str
    website: str
    privacy_url: str


@dataclass(frozen=True)
class Status:
    """Who answers now. `keeper` is bot, queue or agent; `place` is the place in the queue, from 1.

    `hours` is a sentence when no person is there now ("Our advisers are back at 8:30am on
    Monday."), empty when people are in. `ready` is False while no bot is running. `alerts` is what
    is happening now: plain words, a paragraph each.
    """

    keeper: str = "bot"
    agent_name: str = ""
    place: int | None = None
    hours: str = ""
    closed: bool = False
    ready: bool = True
    alerts: tuple[str, ...] = ()


@dataclass(frozen=True)
class View:
    """A visitor's conversation: the open one, or else the last. `conversation` is "" before the
    first message. `entries` are without agents' notes, so their positions may have gaps."""

    conversation: str
    entries: tuple[Entry, ...]
    status: Status


@dataclass(frozen=True)
class Happened:
    """Something new on the stream: entries, a new status, or the agent typing (`typing` is the
    agent's first name). `conversation` says whose it is: when it changes, a new one has begun."""

    conversation: str
    entries: tuple[Entry, ...] = ()
    status: Status | None = None
    typing: str = ""


class TooFast(Exception):
    """The visitor has sent too many messages for now: this one was not kept."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(f"wait {retry_after}")
        self.retry_after = retry_after


class ChatService(Protocol):
    """Conversations, for residents. `authority` is a council's slug, `visitor` the signed id."""

    def council(self, authority: str) -> Council:
        """Raise KeyError when there is no such council, or it has no chat."""

    async def accept(self, authority: str, message: InboundMessage) -> bool:
        """Return when the message is committed; False when it had come before. Raise TooFast."""

    async def view(self, authority: str, visitor: str, after: int = 0) -> View: ...

    def happenings(
        self, authority: str, visitor: str, conversation: str, after: int
    ) -> AsyncIterator[Happened | None]:
        """Yield what is new after that position of that conversation (everything, when the
        visitor's conversation is another one), then what happens, and None about every 10 s."""

    async def offered(self, authority: str, visitor: str, value: str) -> str | None:
        """Return the label of a choice that this visitor was offered; None when they were not."""

    async def rate(self, authority: str, visitor: str, position: int, helpful: bool) -> bool:
        """Keep what the resident said of an answer; False when that is not an answer of theirs."""

    async def end(self, authority: str, visitor: str) -> None:
        """Close the visitor's conversation. Nothing happens when none is open, or when it goes on
        at another address of the same person: a screen that is wiped does not end that."""

    async def typing(self, authority: str, visitor: str) -> None:
        """Tell the agent that the resident is typing. Nothing is kept."""
