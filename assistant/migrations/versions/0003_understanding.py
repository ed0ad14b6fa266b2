"""Understanding: emergencies first, service alerts, and what could not be answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from knowledge.tables import UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("queue") as batch_op:
        batch_op.add_column(sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.String(length=60), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("starts_at", UtcTime, nullable=False),
        sa.Column("ends_at", UtcTime, nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.Column("withdrawn_by", sa.String(length=60), nullable=True),
        sa.Column("withdrawn_at", UtcTime, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_alerts_authority", "alerts", ["authority"])
    op.create_table(
        "wordings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article", sa.String(length=60), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("added_by", sa.String(length=60), nullable=False),
        sa.Column("added_at", UtcTime, nullable=False),
        sa.Column("withdrawn_at", UtcTime, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("article", "words"),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_drafts_authority", "drafts", ["authority"])
    op.create_table(
        "gap_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.String(length=60), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("centre", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("changed_by", sa.String(length=60), nullable=True),
        sa.Column("changed_at", UtcTime, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_gap_groups_authority", "gap_groups", ["authority"])
    op.create_table(
        "gaps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.String(length=60), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("group", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["group"], ["gap_groups.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_gaps_authority_at", "gaps", ["authority", "at"])
    op.create_index("ix_gaps_group", "gaps", ["group"])


def downgrade() -> None:
    for table in ("gaps", "gap_groups", "drafts", "wordings", "alerts"):
        op.drop_table(table)
    with op.batch_alter_table("queue") as batch_op:
        batch_op.drop_column("priority")
