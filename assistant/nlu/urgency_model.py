"""How likely a message is an emergency, and of what kind: linear models, kept as arrays.

The first reads the sentence embedding and the words of data/urgent/patterns.yml, the second TF-IDF.
The third weighs what both say against the topics that the search has found, which knows everyday
matters better. The last weighs all that against the second look.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.classifiers import Classifiers, Fit, Floats, mixed
from assistant.nlu.urgency_patterns import Patterns, Signs
from knowledge.terms import Terms

EVERYDAY = "everyday"
"""The kind of what is no emergency."""

# Chosen on data/eval/tuning.
FIT = Fit(strength=5.0, rounds=80, svm=2.0)
WEIGHING_C = 10.0

KEPT_FOR_WEIGHING = 8
"""One of so many examples tells what the numbers of a model without it are worth."""

DOUBTFUL = 0.12, 0.97
"""Between these probabilities, at first sight, an emergency is looked at again."""

LEAST = 1e-3  # of a probability: a topic that was not found is not impossible


@dataclass(frozen=True)
class Near:
    """How probable it is that a message is about an urgent topic, and about an everyday one."""

    urgent: float
    everyday: float

    @classmethod
    def of(cls, topics: Iterable[Mapping[str, Any]], kinds: Collection[str]) -> Near:
        """Return what these topics, of slug and score, say: the urgent ones are kinds of
        emergency."""
        rows = [(str(topic["slug"]) in kinds, float(topic["score"])) for topic in topics]
        return cls(
            min(sum(score for urgent, score in rows if urgent), 1.0),
            max((score for urgent, score in rows if not urgent), default=0.0),
        )


@dataclass(frozen=True)
class Evidence:
    """How probable an emergency is by the meaning of a message and its signs, and by its words."""

    meaning: float
    words: float


@dataclass(frozen=True)
class Kept:
    """What the search and the second look, neither of which knows this example, say of it."""

    near: Near
    log_odds: float


@dataclass(frozen=True)
class Example:
    """A message to learn from: its words, embedding (float32 [384]), signs and kind. What is `kept`
    tells how to weigh what a model without it says."""

    text: str
    embedding: Floats
    signs: Signs
    kind: str
    kept: Kept | None = None


@dataclass(frozen=True)
class UrgencyModel:
    """Everything that training found: arrays and words, nothing that runs when it is read."""

    classifiers: Classifiers
    weights: Floats  # [5]: of the logits of the evidence and of both topics, and a constant
    second: Floats  # [3]: of the logit of what these say, of the second look, and a constant
    patterns: Patterns

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of emergency, and EVERYDAY."""
        return self.classifiers.labels

    def read(self, text: str, embedding: Floats, signs: Signs) -> tuple[str, Evidence]:
        """Return the likeliest kind of emergency, and how probable it is that it is one."""
        meaning, words = self.classifiers.read(text, _features(embedding, signs))
        none = self.kinds.index(EVERYDAY)
        likely = mixed(meaning, words)
        kind = max((k for k in range(len(self.kinds)) if k != none), key=lambda k: likely[k])
        return self.kinds[kind], Evidence(1.0 - float(meaning[none]), 1.0 - float(words[none]))

    def probability(self, evidence: Evidence, near: Near) -> float:
        """Return how often such a message is an emergency, among emergencies and look-alikes, as
        far as the first sight goes."""
        return _probability(_weighed(evidence, near), self.weights)

    def looked_at_again(self, probability: float, log_odds: float) -> float:
        """Return the same of a doubtful message, with what a second look says of it."""
        return _probability(_weighed_again(probability, log_odds), self.second)

    def save(self, folder: Path) -> None:
        """Write `urgency.npz` and `urgency.json`: arrays and words, no pickles."""
        weights = {"weights": self.weights, "second": self.second}
        np.savez(folder / "urgency.npz", **self.classifiers.arrays(), **weights)
        words = {**self.classifiers.words(), "patterns": self.patterns.written}
        (folder / "urgency.json").write_text(json.dumps(words), encoding="utf-8")

    @classmethod
    def open(cls, folder: Path) -> UrgencyModel:
        """Read what `save` wrote."""
        words = json.loads((folder / "urgency.json").read_text(encoding="utf-8"))
        with np.load(folder / "urgency.npz", allow_pickle=False) as arrays:
            return cls(
                Classifiers.of(arrays, words),
                arrays["weights"],
                arrays["second"],
                Patterns(words["patterns"]),
            )


def learn(examples: Sequence[Example], patterns: Patterns) -> UrgencyModel:
    """Return the model of these examples. The same examples give the same model."""
    texts = [example.text for example in examples]
    terms = Terms.learnt(texts)
    words = terms.matrix(texts)
    meanings = np.stack([_features(example.embedding, example.signs) for example in examples])
    kinds = np.array([example.kind for example in examples])

    def fit(places: NDArray[np.intp]) -> Classifiers:
        return Classifiers.learnt(meanings[places], terms, words[places], kinds[places], FIT)

    kept = [(example, example.kept) for example in examples if example.kept is not None]
    rest = np.array([i for i, example in enumerate(examples) if example.kept is None])
    urgent = np.array([example.kind != EVERYDAY for example, _ in kept])
    unweighed = np.zeros(5, dtype=np.float32), np.zeros(3, dtype=np.float32)
    blind = UrgencyModel(fit(rest), *unweighed, patterns)
    read = [(blind.read(e.text, e.embedding, e.signs)[1], its) for e, its in kept]
    rows = np.stack([_weighed(evidence, its.near) for evidence, its in read])
    weights = _weights(rows, urgent)

    first = [_probability(row, weights) for row in rows]
    doubtful = np.array([is_doubtful(probability) for probability in first])
    again = np.stack(
        [_weighed_again(p, its.log_odds) for p, (_, its) in zip(first, kept, strict=True)]
    )
    second = _weights(again[doubtful], urgent[doubtful])
    return UrgencyModel(fit(np.arange(len(examples))), weights, second, patterns)


def is_doubtful(probability: float) -> bool:
    """Return whether it is worth a second look."""
    least, most = DOUBTFUL
    return least <= probability < most


def _weights(rows: Floats, urgent: NDArray[np.bool_]) -> Floats:
    # Here and not above: a worker reads a model and never learns one.
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=WEIGHING_C, fit_intercept=False).fit(rows, urgent)
    weights: Floats = fitted.coef_[0].astype(np.float32)
    return weights


def _features(embedding: Floats, signs: Signs) -> Floats:
    return np.concatenate([embedding, signs.concepts])


def _weighed(evidence: Evidence, near: Near) -> Floats:
    said = (evidence.meaning, evidence.words, near.urgent, near.everyday)
    return np.array([*map(_logit, said), 1.0], dtype=np.float32)


def _weighed_again(probability: float, log_odds: float) -> Floats:
    return np.array([_logit(probability), log_odds, 1.0], dtype=np.float32)


def _probability(row: Floats, weights: Floats) -> float:
    return 1 / (1 + math.exp(-float(row @ weights)))


def _logit(score: float) -> float:
    bounded = min(max(score, LEAST), 1 - LEAST)
    return math.log(bounded / (1 - bounded))
