"""What tells topics apart, in a file: a start-up reads it instead of learning it again."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np

from knowledge.axes import AXES
from knowledge.telling import PIECES, RIDGE, SHARPNESS, WORDS, TellsApart


@dataclass(frozen=True)
class Learnt:
    """The file holds what was learnt last. One that is missing, damaged or about other phrases is
    as good as none; one that cannot be written costs time at the next start, nothing else."""

    file: Path
    model: str

    def or_else(
        self, said: Sequence[tuple[str, str]], learn: Callable[[], TellsApart | None]
    ) -> TellsApart | None:
        """Return what the file holds when it is about these phrases, slug and phrase in their
        topics' order; otherwise learn it, and keep it."""
        key = self._key(said)
        held = self._read(key)
        if held is not None:
            return held
        learnt = learn()
        if learnt is not None:
            self._write(key, learnt)
        return learnt

    def _read(self, key: str) -> TellsApart | None:
        try:
            with self.file.open("rb") as file, np.load(file, allow_pickle=False) as held:
                return TellsApart.of(held) if held["key"].item() == key else None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def _write(self, key: str, learnt: TellsApart) -> None:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.file.parent, delete=False) as draft:
                np.savez(draft, key=np.array(key), **learnt.arrays())
            os.replace(draft.name, self.file)
        except OSError:
            return

    def _key(self, said: Sequence[tuple[str, str]]) -> str:
        how = f"{self.model} {SHARPNESS} {WORDS} {RIDGE} {PIECES} {AXES}"
        lines = [how, *(f"{slug} {phrase}" for slug, phrase in said)]
        return blake2b("\n".join(lines).encode(), digest_size=16).hexdigest()
