"""Every channel: threads of a person's addresses, receipts, what asks to stop, files, and codes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from knowledge.tables import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chores",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("done_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "circuits",
        sa.Column("authority", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", UtcTime, nullable=False),
        sa.Column("open_until", UtcTime, nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("authority", "channel"),
    )
    op.create_table(
        "contact_points",
        sa.Column("authority", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("user", sa.String(length=120), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("linked_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("channel", "user"),
    )
    with op.batch_alter_table("contact_points", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_points_person"), ["person"], unique=False)

    op.create_table(
        "link_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("user", sa.String(length=120), nullable=False),
        sa.Column("to_channel", sa.String(length=20), nullable=False),
        sa.Column("to_user", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", UtcTime, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("link_codes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_link_codes_asker", ["authority", "channel", "user", "made_at"], unique=False
        )
        batch_op.create_index(
            "ix_link_codes_to", ["to_channel", "to_user", "made_at"], unique=False
        )

    op.create_table(
        "link_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.String(length=60), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("user", sa.String(length=120), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("agent", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("link_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_events_person"), ["person"], unique=False)

    op.create_table(
        "opt_outs",
        sa.Column("authority", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("user", sa.String(length=120), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "channel", "user"),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("authority", sa.String(length=60), nullable=False),
        sa.Column("conversation", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcTime, nullable=False),
        sa.Column("held_by", sa.String(length=80), nullable=True),
        sa.Column("held_until", UtcTime, nullable=True),
        sa.Column("file", sa.String(length=60), nullable=True),
        sa.Column("media_type", sa.String(length=80), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("failure", sa.String(length=80), nullable=True),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"],
            ["conversations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attachments_conversation", ["conversation", "position"], unique=False
        )
        batch_op.create_index(
            "ix_attachments_waiting",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "threads",
        sa.Column("authority", sa.String(length=60), nullable=False),
        sa.Column("conversation", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("user", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"]),
        sa.PrimaryKeyConstraint("conversation", "channel", "user"),
    )
    op.create_index("ix_threads_address", "threads", ["channel", "user", "authority"])
    op.create_table(
        "also_known_as",
        sa.Column("authority", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("inbox", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inbox"],
            ["inbox.id"],
        ),
        sa.PrimaryKeyConstraint("channel", "external_id"),
    )
    with op.batch_alter_table("also_known_as", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_also_known_as_inbox"), ["inbox"], unique=False)

    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conversations_person"))
        batch_op.create_index(
            "ix_conversations_address", ["authority", "channel", "user", "opened_at"], unique=False
        )

    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("user", sa.String(length=120), nullable=False, server_default="")
        )

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("position", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("unsure", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("sent_at", UtcTime, nullable=True))
        batch_op.add_column(sa.Column("receipt", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("receipt_at", UtcTime, nullable=True))
        batch_op.add_column(sa.Column("agent", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.String(length=200), nullable=True))
        batch_op.create_index(
            "ix_outbox_due",
            ["next_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index("ix_outbox_conversation", ["conversation", "position"], unique=False)
        batch_op.create_index(
            "ix_outbox_held",
            ["channel", "user", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        )
        batch_op.create_index("ix_outbox_platform_id", ["channel", "platform_id"], unique=False)
        batch_op.create_index(
            "ix_outbox_undelivered",
            ["authority", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('refused', 'given_up')"),
            postgresql_where=sa.text("state IN ('refused', 'given_up')"),
        )

    with op.batch_alter_table("transcript", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("channel", sa.String(length=20), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("user", sa.String(length=120), nullable=False, server_default="")
        )

    _give_every_row_its_address()


def _give_every_row_its_address() -> None:
    """Until now a conversation had one address: it is that of all its messages and entries."""
    conversations = _rows("conversations", "id")
    for name, columns in (("inbox", ("user",)), ("transcript", ("channel", "user"))):
        rows = _rows(name, "conversation")
        values = {
            column: sa.select(conversations.c[column])
            .where(conversations.c.id == rows.c.conversation)
            .scalar_subquery()
            for column in columns
        }
        op.execute(sa.update(rows).values(values))


def _rows(table: str, key: str) -> sa.sql.TableClause:
    return sa.table(table, sa.column(key), sa.column("channel"), sa.column("user"))


def downgrade() -> None:
    with op.batch_alter_table("transcript") as batch_op:
        batch_op.drop_column("user")
        batch_op.drop_column("channel")
    with op.batch_alter_table("outbox") as batch_op:
        for index in ("undelivered", "platform_id", "held", "due", "conversation"):
            batch_op.drop_index(f"ix_outbox_{index}")
        for column in ("reason", "agent", "receipt_at", "receipt", "sent_at", "unsure", "position"):
            batch_op.drop_column(column)
    with op.batch_alter_table("inbox") as batch_op:
        batch_op.drop_column("user")
    with op.batch_alter_table("conversations") as batch_op:
        batch_op.drop_index("ix_conversations_address")
        batch_op.create_index(
            "ix_conversations_person", ["authority", "channel", "user", "opened_at"], unique=False
        )
    for table in (
        "threads",
        "also_known_as",
        "attachments",
        "opt_outs",
        "link_events",
        "link_codes",
        "contact_points",
        "circuits",
        "chores",
    ):
        op.drop_table(table)
