"""Of very many topics, the few hundred a question may be about: a coarse look before a close one.

An inverted file (Sivic and Zisserman, 2003): topics lie in cells around centres, and a question is
compared with the topics of the nearest cells only. Beside them stand those that share its words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors

FEW = 2_000
"""Up to so many topics are all looked at closely: that is quicker."""
NEAR = 200
SHARING_WORDS = 50
CELLS_LOOKED_AT = 16
ROUNDS = 4
"""Of k-means: more make cells hardly better and take as long again."""


@dataclass(frozen=True)
class Shortlist:
    """`centres` [cells, 384]; `members` are the topics' vectors cell by cell, `order` which topic
    each of them is, `starts` [cells + 1] where each cell begins, and the end."""

    centres: Vectors
    members: Vectors
    order: NDArray[np.intp]
    starts: NDArray[np.intp]

    @classmethod
    def of(cls, wholes: Vectors, asks: Vectors, starts: NDArray[np.intp]) -> Shortlist | None:
        """Return the cells of these topics; None when they are few. 100,000 take some seconds.
        `starts` is where each topic's `asks` begin, and the end."""
        if len(wholes) <= FEW:
            return None
        means = np.add.reduceat(asks, starts[:-1], axis=0) / np.diff(starts)[:, None]
        middles = _unit(means + wholes)
        cells = round(3 * np.sqrt(len(middles)))
        # The first centres are topics, evenly taken: the same topics give the same cells.
        centres = middles[np.linspace(0, len(middles) - 1, cells).astype(np.intp)]
        for _ in range(ROUNDS):
            nearest = _nearest(middles, centres)
            order = np.argsort(nearest, kind="stable")
            starts = np.searchsorted(nearest[order], np.arange(cells + 1))
            filled = np.flatnonzero(np.diff(starts))
            sums = np.add.reduceat(middles[order], starts[filled], axis=0)
            centres[filled] = _unit(sums)
        nearest = _nearest(middles, centres)
        order = np.argsort(nearest, kind="stable")
        starts = np.searchsorted(nearest[order], np.arange(cells + 1))
        return cls(centres, np.ascontiguousarray(middles[order]), order, starts)

    def near(self, embedding: Vectors, words: NDArray[np.float32]) -> NDArray[np.intp]:
        """Return the places of the nearest topics, in no order, each once. `words` is one number a
        topic, high where it shares the question's words."""
        cells = _highest(self.centres @ embedding, CELLS_LOOKED_AT)
        rows = np.concatenate([np.arange(self.starts[c], self.starts[c + 1]) for c in cells])
        near = self.order[rows[_highest(self.members[rows] @ embedding, NEAR)]]
        sharing = _highest(words, SHARING_WORDS)
        return np.union1d(near, sharing[words[sharing] > 0])


def _highest(numbers: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    if len(numbers) <= count:
        return np.arange(len(numbers))
    return np.argpartition(-numbers, count)[:count]


def _nearest(vectors: Vectors, centres: Vectors) -> NDArray[np.intp]:
    """The nearest centre of each vector; some thousands at a time, since all would be gigabytes."""
    step = 5_000
    return np.concatenate(
        [np.argmax(vectors[i : i + step] @ centres.T, axis=1) for i in range(0, len(vectors), step)]
    )


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
