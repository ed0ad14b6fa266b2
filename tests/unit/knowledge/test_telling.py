"""What tells topics apart can be carried on when a few of them change."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.embedding import Vectors
from knowledge.telling import MOST_CARRIED, TellsApart

TOPICS = 12
EACH = 6
Said = list[tuple[str, str]]


@pytest.fixture(scope="module")
def space() -> dict[str, Vectors]:
    """A vector for every phrase: those of one topic lie around one middle."""
    dice = np.random.default_rng(7)
    found = {}
    for topic in range(TOPICS):
        middle = dice.normal(size=384)
        for number in range(EACH):
            vector = middle + dice.normal(size=384)
            found[phrase(topic, number)] = (vector / np.linalg.norm(vector)).astype(np.float32)
    return found


def phrase(topic: int, number: int) -> str:
    return f"word{topic} thing{topic} say{number}"


def said(*left_out: int, short_of: int = 0) -> Said:
    """All phrases of all topics but those, without the first few of the last topic."""
    return [
        (f"topic-{topic}", phrase(topic, number))
        for topic in range(TOPICS)
        if topic not in left_out
        for number in range(short_of if topic == TOPICS - 1 else 0, EACH)
    ]


def learnt(pairs: Said, space: dict[str, Vectors]) -> TellsApart:
    slugs = [slug for slug, _ in pairs]
    firsts = [slugs.index(slug) for slug in dict.fromkeys(slugs)]
    found = TellsApart.learnt(
        [words for _, words in pairs], vectors(pairs, space), np.array([*firsts, len(pairs)])
    )
    assert found is not None
    return found


def scores(known: TellsApart, words: str, cosines: Vectors) -> Vectors:
    every = np.arange(len(known.phrases))
    return known.by_words(words) + known.by_meaning(cosines, every)


def vectors(pairs: Said, space: dict[str, Vectors]) -> Vectors:
    return np.stack([space[words] for _, words in pairs])


@pytest.mark.parametrize(
    ("before", "now"),
    [
        pytest.param(said(), said(3), id="a topic is gone"),
        pytest.param(said(3), said(), id="a topic is new"),
        pytest.param(said(short_of=2), said(), id="a topic is asked in more ways"),
        pytest.param(said(), said(short_of=3), id="a topic is asked in fewer ways"),
        pytest.param(said(1), said(5, short_of=1), id="all of these"),
    ],
)
def test_what_was_learnt_is_nearly_what_would_be_learnt(
    space: dict[str, Vectors], before: Said, now: Said
) -> None:
    carried = learnt(before, space).carried_on(before, now, vectors(now, space))
    anew = learnt(now, space)

    assert carried is not None
    for _, words in now:
        cosines = vectors(now, space) @ space[words]
        one, other = scores(carried, words, cosines), scores(anew, words, cosines)
        assert one.argmax() == other.argmax()
        assert np.abs(one - other).max() < 0.5


def test_the_same_is_carried_on_as_it_is(space: dict[str, Vectors]) -> None:
    known = learnt(said(), space)

    assert known.carried_on(said(), said(), vectors(said(), space)) is known


def test_too_much_that_is_new_is_learnt_anew(space: dict[str, Vectors]) -> None:
    many = [("new", f"phrase {number}") for number in range(MOST_CARRIED + 1)]
    everything = np.zeros((len(said()) + len(many), 384), dtype=np.float32)

    assert learnt(said(), space).carried_on(said(), [*said(), *many], everything) is None
