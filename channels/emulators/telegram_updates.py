"""What happened to a Telegram bot, kept until it was told: by webhook, or when it asks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels.emulators.telegram_rules import Complaint

EVERY_KIND = ("message", "edited_message", "callback_query", "my_chat_member")
"""What a bot is told that did not choose, of the kinds that there are here."""

MOST_AT_ONCE = 100
MOST_WAITING = 5000


@dataclass
class Hook:
    """The webhook as it is set: no url, no webhook."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_at: int = 0


class Updates:
    """The updates that wait, by their number. Telegram keeps a day of them; here 5,000 are kept."""

    def __init__(self, first: int) -> None:
        self.allowed: tuple[str, ...] = EVERY_KIND
        self.waiting: dict[int, Mapping[str, Any]] = {}
        self._next = first
        self._news = asyncio.Event()
        self._poll = 0

    def add(self, kind: str, what: Mapping[str, Any]) -> int | None:
        """Keep an update and return its number; None when the bot does not want that kind."""
        if kind not in self.allowed:
            return None
        number = self._next
        self._next += 1
        self.waiting[number] = {"update_id": number, kind: what}
        if len(self.waiting) > MOST_WAITING:
            del self.waiting[min(self.waiting)]
        self._news.set()
        return number

    def told(self, number: int) -> None:
        self.waiting.pop(number, None)

    def forget_before(self, offset: int) -> Sequence[int]:
        """The bot has all updates before that number; a negative one leaves it the last few. Return
        which those were."""
        numbers = sorted(self.waiting)
        first = (numbers[offset:] or [0])[0] if offset < 0 else offset
        told = [number for number in numbers if number < first]
        for number in told:
            del self.waiting[number]
        return told

    async def wait(self, seconds: float, limit: int) -> Sequence[Mapping[str, Any]]:
        """Return the oldest that wait, as soon as there is one; none after so many seconds. Whoever
        else is waiting is told that there can be only one."""
        self._poll += 1
        mine = self._poll
        self._news.set()
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not self.waiting and loop.time() < end:
            await asyncio.sleep(0)  # whoever waited before leaves first
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), end - loop.time())
            except asyncio.TimeoutError:
                break
            if self._poll != mine:
                raise Complaint(
                    409,
                    "Conflict: terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                )
        return [self.waiting[number] for number in sorted(self.waiting)[:limit]]
