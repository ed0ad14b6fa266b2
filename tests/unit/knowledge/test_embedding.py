"""Sentences that mean the same lie close together."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.embedding import load_encoder


def test_each_sentence_is_a_point_of_unit_length() -> None:
    rows = load_encoder().encode(["my bin was missed", "", "x" * 5000, "word " * 500])
    assert rows.shape == (4, 384)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-3)


def test_no_sentences_are_no_points() -> None:
    assert load_encoder().encode([]).shape == (0, 384)


def test_a_paraphrase_is_nearer_than_another_subject() -> None:
    bin_, same, other = load_encoder().encode(
        ["you did not empty my bin", "the rubbish was not collected", "renew my library card"]
    )
    assert bin_ @ same > bin_ @ other + 0.2


def test_a_sentence_means_the_same_alone_and_in_a_batch() -> None:
    texts = [f"report {n} potholes on the {'long ' * n}road" for n in range(40)]
    encoder = load_encoder()
    alone = np.vstack([encoder.encode([text]) for text in texts])
    # Not identical: int8 activations are scaled by what else is in the batch.
    assert (alone * encoder.encode(texts)).sum(axis=1).min() > 0.97
