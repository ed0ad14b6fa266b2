"""Finds the choice that a person means: by its number, its words, or the button they pressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.engine import Connection

from assistant import transcript
from assistant.conversation import Keeper
from assistant.inbox import Work
from assistant.router import STOP_WAITING
from channels.choices import read_choice
from channels.messages import Choice, Chose, Content, InboundMessage, Said

NUMBERED = "#"
"""Before the number of a choice whose value was too long for a button."""
LOOKS_BACK = 20
"""Entries back to which a button may belong: a long conversation costs no more."""
LOOKS_BACK_WAITING = 200
"""The same while somebody waits for a person: they can stop waiting at any time."""


def as_meant(connection: Connection, work: Work) -> InboundMessage:
    """Return the message with the choice that is meant by it, if it is one of those offered."""
    message, conversation = work.message, work.conversation
    waits = conversation.keeper is Keeper.QUEUE
    back = LOOKS_BACK_WAITING if waits else LOOKS_BACK
    offered = transcript.offered(connection, conversation, message.sender, back)
    if not waits:
        # Who does not wait cannot stop it: a "1" is an answer to the bot, or to an agent.
        offered = [tuple(c for c in its if c.value != STOP_WAITING) for its in offered]
    return replace(message, content=read_back(message.content, offered))


def read_back(content: Content, offered: Sequence[tuple[Choice, ...]]) -> Content:
    """Return the choice that is meant, or the content as it came.

    `offered` is what the latest things said offered, the latest first. Typed words can mean only
    what that one offered: "2" may be the answer to a question that came after a list. A button can
    be of any of them; one that was never offered counts as its words.
    """
    if isinstance(content, Said) and offered:
        choice = read_choice(content.text, offered[0])
        return Chose(choice.value, choice.label) if choice else content
    if isinstance(content, Chose):
        choice = next((c for choices in offered if (c := _pressed(content, choices))), None)
        return Chose(choice.value, choice.label) if choice else Said(content.label)
    return content


def _pressed(content: Chose, choices: tuple[Choice, ...]) -> Choice | None:
    number = content.value.removeprefix(NUMBERED)
    if content.value.startswith(NUMBERED) and number.isdecimal():
        place = int(number) - 1
        choice = choices[place] if 0 <= place < len(choices) else None
        # The label tells it from a choice of the same number in another reply.
        return choice if choice and content.label in ("", choice.label) else None
    return next((choice for choice in choices if choice.value == content.value), None)
