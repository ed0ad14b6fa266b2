"""The ways into the chat: everybody's own screen, and one that is shared."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entrance:
    """Where the chat is, and what it does with a screen that somebody left.

    After `idle_seconds` without a sign of the resident the chat is ended and wiped, after
    `idle_with_person` when they wait for a person or talk to one; 0 means never. `kiosk` is for a
    screen that many people use one after another: large, and nothing on it leads away.
    """

    path: str = "/chat"
    idle_seconds: int = 0
    idle_with_person: int = 0
    kiosk: bool = False


KIOSK = Entrance("/kiosk", idle_seconds=90, idle_with_person=300, kiosk=True)
