"""A second look at what may be an emergency: the sentence model, tuned for this one question."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np

from assistant.nlu.urgency_model import EVERYDAY
from knowledge.embedding import Reader

FOLDER = Path(__file__).parents[2] / "data" / "urgent" / "encoder"


class SecondLook:
    """The model of `data/urgent/encoder`: it reads a message in some 2 milliseconds."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._reader = Reader(folder / "model.onnx", "kinds")
        self._everyday = json.loads(self._reader.notes["kinds"]).index(EVERYDAY)

    def log_odds(self, text: str) -> float:
        """Return the logarithm of how many times likelier an emergency is than none. It is not
        calibrated: who uses it learns what it is worth."""
        row = self._reader.read_one(text)
        urgent = np.delete(row, self._everyday)
        return float(np.logaddexp.reduce(urgent) - row[self._everyday])


@lru_cache(maxsize=1)
def load_second_look() -> SecondLook:
    """Return the one of this process, made when first asked for."""
    return SecondLook()


def second_look_mark() -> str:
    """Return a short mark that changes when the model does."""
    return f"{crc32((FOLDER / 'model.onnx').read_bytes()):08x}"
