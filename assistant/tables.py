"""Tables of the path of a message. Each row of theirs names the council whose data it is."""

from __future__ import annotations

import sqlalchemy as sa

from knowledge.tables import UtcTime

metadata = sa.MetaData()

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("authority", sa.String(60), nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("user", sa.String(120), nullable=False),
    sa.Column("keeper", sa.String(10), nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    # The last position given in the transcript. Whoever raises it holds the row's lock, so
    # positions become visible in their order, which ids drawn from a sequence do not.
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("agent", sa.Integer),
    sa.Column("agent_name", sa.String(60), nullable=False),
    sa.Column("state", sa.JSON, nullable=False),
    sa.Column("opened_at", UtcTime, nullable=False),
    sa.Column("changed_at", UtcTime, nullable=False, index=True),
    sa.Column("closed_at", UtcTime),
    sa.Column("outcome", sa.String(60)),
    # The worker that works on it now, and until when that is believed.
    sa.Column("held_by", sa.String(80), index=True),
    sa.Column("held_until", UtcTime),
    sa.Index("ix_conversations_person", "authority", "channel", "user", "opened_at"),
)
sa.Index(
    "one_open_conversation",
    conversations.c.authority,
    conversations.c.channel,
    conversations.c.user,
    unique=True,
    sqlite_where=conversations.c.closed_at.is_(None),
    postgresql_where=conversations.c.closed_at.is_(None),
)
sa.Index(
    "ix_conversations_agent",
    conversations.c.agent,
    sqlite_where=conversations.c.closed_at.is_(None),
    postgresql_where=conversations.c.closed_at.is_(None),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("authority", sa.String(60), nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("external_id", sa.String(200), nullable=False),
    sa.Column("conversation", sa.String(36), sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("sent_at", UtcTime, nullable=False),
    sa.Column("received_at", UtcTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("handled_at", UtcTime),
    sa.UniqueConstraint("channel", "external_id", name="one_message"),
)
sa.Index(
    "ix_inbox_waiting",
    inbox.c.id,
    sqlite_where=inbox.c.handled_at.is_(None),
    postgresql_where=inbox.c.handled_at.is_(None),
)

transcript = sa.Table(
    "transcript",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("authority", sa.String(60), nullable=False),
    sa.Column("conversation", sa.String(36), sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("speaker", sa.String(10), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    # Choices, links, source and the client's id: JSON of channels/transcript.py's words.
    sa.Column("more", sa.JSON, nullable=False),
    sa.Column("helpful", sa.Boolean),
    # What makes an entry said once: the client's id of an agent's reply.
    sa.Column("once", sa.String(120), unique=True),
    sa.UniqueConstraint("conversation", "position", name="one_position"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("authority", sa.String(60), nullable=False),
    sa.Column("conversation", sa.String(36), sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("user", sa.String(120), nullable=False),
    sa.Column("key", sa.String(120), nullable=False, unique=True),
    sa.Column("payload", sa.JSON, nullable=False),
    # The epoch a bot's words were computed under; none for an agent's words.
    sa.Column("epoch", sa.Integer),
    # waiting → sent | refused | given_up | dropped (the epoch moved on)
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("next_at", UtcTime, nullable=False),
    sa.Column("held_by", sa.String(80)),
    sa.Column("held_until", UtcTime),
    sa.Column("platform_id", sa.String(200)),
    sa.Column("failure", sa.String(80)),
)
sa.Index(
    "ix_outbox_waiting",
    outbox.c.channel,
    outbox.c.user,
    outbox.c.id,
    sqlite_where=outbox.c.state == "waiting",
    postgresql_where=outbox.c.state == "waiting",
)

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("model", sa.String(80), nullable=False),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("seen_at", UtcTime, nullable=False),
)
