"""How likely a message is an emergency, and of what kind: three linear models, kept as arrays.

The first reads the sentence embedding and the words of data/urgent/patterns.yml, the second TF-IDF.
The third weighs what both say against the topics that the search has found, which knows everyday
matters better.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.regression import Fit, regression
from assistant.nlu.urgency_patterns import Patterns, Signs
from knowledge.terms import Block, Terms

Floats = NDArray[np.float32]

EVERYDAY = "everyday"
"""The kind of what is no emergency."""

# Chosen on data/eval/tuning.
REGRESSION = Fit(strength=5.0, rounds=80)
SVM_C = 2.0
SVM_SHARE = 0.5  # of what kind of emergency it is
SVM_TEMPERATURE = 0.15
WEIGHING_C = 10.0

KEPT_FOR_WEIGHING = 5
"""One of so many examples tells what the numbers of a model without it are worth."""

LEAST = 1e-3  # of a probability: a topic that was not found is not impossible


@dataclass(frozen=True)
class Near:
    """How probable it is that a message is about an urgent topic, and about an everyday one."""

    urgent: float
    everyday: float


@dataclass(frozen=True)
class Evidence:
    """How probable an emergency is by the meaning of a message and its signs, and by its words."""

    meaning: float
    words: float


@dataclass(frozen=True)
class Example:
    """A message to learn from: its words, embedding (float32 [384]), signs and kind. Those with
    topics `near` tell how to weigh what a model without them says."""

    text: str
    embedding: Floats
    signs: Signs
    kind: str
    near: Near | None = None


@dataclass(frozen=True)
class UrgencyModel:
    """Everything that training found: arrays and words, nothing that runs when it is read."""

    kinds: tuple[str, ...]
    dense: Floats  # [kinds, 384 + size of the patterns]
    dense_bias: Floats
    terms: Terms
    sparse: Floats  # [terms, kinds]: the rows of one message lie together
    sparse_bias: Floats
    weights: Floats  # [5]: of the logits of the evidence and of both topics, and a constant
    alone: Floats  # [3]: the same where nobody has looked for topics
    patterns: Patterns

    def read(self, text: str, embedding: Floats, signs: Signs) -> tuple[str, Evidence]:
        """Return the likeliest kind of emergency, and how probable it is that it is one."""
        meaning = _softmax(self.dense @ _features(embedding, signs) + self.dense_bias)
        where, weight = self.terms.weigh(text)
        words = _softmax((weight @ self.sparse[where] + self.sparse_bias) / SVM_TEMPERATURE)
        none = self.kinds.index(EVERYDAY)
        mixed = meaning + SVM_SHARE * words
        kind = max((k for k in range(len(self.kinds)) if k != none), key=lambda k: mixed[k])
        return self.kinds[kind], Evidence(1.0 - float(meaning[none]), 1.0 - float(words[none]))

    def near(self, topics: Iterable[Mapping[str, Any]]) -> Near:
        """Return what these topics, of slug and score, say."""
        return near(topics, self.kinds)

    def probability(self, evidence: Evidence, near: Near | None) -> float:
        """Return how often such a message is an emergency, among emergencies and look-alikes."""
        weights = self.alone if near is None else self.weights
        return 1 / (1 + math.exp(-float(_weighed(evidence, near) @ weights)))

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
            weights=self.weights,
            alone=self.alone,
        )
        words = {
            "kinds": self.kinds,
            "pieces": self.terms.pieces.terms,
            "words": self.terms.words.terms,
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
                weights=arrays["weights"],
                alone=arrays["alone"],
                patterns=Patterns(words["patterns"]),
            )


def near(topics: Iterable[Mapping[str, Any]], kinds: Collection[str]) -> Near:
    """Return what these topics, of slug and score, say: the urgent ones are kinds of emergency."""
    rows = [(str(topic["slug"]) in kinds, float(topic["score"])) for topic in topics]
    return Near(
        min(sum(score for urgent, score in rows if urgent), 1.0),
        max((score for urgent, score in rows if not urgent), default=0.0),
    )


def learn(examples: Sequence[Example], patterns: Patterns) -> UrgencyModel:
    """Return the model of these examples. The same examples give the same model."""
    # Here and not above: a worker reads a model and never learns one.
    from scipy.sparse import csr_matrix

    terms = Terms.learnt([example.text for example in examples])
    rows = [terms.weigh(example.text) for example in examples]
    words = csr_matrix(
        (
            np.concatenate([weight for _, weight in rows]),
            np.concatenate([where for where, _ in rows]),
            np.cumsum([0, *(len(where) for where, _ in rows)]),
        ),
        shape=(len(examples), terms.size),
    )
    meanings = np.stack([_features(example.embedding, example.signs) for example in examples])
    kinds = np.array([example.kind for example in examples])

    def fit(places: NDArray[np.intp]) -> UrgencyModel:
        return _fit(meanings[places], words[places], kinds[places], terms, patterns)

    kept = [(example, example.near) for example in examples if example.near is not None]
    blind = fit(np.array([i for i, example in enumerate(examples) if example.near is None]))
    evidence = [blind.read(e.text, e.embedding, e.signs)[1] for e, _ in kept]
    beside = [_weighed(found, near) for found, (_, near) in zip(evidence, kept, strict=True)]
    urgent = [example.kind != EVERYDAY for example, _ in kept]
    return replace(
        fit(np.arange(len(examples))),
        weights=_weights(beside, urgent),
        alone=_weights([_weighed(found, None) for found in evidence], urgent),
    )


def _weights(rows: Sequence[Floats], urgent: Sequence[bool]) -> Floats:
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=WEIGHING_C, fit_intercept=False).fit(np.stack(rows), urgent)
    weights: Floats = fitted.coef_[0].astype(np.float32)
    return weights


def _fit(
    meanings: Floats, words: Any, labels: NDArray[Any], terms: Terms, patterns: Patterns
) -> UrgencyModel:
    """Return the model without the weights against topics. `words` is TF-IDF, sparse."""
    from sklearn.svm import LinearSVC

    kinds = tuple(sorted(set(labels.tolist())))
    meaning = regression(meanings, labels, REGRESSION)
    svm = LinearSVC(C=SVM_C, random_state=0).fit(words, labels)
    return UrgencyModel(
        kinds=kinds,
        dense=meaning.coef_.astype(np.float32),
        dense_bias=meaning.intercept_.astype(np.float32),
        terms=terms,
        sparse=np.ascontiguousarray(svm.coef_.T.astype(np.float32)),
        sparse_bias=svm.intercept_.astype(np.float32),
        weights=np.zeros(5, dtype=np.float32),
        alone=np.zeros(3, dtype=np.float32),
        patterns=patterns,
    )


def _features(embedding: Floats, signs: Signs) -> Floats:
    return np.concatenate([embedding, signs.concepts])


def _weighed(evidence: Evidence, near: Near | None) -> Floats:
    topics = (near.urgent, near.everyday) if near else ()
    said = (evidence.meaning, evidence.words, *topics)
    return np.array([*map(_logit, said), 1.0], dtype=np.float32)


def _logit(score: float) -> float:
    bounded = min(max(score, LEAST), 1 - LEAST)
    return math.log(bounded / (1 - bounded))


def _softmax(scores: Floats) -> Floats:
    exponents = np.exp(scores - scores.max())
    result: Floats = exponents / exponents.sum()
    return result
