"""Trains the model when what it is made from has changed, and not otherwise."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from filelock import FileLock, Timeout

from assistant.nlu.without_tensorflow import leave_out_tensorflow, refuse_tensorflow
from knowledge.library import open_library

PROJECT = Path(__file__).resolve().parent.parent
MODEL = "models/front-door.tar.gz"
INPUTS = (
    "config.yml",
    *(f"data/{part}/*.yml" for part in ("domain", "nlu", "rules", "stories", "urgent")),
    "data/urgent/encoder/model.onnx",
    "assistant/nlu/*.py",
)


class TrainingFailed(Exception):
    """Rasa made no model; it has said why on the terminal."""


def fingerprint(project: Path = PROJECT) -> str:
    """Return a SHA-256 over the configuration, the data with the domain, and our components.

    Knowledge is no part of it: a new article is understood without training.
    """
    digest = hashlib.sha256()
    for pattern in INPUTS:
        for path in sorted(project.glob(pattern)):
            digest.update(f"{path.relative_to(project)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def needs_training(project: Path = PROJECT) -> bool:
    """Return whether there is no model, or one that was made from something else."""
    model, mark = project / MODEL, _mark(project / MODEL)
    if not model.is_file() or not mark.is_file():
        return True
    return mark.read_text(encoding="ascii").strip() != fingerprint(project)


@contextmanager
def alone(project: Path = PROJECT, waits: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Train within this: one process at a time does. Calls `waits` once when another is at it."""
    file = _mark(project / MODEL).with_suffix(".lock")
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(file)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        waits()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def train(project: Path = PROJECT, into: Path | None = None) -> Path:
    """Train, and return where the model is: `into`, or models/front-door.tar.gz of the project.

    A model that is there is replaced at the end, in one step. Raise NeedsTensorFlow when the
    configuration needs what our processes leave out, and TrainingFailed when no model came of it.
    """
    config = project / "config.yml"
    refuse_tensorflow(yaml.safe_load(config.read_text(encoding="utf-8")))
    leave_out_tensorflow()
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    # The fingerprint above is the cache: Rasa's own would keep a gigabyte in .rasa.
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    model = into or project / MODEL
    model.parent.mkdir(parents=True, exist_ok=True)
    before = fingerprint(project)
    with TemporaryDirectory(dir=model.parent) as folder, warnings.catch_warnings():
        # Rasa and what it imports warn about their own age.
        warnings.simplefilter("ignore")
        from rasa.model_training import train as rasa_train

        result = rasa_train(
            domain=str(project / "data" / "domain"),
            config=str(config),
            # Not data/ itself: Rasa would read the domain in it a second time, as training data.
            training_files=[str(project / "data" / part) for part in ("nlu", "rules", "stories")],
            output=folder,
            fixed_model_name="model",
            force_training=True,
        )
        if result.code != 0 or result.model is None:
            raise TrainingFailed(f"rasa ended with {result.code}")
        _mark(model).unlink(missing_ok=True)
        os.replace(result.model, model)
    _mark(model).write_text(before + "\n", encoding="ascii")
    # Made here once, and read by every process that starts after it.
    _ = open_library().index
    return model


def _mark(model: Path) -> Path:
    return model.with_name(model.name.partition(".")[0] + ".fingerprint")
