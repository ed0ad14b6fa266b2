"""The files that residents sent, on the disk: random names, in a folder that no web server shows.

Several machines share the folder, as they share the database.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from assistant.attachments import read_kept
from assistant.file_kinds import name_of
from assistant.store import Store
from handoff.files import StoredFile
from handoff.floor import Agent

STALE = 24 * 3600.0
"""Seconds after which a file that is half written was left behind by a process that died."""
_NAME = re.compile(r"[0-9a-f]{32}")
_DRAFT = ".part"


@dataclass(frozen=True)
class FileStore:
    """A folder with 256 folders. Its names are 32 hexadecimal digits."""

    folder: Path

    def path(self, name: str) -> Path:
        """Return where the file of that name is. Raise ValueError for a name that is not ours."""
        if not _NAME.fullmatch(name):
            raise ValueError("no name of ours")
        return self.folder / name[:2] / name

    def write(self, name: str, data: bytes) -> None:
        """Put the file in its place: whole, or not at all. Only this user can read it."""
        path = self.path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{name}.{secrets.token_hex(4)}{_DRAFT}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
                f.write(data)
                f.flush()
                os.fsync(f.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def remove(self, name: str) -> None:
        """Delete the file; nothing happens when there is none."""
        self.path(name).unlink(missing_ok=True)

    def tidy(self) -> int:
        """Delete what processes that died left half written; return how many files that were."""
        drafts = [
            draft
            for draft in self.folder.glob(f"??/*{_DRAFT}")
            if time.time() - draft.stat().st_mtime > STALE
        ]
        for draft in drafts:
            draft.unlink(missing_ok=True)
        return len(drafts)


@dataclass(frozen=True)
class StoredFiles:
    """Implements handoff.files.Files."""

    store: Store
    files: FileStore

    async def open(self, agent: Agent, attachment_id: str) -> StoredFile | None:
        row = await self.store.look(lambda connection: read_kept(connection, attachment_id))
        if row is None or row.authority not in agent.covers:
            return None
        path = self.files.path(row.file)
        if not path.is_file():
            return None
        return StoredFile(path, row.media_type, row.size, name_of(row.media_type, row.position))
