"""What tells each topic from the others, learnt from all their phrases together.

Kernel ridge regression (Saunders, Gammerman, Vovk, 1998) with the sum of two kernels: a Gaussian
one on the embeddings, for the meaning, and a linear one on TF-IDF, for the words and their letters.
It is solved when the index is built, so a new article needs no training.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors
from knowledge.terms import Block, Terms

SHARPNESS = 4.0  # how fast a phrase stops speaking for a question that means something else
WORDS = 0.6  # the share of the second kernel
RIDGE = 0.3
PIECES = (3,)  # letters: longer ones tell no more and take longer
MOST_PHRASES = 10_000
"""More would take longer than somebody who publishes an article wants to wait: the cost is cubic.
What has more has other articles that are nearer anyway."""

MOST_CARRIED = 500
"""New phrases beyond which what was learnt is not worth carrying on."""


@dataclass(frozen=True)
class TellsApart:
    """Weights of phrases [topics, phrases] and of terms [terms, topics]."""

    phrases: Vectors
    terms: Terms
    words: Vectors

    @classmethod
    def learnt(
        cls,
        phrases: Sequence[str],
        vectors: Vectors,
        starts: NDArray[np.intp],
    ) -> TellsApart | None:
        """Give a phrase 1 for its own topic and 0 for the others, less what any topic gets by
        chance. `starts` is where each topic's phrases begin, and at the end how many there are.
        None when there are too many of them, or none. 6,000 phrases take some seconds."""
        if not 0 < len(phrases) <= MOST_PHRASES:
            return None
        terms = Terms.learnt(phrases, PIECES)
        matrix = terms.matrix(phrases)
        solved = _solved(matrix, vectors, starts)
        words = ((WORDS / 2) * (matrix.T @ solved)).astype(np.float32)
        return cls(np.ascontiguousarray(solved.T), terms, words)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all of it as arrays of numbers and of text, for a file."""
        return {
            "by_topic": self.phrases,
            "weights": self.words,
            "pieces": np.array(self.terms.pieces.terms),
            "piece_rarity": self.terms.pieces.rarity,
            "words": np.array(self.terms.words.terms),
            "word_rarity": self.terms.words.rarity,
        }

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> TellsApart:
        """Return what `arrays` gave. Raise KeyError when one is missing."""
        pieces = Block.of(arrays["pieces"].tolist(), arrays["piece_rarity"])
        words = Block.of(arrays["words"].tolist(), arrays["word_rarity"])
        return cls(arrays["by_topic"], Terms(pieces, words, PIECES), arrays["weights"])

    def carried_on(
        self,
        before: Sequence[tuple[str, str]],
        now: Sequence[tuple[str, str]],
        vectors: Vectors,
    ) -> TellsApart | None:
        """Return the weights for the phrases of `now`, when these are those of `before`, slug and
        phrase in their topics' order. None when more than 500 are new.

        What is gone no longer speaks. What is new is learnt as if the rest stood fast: one step of
        block coordinate descent on what `learnt` solves. New words have no weight before that.
        """
        if now == before:
            return self
        rows, columns = _places(before, now), _places(_slugs(before), _slugs(now))
        new, kept = np.flatnonzero(rows < 0), np.flatnonzero(rows >= 0)
        if len(new) > MOST_CARRIED:
            return None
        words = _columns(self.words, columns)
        solved = np.zeros((len(now), len(columns)), dtype=np.float32)
        had = _columns(self.phrases.T, columns)
        solved[kept] = had[rows[kept]]
        gone = np.setdiff1d(np.arange(len(before)), rows)
        for place in gone:
            where, weight = self.terms.weigh(before[place][1])
            words[where] -= (WORDS / 2) * weight[:, None] * had[place]
        if not len(new):
            return TellsApart(np.ascontiguousarray(solved.T), self.terms, words)
        matrix = np.zeros((len(new), self.terms.size), dtype=np.float32)
        for row, place in zip(matrix, new, strict=True):
            where, weight = self.terms.weigh(now[place][1])
            row[where] = weight
        alike = likeness(vectors[new] @ vectors[new].T) + (WORDS / 2) * (matrix @ matrix.T)
        alike[np.diag_indices_from(alike)] += RIDGE
        own = np.eye(len(columns), dtype=np.float32)[_places(_slugs(now), [s for s, _ in now])[new]]
        said = likeness(vectors[new] @ vectors.T) @ solved + matrix @ words
        solved[new] = np.linalg.solve(alike, own - 1 / len(columns) - said)
        words += (WORDS / 2) * (matrix.T @ solved[new])
        return TellsApart(np.ascontiguousarray(solved.T), self.terms, words)

    def by_words(self, question: str) -> NDArray[np.float32]:
        """Return one number a topic, for the question's words and their letters."""
        where, weight = self.terms.weigh(question)
        return np.asarray(weight @ self.words[where], dtype=np.float32)

    def by_meaning(
        self, cosines: NDArray[np.float32], topics: NDArray[np.intp]
    ) -> NDArray[np.float32]:
        """Return one number for each of these topics. `cosines` are the question's to all phrases:
        those of the others speak against a topic."""
        return np.asarray(self.phrases[topics] @ likeness(cosines), dtype=np.float32)


def _solved(matrix: Any, vectors: Vectors, starts: NDArray[np.intp]) -> Vectors:
    """The weights of phrases. `matrix` is their TF-IDF, sparse [phrases, terms]."""
    # Here and not above: who only serves what was built needs no scipy.
    from scipy.linalg import cho_factor, cho_solve

    topics = len(starts) - 1
    # Each of the two vocabularies has length one: half of their product is 1 for the same.
    alike = likeness(vectors @ vectors.T) + (WORDS / 2) * (matrix @ matrix.T).toarray()
    alike[np.diag_indices_from(alike)] += RIDGE
    own = np.repeat(np.eye(topics, dtype=np.float32), np.diff(starts), axis=0)
    factor = cho_factor(alike, overwrite_a=True, check_finite=False)
    return np.asarray(
        cho_solve(factor, own - 1 / topics, overwrite_b=True, check_finite=False), dtype=np.float32
    )


def _slugs(said: Sequence[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(slug for slug, _ in said))


def _places(before: Sequence[Hashable], now: Sequence[Hashable]) -> NDArray[np.intp]:
    """Return where each of `now` stood before, -1 for what is new."""
    places = {one: place for place, one in enumerate(before)}
    return np.array([places.get(one, -1) for one in now], dtype=np.intp)


def _columns(weights: Vectors, places: NDArray[np.intp]) -> Vectors:
    """Return the columns at these places, zeros for -1."""
    return np.where(places >= 0, weights[:, places], np.float32(0))


def likeness(cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return 1 for what means the same, next to nothing for what is unlike."""
    return np.asarray(np.exp(SHARPNESS * (cosines - 1)), dtype=np.float32)
