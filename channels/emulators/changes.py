"""Tells pages what changed on a phone; a page that is slow hears of it once, not often."""

from __future__ import annotations

import asyncio


class Changes:
    """What has changed since somebody last looked: users of one platform, "" for the platform."""

    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()

    def tell(self, what: str) -> None:
        for watcher in self._watchers:
            watcher.hear(what)

    def watch(self, watcher: Watcher) -> None:
        self._watchers.add(watcher)

    def leave(self, watcher: Watcher) -> None:
        self._watchers.discard(watcher)


class Watcher:
    """One who waits for changes."""

    def __init__(self) -> None:
        self._heard: set[str] = set()
        self._woken = asyncio.Event()

    def hear(self, what: str) -> None:
        self._heard.add(what)
        self._woken.set()

    async def next(self, seconds: float) -> frozenset[str]:
        """Return what has changed, as soon as something has; nothing after so many seconds."""
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except asyncio.TimeoutError:
            return frozenset()
        self._woken.clear()
        heard = frozenset(self._heard)
        self._heard.clear()
        return heard
