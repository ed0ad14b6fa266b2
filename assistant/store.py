"""The database: one transaction at a time, committed whole or not at all."""

from __future__ import annotations

import asyncio
import fcntl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import QueuePool

from assistant.together import WritesTogether

T = TypeVar("T")
THREADS = 8
DEADLOCK = "40P01"
"""PostgreSQL's code for two transactions that each wait for the other: one of them is ended."""


class Store:
    """SQLite (WAL) or PostgreSQL, by URL. Safe to share between threads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="store")
        self._together = WritesTogether(self.write)
        self._thread_lock = threading.Lock()
        self._lock_file = _lock_beside(self.engine.url.database) if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        return bool(self.engine.dialect.name == "sqlite")

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        """One transaction that may write. It is rolled back when the block raises.

        What is not `durable` outlives the death of any process, but not always a power cut: whole,
        or not at all, it may then not have happened. PostgreSQL keeps everything.
        """
        with self._turn_to_write(), self.engine.connect() as connection:
            if self.is_sqlite:
                level = "FULL" if durable else "NORMAL"
                connection.exec_driver_sql(f"PRAGMA synchronous={level}")
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
    def _turn_to_write(self) -> Iterator[None]:
        """Wait for the other writers of a SQLite file, of this process and of others.

        SQLite itself waits by sleeping, for up to 100 ms at a time; the kernel wakes who waits for
        a lock on a file as soon as it is free, also when its holder is killed.
        """
        if self._lock_file is None:
            yield
            return
        with self._thread_lock:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._lock_file, fcntl.LOCK_UN)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A look at the database. Each statement sees all that was committed before it."""
        with self.engine.connect() as connection:
            yield connection

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one writing transaction, off the event loop; return after the commit.

        Writes to SQLite that wait at the same moment are committed together. On PostgreSQL they run
        beside each other, and two may meet at a unique key, or each wait for what the other has
        locked: the one that is refused runs once more, and then finds what the other has written.
        """
        if self.is_sqlite:
            result: T = await asyncio.wrap_future(self._together.submit(work))
            return result

        def in_thread() -> T:
            try:
                with self.write() as connection:
                    return work(connection)
            except DBAPIError as error:
                if not isinstance(error, IntegrityError) and _code_of(error) != DEADLOCK:
                    raise
                with self.write() as connection:
                    return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self._threads, in_thread)

    async def look(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which only reads a few rows. Off the event loop, when the database is: SQLite
        answers sooner than a thread could be asked, and its readers wait for nobody."""

        def in_thread() -> T:
            with self.read() as connection:
                return work(connection)

        if self.is_sqlite:
            return in_thread()

        return await asyncio.get_running_loop().run_in_executor(self._threads, in_thread)

    def close(self) -> None:
        """Wait for what is under way, then let go of the database."""
        self._together.close()
        self._threads.shutdown()
        self.engine.dispose()
        if self._lock_file is not None:
            self._lock_file.close()


def _code_of(error: DBAPIError) -> str | None:
    """Return PostgreSQL's own code of the error, None when it gave none."""
    return getattr(error.orig, "pgcode", None)


def _lock_beside(database: str | None) -> IO[bytes]:
    """Open the file whose lock the writers of that database hand on; make it and its folder."""
    file = Path(f"{database}.lock")
    file.parent.mkdir(parents=True, exist_ok=True)
    return file.open("ab")


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
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA busy_timeout=20000")

    return engine
