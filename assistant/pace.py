"""How many calls this process may make to each platform: its own limit, kept beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass
class _Bucket:
    per_second: float
    tokens: float
    at: datetime


class Pace:
    """A bucket of calls for each account, named "authority/channel": it fills with `per_second`
    calls and holds one second's, at least one call."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._buckets: dict[str, _Bucket] = {}

    def took(self, whose: str, per_second: float | None) -> None:
        """Count one call. More may be taken than there were: the bucket then fills from below."""
        if per_second is None:
            self._buckets.pop(whose, None)
            return
        most, now = max(1.0, per_second), self._now()
        bucket = self._buckets.setdefault(whose, _Bucket(per_second, most, now))
        passed = max(0.0, (now - bucket.at).total_seconds())
        tokens = min(most, bucket.tokens + passed * per_second)
        self._buckets[whose] = _Bucket(per_second, tokens - 1, now)

    def busy(self) -> Sequence[str]:
        """Return the accounts that must wait before their next call."""
        now = self._now()
        return [
            whose
            for whose, bucket in self._buckets.items()
            if bucket.tokens + (now - bucket.at).total_seconds() * bucket.per_second < 1
        ]
