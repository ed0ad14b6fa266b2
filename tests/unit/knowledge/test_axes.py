"""Vectors are compared along the directions in which they differ most."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.axes import AXES, FEWEST, Axes
from knowledge.embedding import DIMENSIONS, Vectors


@pytest.fixture(scope="module")
def many() -> Vectors:
    """Vectors that differ in a hundred directions, and a little in all."""
    dice = np.random.default_rng(5)
    mixed = dice.normal(size=(FEWEST, 100)) @ dice.normal(size=(100, DIMENSIONS))
    mixed += 0.01 * dice.normal(size=mixed.shape)
    return np.asarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), dtype=np.float32)


def test_cosines_stay_nearly_the_same(many: Vectors) -> None:
    axes = Axes.of(many)
    short = axes.along(many)
    assert short.shape == (FEWEST, AXES)
    assert short[:50] @ short.T == pytest.approx(many[:50] @ many.T, abs=0.01)


def test_one_vector_is_taken_as_a_row_is(many: Vectors) -> None:
    axes = Axes.of(many)
    assert axes.along(many[3]) == pytest.approx(axes.along(many)[3], abs=1e-5)


def test_few_vectors_keep_all_their_numbers(many: Vectors) -> None:
    few = many[: FEWEST - 1]
    assert Axes.of(few).along(few) is few


def test_the_same_vectors_give_the_same_directions(many: Vectors) -> None:
    one, other = Axes.of(many).rows, Axes.of(many).rows
    assert one is not None
    assert other is not None
    assert np.array_equal(one, other)
