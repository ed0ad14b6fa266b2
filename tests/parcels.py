"""Parcels, and a clock, for tests of delivery."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from assistant import conversations as book
from assistant import outbox, receipts
from assistant.conversation import Conversation
from assistant.delivery import Delivery
from assistant.store import Store
from assistant.tables import outbox as table
from channels.channel import Receipt
from tests.paths import DOOR, NOON, accept


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time

    def turn(self, **span: float) -> None:
        self.time += timedelta(**span)


def put(
    store: Store,
    text: str,
    user: str = "ada",
    epoch: int | None = 0,
    position: int | None = 1,
) -> Conversation:
    """Put a parcel that says the text, under the key `key-<text>`."""
    conversation_id = accept(store, "Hello", number=text, user=user)
    with store.write() as connection:
        conversation = book.load(connection, conversation_id)
        outbox.put(
            connection,
            conversation,
            {"text": text},
            f"key-{text}",
            NOON,
            epoch=epoch,
            position=position,
        )
    return conversation


def rows(store: Store) -> list[Any]:
    """Every parcel, in the order they were put."""
    with store.read() as connection:
        return list(connection.execute(sa.select(table).order_by(table.c.id)))


def states(store: Store) -> list[str]:
    return [row.state for row in rows(store)]


def one(store: Store) -> Mapping[str, Any]:
    """The only parcel there is."""
    [row] = rows(store)
    fields: Mapping[str, Any] = row._mapping
    return fields


def told(
    store: Store, status: str, *, key: str = "", platform_id: str = "", reason: str = ""
) -> bool:
    """The platform says what became of a parcel."""
    receipt = Receipt(platform_id, status, NOON, reason, key)
    with store.write() as connection:
        return receipts.received(connection, DOOR, "pushed", receipt, NOON) is not None


async def deliver_all(delivery: Delivery) -> None:
    """Send what can be sent now."""
    while await delivery.deliver_one():
        pass
