"""How likely a message is an emergency, and of what kind: two linear classifiers, kept as arrays.

The first reads the sentence embedding and the words of data/urgent/patterns.yml, the second TF-IDF.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.urgency_patterns import Patterns, Signs
from knowledge.terms import Block, Terms

Floats = NDArray[np.float32]

EVERYDAY = "everyday"
"""The kind of what is no emergency."""

# Chosen by four folds of the training data.
REGRESSION_C = 3.0
SVM_C = 0.5
SVM_SHARE = 0.5
SVM_TEMPERATURE = 0.15

KEPT_FOR_CALIBRATION = 4
"""One of so many examples tells what the numbers of a model without it are worth."""


@dataclass(frozen=True)
class Example:
    """A message to learn from: its words, embedding (float32 [384]), signs, and its kind."""

    text: str
    embedding: Floats
    signs: Signs
    kind: str


@dataclass(frozen=True)
class UrgencyModel:
    """Everything that training found: arrays and words, nothing that runs when it is read."""

    kinds: tuple[str, ...]
    dense: Floats  # [kinds, 384 + size of the patterns]
    dense_bias: Floats
    terms: Terms
    sparse: Floats  # [terms, kinds]: the rows of one message lie together
    sparse_bias: Floats
    slope: float
    offset: float
    patterns: Patterns

    def read(self, text: str, embedding: Floats, signs: Signs) -> tuple[str, float]:
        """Return the likeliest kind of emergency, and how much speaks for one (0 to 1)."""
        scores = self.scores(text, embedding, signs)
        everyday = self.kinds.index(EVERYDAY)
        urgent = np.where(np.arange(len(self.kinds)) == everyday, -1.0, scores)
        return self.kinds[int(urgent.argmax())], 1.0 - float(scores[everyday])

    def scores(self, text: str, embedding: Floats, signs: Signs) -> Floats:
        """Return one number a kind; they sum to one."""
        regression = _softmax(self.dense @ _features(embedding, signs) + self.dense_bias)
        where, weight = self.terms.weigh(text)
        margins = weight @ self.sparse[where] + self.sparse_bias
        svm = _softmax(margins / SVM_TEMPERATURE)
        mixed: Floats = (regression + SVM_SHARE * svm) / (1 + SVM_SHARE)
        return mixed

    def probability(self, score: float) -> float:
        """Return how often a message of that score is an emergency."""
        return 1 / (1 + math.exp(-(self.slope * _logit(score) + self.offset)))

    def save(self, folder: Path) -> None:
        """Write `urgency.npz` and `urgency.json`: arrays and words, no pickles."""
        np.savez(
            folder / "urgency.npz",
            dense=self.dense,
            dense_bias=self.dense_bias,
            sparse=self.sparse,
            sparse_bias=self.sparse_bias,
            pieces=self.terms.pieces.rarity,
            words=self.terms.words.rarity,
        )
        words = {
            "kinds": self.kinds,
            "pieces": self.terms.pieces.terms,
            "words": self.terms.words.terms,
            "slope": self.slope,
            "offset": self.offset,
            "patterns": self.patterns.written,
        }
        (folder / "urgency.json").write_text(json.dumps(words), encoding="utf-8")

    @classmethod
    def open(cls, folder: Path) -> UrgencyModel:
        """Read what `save` wrote."""
        words = json.loads((folder / "urgency.json").read_text(encoding="utf-8"))
        with np.load(folder / "urgency.npz", allow_pickle=False) as arrays:
            return cls(
                kinds=tuple(words["kinds"]),
                dense=arrays["dense"],
                dense_bias=arrays["dense_bias"],
                terms=Terms(
                    Block.of(words["pieces"], arrays["pieces"]),
                    Block.of(words["words"], arrays["words"]),
                ),
                sparse=arrays["sparse"],
                sparse_bias=arrays["sparse_bias"],
                slope=float(words["slope"]),
                offset=float(words["offset"]),
                patterns=Patterns(words["patterns"]),
            )


def learn(examples: Sequence[Example], patterns: Patterns) -> UrgencyModel:
    """Return the model of these examples. The same examples give the same model."""
    rest = [e for place, e in enumerate(examples) if place % KEPT_FOR_CALIBRATION]
    kept = [e for place, e in enumerate(examples) if not place % KEPT_FOR_CALIBRATION]
    slope, offset = _calibration(_fit(rest, patterns, 1.0, 0.0), kept)
    return _fit(examples, patterns, slope, offset)


def _calibration(model: UrgencyModel, kept: Sequence[Example]) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression

    scores = [[_logit(model.read(e.text, e.embedding, e.signs)[1])] for e in kept]
    fitted = LogisticRegression().fit(scores, [e.kind != EVERYDAY for e in kept])
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def _fit(
    examples: Sequence[Example], patterns: Patterns, slope: float, offset: float
) -> UrgencyModel:
    # Here and not above: a worker reads a model and never learns one.
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    kinds = tuple(sorted({example.kind for example in examples}))
    labels = [kinds.index(example.kind) for example in examples]
    terms = Terms.learnt([example.text for example in examples])
    rows = [terms.weigh(example.text) for example in examples]
    matrix = csr_matrix(
        (
            np.concatenate([weight for _, weight in rows]),
            np.concatenate([where for where, _ in rows]),
            np.cumsum([0, *(len(where) for where, _ in rows)]),
        ),
        shape=(len(examples), terms.size),
    )
    features = np.stack([_features(example.embedding, example.signs) for example in examples])
    regression = LogisticRegression(C=REGRESSION_C, max_iter=1000).fit(features, labels)
    svm = LinearSVC(C=SVM_C, random_state=0).fit(matrix, labels)
    return UrgencyModel(
        kinds=kinds,
        dense=regression.coef_.astype(np.float32),
        dense_bias=regression.intercept_.astype(np.float32),
        terms=terms,
        sparse=np.ascontiguousarray(svm.coef_.T.astype(np.float32)),
        sparse_bias=svm.intercept_.astype(np.float32),
        slope=slope,
        offset=offset,
        patterns=patterns,
    )


def _features(embedding: Floats, signs: Signs) -> Floats:
    return np.concatenate([embedding, signs.concepts])


def _logit(score: float) -> float:
    bounded = min(max(score, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))


def _softmax(scores: Floats) -> Floats:
    exponents = np.exp(scores - scores.max())
    result: Floats = exponents / exponents.sum()
    return result
