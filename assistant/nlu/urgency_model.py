"""How likely a message is an emergency, and of what kind: three linear models, kept as arrays.

The first reads the sentence embedding and the words of data/urgent/patterns.yml, the second TF-IDF.
The third weighs what both say against the topics that the search has found, which knows everyday
matters better.
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

KEPT_FOR_WEIGHING = 5
"""One of so many examples tells what the numbers of a model without it are worth."""

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

    classifiers: Classifiers
    weights: Floats  # [5]: of the logits of the evidence and of both topics, and a constant
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
        """Return how often such a message is an emergency, among emergencies and look-alikes."""
        return 1 / (1 + math.exp(-float(_weighed(evidence, near) @ self.weights)))

    def save(self, folder: Path) -> None:
        """Write `urgency.npz` and `urgency.json`: arrays and words, no pickles."""
        np.savez(folder / "urgency.npz", **self.classifiers.arrays(), weights=self.weights)
        words = {**self.classifiers.words(), "patterns": self.patterns.written}
        (folder / "urgency.json").write_text(json.dumps(words), encoding="utf-8")

    @classmethod
    def open(cls, folder: Path) -> UrgencyModel:
        """Read what `save` wrote."""
        words = json.loads((folder / "urgency.json").read_text(encoding="utf-8"))
        with np.load(folder / "urgency.npz", allow_pickle=False) as arrays:
            return cls(
                Classifiers.of(arrays, words), arrays["weights"], Patterns(words["patterns"])
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

    kept = [(example, example.near) for example in examples if example.near is not None]
    rest = np.array([i for i, example in enumerate(examples) if example.near is None])
    blind = UrgencyModel(fit(rest), np.zeros(5, dtype=np.float32), patterns)
    rows = [_weighed(blind.read(e.text, e.embedding, e.signs)[1], near) for e, near in kept]
    weights = _weights(rows, [example.kind != EVERYDAY for example, _ in kept])
    return UrgencyModel(fit(np.arange(len(examples))), weights, patterns)


def _weights(rows: Sequence[Floats], urgent: Sequence[bool]) -> Floats:
    # Here and not above: a worker reads a model and never learns one.
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=WEIGHING_C, fit_intercept=False).fit(np.stack(rows), urgent)
    weights: Floats = fitted.coef_[0].astype(np.float32)
    return weights


def _features(embedding: Floats, signs: Signs) -> Floats:
    return np.concatenate([embedding, signs.concepts])


def _weighed(evidence: Evidence, near: Near) -> Floats:
    said = (evidence.meaning, evidence.words, near.urgent, near.everyday)
    return np.array([*map(_logit, said), 1.0], dtype=np.float32)


def _logit(score: float) -> float:
    bounded = min(max(score, LEAST), 1 - LEAST)
    return math.log(bounded / (1 - bounded))
