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
    # The address that was written from last: where an answer goes.
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
    sa.Index("ix_conversations_address", "authority", "channel", "user", "opened_at"),
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

# The addresses that took part in a conversation which went on at another one. A conversation that
# had one address only, like most, is in no row here.
threads = sa.Table(
    "threads",
    metadata,
    sa.Column("authority", sa.String(60), nullable=False),
    sa.Column("conversation", sa.String(36), sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("channel", sa.String(20), primary_key=True),
    sa.Column("user", sa.String(120), primary_key=True),
    sa.Index("ix_threads_address", "channel", "user", "authority"),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("authority", sa.String(60), nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("user", sa.String(120), nullable=False),
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

# Other ids under which a message has come: some platforms hand one on twice (see Notify).
also_known_as = sa.Table(
    "also_known_as",
    metadata,
    sa.Column("authority", sa.String(60), nullable=False),
    sa.Column("channel", sa.String(20), primary_key=True),
    sa.Column("external_id", sa.String(200), primary_key=True),
    sa.Column("inbox", sa.Integer, sa.ForeignKey("inbox.id"), nullable=False, index=True),
)

transcript = sa.Table(
    "transcript",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("authority", sa.String(60), nullable=False),
    sa.Column("conversation", sa.String(36), sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    # Which of the person's addresses wrote it, or reads it: each sees its own thread only.
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("user", sa.String(120), nullable=False),
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
    # The entry of the transcript that it says; none for what only this address may read.
    sa.Column("position", sa.Integer),
    sa.Column("key", sa.String(120), nullable=False, unique=True),
    sa.Column("payload", sa.JSON, nullable=False),
    # The epoch a bot's words were computed under; none for an agent's words.
    sa.Column("epoch", sa.Integer),
    # waiting ↔ held (until the person writes again) → sent | refused | given_up | dropped (the
    # epoch moved on) | discarded (by staff). A receipt of failure makes sent refused.
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    # Whether the last attempt may have arrived: ask the platform before trying again.
    sa.Column("unsure", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("next_at", UtcTime, nullable=False),
    sa.Column("sent_at", UtcTime),
    # What the platform says became of it: sent, delivered, read or failed.
    sa.Column("receipt", sa.String(10)),
    sa.Column("receipt_at", UtcTime),
    sa.Column("held_by", sa.String(80)),
    sa.Column("held_until", UtcTime),
    sa.Column("platform_id", sa.String(200)),
    sa.Column("failure", sa.String(80)),
    # Who discarded it, and why.
    sa.Column("agent", sa.Integer),
    sa.Column("reason", sa.String(200)),
    sa.Index("ix_outbox_platform_id", "channel", "platform_id"),
    sa.Index("ix_outbox_conversation", "conversation", "position"),
)
for _state in ("waiting", "held"):
    sa.Index(
        f"ix_outbox_{_state}",
        outbox.c.channel,
        outbox.c.user,
        outbox.c.id,
        sqlite_where=outbox.c.state == _state,
        postgresql_where=outbox.c.state == _state,
    )
sa.Index(
    "ix_outbox_due",
    outbox.c.next_at,
    outbox.c.id,
    sqlite_where=outbox.c.state == "waiting",
    postgresql_where=outbox.c.state == "waiting",
)
sa.Index(
    "ix_outbox_undelivered",
    outbox.c.authority,
    outbox.c.id,
    sqlite_where=outbox.c.state.in_(["refused", "given_up"]),
    postgresql_where=outbox.c.state.in_(["refused", "given_up"]),
)

# A platform that fails: nothing is sent to that council's account there before `open_until`.
circuits = sa.Table(
    "circuits",
    metadata,
    sa.Column("authority", sa.String(60), primary_key=True),
    sa.Column("channel", sa.String(20), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("since", UtcTime, nullable=False),
    sa.Column("open_until", UtcTime, nullable=False),
    sa.Column("reason", sa.String(80), nullable=False),
)

# Addresses that asked us to send nothing more. `told`: they have been told once since then.
opt_outs = sa.Table(
    "opt_outs",
    metadata,
    sa.Column("authority", sa.String(60), primary_key=True),
    sa.Column("channel", sa.String(20), primary_key=True),
    sa.Column("user", sa.String(120), primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("told", sa.Boolean, nullable=False),
)

# One person's addresses, whichever council's door they are used at. Who has only one is in no row
# here. `authority` is the council where they were linked.
contact_points = sa.Table(
    "contact_points",
    metadata,
    sa.Column("authority", sa.String(60), nullable=False),
    sa.Column("channel", sa.String(20), primary_key=True),
    sa.Column("user", sa.String(120), primary_key=True),
    sa.Column("person", sa.String(36), nullable=False, index=True),
    sa.Column("linked_at", UtcTime, nullable=False),
)

# What was linked and unlinked, how and by whom: never changed, only added to.
link_events = sa.Table(
    "link_events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("authority", sa.String(60), nullable=False),
    sa.Column("person", sa.String(36), nullable=False, index=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("user", sa.String(120), nullable=False),
    # linked | unlinked
    sa.Column("what", sa.String(10), nullable=False),
    # code | agent
    sa.Column("how", sa.String(10), nullable=False),
    sa.Column("agent", sa.Integer),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

# Codes that were sent to one address, to be typed in at another.
link_codes = sa.Table(
    "link_codes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("authority", sa.String(60), nullable=False),
    # Where it is to be typed, and where it was sent.
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("user", sa.String(120), nullable=False),
    sa.Column("to_channel", sa.String(20), nullable=False),
    sa.Column("to_user", sa.String(120), nullable=False),
    # A keyed hash: a copy of the database gives away no code.
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("used_at", UtcTime),
    sa.Index("ix_link_codes_asker", "authority", "channel", "user", "made_at"),
    sa.Index("ix_link_codes_to", "to_channel", "to_user", "made_at"),
)

# Files that residents sent. `file` is a random name in the data folder, out of the web's reach.
attachments = sa.Table(
    "attachments",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("authority", sa.String(60), nullable=False),
    sa.Column("conversation", sa.String(36), sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    # Where the platform keeps it: an address or an id, only for the channel's fetch.
    sa.Column("url", sa.String(2000), nullable=False),
    # waiting → kept | refused (size, type, virus) | given_up (could not be fetched)
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", UtcTime, nullable=False),
    sa.Column("held_by", sa.String(80)),
    sa.Column("held_until", UtcTime),
    sa.Column("file", sa.String(60)),
    # What the bytes are, not what the platform said that they are.
    sa.Column("media_type", sa.String(80)),
    sa.Column("size", sa.Integer),
    sa.Column("failure", sa.String(80)),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Index("ix_attachments_conversation", "conversation", "position"),
)
sa.Index(
    "ix_attachments_waiting",
    attachments.c.next_at,
    sqlite_where=attachments.c.state == "waiting",
    postgresql_where=attachments.c.state == "waiting",
)

# When something that is done now and then by one worker was last done.
chores = sa.Table(
    "chores",
    metadata,
    sa.Column("name", sa.String(120), primary_key=True),
    sa.Column("done_at", UtcTime, nullable=False),
)

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("model", sa.String(80), nullable=False),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("seen_at", UtcTime, nullable=False),
)
