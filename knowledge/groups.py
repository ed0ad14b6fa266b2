"""Vectors that belong together by topic: its chunks, or its phrases, one topic after another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors


@dataclass(frozen=True)
class Groups:
    """`vectors` [all, any]; `starts` [groups + 1] is where each group begins, and the end. No group
    is empty. `rows` [groups, largest] are the places of each, filled up with -1."""

    vectors: Vectors
    starts: NDArray[np.intp]
    rows: NDArray[np.intp]

    @classmethod
    def of(cls, vectors: Vectors, sizes: Iterable[int]) -> Groups:
        starts = np.cumsum([0, *sizes], dtype=np.intp)
        return cls(vectors, starts, _rows(starts))

    def only(self, places: NDArray[np.intp]) -> Groups:
        """Return these groups alone, in this order."""
        rows = self.rows[places]
        return Groups.of(self.vectors[rows[rows >= 0]], np.diff(self.starts)[places])

    def highest(self, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the highest of each group's numbers; `cosines` has one a vector."""
        return np.asarray(np.maximum.reduceat(cosines, self.starts[:-1]), dtype=np.float32)

    def mean_of_highest(self, cosines: NDArray[np.float32], count: int) -> NDArray[np.float32]:
        """Return the mean of each group's highest numbers: of all when it has fewer."""
        every = np.append(cosines, np.float32(-np.inf))[self.rows]  # -1 is the last
        if every.shape[1] > count:
            every = np.partition(every, -count, axis=1)[:, -count:]
        there = np.isfinite(every)
        return np.asarray(every.sum(axis=1, where=there) / there.sum(axis=1), dtype=np.float32)


def _rows(starts: NDArray[np.intp]) -> NDArray[np.intp]:
    sizes = np.diff(starts)
    along = np.arange(max(sizes, default=0))
    return np.where(along < sizes[:, None], starts[:-1, None] + along, -1)
