"""After the intents: whether anybody is in danger, which comes before everything else."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
from assistant.nlu.topics import LIMIT, TOPICS, told
from assistant.nlu.urgency_model import EVERYDAY, Example, Near, UrgencyModel, learn, near
from assistant.nlu.urgency_patterns import SILENCED, Patterns, Signs
from knowledge.embedding import SentenceEncoder, Vectors, load_encoder
from knowledge.library import Library, open_library

URGENT = "urgent"
"""The intent, and where a message keeps the kind of emergency that it tells of."""

FOLDER = Path(__file__).parents[2] / "data" / "urgent"

# Chosen on data/eval/tuning: no emergency may be missed that a person would see.
POSSIBLE = 0.4  # probable enough for a message with a sign of an emergency
SURE = 0.65  # without any sign
POSSIBLE_IN_PART = 0.4  # the score of a part of a message, whose topics nobody has looked up

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
    """Finds an emergency in a message, or in a part of it. What is suspicious and has a saying or
    parts is embedded anew; everything else costs a fraction of a millisecond."""

    def __init__(self, model: UrgencyModel, encoder: SentenceEncoder) -> None:
        self._model = model
        self._encoder = encoder

    def alarm(
        self,
        typed: str,
        mended: str,
        embedding: Vectors | None,
        topics: Iterable[Mapping[str, Any]] = (),
    ) -> Alarm | None:
        """Return the emergency, None when there is none. `topics` are the likeliest of the message,
        of slug and score. Without an embedding (another language) only what needs no model is
        found."""
        words, signs = _read_of(typed, mended, self._model.patterns)
        if signs.certain:
            return Alarm(signs.certain, 1.0)
        if embedding is None:
            return None
        if words != mended:
            embedding = self._encoder.encode_one(words)
        kind, score = self._model.read(words, embedding, signs)
        probability = self._model.probability(score, self._model.near(topics), signs)
        if probability >= (POSSIBLE if signs.rules else SURE):
            return Alarm(kind, probability)
        if not signs.rules:
            return None
        return max(self._in_parts(mended), key=lambda one: one.probability, default=None)

    def _in_parts(self, text: str) -> Iterator[Alarm]:
        """Yield the emergencies among the parts: what the whole message says else may hide one."""
        for part in parts_of(text):
            words, signs = _read_of(part, part, self._model.patterns)
            if signs.rules:
                embedding = self._encoder.encode_one(words)
                kind, score = self._model.read(words, embedding, signs)
                if score >= POSSIBLE_IN_PART:
                    yield Alarm(kind, score)


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
            alarm = self._watch.alarm(
                typed, words_of(message), message.get(EMBEDDING), message.get(TOPICS) or ()
            )
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
    # Of two clauses the pair is the whole message.
    pairs = [f"{one}, {other}" for one, other in pairwise(clauses)] if len(clauses) > 2 else []
    return [*clauses, *pairs][:MOST_PARTS]


def examples(
    said: Sequence[str], patterns: Patterns, library: Library, encoder: SentenceEncoder
) -> Iterator[Example]:
    """Yield what there is to learn from: the emergencies and look-alikes of data/urgent, and as
    everyday messages what is `said` in data/nlu and what people ask about everyday topics."""
    kinds: dict[str, str] = {}
    for kind, wordings in _read("wordings.yml").items():
        kinds |= dict.fromkeys(wordings, kind)
    kinds |= dict.fromkeys(chain.from_iterable(_read("look_alikes.yml").values()), EVERYDAY)
    unknown = len(kinds)
    everyday = list(said)
    for article in library.articles():
        # What is asked about an urgent topic may be an emergency or a question.
        everyday += () if article.urgent else article.ask
    for service in library.services():
        everyday += service.ask
    for text in everyday:
        kinds.setdefault(text, EVERYDAY)
    speller = Speller([*library.words(), *CHAT.split()])
    read = [(*_read_of(text, speller.mend(text), patterns), kind) for text, kind in kinds.items()]
    vectors = encoder.encode([words for words, _, _ in read])
    for place, ((words, signs, kind), embedding) in enumerate(zip(read, vectors, strict=True)):
        near = _near(words, embedding, library, set(kinds.values())) if place < unknown else None
        yield Example(words, embedding, signs, kind, near)


def _near(words: str, embedding: Vectors, library: Library, kinds: Collection[str]) -> Near:
    found = told(library.topics(words, embedding=embedding, limit=LIMIT))
    return near(found, kinds)


def _read_of(typed: str, mended: str, patterns: Patterns) -> tuple[str, Signs]:
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
    written: dict[str, list[str]] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return written
