"""A few articles for content officers, in memory."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy.engine import Connection

from handoff.gaps import Title
from knowledge import gaps
from knowledge.embedding import Vectors
from knowledge.gaps import Asked, Gap

TITLES = (
    ("bin-days", "Bin collection days"),
    ("bulky-waste", "Large items: sofas, beds and fridges"),
    ("missed-bin", "Missed bin"),
)
ASKS = {"when are my bins emptied": "bin-days"}


class FakeArticles:
    """Implements handoff.gaps.Articles. What shares a word with a title is likely."""

    def titles(self) -> Sequence[Title]:
        return TITLES

    def likely(self, words: str, authority: str) -> Sequence[Title]:
        said = set(re.findall(r"\w+", words.lower()))
        return [t for t in TITLES if said & set(re.findall(r"\w+", t[1].lower()))][:3]

    def asked_of(self, words: str) -> str | None:
        return ASKS.get(words.lower())

    def teams(self, authority: str) -> Sequence[tuple[str, str]]:
        return [("planning", "Planning"), ("waste", "Waste and recycling")]


def ask(
    connection: Connection,
    words: str,
    at: datetime,
    *,
    authority: str = "ashcombe",
    outcome: str = "unanswered",
    topic: str = "",
    days: int = 0,
) -> None:
    """Keep a question of some days ago."""
    when = at - timedelta(days=days)
    gaps.record(connection, authority, Gap(words, topic, outcome), when)


def group_by_word(connection: Connection) -> None:
    """Group what is kept: questions with the same first word mean the same."""
    asked = gaps.ungrouped(connection)
    gaps.group(connection, asked, {one.words: _vector(one) for one in asked})


def _vector(one: Asked) -> Vectors:
    place = sum(map(ord, one.words.split()[0].lower())) % 384
    vector: Vectors = np.eye(384, dtype=np.float32)[place]
    return vector
