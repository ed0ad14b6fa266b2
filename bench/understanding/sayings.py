"""The labelled sayings of data/eval, and those that training reads: the two share none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge.library import Library

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


def trained_on(library: Library) -> frozenset[str]:
    """Return everything that training or the search reads, as `plain` writes it."""
    asks = (ask for topic in library.index.topics for ask in (topic.title, *topic.asks))
    examples = (
        example
        for path in (PROJECT / "data" / "nlu").glob("*.yml")
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        for example in re.findall(r"^- (.+)$", entry["examples"], flags=re.MULTILINE)
    )
    urgent = (
        text
        for name in ("wordings", "look_alikes")
        for text in _texts(
            yaml.safe_load((PROJECT / "data" / "urgent" / f"{name}.yml").read_text("utf-8"))
        )
    )
    return frozenset(plain(text) for several in (asks, examples, urgent) for text in several)


def plain(text: str) -> str:
    """Return the words alone: "When's bin day?" and "whens bin day" are the same saying."""
    return " ".join(re.findall(r"\w+", text.lower().replace("'", "").replace("’", "")))


def _texts(written: object) -> Iterator[str]:
    if isinstance(written, dict):
        for inner in written.values():
            yield from _texts(inner)
    elif isinstance(written, list):
        for inner in written:
            yield from _texts(inner)
    else:
        yield str(written)
