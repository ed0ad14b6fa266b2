"""Logistic regression as both models use it: stopped when more rounds would tell no more."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True)
class Fit:
    """How closely a regression follows its examples (its C), and after how many rounds it stops."""

    strength: float
    rounds: int


def regression(features: NDArray[Any], labels: Any, fit: Fit) -> Any:
    """Return a fitted sklearn.linear_model.LogisticRegression."""
    # Here and not above: a worker reads a model and never learns one.
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return LogisticRegression(C=fit.strength, max_iter=fit.rounds).fit(features, labels)
