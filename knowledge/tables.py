"""Tables of the knowledge side: requests, what is happening now, and what could not be answered."""

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
    # Empty for what came from another system.
    sa.Column("conversation", sa.String(36), nullable=False, index=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("user", sa.String(120), nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("updates", sa.Boolean, nullable=False),
    sa.Column("spot", sa.String(200), nullable=False),
    sa.Column("latitude", sa.Float),
    sa.Column("longitude", sa.Float),
    sa.Column("joins", sa.String(20), nullable=False),
    sa.Column("due_on", sa.Date),
    sa.Column("assigned_to", sa.String(60), nullable=False),
    sa.Column("received_at", UtcTime, nullable=False),
    sa.Column("changed_at", UtcTime, nullable=False),
    sa.Column("closed_at", UtcTime),
    sa.Index("ix_requests_channel_user", "channel", "user"),
    sa.Index("ix_requests_service_spot", "service", "spot"),
    sa.Index("ix_requests_authority_changed_at", "authority", "changed_at"),
    sa.Index("ix_requests_authority_status_changed_at", "authority", "status", "changed_at"),
)

request_events = sa.Table(
    "request_events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("reference", sa.ForeignKey("requests.reference"), nullable=False, index=True),
    sa.Column("authority", sa.String(60), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("what", sa.String(20), nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("shown", sa.Boolean, nullable=False),
)

# What another system was asked to do for a request of ours: knowledge/submissions.py.
submissions = sa.Table(
    "submissions",
    metadata,
    sa.Column("reference", sa.ForeignKey("requests.reference"), primary_key=True),
    sa.Column("authority", sa.String(60), nullable=False),
    sa.Column("endpoint", sa.String(60), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", UtcTime),
    sa.Column("held_by", sa.String(80)),
    sa.Column("held_until", UtcTime),
    sa.Column("posted_at", UtcTime),
    sa.Column("listed_at", UtcTime),
    sa.Column("token", sa.String(200), nullable=False),
    sa.Column("their_id", sa.String(200), nullable=False),
    sa.Column("their_status", sa.String(20), nullable=False),
    sa.Column("their_words", sa.Text, nullable=False),
    sa.Column("error", sa.String(200), nullable=False),
    sa.Column("changed_at", UtcTime, nullable=False),
    sa.Index("ix_submissions_state_next_at", "state", "next_at"),
    sa.Index("ix_submissions_endpoint_posted_at", "endpoint", "posted_at"),
)

# Booked times only: one that is cancelled is free again, and stands in the request's events.
appointments = sa.Table(
    "appointments",
    metadata,
    sa.Column("reference", sa.ForeignKey("requests.reference"), primary_key=True),
    sa.Column("authority", sa.String(60), nullable=False),
    sa.Column("office", sa.String(60), nullable=False),
    sa.Column("about", sa.String(60), nullable=False),
    sa.Column("starts_at", UtcTime, nullable=False, index=True),
    sa.Column("minutes", sa.Integer, nullable=False),
    # One of those that the office has for this at that time, counted from 0.
    sa.Column("seat", sa.Integer, nullable=False),
    sa.Column("reminded_at", UtcTime),
    sa.UniqueConstraint("authority", "office", "about", "starts_at", "seat"),
)

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("authority", sa.String(60), nullable=False, index=True),
    # Slugs of what it is about: a JSON list, empty for everything.
    sa.Column("topics", sa.JSON, nullable=False),
    sa.Column("text", sa.String(300), nullable=False),
    sa.Column("starts_at", UtcTime, nullable=False),
    sa.Column("ends_at", UtcTime, nullable=False),
    sa.Column("made_by", sa.String(60), nullable=False),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("withdrawn_by", sa.String(60)),
    sa.Column("withdrawn_at", UtcTime),
)

# What people say when they mean an article, added by officers since it was written.
wordings = sa.Table(
    "wordings",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("article", sa.String(60), nullable=False),
    sa.Column("words", sa.String(300), nullable=False),
    sa.Column("added_by", sa.String(60), nullable=False),
    sa.Column("added_at", UtcTime, nullable=False),
    sa.Column("withdrawn_at", UtcTime),
    sa.UniqueConstraint("article", "words"),
)

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("authority", sa.String(60), nullable=False, index=True),
    sa.Column("title", sa.String(120), nullable=False),
    # A whole article file, as knowledge/articles.py reads it, with gaps for the officer to fill.
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("made_by", sa.String(60), nullable=False),
    sa.Column("made_at", UtcTime, nullable=False),
)

gap_groups = sa.Table(
    "gap_groups",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("authority", sa.String(60), nullable=False, index=True),
    # The question that stands for the others: the one nearest to their middle.
    sa.Column("words", sa.String(300), nullable=False),
    # The mean of their embeddings: float32 [384], of unit length, little-endian.
    sa.Column("centre", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),  # open, done, dismissed
    sa.Column("changed_by", sa.String(60)),
    sa.Column("changed_at", UtcTime),
)

gaps = sa.Table(
    "gaps",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("authority", sa.String(60), nullable=False),
    sa.Column("words", sa.String(300), nullable=False),  # masked: knowledge/masking.py
    sa.Column("topic", sa.String(60), nullable=False),  # the likeliest, often empty
    sa.Column("outcome", sa.String(20), nullable=False),  # unanswered, not_helpful, person
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("group", sa.Integer, sa.ForeignKey("gap_groups.id"), index=True),
    sa.Index("ix_gaps_authority_at", "authority", "at"),
)
