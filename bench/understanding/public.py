"""The same pipeline on public data: BANKING77 (Casanueva and others, 2020) and CLINC150 (Larson and
others, 2019), as they are published."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.nlu.classifiers import Fit
from assistant.nlu.intent_model import IntentModel, learn
from bench.understanding.figures import auroc, share
from knowledge.embedding import SentenceEncoder, load_encoder

KEPT = 0.95
"""The share of in-scope messages that must stay inside when out-of-scope recall is told."""

FIT = Fit(strength=30.0, rounds=1000, svm=0.5)
"""As the published figures were measured: examples without mistakes, and many intents."""


class BadData(Exception):
    """A file is missing, or is not what is published."""


Rows = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Dataset:
    """Sayings with their intents; `outside` belong to none."""

    name: str
    train: Rows
    test: Rows
    outside: Sequence[str] = ()


def evaluate_public(folder: Path, tell: Callable[[str], None]) -> str:
    """Return the report on every data set that the folder holds. Raise BadData when it holds none,
    or one that cannot be read."""
    sets = [*_banking(folder), *_clinc(folder)]
    if not sets:
        raise BadData(f"{folder} holds neither BANKING77's train.csv nor CLINC150's data_full.json")
    return "\n".join(_measured(one, tell) for one in sets)


def _measured(data: Dataset, tell: Callable[[str], None]) -> str:
    encoder = load_encoder()
    tell(f"{data.name}: embedding and training on {len(data.train)} sayings")
    began = time.perf_counter()
    texts = [text for text, _ in data.train]
    intents = [intent for _, intent in data.train]
    model = learn(texts, encoder.encode(texts), intents, FIT)
    took = time.perf_counter() - began
    tell(f"{data.name}: reading {len(data.test) + len(data.outside)} sayings")
    right, inside = [], []
    for text, intent in data.test:
        best, score = _read(model, encoder, text)
        right.append(best == intent)
        inside.append(score)
    line = f"{data.name:10} accuracy {share(right):.1%}   trained in {took:.0f} s"
    if not data.outside:
        return line
    outside = [_read(model, encoder, text)[1] for text in data.outside]
    limit = float(np.quantile(inside, 1 - KEPT))
    caught = share([score < limit for score in outside])
    return (
        f"{line}   out of scope: AUROC {auroc(inside, outside):.3f}, recall {caught:.1%} "
        f"with {KEPT:.0%} of in-scope kept"
    )


def _read(model: IntentModel, encoder: SentenceEncoder, text: str) -> tuple[str, float]:
    """The likeliest intent, and how surely it is any of them."""
    vector = encoder.encode_one(text)
    probabilities = model.probabilities(text, vector)
    best = int(probabilities.argmax())
    score = model.scope.score(float(probabilities[best]), model.nearness(vector))
    return model.intents[best], score


def _banking(folder: Path) -> list[Dataset]:
    for train in sorted(folder.rglob("train.csv")):
        test = train.with_name("test.csv")
        if test.is_file():
            return [Dataset("BANKING77", _csv(train), _csv(test))]
        raise BadData(f"{train} has no test.csv beside it")
    return []


def _csv(file: Path) -> Rows:
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        names = reader.fieldnames or ()
        label = next((name for name in ("category", "label", "intent") if name in names), None)
        if "text" not in names or label is None:
            raise BadData(f"{file} has no columns text and category")
        return [(row["text"], row[label]) for row in reader]


def _clinc(folder: Path) -> list[Dataset]:
    for file in sorted(folder.rglob("data_full.json")):
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            return [
                Dataset(
                    "CLINC150",
                    _pairs(data["train"]),
                    _pairs(data["test"]),
                    [text for text, _ in _pairs(data["oos_test"])],
                )
            ]
        except (ValueError, KeyError, TypeError) as error:
            raise BadData(f"{file} is not CLINC150's data_full.json: {error!r}") from error
    return []


def _pairs(rows: Any) -> Rows:
    return [(str(text), str(intent)) for text, intent in rows]
