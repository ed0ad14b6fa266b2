"""Files that residents sent, as the desk hands them to agents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from handoff.floor import Agent


@dataclass(frozen=True)
class StoredFile:
    """A file that was fetched and found harmless. `media_type` is what its bytes are, whatever the
    platform said; `size` is in bytes; `name` is a name to save it under, of letters, digits, dots
    and hyphens only, such as "photo-3.jpg"."""

    path: Path
    media_type: str
    size: int
    name: str


class Files(Protocol):
    """The kept files. Nothing else on the disk can be reached through it."""

    async def open(self, agent: Agent, attachment_id: str) -> StoredFile | None:
        """Return the file of that attachment. None when there is no such attachment, when it is
        not kept (being fetched, refused, given up), when its file is gone, or when it belongs to a
        council that the agent does not cover: all of these look the same."""
