"""Find what a question is about: the topics it may mean, how likely each is, whether it is sure.

A topic's score adds up four kinds of evidence:
- what it says: (cosine to the whole + best cosine to an 80-word chunk) / 2;
- what people ask: the mean cosine to the three nearest of its phrases;
- what tells it from the others, the strongest of the four: knowledge/telling.py;
- its words: bm25 / max bm25, where a question that shares next to nothing counts less.
Scores become probabilities by a softmax over the topics and "none of them".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.axes import Axes
from knowledge.base import Found
from knowledge.bm25 import Bm25, terms
from knowledge.embedding import Vectors
from knowledge.groups import Groups
from knowledge.learnt import Learnt
from knowledge.shortlist import Shortlist
from knowledge.spread import SHARE, Spread
from knowledge.telling import TellsApart

CHUNK = 80  # words
# Chosen on data/eval/tuning, as are the numbers of knowledge/telling.py: see decision 19.
SAID_WEIGHT = 0.3
ASKED_WEIGHT = 0.7
TELLS_APART_WEIGHT = 1.0
WORDS_WEIGHT = 0.4
NEAREST = 3  # phrases: one alone may be near by chance
LITTLE = 10.0  # of bm25: about one rare word or two common ones
TEMPERATURE = 0.08
NONE = 0.925  # the score of "none of them"
SURE = 0.67  # the probability from which a topic is answered without asking back
FLOOR = 0.01  # the probability from which a topic is found at all
URGENT_FLOOR = 0.005  # an emergency this likely is asked about before an everyday answer
LOOKED_AT = 48  # topics whose scores count for the probabilities: the rest have none
NOTHING = "nothing"
"""The kind of a topic that nobody is answered with: what people say about none of the others."""


Likely = Sequence[tuple[int, float]]
"""Places of topics with their probabilities, likeliest first."""


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
    """An index over the topics. Few are all looked at; of many, those on a short list.

    With `before`, an index of much the same topics, what that one learnt is carried on: it takes a
    moment, where to learn takes seconds, and is nearly as exact. `kept` is where what was learnt
    stays for the next start.
    """

    def __init__(
        self,
        topics: Sequence[Topic],
        embed: Callable[[Sequence[str]], Vectors],
        before: Search | None = None,
        kept: Learnt | None = None,
    ) -> None:
        self.topics = tuple(topics)
        chunks = [_chunks(topic.passage) for topic in self.topics]
        asks = [(topic.title, *topic.asks) for topic in self.topics]
        texts = [topic.passage for topic in self.topics]
        texts += [chunk for several in chunks for chunk in several]
        phrases = [ask for several in asks for ask in several]
        vectors = np.ascontiguousarray(embed(texts + phrases))
        self._wholes = vectors[: len(self.topics)]
        self._chunks = Groups.of(vectors[len(self.topics) : len(texts)], map(len, chunks))
        said = vectors[len(texts) :]
        self._axes: Axes = (
            before._axes if before and before._axes.rows is not None else Axes.of(said)
        )
        self._asks = Groups.of(self._axes.along(said), map(len, asks))
        self._words = Bm25(
            [" ".join((topic.title, topic.passage, *topic.asks)) for topic in self.topics]
        )
        self._spread = Spread(phrases, self._asks.starts)
        self._shortlist = Shortlist.of(self._wholes, said, self._asks.starts)
        # What tells all topics apart is asked about all of them.
        self._tells_apart: TellsApart | None = None
        if self._shortlist is None:
            self._tells_apart = before.carried_on(self.topics, self._asks) if before else None
            self._tells_apart = self._tells_apart or self._learnt(phrases, kept)

    def _learnt(self, phrases: Sequence[str], kept: Learnt | None) -> TellsApart | None:
        def learn() -> TellsApart | None:
            return TellsApart.learnt(phrases, self._asks.vectors, self._asks.starts)

        return kept.or_else(_said_of(self.topics), learn) if kept else learn()

    def carried_on(self, topics: Sequence[Topic], asks: Groups) -> TellsApart | None:
        """Return what was learnt here as it is for these topics, whose phrases are `asks`; None
        when nothing was, or too much is new."""
        if self._tells_apart is None:
            return None
        return self._tells_apart.carried_on(_said_of(self.topics), _said_of(topics), asks.vectors)

    def scores(
        self, question: str, embedding: Vectors
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Return the places of the likeliest topics, best first, and a score for each. `embedding`
        is the question's, unit length."""
        words = self._words.scores(question)
        if self._shortlist is None:
            places = np.arange(len(self.topics))
            wholes, chunks, asks = self._wholes, self._chunks, self._asks
        else:
            places = self._shortlist.near(embedding, words)
            wholes = self._wholes[places]
            chunks, asks = self._chunks.only(places), self._asks.only(places)
        if not len(places):
            return places, np.zeros(0, dtype=np.float32)
        phrases = asks.vectors @ self._axes.along(embedding)
        chunk = chunks.highest(chunks.vectors @ embedding)
        total = SAID_WEIGHT * (wholes @ embedding + chunk) / 2
        total += ASKED_WEIGHT * asks.mean_of_highest(phrases, NEAREST)
        total += WORDS_WEIGHT * words[places] / max(float(words.max()), LITTLE)
        if self._tells_apart:
            total += TELLS_APART_WEIGHT * self._tells_apart.by_words(question)
        best = np.argsort(-total)[:LOOKED_AT]
        if self._tells_apart:
            total[best] += TELLS_APART_WEIGHT * self._tells_apart.by_meaning(phrases, best)
        order = best[np.argsort(-total[best])]
        return places[order], total[order]

    def find(
        self,
        question: str,
        embedding: Vectors,
        *,
        limit: int,
        allowed: Callable[[Topic], bool] = lambda topic: True,
    ) -> Sequence[Found]:
        """Return the likeliest allowed topics, best first; empty when none reaches the floor.

        Only the first can be sure, and not when it is an everyday matter and an urgent one is not
        far behind, nor when all that is said is a word or two of several topics. What is about
        nothing is never found, and takes its probability from the rest.
        """
        places, scores = self.scores(question, embedding)
        found = [(i, float(s)) for i, s in zip(places, scores, strict=True)]
        found = [(i, score) for i, score in found if allowed(self.topics[i])]
        likely = zip(found, probabilities([score for _, score in found]), strict=True)
        every = [(int(i), float(p)) for (i, _), p in likely if self.topics[i].kind != NOTHING]
        best, is_open = self._open(question, every)
        urgent = any(self.topics[i].urgent and p >= URGENT_FLOOR for i, p in best)
        return [
            Found(
                slug=topic.slug,
                title=topic.title,
                score=float(p),
                sure=rank == 0 and p >= SURE and not is_open and (topic.urgent or not urgent),
                kind=topic.kind,
            )
            for rank, (i, p) in enumerate(best[:limit])
            for topic in [self.topics[i]]
            if p >= FLOOR
        ]

    def _open(self, question: str, best: Likely) -> tuple[Likely, bool]:
        """Return what is likely and whether a word or two mean more than one topic: then half of
        each probability is the topic's share of the phrases that hold them."""
        shares = self._spread.shares(question)
        if not best or not shares or shares.get(best[0][0], 0.0) >= SHARE:
            return best, False
        if set(terms(question)) == set(terms(self.topics[best[0][0]].title)):
            return best, False
        mixed = [(i, (p + shares.get(i, 0.0)) / 2) for i, p in best]
        return sorted(mixed, key=lambda pair: -pair[1]), True


def probabilities(scores: Sequence[float]) -> NDArray[np.float64]:
    """Return one probability a score; what they lack to one is that of "none of them"."""
    every = np.array([*scores, NONE]) / TEMPERATURE
    exponents = np.exp(every - every.max())
    result: NDArray[np.float64] = (exponents / exponents.sum())[:-1]
    return result


def _said_of(topics: Sequence[Topic]) -> Sequence[tuple[str, str]]:
    """Return slug and phrase of all that people say of each topic."""
    return [(topic.slug, ask) for topic in topics for ask in (topic.title, *topic.asks)]


def _chunks(passage: str) -> list[str]:
    words = passage.split()
    return [" ".join(words[i : i + CHUNK]) for i in range(0, len(words), CHUNK)] or [""]
