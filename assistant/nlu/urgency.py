"""After the intents: whether anybody is in danger, which comes before everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.nlu.embedding import EMBEDDING, words_of
from assistant.nlu.learnt import learnt
from assistant.nlu.second_look import load_second_look, second_look_mark
from assistant.nlu.topics import TOPICS
from assistant.nlu.urgency_examples import FOLDER, examples, read_of
from assistant.nlu.urgency_model import Near, UrgencyModel, is_doubtful, learn
from assistant.nlu.urgency_patterns import Patterns
from knowledge.cache import EmbeddingCache
from knowledge.embedding import SentenceEncoder, Vectors, load_encoder, model_mark
from knowledge.library import open_library

URGENT = "urgent"
"""The intent, and where a message keeps the kind of emergency that it tells of."""

EMBEDDED = Path(__file__).parents[2] / "var" / "urgency.npz"

POSSIBLE, SURE, AGAINST_A_TOPIC = 0.4, 0.5, 0.75
"""The probability of an emergency, among emergencies and look-alikes, from which a message is taken
for one: with a sign of it, without any, and when it reads like an everyday matter that is known.
Chosen on data/eval/tuning."""

KNOWN = 0.9
"""The probability of an everyday topic from which it is known."""


@dataclass(frozen=True)
class Alarm:
    """An emergency: its kind, a slug of knowledge/urgent, and how probable it is (0 to 1)."""

    kind: str
    probability: float


class Watch:
    """Finds an emergency in a message. What is suspicious and has a saying is embedded anew without
    it, and what is doubtful is looked at again; everything else costs a fraction of a
    millisecond."""

    def __init__(
        self, model: UrgencyModel, encoder: SentenceEncoder, log_odds: Callable[[str], float]
    ) -> None:
        self._model = model
        self._encoder = encoder
        self._log_odds = log_odds

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
        words, signs = read_of(typed, mended, self._model.patterns)
        if signs.certain:
            return Alarm(signs.certain, 1.0)
        if embedding is None:
            return None
        if words != mended:
            embedding = self._encoder.encode_one(words)
        kind, evidence = self._model.read(words, embedding, signs)
        near = Near.of(topics, self._model.kinds)
        probability = self._model.probability(evidence, near)
        if is_doubtful(probability):
            probability = self._model.looked_at_again(probability, self._log_odds(words))
        enough = POSSIBLE if signs.rules else SURE
        if near.everyday >= KNOWN:
            enough = AGAINST_A_TOPIC
        return Alarm(kind, probability) if probability >= enough else None


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
            return cls(model_storage, resource, _watch(folder))

    def train(self, training_data: TrainingData) -> Resource:
        said = {
            words_of(example): example.get(EMBEDDING)
            for example in training_data.intent_examples
            if example.get(EMBEDDING) is not None
        }
        patterns = Patterns.read(FOLDER / "patterns.yml")
        # What was embedded before need not be again, when only some of it is new.
        embed = EmbeddingCache(EMBEDDED, model_mark(), load_encoder().encode).embed
        written = (path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yml")))

        def learn_all(folder: Path) -> None:
            again = load_second_look().log_odds
            found = examples(said, patterns, open_library(), embed, again)
            learn(list(found), patterns).save(folder)

        with self._model_storage.write_to(self._resource) as folder:
            # As they were written: a new article may have them mended in another way.
            examples_of = (str(e.get(TEXT)) for e in training_data.intent_examples)
            learnt("urgency", chain(examples_of, written, [second_look_mark()]), learn_all, folder)
            self._watch = _watch(folder)
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


def _watch(folder: Path) -> Watch:
    return Watch(UrgencyModel.open(folder), load_encoder(), load_second_look().log_odds)
