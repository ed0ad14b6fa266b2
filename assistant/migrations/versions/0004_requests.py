"""Requests: who made them, what became of them, what other systems were asked, booked times."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from knowledge.tables import UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def added() -> tuple[sa.Column, ...]:
    return (
        sa.Column("channel", sa.String(length=20), nullable=False, server_default=""),
        sa.Column("user", sa.String(length=120), nullable=False, server_default=""),
        sa.Column("updates", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("spot", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("joins", sa.String(length=20), nullable=False, server_default=""),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("assigned_to", sa.String(length=60), nullable=False, server_default=""),
        sa.Column("changed_at", UtcTime, nullable=True),
        sa.Column("closed_at", UtcTime, nullable=True),
    )


def upgrade() -> None:
    with op.batch_alter_table("requests") as batch_op:
        for column in added():
            batch_op.add_column(column)
    op.execute("UPDATE requests SET changed_at = received_at")
    with op.batch_alter_table("requests") as batch_op:
        batch_op.alter_column("changed_at", existing_type=UtcTime, nullable=False)
    op.create_index("ix_requests_channel_user", "requests", ["channel", "user"])
    op.create_index("ix_requests_service_spot", "requests", ["service", "spot"])
    op.create_index("ix_requests_authority_changed_at", "requests", ["authority", "changed_at"])
    op.create_index(
        "ix_requests_authority_status_changed_at", "requests", ["authority", "status", "changed_at"]
    )
    op.create_table(
        "request_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("authority", sa.String(length=60), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["reference"], ["requests.reference"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_request_events_reference", "request_events", ["reference"])
    op.create_table(
        "submissions",
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("authority", sa.String(length=60), nullable=False),
        sa.Column("endpoint", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcTime, nullable=True),
        sa.Column("held_by", sa.String(length=80), nullable=True),
        sa.Column("held_until", UtcTime, nullable=True),
        sa.Column("posted_at", UtcTime, nullable=True),
        sa.Column("listed_at", UtcTime, nullable=True),
        sa.Column("token", sa.String(length=200), nullable=False),
        sa.Column("their_id", sa.String(length=200), nullable=False),
        sa.Column("their_status", sa.String(length=20), nullable=False),
        sa.Column("their_words", sa.Text(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.Column("changed_at", UtcTime, nullable=False),
        sa.ForeignKeyConstraint(["reference"], ["requests.reference"]),
        sa.PrimaryKeyConstraint("reference"),
    )
    op.create_index("ix_submissions_state_next_at", "submissions", ["state", "next_at"])
    op.create_index("ix_submissions_endpoint_posted_at", "submissions", ["endpoint", "posted_at"])
    op.create_table(
        "appointments",
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("authority", sa.String(length=60), nullable=False),
        sa.Column("office", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("starts_at", UtcTime, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("reminded_at", UtcTime, nullable=True),
        sa.ForeignKeyConstraint(["reference"], ["requests.reference"]),
        sa.PrimaryKeyConstraint("reference"),
        sa.UniqueConstraint("authority", "office", "about", "starts_at", "seat"),
    )
    op.create_index("ix_appointments_starts_at", "appointments", ["starts_at"])


def downgrade() -> None:
    for table in ("appointments", "submissions", "request_events"):
        op.drop_table(table)
    for name in (
        "channel_user",
        "service_spot",
        "authority_changed_at",
        "authority_status_changed_at",
    ):
        op.drop_index(f"ix_requests_{name}", "requests")
    with op.batch_alter_table("requests") as batch_op:
        for column in reversed(added()):
            batch_op.drop_column(column.name)
