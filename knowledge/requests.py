"""The book of requests: what residents asked a council to do, each under one reference."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge.tables import insert
from knowledge.tables import requests as table

# No vowels (no words), nothing that is mistaken for another when read out or written down; and 23
# of them, a prime, so that the check below catches what it promises.
ALPHABET = "2346789BCDFGHJKMPRTVWXY"
LENGTH = 7


@dataclass(frozen=True)
class Request:
    """A service that a person asks for. `key` makes it one request however often it is lodged.

    `authority` is the slug of the council that provides the service; `fields` holds JSON values
    by the field names of knowledge/services/<service>.yml.
    """

    key: str
    service: str
    authority: str
    fields: Mapping[str, Any]


def check_character(body: str) -> str:
    """Return the character that makes one mistyped or two swapped neighbours a wrong reference:
    the sum of the places in the alphabet, weighted 1, 2, 3 ..., modulo 23."""
    total = sum((place + 1) * ALPHABET.index(c) for place, c in enumerate(body))
    return ALPHABET[total % len(ALPHABET)]


def new_reference() -> str:
    """Return a random reference such as `FD-7KQM-2XHT`, the last character being the check."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    code = body + check_character(body)
    return f"FD-{code[:4]}-{code[4:]}"


def lodge(connection: Connection, request: Request, conversation: str, now: datetime) -> str:
    """Write the request and return its reference. The same key returns the first reference."""
    while True:
        reference = new_reference()
        written = connection.execute(
            insert(connection, table)
            .values(
                reference=reference,
                key=request.key,
                service=request.service,
                authority=request.authority,
                conversation=conversation,
                fields=dict(request.fields),
                status="received",
                received_at=now,
            )
            .on_conflict_do_nothing()
        )
        if written.rowcount:
            return reference
        earlier = connection.execute(
            sa.select(table.c.reference).where(table.c.key == request.key)
        ).scalar()
        if earlier is not None:
            return str(earlier)
        # The reference itself was taken: draw another.
