"""Short ways through the path of a message, for tests."""

from __future__ import annotations

from datetime import datetime, timezone

import sqlalchemy as sa

from assistant import inbox, transcript
from assistant.nudge import Nudge, Nudges
from assistant.store import Store
from assistant.tables import inbox as inbox_table
from channels.messages import Address, InboundMessage, Said
from channels.transcript import Entry

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
DOOR = "ashcombe"


class SilentNudges(Nudges):
    """Nudges that all get lost: everything must work without them."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Nudge]] = []

    def send(self, role: str, nudge: Nudge) -> None:
        self.sent.append((role, nudge))

    def close(self) -> None: ...


def message(
    text: str, number: str = "1", user: str = "ada", channel: str = "pushed"
) -> InboundMessage:
    """A message of a user; its external id is the user's and the number."""
    return InboundMessage(Address(channel, user), f"{user}:{number}", Said(text), NOON)


def accept(
    store: Store, text: str, number: str = "1", user: str = "ada", channel: str = "pushed"
) -> str:
    """Keep a message; return its conversation."""
    with store.write() as connection:
        conversation = inbox.accept(connection, DOOR, message(text, number, user, channel), NOON)
    assert conversation is not None
    return conversation.id


def entries(store: Store, conversation: str) -> list[Entry]:
    with store.read() as connection:
        return list(transcript.entries(connection, conversation))


def lines(store: Store, conversation: str) -> list[tuple[str, str]]:
    """Who said what, in order."""
    return [(entry.speaker.value, entry.text) for entry in entries(store, conversation)]


def unhandled(store: Store) -> int:
    with store.read() as connection:
        query = sa.select(sa.func.count()).where(inbox_table.c.handled_at.is_(None))
        return int(connection.execute(query).scalar_one())
