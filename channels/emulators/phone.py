"""One person's phone: what its screen shows of the talk with the council. In memory, bounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

LONGEST_SCREEN = 200


@dataclass(frozen=True)
class Mark:
    """A stretch of a text that looks different. `start` and `length` are in UTF-16 code units, as
    in Telegram's entities. `kind` is bold, italic, underline, strikethrough, code or link (with
    its `url`)."""

    start: int
    length: int
    kind: str
    url: str = ""


@dataclass(frozen=True)
class Shown:
    """One message on the screen, as the platform's own app would show it.

    `mine` says that the phone's owner wrote it. `buttons` are labels that can be pressed now, in
    order; `menu` is the label of the button that opens them as a list ("" when they stand open).
    `links` are buttons that open a page: (label, address). `media` is the id of a file in the
    emulator's `files`, or an https address. `ticks` is "", sent, delivered, read or failed. `note`
    is what stands small beside it ("2 parts", "edited"). `text` is without the platform's own signs
    for bold and the like: `marks` are what they say.
    """

    at: datetime
    mine: bool
    text: str
    buttons: tuple[str, ...] = ()
    media: str = ""
    ticks: str = ""
    menu: str = ""
    links: tuple[tuple[str, str], ...] = ()
    asks_location: bool = False
    note: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass
class Phone:
    """`entries` are by number, oldest first: a number never changes and is never used again.

    `private` is for the platform's own notes on this person (what each button sends, keys seen).
    """

    user: str
    entries: dict[int, Shown] = field(default_factory=dict)
    revision: int = 0
    blocked: bool = False
    wrote_at: datetime | None = None
    """When the person last wrote: the reply window of Meta's platforms opens then."""
    typing: bool = False
    private: dict[str, Any] = field(default_factory=dict)
    _last: int = 0

    def show(self, shown: Shown) -> int:
        """Put a message on the screen; return its number, counted from 1."""
        self._last += 1
        self.revision += 1
        self.entries[self._last] = shown
        if len(self.entries) > LONGEST_SCREEN:
            del self.entries[next(iter(self.entries))]
        if not shown.mine:
            self.typing = False
        return self._last

    def change(self, number: int, **fields: Any) -> None:
        """Change what is shown: new ticks, an edit, buttons that go away. One that has left the
        screen stays away."""
        if number in self.entries:
            self.entries[number] = replace(self.entries[number], **fields)
            self.revision += 1

    def screen(self) -> Sequence[Shown]:
        return tuple(self.entries.values())
