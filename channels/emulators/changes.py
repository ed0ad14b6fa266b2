"""Tells pages what changed on a phone; a page that is slow hears of it once, not often."""

from __future__ import annotations

import asyncio

Change = tuple[str, str]
"""(platform, user): that phone; (platform, ""): the platform itself."""


class Changes:
    """Who watches one platform, and under which name they know it."""

    def __init__(self) -> None:
        self._watchers: dict[Watcher, str] = {}

    def tell(self, user: str) -> None:
        for watcher, platform in self._watchers.items():
            watcher.hear((platform, user))

    def watch(self, watcher: Watcher, platform: str) -> None:
        self._watchers[watcher] = platform

    def leave(self, watcher: Watcher) -> None:
        self._watchers.pop(watcher, None)


class Watcher:
    """One who waits for changes, of one platform or of several."""

    def __init__(self) -> None:
        self._heard: set[Change] = set()
        self._woken = asyncio.Event()

    def hear(self, change: Change) -> None:
        self._heard.add(change)
        self._woken.set()

    async def next(self, seconds: float) -> frozenset[Change]:
        """Return what has changed, as soon as something has; nothing after so many seconds."""
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except asyncio.TimeoutError:
            return frozenset()
        self._woken.clear()
        heard = frozenset(self._heard)
        self._heard.clear()
        return heard
