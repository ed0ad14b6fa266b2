"""Tables of the desk: who works there, who is signed in, and who waits."""

from __future__ import annotations

import sqlalchemy as sa

from knowledge.tables import UtcTime

metadata = sa.MetaData()

agents = sa.Table(
    "agents",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("authority", sa.String(60), nullable=False, index=True),
    # Slugs of the councils whose conversations this agent may see: a JSON list.
    sa.Column("covers", sa.JSON, nullable=False),
    sa.Column("username", sa.String(60), nullable=False, unique=True),
    sa.Column("first_name", sa.String(60), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("password", sa.String(200), nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
)

desk_sessions = sa.Table(
    "desk_sessions",
    metadata,
    # SHA-256 of the cookie: a copy of the database signs nobody in.
    sa.Column("token", sa.String(64), primary_key=True),
    sa.Column("authority", sa.String(60), nullable=False),
    sa.Column("agent", sa.Integer, sa.ForeignKey("agents.id"), nullable=False, index=True),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("seen_at", UtcTime, nullable=False),
)

sign_in_failures = sa.Table(
    "sign_in_failures",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    # A keyed hash of the user name or of the network address that failed.
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Index("ix_sign_in_failures_subject_at", "subject", "at"),
)

queue = sa.Table(
    "queue",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("authority", sa.String(60), nullable=False),
    sa.Column("conversation", sa.String(36), nullable=False),
    sa.Column("handover", sa.JSON, nullable=False),
    # handoff/queue.py: an emergency is taken before everybody who waits already.
    sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
    sa.Column("joined_at", UtcTime, nullable=False),
    sa.Column("taken_at", UtcTime),
    sa.Column("agent", sa.Integer, sa.ForeignKey("agents.id")),
    sa.Column("left_at", UtcTime),
    sa.Column("outcome", sa.String(60)),
)
sa.Index(
    "one_place_in_the_queue",
    queue.c.conversation,
    unique=True,
    sqlite_where=queue.c.left_at.is_(None),
    postgresql_where=queue.c.left_at.is_(None),
)
sa.Index(
    "ix_queue_waiting",
    queue.c.authority,
    queue.c.id,
    sqlite_where=queue.c.left_at.is_(None),
    postgresql_where=queue.c.left_at.is_(None),
)
