"""Run by Alembic for each migration, inside the transaction that migrate.py opened."""

from __future__ import annotations

from alembic import context

from assistant.migrate import ALL_TABLES

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=list(ALL_TABLES),
    transactional_ddl=False,  # the transaction is the caller's
    render_as_batch=True,
)
context.run_migrations()
