"""Whether a word or two mean one topic: "tip" does, "bins" may be any of six."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from knowledge.bm25 import terms

MOST_WORDS = 2
LONGEST = 3  # with the small words: "when are the bins emptied" is no word or two
FEWEST_PHRASES = 4  # that hold the words: of fewer nothing can be told
SHARE = 0.5
"""Of the phrases that hold a word or two: a topic that has less is not all they can mean."""


class Spread:
    """Which phrases hold which word, and whose they are."""

    def __init__(self, phrases: Sequence[str], starts: NDArray[np.intp]) -> None:
        """`starts` is where each topic's phrases begin, and at the end how many there are."""
        topic = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        holds: dict[str, list[int]] = {}
        words = (((word, place) for word in set(terms(p))) for place, p in enumerate(phrases))
        for word, place in chain.from_iterable(words):
            holds.setdefault(word, []).append(place)
        self._topic = topic
        self._holds = {word: np.array(places, dtype=np.intp) for word, places in holds.items()}

    def shares(self, question: str) -> Mapping[int, float]:
        """Return each topic's share, by its place, of the phrases that hold all these words; empty
        for more words than that, or so few phrases that nothing can be told."""
        words = set(terms(question))
        if not 0 < len(words) <= MOST_WORDS or len(question.split()) > LONGEST:
            return {}
        held = [self._holds.get(word, np.zeros(0, dtype=np.intp)) for word in words]
        phrases = held[0] if len(held) == 1 else np.intersect1d(held[0], held[1])
        if len(phrases) < FEWEST_PHRASES:
            return {}
        topics, counts = np.unique(self._topic[phrases], return_counts=True)
        return {int(t): float(n) / len(phrases) for t, n in zip(topics, counts, strict=True)}
