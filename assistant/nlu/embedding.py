"""Third: one sentence embedding a message, for the intent, the topic and the scope alike."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.nlu.language_model import is_foreign
from assistant.nlu.spelling import SPELLED
from knowledge.embedding import SentenceEncoder, load_encoder

EMBEDDING = "embedding"
"""Where a message keeps its embedding: float32, 384 numbers, of length one."""

# The encoder reads 128 tokens; more characters than these are never among them.
LONGEST = 2_000


class Fingerprinted(np.ndarray):  # type: ignore[type-arg]
    """An array that tells Rasa its mark. Rasa takes the mark of every training example after every
    component, and would print all of an array's numbers for it."""

    def fingerprint(self) -> str:
        return blake2b(self.tobytes(), digest_size=16).hexdigest()


def words_of(message: Message) -> str:
    """Return what the message says in English: mended where the pipeline mends, as typed otherwise;
    nothing when it is in another language."""
    if is_foreign(message):
        return ""
    return str(message.get(SPELLED) or message.get(TEXT) or "")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEmbedding(GraphComponent):
    """Attaches its embedding to each message that has words."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEmbedding:
        return cls(load_encoder())

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        said = [message for message in messages if words_of(message)]
        if len(said) == 1:
            said[0].set(EMBEDDING, self._encoder.encode_one(words_of(said[0])[:LONGEST]))
            return messages
        if not said:
            return messages
        rows = self._encoder.encode([words_of(message)[:LONGEST] for message in said])
        for message, row in zip(said, rows, strict=True):
            message.set(EMBEDDING, row.view(Fingerprinted))
        return messages
