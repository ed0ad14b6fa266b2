"""Third: what the message is about, from the same index that the search uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import METADATA
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.nlu.embedding import EMBEDDING, words_of
from knowledge.base import Found
from knowledge.library import Library, open_library

TOPICS = "topics"
LIMIT = 5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Topics(GraphComponent):
    """Sets `topics`: at most five of {slug, title, score, sure, kind}, likeliest first.

    Articles of other councils are left out when the message says at whose door it came.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Topics:
        return cls(open_library())

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        # Nothing is learnt from topics: a new article must not need training.
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            embedding = message.get(EMBEDDING)
            if embedding is None:
                continue
            place = (message.get(METADATA) or {}).get("authority")
            found = self._library.topics(
                words_of(message), embedding=embedding, place=place, limit=LIMIT
            )
            message.set(TOPICS, told(found), add_to_output=True)
        return messages


def told(found: Sequence[Found]) -> list[dict[str, Any]]:
    """Return the topics as a message carries them: JSON values only."""
    return [
        {
            "slug": topic.slug,
            "title": topic.title,
            "score": round(float(topic.score), 4),
            "sure": bool(topic.sure),
            "kind": topic.kind,
        }
        for topic in found
    ]
