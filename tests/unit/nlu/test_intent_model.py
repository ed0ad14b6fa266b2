"""The model of intents: learnt, kept as arrays, and read back the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.nlu.intent_model import IntentModel, learn
from knowledge.terms import Terms, pieces, words

TEXTS = [
    *("hello", "hi there", "good morning", "hello you"),
    *("bye", "goodbye now", "see you later", "bye bye"),
    *("stop", "stop this", "please stop", "cancel this"),
]
INTENTS = ["greet"] * 4 + ["goodbye"] * 4 + ["stop"] * 4


def _embeddings(count: int, seed: int = 0) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    rows = np.random.default_rng(seed).normal(size=(count, 384)).astype(np.float32)
    rows[:, 0] += np.repeat([20, -20, 0], 4)[:count] if count == len(TEXTS) else 0
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return learn(TEXTS, _embeddings(len(TEXTS)), INTENTS)


def test_what_was_kept_reads_the_same(model: IntentModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    opened = IntentModel.open(tmp_path)
    embedding = _embeddings(1, seed=7)[0]
    for text in (*TEXTS, "something new", ""):
        assert opened.read(text, embedding) == model.read(text, embedding)


def test_nothing_that_is_kept_is_a_pickle(model: IntentModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["intents.json", "intents.npz"]
    with np.load(tmp_path / "intents.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype == np.float32 for name in arrays.files)


def test_probabilities_sum_to_one(model: IntentModel) -> None:
    assert float(model.probabilities("hello", _embeddings(1)[0]).sum()) == pytest.approx(1.0)


def test_learning_twice_gives_the_same(model: IntentModel) -> None:
    again = learn(TEXTS, _embeddings(len(TEXTS)), INTENTS)
    np.testing.assert_array_equal(again.classifiers.dense, model.classifiers.dense)
    np.testing.assert_array_equal(again.classifiers.sparse, model.classifiers.sparse)
    assert again.scope == model.scope


def test_refuses_an_intent_with_too_few_examples() -> None:
    with pytest.raises(ValueError, match="needs 3 examples"):
        learn(["a", "b", "c", "d"], _embeddings(4), ["x", "x", "x", "y"])


def test_terms_are_those_of_scikit_learn() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    terms = Terms.learnt(TEXTS)
    for block, vectorizer in (
        (terms.pieces, TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)),
        (
            terms.words,
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+"),
        ),
    ):
        expected = vectorizer.fit_transform(TEXTS).toarray()
        offset = 0 if block is terms.pieces else len(terms.pieces.terms)
        names = [t.replace("\t", " ") if offset else t for t in block.terms]
        for row, text in enumerate(TEXTS):
            where, weight = terms.weigh(text)
            mine = {
                names[w - offset]: float(v)
                for w, v in zip(where, weight, strict=True)
                if 0 <= w - offset < len(names)
            }
            theirs = {
                name: expected[row, place]
                for name, place in vectorizer.vocabulary_.items()
                if expected[row, place]
            }
            assert mine == pytest.approx(theirs, abs=1e-5)


def test_unknown_words_have_no_terms() -> None:
    where, weight = Terms.learnt(["abc"]).weigh("xyz")
    assert (len(where), len(weight)) == (0, 0)


def test_pieces_and_words() -> None:
    assert list(pieces("ab")) == [" a", "ab", "b ", " ab", "ab ", " ab "]
    assert list(words("the bin's")) == ["the", "bin", "s", "the\tbin", "bin\ts"]
