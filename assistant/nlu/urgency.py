"""After the intents: whether anybody is in danger, which comes before everything else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.nlu.embedding import EMBEDDING, words_of
from assistant.nlu.spelling import CHAT, Speller
from assistant.nlu.urgency_model import EVERYDAY, Example, UrgencyModel, learn
from assistant.nlu.urgency_patterns import SILENCED, Patterns, Signs
from knowledge.embedding import SentenceEncoder, Vectors, load_encoder
from knowledge.library import Library, open_library

URGENT = "urgent"
"""The intent, and where a message keeps the kind of emergency that it tells of."""

FOLDER = Path(__file__).parents[2] / "data" / "urgent"

# Chosen on data/eval/tuning and by four folds of the training data: no emergency of either may be
# missed that a person would see, at the price of some everyday messages.
POSSIBLE = 0.2  # enough for a message with a sign of an emergency
POSSIBLE_IN_PART = 0.4  # and for a part of one: there are several, and each may be wrong
SURE = 0.6  # without any sign

FEWEST_WORDS = 2  # of a part
MOST_PARTS = 24

_JOINT = re.compile(
    r"[.,;:!?\n]+|\s[-–]+\s|\s(?:and|but|also|because|so|then|plus|by the way|anyway)\s",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Alarm:
    """An emergency: its kind, a slug of knowledge/urgent, and how probable it is (0 to 1)."""

    kind: str
    probability: float


class Watch:
    """Finds an emergency in a message, or in a part of it. `encode` embeds texts that were not
    embedded before: only what is suspicious and holds a saying needs it."""

    def __init__(self, model: UrgencyModel, encoder: SentenceEncoder | None = None) -> None:
        self._model = model
        self._encoder = encoder

    def alarm(self, typed: str, mended: str, embedding: Vectors | None) -> Alarm | None:
        """Return the emergency, None when there is none. Without an embedding (another language)
        only what needs no model is found."""
        whole, words = self._signs(typed, mended)
        if whole.certain:
            return Alarm(whole.certain, 1.0)
        if embedding is None:
            return None
        likely = self._weighed(whole, words, mended, embedding)
        if likely[1] >= (POSSIBLE if whole.rules else SURE):
            return self._alarm(*likely)
        if not whole.rules:
            return None
        return max(self._in_parts(mended), key=lambda one: one.probability, default=None)

    def _in_parts(self, text: str) -> Iterator[Alarm]:
        """Yield the emergencies among the parts: what the whole message says else may hide one."""
        for part in parts_of(text):
            signs, words = self._signs(part, part)
            if signs.rules and self._encoder is not None:
                embedding = self._encoder.encode_one(words or part)
                kind, score = self._model.read(words or part, embedding, signs)
                if score >= POSSIBLE_IN_PART:
                    yield self._alarm(kind, score)

    def _weighed(
        self, signs: Signs, words: str, text: str, embedding: Vectors
    ) -> tuple[str, float]:
        """Return the likeliest kind and its score. `words` are those of the text that are left
        without its sayings: what was taken out must not count in the embedding either."""
        if words and self._encoder is not None:
            return self._model.read(words, self._encoder.encode_one(words), signs)
        return self._model.read(text, embedding, signs)

    def _alarm(self, kind: str, score: float) -> Alarm:
        return Alarm(kind, self._model.probability(score))

    def _signs(self, typed: str, mended: str) -> tuple[Signs, str]:
        """Return the signs, and what is left without sayings: empty when none was taken out."""
        patterns = self._model.patterns
        tokens = [patterns.tokens(text) for text in dict.fromkeys((typed, mended)) if text]
        signs = _together([patterns.signs(one) for one in tokens], patterns)
        if not signs.rules:
            return signs, ""
        silent = [patterns.without_sayings(one) for one in tokens]
        if silent == tokens:
            return signs, ""
        left = " ".join(token for token in silent[-1] if token != SILENCED) or SILENCED
        return _together([patterns.signs(one) for one in silent], patterns), left


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Urgency(IntentClassifier, GraphComponent):
    """Makes the intent of an emergency `urgent`, and sets `urgent` to its kind."""

    def __init__(
        self, model_storage: ModelStorage, resource: Resource, watch: Watch | None = None
    ) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._watch = watch

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Urgency:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Urgency:
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, Watch(UrgencyModel.open(folder), load_encoder()))

    def train(self, training_data: TrainingData) -> Resource:
        said = [str(example.get(TEXT)) for example in training_data.intent_examples]
        patterns = Patterns.read(FOLDER / "patterns.yml")
        model = learn(list(examples(said, patterns, open_library(), load_encoder())), patterns)
        with self._model_storage.write_to(self._resource) as folder:
            model.save(folder)
        self._watch = Watch(model, load_encoder())
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            typed = str(message.get(TEXT) or "")
            if self._watch is None or not typed:
                continue
            alarm = self._watch.alarm(typed, words_of(message), message.get(EMBEDDING))
            if alarm is None:
                continue
            intent = {"name": URGENT, "confidence": alarm.probability}
            ranking = [intent, *(message.get("intent_ranking") or ())[:2]]
            message.set(INTENT, intent, add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
            message.set(URGENT, alarm.kind, add_to_output=True)
        return messages


def parts_of(text: str) -> Sequence[str]:
    """Return the clauses of a message, and each two that follow each other: a clause may end in the
    middle of what is told. None of a message that is one clause."""
    clauses = [c for c in map(str.strip, _JOINT.split(text)) if len(c.split()) >= FEWEST_WORDS]
    if len(clauses) < 2:
        return ()
    pairs = (f"{one}, {other}" for one, other in pairwise(clauses))
    return [*clauses, *pairs][:MOST_PARTS]


def examples(
    said: Sequence[str], patterns: Patterns, library: Library, encoder: SentenceEncoder
) -> Iterator[Example]:
    """Yield what there is to learn from: the emergencies and look-alikes of data/urgent, and as
    everyday messages what is `said` in data/nlu and what people ask about everyday topics."""
    kinds: dict[str, str] = {}
    for kind, wordings in _read("wordings.yml").items():
        kinds |= dict.fromkeys(wordings, kind)
    everyday = [*chain.from_iterable(_read("look_alikes.yml").values()), *said]
    for article in library.articles():
        # What is asked about an urgent topic may be an emergency or a question.
        everyday += () if article.urgent else article.ask
    for service in library.services():
        everyday += service.ask
    for text in everyday:
        kinds.setdefault(text, EVERYDAY)
    speller = Speller([*library.words(), *CHAT.split()])
    mended = {text: speller.mend(text) for text in kinds}
    vectors = encoder.encode(list(mended.values()))
    for (text, kind), embedding in zip(kinds.items(), vectors, strict=True):
        tokens = (patterns.tokens(one) for one in dict.fromkeys((text, mended[text])))
        signs = _together([patterns.signs(patterns.without_sayings(t)) for t in tokens], patterns)
        yield Example(mended[text], embedding, signs, kind)


def _together(several: Sequence[Signs], patterns: Patterns) -> Signs:
    signs = Signs((), np.zeros(patterns.size, dtype=np.float32))
    for one in several:
        signs = signs.or_else(one)
    return signs


def _read(name: str) -> dict[str, list[str]]:
    written: dict[str, list[str]] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return written
