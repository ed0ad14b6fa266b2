"""Okapi BM25: how well the words of a question are those of a passage."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
B = 0.75
_STOP_WORDS = (
    "a about am an and any are as at be been but by can could did do does for from get got had has "
    "have he her hi his how i if in is it its just me my no not of on or our please she so some "
    "that the their them there they this to up us want was we were what when where which who will "
    "with would you your"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())


def terms(text: str) -> list[str]:
    """Return the words that carry meaning, without plural and other common endings."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("'", ""))
    return [_stem(word) for word in words if word not in STOP_WORDS]


class Bm25:
    """The passages, as a weight per word: a question only adds up the weights of its words."""

    def __init__(self, passages: Sequence[str]) -> None:
        counts = [Counter(terms(passage)) for passage in passages]
        lengths = np.array([sum(c.values()) for c in counts], dtype=np.float32)
        norm = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1.0)) if counts else lengths
        postings: dict[str, list[tuple[int, int]]] = {}
        for place, counted in enumerate(counts):
            for term, times in counted.items():
                postings.setdefault(term, []).append((place, times))
        self._size = len(counts)
        self._weights: dict[str, tuple[NDArray[np.intp], NDArray[np.float32]]] = {}
        for term, found in postings.items():
            places = np.array([place for place, _ in found], dtype=np.intp)
            times_in = np.array([times for _, times in found], dtype=np.float32)
            rarity = np.log(1 + (self._size - len(found) + 0.5) / (len(found) + 0.5))
            weights = rarity * times_in * (K1 + 1) / (times_in + norm[places])
            self._weights[term] = (places, weights.astype(np.float32))

    def scores(self, question: str) -> NDArray[np.float32]:
        """Return one number a passage, 0 where no word is shared."""
        total = np.zeros(self._size, dtype=np.float32)
        for term in set(terms(question)):
            if term in self._weights:
                places, weights = self._weights[term]
                total[places] += weights
        return total


def _stem(word: str) -> str:
    for ending in ("ing", "ies", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word
