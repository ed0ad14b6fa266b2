"""Logistic regression as both models use it: stopped when more rounds would tell no more."""

from __future__ import annotations

import warnings
from typing import Any

from numpy.typing import NDArray

ROUNDS = 100
"""300 take three times as long, and are right no more often on data/eval/tuning."""


def regression(features: NDArray[Any], labels: Any, strength: float) -> Any:
    """Return a fitted sklearn.linear_model.LogisticRegression; `strength` is its C."""
    # Here and not above: a worker reads a model and never learns one.
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return LogisticRegression(C=strength, max_iter=ROUNDS).fit(features, labels)
