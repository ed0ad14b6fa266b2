"""Answer a further question about the last topic with the part of its article that answers it."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from actions.heard import Heard
from actions.memory import Memory
from actions.outcome import Line, Outcome, payload, say
from actions.source import source_of
from actions.unanswered import not_answered
from knowledge.answers import Answer
from knowledge.authorities import Authority
from knowledge.base import Article
from knowledge.embedding import Vectors, load_encoder
from knowledge.library import Library
from knowledge.passages import part_that_answers
from knowledge.who import team_phone

MOST_RELATED = 2


def answer_further(
    article: Article,
    found: Answer,
    council: Authority,
    heard: Heard,
    memory: Memory,
    library: Library,
) -> Outcome:
    """Say the part that answers, or that nothing here does, with whom to ask. What was said last
    is not said again."""
    part = part_that_answers(heard.text, article.title, found.text, _embedded)
    if part is None or mark(part.text) in (memory.told, mark(found.text)):
        nothing = heard.follow_up and part is None
        words = "utter_not_in_answer" if nothing else "utter_said_already"
        return _nothing_more(words, article, council, heard, memory, library)
    said = Line(text=part.text, custom={"source": source_of(found) | {"short": ""}})
    lines = (said,) if part.sure else (say("utter_nearest"), said)
    return Outcome(lines, replace(memory, told=mark(part.text)))


def mark(text: str) -> str:
    """Return what a text is recognised by, and cannot be read from."""
    return f"{zlib.crc32(text.encode()):08x}"


def asks_further(heard: Heard, found: Answer, before: Memory) -> bool:
    """Return whether the message asks further about the last answer, or what it answered."""
    if heard.is_choice or not heard.text:
        return False
    return heard.follow_up or mark(found.text) == before.told


def is_answered(found: Answer, heard: Heard) -> bool:
    """Return whether a part of the answer surely answers the question."""
    part = part_that_answers(heard.text, found.title, found.text, _embedded)
    return part is not None and part.sure


def _nothing_more(
    words: str,
    article: Article,
    council: Authority,
    heard: Heard,
    memory: Memory,
    library: Library,
) -> Outcome:
    phone = team_phone(council, article.owner)
    line = say(
        words,
        choices=_related(article, library),
        title=article.title,
        council=council.name,
        phone=phone,
    )
    return Outcome((line, *not_answered(heard)), memory)


def _related(article: Article, library: Library) -> Sequence[tuple[str, str]]:
    """Two topics that belong to this one, as choices."""
    served = {a.slug: a.title for a in library.articles()}
    near = [slug for slug in article.related if slug in served][:MOST_RELATED]
    return [(served[slug], payload("ask", topic=slug)) for slug in near]


def _embedded(texts: Sequence[str]) -> Vectors:
    vectors: Vectors = np.stack([_vector(text) for text in texts])
    return vectors


@lru_cache(maxsize=4096)
def _vector(text: str) -> Vectors:
    # The paragraphs of an article are compared again and again, with other questions.
    return load_encoder().encode_one(text)
