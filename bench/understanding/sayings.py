"""The labelled sayings of data/eval: a file is a mapping of label to phrases."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[2]
HELD_OUT = PROJECT / "data" / "eval" / "held_out"
TUNING = PROJECT / "data" / "eval" / "tuning"


@dataclass(frozen=True)
class Saying:
    """Something that somebody says, and what it should be taken for."""

    text: str
    label: str


def read_sayings(folder: Path, name: str) -> tuple[Saying, ...]:
    """Return the sayings of `<name>.yml` in that folder, in its order. Raises FileNotFoundError."""
    written = yaml.safe_load((folder / f"{name}.yml").read_text(encoding="utf-8"))
    return tuple(
        Saying(str(text), str(label)) for label, texts in written.items() for text in texts
    )
