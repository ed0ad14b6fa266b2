"""Tables of the knowledge side: the book of requests."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData()


def insert(connection: Connection, table: sa.Table) -> Any:
    """Return an INSERT of the connection's dialect, which has `on_conflict_do_nothing`."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


class UtcTime(TypeDecorator):
    """An aware time in UTC, on databases that keep the zone and on those that drop it (SQLite)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return (
            value.astimezone(timezone.utc) if value.tzinfo else value.replace(tzinfo=timezone.utc)
        )


requests = sa.Table(
    "requests",
    metadata,
    sa.Column("reference", sa.String(20), primary_key=True),
    sa.Column("key", sa.String(120), nullable=False, unique=True),
    sa.Column("authority", sa.String(60), nullable=False, index=True),
    sa.Column("service", sa.String(60), nullable=False),
    sa.Column("conversation", sa.String(36), nullable=False, index=True),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("received_at", UtcTime, nullable=False),
)
