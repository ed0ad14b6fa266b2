"""After the topics: a message that may hold two needs is read in halves as well, joint by joint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import METADATA
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.nlu.embedding import words_of
from assistant.nlu.topics import told
from knowledge.embedding import SentenceEncoder, Vectors, load_encoder
from knowledge.library import Library, open_library

HALVES = "halves"
"""Where a message keeps its ways of being halved: pairs of clauses, one a joint."""

LIMIT = 2  # topics of a clause
MOST_JOINTS = 5
FEWEST_WORDS = 6  # of a message with two needs
MOST_WORDS = 60  # a longer one is the story of one need
FEWEST_OF_A_CLAUSE = 2

_JOINT = re.compile(
    r"[.?!;:]+\s+"
    r"|,?\s+(?:and|n|also|plus|but|then|while i'?m on|as well as|another thing|oh)\s+"
    r"|,\s+(?=(?:who|what|wh?at'?s|when|where|how|can|could|do|does|is|are|would|will|also|i need"
    r"|i want|need|want)\b)",
    re.IGNORECASE,
)


@dataclass
class Clause:
    """One half of a message: its words, and its likeliest topics as a message carries them.

    `intent` is a name and its probability, which assistant/nlu/intents.py adds.
    """

    text: str
    embedding: Vectors
    topics: list[dict[str, Any]]
    intent: tuple[str, float] = ("", 0.0)


def halves(text: str) -> Iterator[tuple[str, str]]:
    """Yield the two sides of each joint, at most of five: "and", "also", the end of a sentence.

    What is too short for two needs, or so long that it tells a story, has none.
    """
    if not FEWEST_WORDS <= len(text.split()) <= MOST_WORDS:
        return
    joints = 0
    for joint in _JOINT.finditer(text):
        before, after = text[: joint.start()].strip(), text[joint.end() :].strip()
        if min(len(before.split()), len(after.split())) < FEWEST_OF_A_CLAUSE:
            continue
        yield before, after
        joints += 1
        if joints == MOST_JOINTS:
            return


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Clauses(GraphComponent):
    """Sets `halves` on a message with a joint. Most messages have none, and cost nothing here."""

    def __init__(self, library: Library, encoder: SentenceEncoder) -> None:
        self._library = library
        self._encoder = encoder

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Clauses:
        return cls(open_library(), load_encoder())

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            pairs = list(halves(words_of(message)))
            if pairs:
                place = (message.get(METADATA) or {}).get("authority")
                message.set(HALVES, self._read(pairs, place))
        return messages

    def _read(self, pairs: list[tuple[str, str]], place: str | None) -> list[tuple[Clause, ...]]:
        texts = [text for pair in pairs for text in pair]
        clauses = []
        for text, embedding in zip(texts, self._encoder.encode(texts), strict=True):
            found = self._library.topics(text, embedding=embedding, place=place, limit=LIMIT)
            clauses.append(Clause(text, embedding, told(found)))
        return [(clauses[i], clauses[i + 1]) for i in range(0, len(clauses), 2)]
