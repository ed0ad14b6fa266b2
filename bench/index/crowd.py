"""Makes many articles out of ours: near them in words and meaning, and none of them the same."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from knowledge.embedding import DIMENSIONS, Vectors
from knowledge.search import Topic

ASKS = 4
WORDS = 60  # of a passage: one chunk
APART = 0.9  # length of the noise between a real phrase and a generated article's
ALIKE = 0.5  # between the article's own texts


class Crowd:
    """`topics` are the real ones and, after them, generated ones. The same seed makes the same."""

    def __init__(self, real: Sequence[Topic], vectors: Vectors, size: int, seed: int = 7) -> None:
        """`vectors` [any, 384] are those of real phrases: the generated ones lie about them."""
        dice = random.Random(seed)  # noqa: S311  # nothing secret
        words = [word for topic in real for word in topic.passage.split()]
        made = [
            Topic(
                slug=f"made-{number}",
                title=f"Made {number}",
                kind="article",
                authority="all",
                passage=" ".join(dice.choices(words, k=WORDS)),
                asks=tuple(" ".join(dice.choices(words, k=8)) for _ in range(ASKS)),
            )
            for number in range(size - len(real))
        ]
        self.topics = (*real, *made)
        self._numbers = np.random.default_rng(seed)
        self._vectors = vectors
        self._middles = self._about(
            vectors[self._numbers.integers(0, len(vectors), len(made))], APART
        )

    def embed(self, real: Vectors, counts: Sequence[int]) -> Vectors:
        """Return vectors for what the index embeds: `counts` are, for wholes, chunks and phrases,
        how many belong to real topics; `real` are those, in that order."""
        made = len(self._middles)
        parts, begin = [], 0
        for count, several in zip(counts, (1, 1, ASKS + 1), strict=True):
            parts.append(real[begin : begin + count])
            parts.append(self._about(np.repeat(self._middles, several, axis=0), ALIKE))
            begin += count
        vectors: Vectors = np.concatenate(parts)
        assert len(vectors) == len(real) + made * (ASKS + 3)  # noqa: S101
        return vectors

    def _about(self, middles: Vectors, length: float) -> Vectors:
        noise = self._numbers.standard_normal((len(middles), DIMENSIONS), dtype=np.float32)
        near = middles + noise * np.float32(length / np.sqrt(DIMENSIONS))
        return np.asarray(near / np.linalg.norm(near, axis=1, keepdims=True), dtype=np.float32)
