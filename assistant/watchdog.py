"""Ends a worker whose bot hangs so hard that nothing else in the process can run."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

EXIT_CODE = 70


class Watchdog:
    """A thread that watches one piece of work at a time.

    After `seconds` it calls `before_end` with the work's number, then ends the process: Python
    cannot interrupt a thread that is busy in C or in a loop.
    """

    def __init__(self, seconds: float, before_end: Callable[[int], None]) -> None:
        self._seconds = seconds
        self._before_end = before_end
        self._current: tuple[int, float] | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def begin(self, number: int) -> None:
        """Work on that number begins now."""
        self._current = (number, time.monotonic())

    def end(self) -> None:
        """The work has come to an end."""
        self._current = None

    def _watch(self) -> None:
        while not self._stop.wait(0.25):
            current = self._current
            if current is not None and time.monotonic() - current[1] > self._seconds:
                try:
                    self._before_end(current[0])
                finally:
                    os._exit(EXIT_CODE)
