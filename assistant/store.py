"""The database: one transaction at a time, committed whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import QueuePool

T = TypeVar("T")
READ_THREADS = 4


class Store:
    """SQLite (WAL) or PostgreSQL, by URL. Safe to share between threads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        # SQLite has one writer: queueing here, in memory, is quicker than its sleeping retries.
        writers = 1 if self.is_sqlite else READ_THREADS
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="write")
        self._readers = ThreadPoolExecutor(READ_THREADS, thread_name_prefix="read")

    @property
    def is_sqlite(self) -> bool:
        return bool(self.engine.dialect.name == "sqlite")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that may write. It is rolled back when the block raises."""
        with self.engine.connect() as connection:
            if self.is_sqlite:
                # Ask for the write lock now: a transaction that read first and is then refused the
                # lock cannot wait for it.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent look at the database."""
        with self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            yield connection

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one writing transaction, off the event loop; return after the commit.

        Two transactions that meet at a unique key: the one that is refused runs once more, and
        then finds what the other has written.
        """

        def in_thread() -> T:
            try:
                with self.write() as connection:
                    return work(connection)
            except IntegrityError:
                with self.write() as connection:
                    return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self._writers, in_thread)

    async def look(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which only reads a few rows. Off the event loop, when the database is: SQLite
        answers sooner than a thread could be asked, and its readers wait for nobody."""

        def in_thread() -> T:
            with self.read() as connection:
                return work(connection)

        if self.is_sqlite:
            return in_thread()

        return await asyncio.get_running_loop().run_in_executor(self._readers, in_thread)

    def close(self) -> None:
        """Wait for what is under way, then let go of the database."""
        self._writers.shutdown()
        self._readers.shutdown()
        self.engine.dispose()


def insert(connection: Connection, table: sa.Table) -> Any:
    """Return an INSERT of the connection's dialect, which has `on_conflict_do_nothing`."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return sa.create_engine(url, future=True, pool_pre_ping=True, pool_size=8, max_overflow=8)
    engine = sa.create_engine(
        url,
        future=True,
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=8,
        connect_args={"check_same_thread": False, "timeout": 20},
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # pysqlite's own transactions commit at odd moments: say BEGIN ourselves.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        # FULL: what a webhook was told is kept survives a power cut, not only a crash.
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA busy_timeout=20000")

    return engine
