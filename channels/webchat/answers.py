"""An assistant's words as HTML: read once for all to whom the same is said."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from channels.webchat.rich_text import answer_html

MOST = 512


class Answers:
    """Keeps the HTML of at most `most` answers.

    An answer may repeat what one resident typed, such as an address. So nothing is kept of an
    answer before a second conversation is given the very same words.
    """

    def __init__(self, most: int = MOST, read: Callable[[str], str] = answer_html) -> None:
        self._most = most
        self._read = read
        self._shared = lru_cache(maxsize=most)(read)
        # By the hash of an answer: the one conversation that has it, "" when there are more.
        self._owners: dict[int, str] = {}

    def html(self, conversation: str, text: str) -> str:
        """Return what `read` makes of an answer that is given in that conversation."""
        key = hash(text)
        owner = self._owners.get(key)
        if owner is None:
            if len(self._owners) >= 8 * self._most:
                self._owners.clear()
            self._owners[key] = conversation
        elif owner != conversation:
            self._owners[key] = ""
            return self._shared(text)
        return self._read(text)
