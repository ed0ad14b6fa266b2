"""The ways in which a platform lets us down, and for how long it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

FaultKind = Literal["none", "down", "slow", "rate", "error", "garbage", "lost"]
"""none: it works. down: 503 before anything is read. slow: it takes the call, and answers after
`delay`. rate: 429, with `retry_after` in the platform's own shape. error: 500. garbage: 200 with
HTML that nobody can read; nothing is taken. lost: it takes the call, then the connection dies
without an answer."""

KINDS: tuple[str, ...] = get_args(FaultKind)


@dataclass
class Faults:
    """What is wrong with one platform now. A new fault takes the place of the old one."""

    clock: Callable[[], datetime]
    kind: FaultKind = "none"
    times: int | None = None
    until: datetime | None = None
    delay: float = 12.0
    retry_after: int = 2

    def set(
        self,
        kind: FaultKind,
        *,
        times: int | None = None,
        seconds: float | None = None,
        delay: float = 12.0,
        retry_after: int = 2,
    ) -> None:
        """Begin a fault: for so many calls, for so many seconds, or until the next `set`.

        `delay` is how long a slow answer takes, in seconds; `retry_after` what "rate" asks for.
        Raise ValueError for an unknown kind.
        """
        if kind not in KINDS:
            raise ValueError(f"no fault is called {kind}")
        self.kind = kind
        self.times = times
        self.until = None if seconds is None else self.clock() + timedelta(seconds=seconds)
        self.delay = delay
        self.retry_after = retry_after

    def current(self) -> FaultKind:
        """Return the fault that the next call will meet, without using it up."""
        if self.times == 0 or (self.until is not None and self.clock() >= self.until):
            self.kind, self.times, self.until = "none", None, None
        return self.kind

    def take(self) -> FaultKind:
        """Return the fault of one call, and count that call."""
        kind = self.current()
        if kind != "none" and self.times is not None:
            self.times -= 1
        return kind
