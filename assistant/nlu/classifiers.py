"""Two simple classifiers that read a message side by side, kept as plain arrays: a logistic
regression on what it means (its embedding, and more), and a linear SVM on TF-IDF of its words.

Measured on public data, the average of the first and half the second is better than either, in and
out of scope.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.terms import Block, Terms

Floats = NDArray[np.float32]

SVM_SHARE = 0.5
SVM_TEMPERATURE = 0.15


@dataclass(frozen=True)
class Fit:
    """How closely the regression follows its examples (its C), after how many rounds it stops, and
    how closely the SVM follows them."""

    strength: float
    rounds: int
    svm: float


@dataclass(frozen=True)
class Classifiers:
    """Everything that training found: arrays and words, nothing that runs when it is read."""

    labels: tuple[str, ...]
    dense: Floats  # [labels, features]
    dense_bias: Floats
    terms: Terms
    sparse: Floats  # [terms, labels]: the rows of one message lie together
    sparse_bias: Floats

    @classmethod
    def learnt(
        cls, features: Floats, terms: Terms, weighed: Any, labels: Sequence[str], fit: Fit
    ) -> Classifiers:
        """Return what two or more labels' examples teach. `features` [examples, any] tell their
        meaning, `weighed` is their TF-IDF as `terms.matrix` gives it."""
        # Here and not above: a worker reads classifiers and never learns any.
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression
        from sklearn.svm import LinearSVC

        with warnings.catch_warnings():
            # Stopped on purpose when more rounds would tell no more.
            warnings.simplefilter("ignore", ConvergenceWarning)
            meaning = LogisticRegression(C=fit.strength, max_iter=fit.rounds).fit(features, labels)
        words = LinearSVC(C=fit.svm, random_state=0).fit(weighed, labels)
        return cls(
            labels=tuple(meaning.classes_.tolist()),
            dense=_both(meaning.coef_),
            dense_bias=_both(meaning.intercept_),
            terms=terms,
            sparse=np.ascontiguousarray(_both(words.coef_).T),
            sparse_bias=_both(words.intercept_),
        )

    def read(self, text: str, features: Floats) -> tuple[Floats, Floats]:
        """Return one number a label for the meaning of a message, and one for its words; each sum
        to one."""
        where, weight = self.terms.weigh(text)
        margins = weight @ self.sparse[where] + self.sparse_bias
        return _softmax(self.dense @ features + self.dense_bias), _softmax(
            margins / SVM_TEMPERATURE
        )

    def arrays(self) -> dict[str, Floats]:
        """Return its numbers, for a file; `words` gives the rest."""
        return {
            "dense": self.dense,
            "dense_bias": self.dense_bias,
            "sparse": self.sparse,
            "sparse_bias": self.sparse_bias,
            "pieces": self.terms.pieces.rarity,
            "words": self.terms.words.rarity,
        }

    def words(self) -> dict[str, Sequence[str]]:
        return {
            "labels": self.labels,
            "pieces": self.terms.pieces.terms,
            "words": self.terms.words.terms,
        }

    @classmethod
    def of(cls, arrays: Mapping[str, Floats], words: Mapping[str, Any]) -> Classifiers:
        """Return what `arrays` and `words` gave."""
        return cls(
            labels=tuple(words["labels"]),
            dense=arrays["dense"],
            dense_bias=arrays["dense_bias"],
            terms=Terms(
                Block.of(words["pieces"], arrays["pieces"]),
                Block.of(words["words"], arrays["words"]),
            ),
            sparse=arrays["sparse"],
            sparse_bias=arrays["sparse_bias"],
        )


def mixed(meaning: Floats, words: Floats) -> Floats:
    """Return the average of what both say; it sums to one."""
    return np.asarray((meaning + SVM_SHARE * words) / (1 + SVM_SHARE), dtype=np.float32)


def _both(weights: NDArray[np.float64]) -> Floats:
    """Of two classes scikit-learn keeps one row; give the other its mirror."""
    rows = np.concatenate([-weights / 2, weights / 2]) if len(weights) == 1 else weights
    return rows.astype(np.float32)


def _softmax(scores: Floats) -> Floats:
    exponents = np.exp(scores - scores.max())
    result: Floats = exponents / exponents.sum()
    return result
