"""Requests that were made in a conversation, as the desk shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge.tables import requests as table


@dataclass(frozen=True)
class Lodged:
    """One request. `service` and `authority` (the council that was asked) are slugs, `status` is a
    word of the request book, `fields` what was answered."""

    reference: str
    service: str
    authority: str
    status: str
    conversation: str
    received_at: datetime
    fields: Mapping[str, Any] = field(default_factory=dict)


def lodged_in(connection: Connection, conversations: Sequence[str]) -> Sequence[Lodged]:
    """Return the requests made in these conversations, latest first; at most 50."""
    rows = connection.execute(
        sa.select(table)
        .where(table.c.conversation.in_(list(conversations)))
        .order_by(table.c.received_at.desc())
        .limit(50)
    )
    return [
        Lodged(
            row.reference,
            row.service,
            row.authority,
            row.status,
            row.conversation,
            row.received_at,
            row.fields,
        )
        for row in rows
    ]
