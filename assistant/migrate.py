"""Brings the database to the shape that this version needs, step by step."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection

import assistant.tables
import handoff.tables
import knowledge.tables
from assistant.store import Store

MIGRATIONS = Path(__file__).parent / "migrations"
ALL_TABLES = (assistant.tables.metadata, handoff.tables.metadata, knowledge.tables.metadata)
LOCK = 0x46524F4E54  # "FRONT": any number that is ours alone in the database


def migrate(store: Store) -> None:
    """Upgrade to the newest version; nothing happens when it is there already.

    Two processes may start at once: the second waits, then finds nothing to do.
    """
    with store.write() as connection:
        if not store.is_sqlite:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        command.upgrade(_config(connection), "head")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
