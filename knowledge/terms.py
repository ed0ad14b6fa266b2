"""TF-IDF of one message by dictionary look-ups: pieces of 2 to 5 letters, and 1 or 2 words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

PIECES = range(2, 6)
TOKEN = re.compile(r"\w+")
# A message of 10,000 characters says what it says in its first thousand.
LONGEST = 1_000


def pieces(text: str, sizes: Sequence[int] = PIECES) -> Iterator[str]:
    """Yield the pieces of each word that are so long, with a blank at either end of it."""
    for word in text[:LONGEST].lower().split():
        padded = f" {word} "
        for size in sizes:
            if len(padded) <= size:
                yield padded
                break
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


def words(text: str) -> Iterator[str]:
    """Yield each word, and each two that stand together."""
    found = TOKEN.findall(text[:LONGEST].lower())
    yield from found
    yield from (f"{one}\t{two}" for one, two in pairwise(found))


# Several models read each message, one after another.
@lru_cache(maxsize=8)
def _pieces_of(text: str, sizes: Sequence[int]) -> Counter[str]:
    return Counter(pieces(text, sizes))


@lru_cache(maxsize=8)
def _words_of(text: str) -> Counter[str]:
    return Counter(words(text))


@dataclass(frozen=True)
class Block:
    """One of the two vocabularies: its terms in order, and how rare each is."""

    terms: tuple[str, ...]
    rarity: NDArray[np.float32]
    places: dict[str, int]

    @classmethod
    def of(cls, terms: Sequence[str], rarity: NDArray[np.float32]) -> Block:
        return cls(tuple(terms), rarity, {term: place for place, term in enumerate(terms)})

    @classmethod
    def learnt(cls, documents: Sequence[Counter[str]]) -> Block:
        """Return the terms of these documents; rarity is ln((1 + n) / (1 + df)) + 1."""
        frequency: Counter[str] = Counter()
        for document in documents:
            frequency.update(document.keys())
        terms = sorted(frequency)
        counts = np.array([frequency[term] for term in terms], dtype=np.float64)
        rarity = np.log((1 + len(documents)) / (1 + counts)) + 1
        return cls.of(terms, rarity.astype(np.float32))

    def weigh(self, document: Counter[str]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Return places and weights of the known terms; the weights have length one together."""
        known = [(self.places[t], n) for t, n in document.items() if t in self.places]
        where = np.array([place for place, _ in known], dtype=np.intp)
        # Most terms stand once.
        times = np.array([1 + math.log(n) if n > 1 else 1.0 for _, n in known], dtype=np.float32)
        weight = times * self.rarity[where]
        norm = math.sqrt(weight @ weight)
        return where, weight / norm if norm else weight


@dataclass(frozen=True)
class Terms:
    """Both vocabularies side by side: places of the second follow those of the first."""

    pieces: Block
    words: Block
    sizes: Sequence[int] = PIECES

    @classmethod
    def learnt(cls, texts: Sequence[str], sizes: Sequence[int] = PIECES) -> Terms:
        return cls(
            Block.learnt([Counter(pieces(text, sizes)) for text in texts]),
            Block.learnt([Counter(words(text)) for text in texts]),
            sizes,
        )

    @property
    def size(self) -> int:
        return len(self.pieces.terms) + len(self.words.terms)

    def weigh(self, text: str) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Return the places and weights of one message; both empty when no term is known."""
        first, heavy = self.pieces.weigh(_pieces_of(text, self.sizes))
        second, light = self.words.weigh(_words_of(text))
        return (
            np.concatenate([first, second + len(self.pieces.terms)]),
            np.concatenate([heavy, light]),
        )

    def matrix(self, texts: Sequence[str]) -> Any:
        """Return the weights of these texts as a scipy.sparse.csr_matrix [texts, terms]."""
        # Here and not above: who only weighs one message at a time needs no scipy.
        from scipy.sparse import csr_matrix

        rows = [self.weigh(text) for text in texts]
        return csr_matrix(
            (
                np.concatenate([weight for _, weight in rows]),
                np.concatenate([where for where, _ in rows]),
                np.cumsum([0, *(len(where) for where, _ in rows)]),
            ),
            shape=(len(texts), self.size),
        )
