"""Step two: who answers this message."""

from __future__ import annotations

from enum import Enum

from assistant.conversation import Conversation, Keeper
from channels.messages import Chose, Content

STOP_WAITING = "stop_waiting"
"""The value of the choice with which a resident leaves the queue."""


class Route(Enum):
    """What the worker does with a message."""

    BOT = "bot"
    PERSON = "person"
    BACK_TO_BOT = "back_to_bot"


def route(conversation: Conversation, content: Content) -> Route:
    """Return who answers. A message to a closed conversation is for whoever reads it: PERSON."""
    if conversation.closed_at is not None:
        return Route.PERSON
    if conversation.keeper is Keeper.BOT:
        return Route.BOT
    leaves = isinstance(content, Chose) and content.value == STOP_WAITING
    if conversation.keeper is Keeper.QUEUE and leaves:
        return Route.BACK_TO_BOT
    return Route.PERSON
