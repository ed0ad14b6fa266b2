"""After the intents: whether anybody is in danger, which comes before everything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
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
from assistant.nlu.learnt import learnt
from assistant.nlu.spelling import CHAT, Speller
from assistant.nlu.topics import LIMIT, TOPICS, told
from assistant.nlu.urgency_model import (
    EVERYDAY,
    KEPT_FOR_WEIGHING,
    Example,
    Near,
    UrgencyModel,
    learn,
)
from assistant.nlu.urgency_patterns import SILENCED, Patterns, Signs
from knowledge.cache import Embed, EmbeddingCache
from knowledge.embedding import SentenceEncoder, Vectors, load_encoder, model_mark
from knowledge.library import Library, open_library

URGENT = "urgent"
"""The intent, and where a message keeps the kind of emergency that it tells of."""

FOLDER = Path(__file__).parents[2] / "data" / "urgent"
EMBEDDED = Path(__file__).parents[2] / "var" / "urgency.npz"

POSSIBLE, SURE = 0.5, 0.75
"""The probability of an emergency, among emergencies and look-alikes, from which a message is taken
for one: with a sign of it, and without any. Chosen on data/eval/tuning."""


@dataclass(frozen=True)
class Alarm:
    """An emergency: its kind, a slug of knowledge/urgent, and how probable it is (0 to 1)."""

    kind: str
    probability: float


class Watch:
    """Finds an emergency in a message. What is suspicious and has a saying is embedded anew without
    it; everything else costs a fraction of a millisecond."""

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
        kind, evidence = self._model.read(words, embedding, signs)
        probability = self._model.probability(evidence, Near.of(topics, self._model.kinds))
        enough = POSSIBLE if signs.rules else SURE
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
            return cls(model_storage, resource, Watch(UrgencyModel.open(folder), load_encoder()))

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
            learn(list(examples(said, patterns, open_library(), embed)), patterns).save(folder)

        with self._model_storage.write_to(self._resource) as folder:
            # As they were written: a new article may have them mended in another way.
            examples_of = (str(e.get(TEXT)) for e in training_data.intent_examples)
            learnt("urgency", chain(examples_of, written), learn_all, folder)
            self._watch = Watch(UrgencyModel.open(folder), load_encoder())
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


def examples(
    said: Mapping[str, Vectors], patterns: Patterns, library: Library, embed: Embed
) -> Iterator[Example]:
    """Yield what the model learns from: data/urgent, what people say of everything else, and what
    they say to the bot: `said`, which is mended and embedded already."""
    kinds = dict.fromkeys(chain.from_iterable(_read("look_alikes.yml").values()), EVERYDAY)
    for kind, wordings in _read("wordings.yml").items():
        kinds |= dict.fromkeys(wordings, kind)
    speller = Speller([*library.words(), *CHAT.split()])
    texts = {text: speller.mend(text) for text in kinds}
    read = [(*_read_of(text, mended, patterns), kinds[text]) for text, mended in texts.items()]
    # What is asked about an urgent topic may be an emergency or a question.
    everyday = [ask for topic in library.index.topics if not topic.urgent for ask in topic.asks]
    everyday += [ask for event in library.life_events() for ask in event.ask]
    vectors = embed([words for words, _, _ in read] + everyday)
    own, theirs = vectors[: len(read)], vectors[len(read) :]
    urgent = {*kinds.values()} - {EVERYDAY}
    for place, ((words, signs, kind), embedding) in enumerate(zip(read, own, strict=True)):
        near = None
        if place % KEPT_FOR_WEIGHING == 0:
            near = Near.of(told(library.topics(words, embedding=embedding, limit=LIMIT)), urgent)
        yield Example(words, embedding, signs, kind, near)
    known = {*texts, *texts.values()}
    for text, embedding in {**said, **dict(zip(everyday, theirs, strict=True))}.items():
        if text not in known:
            yield Example(text, embedding, _read_of(text, text, patterns)[1], EVERYDAY)


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
    # PyYAML's own loader takes seconds for as many lines as these.
    text = (FOLDER / name).read_text(encoding="utf-8")
    written: dict[str, list[str]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return written
