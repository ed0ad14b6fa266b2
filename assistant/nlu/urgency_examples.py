"""What the model of emergencies learns from: data/urgent, and what people ask of the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from zlib import crc32

import numpy as np
import yaml

from assistant.nlu.spelling import CHAT, Speller
from assistant.nlu.topics import LIMIT, told
from assistant.nlu.urgency_model import EVERYDAY, KEPT_FOR_WEIGHING, Example, Kept, Near
from assistant.nlu.urgency_patterns import SILENCED, Patterns, Signs
from knowledge.cache import Embed
from knowledge.embedding import Vectors
from knowledge.library import Library

FOLDER = Path(__file__).parents[2] / "data" / "urgent"


@dataclass(frozen=True)
class Saying:
    """A line of data/urgent: as it was written, the words that a model reads, their signs and kind,
    and whether it is kept to tell what a model without it is worth."""

    typed: str
    words: str
    signs: Signs
    kind: str
    kept: bool


def sayings(library: Library, patterns: Patterns) -> Iterator[Saying]:
    """Yield every line of data/urgent once: emergencies, and what only looks alike."""
    kinds = dict.fromkeys(chain.from_iterable(_read("look_alikes.yml").values()), EVERYDAY)
    for kind, wordings in _read("wordings.yml").items():
        kinds |= dict.fromkeys(wordings, kind)
    speller = Speller([*library.words(), *CHAT.split()])
    for typed, kind in kinds.items():
        words, signs = read_of(typed, speller.mend(typed), patterns)
        # By the words and not by their place: a new line moves no other to the other side.
        yield Saying(typed, words, signs, kind, crc32(typed.encode()) % KEPT_FOR_WEIGHING == 0)


def everyday(library: Library) -> list[str]:
    """Return what people ask of matters that are no emergency. What is asked about an urgent topic
    may be one or a question, and is not among them."""
    asks = [ask for topic in library.index.topics if not topic.urgent for ask in topic.asks]
    return asks + [ask for event in library.life_events() for ask in event.ask]


def examples(
    said: Mapping[str, Vectors],
    patterns: Patterns,
    library: Library,
    embed: Embed,
    log_odds: Callable[[str], float],
) -> Iterator[Example]:
    """Yield data/urgent, what people ask of everything else, and what they say to the bot: `said`,
    which is mended and embedded already. `log_odds` is what the second look says of those that are
    kept, which it has not learnt from."""
    written = list(sayings(library, patterns))
    asked = everyday(library)
    vectors = embed([one.words for one in written] + asked)
    own, theirs = vectors[: len(written)], vectors[len(written) :]
    urgent = {one.kind for one in written} - {EVERYDAY}
    for one, embedding in zip(written, own, strict=True):
        kept = None
        if one.kept:
            topics = told(library.topics(one.words, embedding=embedding, limit=LIMIT))
            kept = Kept(Near.of(topics, urgent), log_odds(one.words))
        yield Example(one.words, embedding, one.signs, one.kind, kept)
    known = {text for one in written for text in (one.typed, one.words)}
    for text, embedding in {**said, **dict(zip(asked, theirs, strict=True))}.items():
        if text not in known:
            yield Example(text, embedding, read_of(text, text, patterns)[1], EVERYDAY)


def read_of(typed: str, mended: str, patterns: Patterns) -> tuple[str, Signs]:
    """Return the words that the model reads and their signs: where there are any, both are what is
    left without sayings."""
    tokens = [patterns.tokens(text) for text in dict.fromkeys((typed, mended)) if text]
    signs = _together([patterns.signs(one) for one in tokens], patterns)
    if not signs.rules:
        return mended, signs
    silent = [patterns.without_sayings(one) for one in tokens]
    if silent == tokens:
        return mended, signs
    left = " ".join(token for token in silent[-1] if token != SILENCED) or SILENCED
    return left, _together([patterns.signs(one) for one in silent], patterns)


def _together(several: Sequence[Signs], patterns: Patterns) -> Signs:
    signs = Signs((), np.zeros(patterns.size, dtype=np.float32))
    for one in several:
        signs = signs.or_else(one)
    return signs


def _read(name: str) -> dict[str, list[str]]:
    # PyYAML's own loader takes seconds for as many lines as these.
    text = (FOLDER / name).read_text(encoding="utf-8")
    written: dict[str, list[str]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return written
