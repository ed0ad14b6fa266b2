"""First in the pipeline: tells other languages from English; and after the intents, says so.

What reads English in between (see words_of) finds no word in a message of another language.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.nlu.language_model import LANGUAGE, LanguageModel, is_foreign, load_guess
from assistant.nlu.spelling import CHAT, COMMON_WORDS, SHORTENED
from assistant.nlu.topics import TOPICS
from knowledge.languages import open_languages
from knowledge.library import open_library

ANSWER = "language_answer"
"""Where a message keeps whether it says yes (True) or no (False) in another language."""

OTHER_LANGUAGE = "other_language"
URGENT = "urgent"


@lru_cache(maxsize=1)
def language_model() -> LanguageModel:
    """Return the model, read once in a process."""
    listed = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt")
    lines = listed.read_text(encoding="utf-8-sig").splitlines()[:COMMON_WORDS]
    common = (line.split()[0] for line in lines)
    english = (*common, *open_library().words(), *CHAT.split(), *SHORTENED)
    return LanguageModel(open_languages(), english, load_guess())


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Language(GraphComponent):
    """Sets `language`, an ISO 639-1 code, on each message whose language can be told.

    The metadata's `language` is the one that the conversation was in.
    """

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Language:
        return cls(language_model())

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        # All of it is English, and how people misspell that.
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = str(message.get(TEXT) or "")
            before = str((message.get(METADATA) or {}).get("language") or "")
            answer = self._model.answer(text, before) if before else None
            told = before if answer is not None else self._model.language(text, before)
            if answer is not None:
                message.set(ANSWER, answer)
            if told:
                message.set(LANGUAGE, told, add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class OtherLanguage(IntentClassifier, GraphComponent):
    """Makes the intent of a message in another language `other_language`, or `yes` or `no` when it
    answers us, and leaves it no topics. An emergency that was told all the same stays one."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> OtherLanguage:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if not is_foreign(message) or (message.get(INTENT) or {}).get("name") == URGENT:
                continue
            name = {True: "yes", False: "no", None: OTHER_LANGUAGE}[message.get(ANSWER)]
            intent = {"name": name, "confidence": 1.0}
            message.set(INTENT, intent, add_to_output=True)
            message.set("intent_ranking", [intent], add_to_output=True)
            message.set(TOPICS, [], add_to_output=True)
        return messages
