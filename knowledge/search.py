"""Find what a question is about: the topics it may mean, and whether that is sure.

A topic's score adds up four kinds of evidence:
- what it says: (cosine to the whole + best cosine to an 80-word chunk) / 2;
- what people ask: the mean cosine to the three nearest of its phrases, the strongest of the four;
- what tells it from the others: a kernel ridge regression on all phrases, solved when it is built;
- its words: bm25 / max bm25, where a question that shares next to nothing counts less.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.base import Found
from knowledge.bm25 import Bm25
from knowledge.embedding import Vectors

CHUNK = 80  # words
SAID_WEIGHT = 0.15
ASKED_WEIGHT = 0.7
TELLS_APART_WEIGHT = 0.6
WORDS_WEIGHT = 0.2
NEAREST = 3  # phrases: one alone may be near by chance
SHARPNESS = 4.0  # how fast a phrase stops speaking for a question that is worded differently
RIDGE = 0.5
LITTLE = 10.0  # of bm25: about one rare word or two common ones
# Chosen on tests/unit/knowledge/heldout.yml; the test there keeps them honest.
SURE = 0.67
FLOOR = 0.4
MARGIN = 0.05  # two topics closer than this are a question to ask back
URGENT_MARGIN = 0.3  # an emergency closer than this is asked about before an everyday answer


@dataclass(frozen=True)
class Topic:
    """What can be found: an article, a service, or both when they are about the same thing.

    `passage` is what it says, `asks` what people say when they mean it. `urgent` is what cannot
    wait: whoever may mean it never gets an everyday answer for sure.
    """

    slug: str
    title: str
    kind: str
    authority: str
    passage: str
    asks: tuple[str, ...]
    urgent: bool = False


class Search:
    """An index over the topics. Its cost grows with their number only as two matrix products."""

    def __init__(self, topics: Sequence[Topic], embed: Callable[[Sequence[str]], Vectors]) -> None:
        self.topics = tuple(topics)
        chunks = [_chunks(topic.passage) for topic in self.topics]
        asks = [(topic.title, *topic.asks) for topic in self.topics]
        texts = [topic.passage for topic in self.topics]
        texts += [chunk for several in chunks for chunk in several]
        texts += [ask for several in asks for ask in several]
        self._vectors = np.ascontiguousarray(embed(texts))
        self._chunks = _starts(chunks)
        self._asks = _starts(asks)
        self._rows = _rows(self._asks)
        self._words = Bm25(
            [" ".join((topic.title, topic.passage, *topic.asks)) for topic in self.topics]
        )
        first_ask = len(texts) - int(self._asks[-1])
        self._tells_apart = _kernel_ridge(self._vectors[first_ask:], self._asks)

    def scores(self, question: str, embedding: Vectors) -> NDArray[np.float32]:
        """Return one score a topic, in their order. `embedding` is the question's, unit length."""
        count = len(self.topics)
        if not count:
            return np.zeros(0, dtype=np.float32)
        cosines = self._vectors @ embedding
        whole, rest = cosines[:count], cosines[count:]
        middle = len(rest) - int(self._asks[-1])
        chunk = np.maximum.reduceat(rest[:middle], self._chunks[:-1])
        phrases = rest[middle:]
        words = self._words.scores(question)
        total: NDArray[np.float32] = (
            SAID_WEIGHT * (whole + chunk) / 2
            + ASKED_WEIGHT * _nearest(phrases, self._rows)
            + TELLS_APART_WEIGHT * (_likeness(phrases) @ self._tells_apart)
            + WORDS_WEIGHT * words / max(float(words.max()), LITTLE)
        )
        return total

    def find(
        self,
        question: str,
        embedding: Vectors,
        *,
        limit: int,
        allowed: Callable[[Topic], bool] = lambda topic: True,
    ) -> Sequence[Found]:
        """Return the likeliest allowed topics, best first; empty when none reaches the floor.

        Only the first can be sure, and not when the second is about as likely, nor when it is an
        everyday matter and an urgent one is not far behind.
        """
        scores = self.scores(question, embedding)
        best = [
            (self.topics[i], float(scores[i]))
            for i in np.argsort(-scores)
            if scores[i] >= FLOOR and allowed(self.topics[i])
        ]
        sure = is_sure([s for _, s in best]) and not _may_be_urgent(best)
        return [
            Found(
                slug=topic.slug,
                title=topic.title,
                score=score,
                sure=place == 0 and sure,
                kind=topic.kind,
            )
            for place, (topic, score) in enumerate(best[:limit])
        ]


def is_sure(scores: Sequence[float]) -> bool:
    """Whether the first of these scores, best first, may be answered without asking back."""
    if not scores or scores[0] < SURE:
        return False
    return len(scores) == 1 or scores[0] - scores[1] >= MARGIN


def _may_be_urgent(best: Sequence[tuple[Topic, float]]) -> bool:
    """Whether the first of these is an everyday matter, and an urgent one is near it."""
    first, score = best[0]
    return not first.urgent and any(
        topic.urgent and score - other < URGENT_MARGIN for topic, other in best[1:]
    )


def _nearest(cosines: NDArray[np.float32], places: NDArray[np.intp]) -> NDArray[np.float32]:
    """The mean of each group's highest cosines: of three, or of all when it has fewer."""
    best = np.sort(np.where(places >= 0, cosines[places], -np.inf), axis=1)[:, -NEAREST:]
    there = np.isfinite(best)
    return np.asarray(best.sum(axis=1, where=there) / there.sum(axis=1), dtype=np.float32)


def _rows(starts: NDArray[np.intp]) -> NDArray[np.intp]:
    """The places of each group as one row, filled up with -1 to the longest."""
    sizes = np.diff(starts)
    along = np.arange(max(sizes, default=0))
    return np.where(along < sizes[:, None], starts[:-1, None] + along, -1)


def _likeness(cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return 1 for what is the same, next to nothing for what is unlike: a Gaussian kernel."""
    return np.asarray(np.exp(SHARPNESS * (cosines - 1)), dtype=np.float32)


def _kernel_ridge(asks: Vectors, starts: NDArray[np.intp]) -> Vectors:
    """The weights [asks, topics] that give a phrase 1 for its own topic and 0 for the others, less
    what any topic gets by chance. Two thousand phrases take about a fifth of a second."""
    topics = len(starts) - 1
    own = np.repeat(np.eye(topics, dtype=np.float32), np.diff(starts), axis=0)
    alike = _likeness(asks @ asks.T) + RIDGE * np.eye(len(asks), dtype=np.float32)
    return np.asarray(np.linalg.solve(alike, own - 1 / max(topics, 1)), dtype=np.float32)


def _chunks(passage: str) -> list[str]:
    words = passage.split()
    return [" ".join(words[i : i + CHUNK]) for i in range(0, len(words), CHUNK)] or [""]


def _starts(groups: Sequence[Collection[str]]) -> NDArray[np.intp]:
    """Where each group begins among all of them in a row, and at the end how many there are."""
    return np.cumsum([0, *(len(group) for group in groups)], dtype=np.intp)
