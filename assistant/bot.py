"""What a bot is asked and what it decides: values only, nothing is sent or stored here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from assistant.conversation import Conversation
from channels.messages import InboundMessage, Reply
from handoff.handover import Handover
from knowledge.appointments import Change
from knowledge.gaps import Gap
from knowledge.opinions import Opinion
from knowledge.requests import Request

LANGUAGE = "language"
"""The slot of the language in which the person writes, an ISO 639-1 code; not set for English."""


@dataclass(frozen=True)
class DialogueState:
    """What the bot must remember between two messages: JSON values, bounded in size."""

    slots: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Likely:
    """A topic that a message may be about, and its probability."""

    slug: str
    kind: str = "article"
    probability: float = 0.0


@dataclass(frozen=True)
class Understood:
    """How the bot read a message: the intent and its probability, and the likeliest topics."""

    intent: str = ""
    confidence: float = 0.0
    topics: tuple[Likely, ...] = ()


@dataclass(frozen=True)
class Turn:
    """Everything that one message leads to. It is committed whole by turn.py, or not at all.

    A reply may hold `{{ reference }}`: turn.py puts the lodged request's reference there. `gap` is
    the question that it did not answer. `changes` are of appointments of the person's own,
    `opinions` what the person says of requests that are done. When a time that it needs has been
    taken meanwhile, nothing of it is committed but that this is said.
    """

    replies: tuple[Reply, ...]
    state: DialogueState
    requests: tuple[Request, ...] = ()
    handover: Handover | None = None
    understood: Understood = Understood()
    gap: Gap | None = None
    opinions: tuple[Opinion, ...] = ()
    changes: tuple[Change, ...] = ()


class Bot(Protocol):
    """Reads one message in its conversation and decides what follows."""

    async def answer(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn:
        """Return what to say and do. It may be asked twice: it must do nothing itself."""


class Listener(Protocol):
    """Hears an emergency in messages that are not the bot's to answer."""

    async def alarm(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn | None:
        """Return what an emergency leads to, None for every other message. There are no replies
        when the same emergency was told of last. Nothing is done."""
