"""What a person is doing, how surely, and whether it is anything that the bot was made for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.nlu.classifiers import Classifiers, Fit, Floats, mixed
from knowledge.axes import Axes
from knowledge.terms import Terms

FIT = Fit(strength=2.0, rounds=80, svm=0.5)
"""Chosen on data/eval/tuning: 300 rounds take four times as long, and are right no more often."""
NEIGHBOURS = 3
FOLDS = 3
PERCENTILE = 5.0
TEMPERATURES = tuple(round(0.2 + 0.05 * step, 2) for step in range(37))  # 0.2 to 2


@dataclass(frozen=True)
class Scope:
    """Tells what the bot was not made for. A message is inside when the sum of both measures, each
    in standard deviations from what held-out examples show, reaches the threshold."""

    sure_mean: float
    sure_spread: float
    near_mean: float
    near_spread: float
    threshold: float

    def score(self, sure: float, near: float) -> float:
        return (sure - self.sure_mean) / self.sure_spread + (
            near - self.near_mean
        ) / self.near_spread


@dataclass(frozen=True)
class Reading:
    """The intents of one message with their probabilities, likeliest first."""

    ranking: tuple[tuple[str, float], ...]
    in_scope: bool


@dataclass(frozen=True)
class IntentModel:
    """Everything that training found: arrays and words, nothing that runs when it is read."""

    classifiers: Classifiers
    axes: Axes
    examples: Floats  # [examples, any], along the axes
    scope: Scope
    temperature: float = 1.0

    @property
    def intents(self) -> tuple[str, ...]:
        return self.classifiers.labels

    def read(self, text: str, embedding: Floats) -> Reading:
        probabilities = self.probabilities(text, embedding)
        best = np.argsort(-probabilities, kind="stable")
        sure = float(probabilities[best[0]])
        score = self.scope.score(sure, self.nearness(embedding))
        likely = tempered(probabilities[None], self.temperature)[0]
        return Reading(
            tuple((self.intents[i], float(likely[i])) for i in best),
            in_scope=score >= self.scope.threshold,
        )

    def probabilities(self, text: str, embedding: Floats) -> Floats:
        """Return one number an intent; they sum to one, and are too small to be probabilities of
        being right: `read` tempers them."""
        return mixed(*self.classifiers.read(text, embedding))

    def nearness(self, embedding: Floats) -> float:
        """Return the mean cosine to the three nearest examples."""
        cosines = self.examples @ self.axes.along(embedding)
        nearest = min(NEIGHBOURS, len(cosines))
        return float(np.mean(np.partition(cosines, -nearest)[-nearest:]))

    def save(self, folder: Path) -> None:
        """Write `intents.npz` and `intents.json`: arrays and words, no pickles."""
        np.savez(
            folder / "intents.npz",
            **self.classifiers.arrays(),
            examples=self.examples,
            axes=np.zeros(0, dtype=np.float32) if self.axes.rows is None else self.axes.rows,
        )
        words = {
            **self.classifiers.words(),
            "scope": self.scope.__dict__,
            "temperature": self.temperature,
        }
        (folder / "intents.json").write_text(json.dumps(words), encoding="utf-8")

    @classmethod
    def open(cls, folder: Path) -> IntentModel:
        """Read what `save` wrote."""
        words = json.loads((folder / "intents.json").read_text(encoding="utf-8"))
        with np.load(folder / "intents.npz", allow_pickle=False) as arrays:
            return cls(
                classifiers=Classifiers.of(arrays, words),
                axes=Axes(arrays["axes"] if arrays["axes"].size else None),
                examples=arrays["examples"],
                scope=Scope(**words["scope"]),
                temperature=float(words["temperature"]),
            )


def learn(
    texts: Sequence[str],
    embeddings: Floats,
    intents: Sequence[str],
    fit: Fit = FIT,
) -> IntentModel:
    """Return the model of these examples. The same examples give the same model.

    Raise ValueError with fewer than two intents, or an intent of fewer examples than FOLDS.
    """
    counts = {intent: list(intents).count(intent) for intent in set(intents)}
    if len(counts) < 2 or min(counts.values()) < FOLDS:
        raise ValueError(f"each of two or more intents needs {FOLDS} examples")
    names = tuple(sorted(counts))
    labels = np.array([names.index(intent) for intent in intents])
    # Deal each intent's examples out in turn, so that every fold has some of each.
    seen = dict.fromkeys(names, 0)
    fold = np.zeros(len(labels), dtype=np.intp)
    for place, intent in enumerate(intents):
        fold[place] = seen[intent] % FOLDS
        seen[intent] += 1
    sure, near, likely, order = [], [], [], []
    nowhere = Scope(0.0, 1.0, 0.0, 1.0, 0.0)
    for held_out in range(FOLDS):
        rest = np.flatnonzero(fold != held_out)
        told, meant = [texts[i] for i in rest], [intents[i] for i in rest]
        model = _fit(told, embeddings[rest], meant, nowhere, fit)
        for i in np.flatnonzero(fold == held_out):
            probabilities = model.probabilities(texts[i], embeddings[i])
            likely.append(probabilities)
            order.append(labels[i])
            sure.append(float(np.max(probabilities)))
            near.append(model.nearness(embeddings[i]))
    model = _fit(texts, embeddings, intents, _scope(np.array(sure), np.array(near)), fit)
    return replace(model, temperature=_temperature(np.array(likely), np.array(order)))


def tempered(probabilities: Floats, temperature: float) -> Floats:
    """Return the rows made surer (below 1) or less sure (above it): they still sum to one."""
    logs = np.log(np.maximum(probabilities, 1e-9)) / temperature
    exponents = np.exp(logs - logs.max(axis=1, keepdims=True))
    result: Floats = exponents / exponents.sum(axis=1, keepdims=True)
    return result


def _temperature(likely: Floats, labels: NDArray[np.intp]) -> float:
    """The temperature at which examples that were held out are likeliest (Guo and others, 2017)."""
    rows = np.arange(len(labels))

    def loss(temperature: float) -> float:
        return -float(np.log(np.maximum(tempered(likely, temperature)[rows, labels], 1e-9)).mean())

    return min(TEMPERATURES, key=loss)


def _scope(sure: NDArray[np.float64], near: NDArray[np.float64]) -> Scope:
    spread = 1e-6
    free = Scope(
        float(sure.mean()),
        float(sure.std()) or spread,
        float(near.mean()),
        float(near.std()) or spread,
        threshold=0.0,
    )
    scores = [free.score(s, n) for s, n in zip(sure, near, strict=True)]
    return Scope(
        free.sure_mean,
        free.sure_spread,
        free.near_mean,
        free.near_spread,
        threshold=float(np.percentile(scores, PERCENTILE)),
    )


def _fit(
    texts: Sequence[str], embeddings: Floats, intents: Sequence[str], scope: Scope, fit: Fit
) -> IntentModel:
    axes, terms = Axes.of(embeddings), Terms.learnt(texts)
    return IntentModel(
        classifiers=Classifiers.learnt(embeddings, terms, terms.matrix(texts), intents, fit),
        axes=axes,
        examples=axes.along(embeddings.astype(np.float32)),
        scope=scope,
    )
