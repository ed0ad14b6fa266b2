"""How often somebody may do something: a few times at once, then at a steady rate."""

from __future__ import annotations

from collections import OrderedDict

ONE = 1 - 1e-6
"""What counts as one: fractions that were added up may fall a little short."""


class Buckets:
    """Token buckets by key, in memory: each process counts for itself. The keys that were used
    longest ago are forgotten when there are more than `most`."""

    def __init__(self, at_once: int, per_second: float, most: int = 10_000) -> None:
        self._at_once = float(at_once)
        self._per_second = per_second
        self._most = most
        self._levels: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def take(self, key: object, now: float) -> float:
        """Take one; return 0, or how many seconds to wait when there is none. `now` is in seconds
        of any clock that only goes forward."""
        level, at = self._levels.pop(key, (self._at_once, now))
        level = min(self._at_once, level + (now - at) * self._per_second)
        wait = 0.0 if level >= ONE else (1 - level) / self._per_second
        self._levels[key] = (level - 1 if not wait else level, now)
        if len(self._levels) > self._most:
            self._levels.popitem(last=False)
        return wait
