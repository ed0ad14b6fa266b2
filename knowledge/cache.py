"""Embeddings that were made before: a start-up reads them instead of making them again."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np

from knowledge.embedding import DIMENSIONS, Vectors

Embed = Callable[[Sequence[str]], Vectors]


class EmbeddingCache:
    """A file of text's hash → embedding, for one model. It holds no text.

    Several processes may use it at once: the file is replaced as a whole, and whoever comes last
    wins. A file that is missing or damaged is as good as empty.
    """

    def __init__(self, file: Path, model: str, embed: Embed) -> None:
        self._file = file
        self._model = model
        self._embed = embed
        self._held: dict[str, Vectors] | None = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the embeddings, in order; what is new is embedded, and the file then holds
        exactly these texts. So does this object: it reads the file once."""
        known = dict(self._read() if self._held is None else self._held)
        keys = [self._key(text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            known.update(zip(new, self._embed(list(new.values())), strict=True))
        needed = {key: known[key] for key in keys}
        if new or len(known) > len(needed):
            self._write(needed)
        self._held = needed
        if not keys:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        return np.stack([needed[key] for key in keys])

    def _key(self, text: str) -> str:
        return blake2b(f"{self._model}\n{text}".encode(), digest_size=16).hexdigest()

    def _read(self) -> dict[str, Vectors]:
        try:
            with self._file.open("rb") as file, np.load(file, allow_pickle=False) as held:
                return dict(zip(held["keys"].tolist(), held["vectors"], strict=True))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return {}

    def _write(self, known: dict[str, Vectors]) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._file.parent, delete=False) as draft:
                np.savez(draft, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
            os.replace(draft.name, self._file)
        except OSError:
            return  # A read-only disk costs time at the next start, nothing else.
