"""Last: postcodes, references, dates, telephone numbers and streets, each found by rule.

No statistical model: small ones take a person for a building and a number for a date in chat text.
"""

from __future__ import annotations

from typing import Any

import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language

from assistant.nlu.entity_rules import RULES, SPELLED_AS_ONE, TELLING

LONGEST = 2_000


def entity_pipeline() -> Language:
    """Return an English pipeline that knows nothing but our rules."""
    language = spacy.blank("en")
    ruler = language.add_pipe("entity_ruler", config={"validate": False})
    ruler.add_patterns(RULES)  # type: ignore[attr-defined]  # the type of a pipe is not known here
    return language


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class Entities(EntityExtractorMixin, GraphComponent):
    """Adds to `entities`, with places in the text as it was typed."""

    def __init__(self, language: Language) -> None:
        self._language = language

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Entities:
        return cls(entity_pipeline())

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = str(message.get(TEXT) or "")[:LONGEST]
            found = self._found(text) if text else []
            already = message.get(ENTITIES) or []
            message.set(ENTITIES, already + self.add_extractor_name(found), add_to_output=True)
        return messages

    def _found(self, text: str) -> list[dict[str, Any]]:
        whole = {
            (match.start(), match.end()): name
            for name, shape in SPELLED_AS_ONE.items()
            for match in shape.finditer(text)
        }
        taken = [False] * len(text)
        for start, end in whole:
            taken[start:end] = [True] * (end - start)
        found = [(start, end, name) for (start, end), name in whole.items()]
        found += [
            (span.start_char, span.end_char, span.label_)
            for span in (self._language(text).ents if TELLING.search(text) else ())
            if not any(taken[span.start_char : span.end_char])
        ]
        return [
            {"entity": name, "start": start, "end": end, "value": text[start:end]}
            for start, end, name in sorted(found)
        ]
