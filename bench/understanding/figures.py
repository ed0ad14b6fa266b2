"""Figures of a classifier: how often it is right, and whether it is as sure as it should be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Sayings whose probability lies between `low` and `high`: how many, how sure on average, and
    which share was right."""

    low: float
    high: float
    count: int
    sure: float
    right: float


def reliability(probabilities: Sequence[float], right: Sequence[bool]) -> tuple[Bin, ...]:
    """Return the bins that hold any, of equal width."""
    sure, hits = np.asarray(probabilities), np.asarray(right, dtype=bool)
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(
            low=number / BINS,
            high=(number + 1) / BINS,
            count=int(here.sum()),
            sure=float(sure[here].mean()),
            right=float(hits[here].mean()),
        )
        for number in range(BINS)
        if (here := place == number).any()
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error (Guo and others, 2017): the mean distance between how
    sure it was and how often it was right, from 0 to 1."""
    every = sum(one.count for one in bins)
    return sum(one.count * abs(one.sure - one.right) for one in bins) / every if every else 0.0


def share(hits: Sequence[bool]) -> float:
    """Return the share of true ones, 0 when there are none."""
    return sum(hits) / len(hits) if hits else 0.0


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """Return how likely something inside scores higher than something outside: the area under the
    receiver operating characteristic. 0.5 is chance."""
    every = np.concatenate([np.asarray(inside), np.asarray(outside)])
    _, place, counts = np.unique(every, return_inverse=True, return_counts=True)
    # Those that score the same share their ranks.
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    more = len(inside)
    total = ranks[:more].sum() - more * (more + 1) / 2
    return float(total / (more * len(outside)))
