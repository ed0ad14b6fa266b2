"""Commits writes that wait at the same moment together: one lock, one fsync for all of them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy.engine import Connection

Work = Callable[[Connection], Any]
MOST = 64
"""Writes in one transaction: the first of them waits for the last."""


class WritesTogether:
    """A thread that runs writes in the order they come.

    Each runs under a savepoint of its own: one that raises takes none of the others with it. A
    future is done only after the commit. Who no longer waits for one stops no other: work that has
    not begun is left out, and what has begun is finished.
    """

    def __init__(self, transaction: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._transaction = transaction
        self._waiting: queue.SimpleQueue[tuple[Work, Future[Any]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def submit(self, work: Work) -> Future[Any]:
        """Run the work soon; return what will be its result, or what it raised."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="writes", daemon=True)
            self._thread.start()
        future: Future[Any] = Future()
        self._waiting.put((work, future))
        return future

    def close(self) -> None:
        """Finish what waits, then end the thread."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch = [first]
            while len(batch) < MOST and not self._waiting.empty():
                following = self._waiting.get()
                if following is None:
                    self._waiting.put(None)
                    break
                batch.append(following)
            self._commit([each for each in batch if each[1].set_running_or_notify_cancel()])

    def _commit(self, batch: list[tuple[Work, Future[Any]]]) -> None:
        outcomes: list[Any] = []
        if not batch:
            return
        try:
            with self._transaction() as connection:
                for work, _ in batch:
                    outcomes.append(_attempt(connection, work, alone=len(batch) == 1))
        except BaseException as error:
            for _, future in batch:
                future.set_exception(error)
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, _Raised):
                future.set_exception(outcome.error)
            else:
                future.set_result(outcome)


class _Raised:
    def __init__(self, error: Exception) -> None:
        self.error = error


def _attempt(connection: Connection, work: Work, *, alone: bool) -> Any:
    if alone:
        return work(connection)
    savepoint = connection.begin_nested()
    try:
        result = work(connection)
    except Exception as error:
        savepoint.rollback()
        return _Raised(error)
    savepoint.commit()
    return result
