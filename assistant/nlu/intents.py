"""Fourth: what the person is doing, and whether it is anything that the bot was made for."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.nlu.clauses import HALVES
from assistant.nlu.embedding import EMBEDDING, words_of
from assistant.nlu.intent_model import IntentModel, Reading, learn
from assistant.nlu.learnt import learnt
from assistant.nlu.topics import TOPICS
from assistant.nlu.wish import wishes_for_a_person

OUT_OF_SCOPE = "out_of_scope"
SMALL_TALK = frozenset(
    {"greet", "goodbye", "thank", "capabilities", "bot_challenge", "feedback", "yes", "no"}
)
SURE_SMALL_TALK = 0.75
"""Below this, words about a known topic are a question: "I have nowhere to sleep tonight" is no
goodbye."""

GUESSED = frozenset({"track", "complain", "insult", "injection", "chat"})
SURE_GUESS = 0.3
"""Below this, what may be a complaint, or rude, is looked up like a question instead."""

PERSON = "person"
WISHED = 0.9
"""How probable a wish for a person is that only the rules have found."""

NEAR_PERSON = frozenset({PERSON, "complain", "bot_challenge"})
"""What the rules leave alone: a complaint may well name who should answer it."""

TRACKED = "track-my-request"
"""The topic of whoever asks how an earlier report is going, whatever it was about."""

_IN_GENERAL = re.compile(
    r"\W*(?:(?:and|so|but|ok)\W+)?(?:how (?:long|soon|quick(?:ly)?|fast|many (?:days|weeks|months))"
    r"|what(?:s|'s| is) the wait)\b",
    re.IGNORECASE,
)
_OF_ONES_OWN = re.compile(
    r"\b(?:my|mine|our|i|i'?ve|im|we|we'?ve|since|still|reported|applied|sent|asked|told|said)\b",
    re.IGNORECASE,
)
"""How long is the wait? That is a question, unless it is for something of one's own."""

# More would only make the dialogue state larger.
RANKED = 3


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Intents(IntentClassifier, GraphComponent):
    """Sets `intent`, `intent_ranking` and `out_of_scope`, which is true or false.

    The intent itself becomes `out_of_scope` only when no topic is sure either: a new article is
    understood on the day it is published, whatever the training examples were.
    """

    def __init__(
        self, model_storage: ModelStorage, resource: Resource, model: IntentModel | None = None
    ) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Intents:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Intents:
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, IntentModel.open(folder))

    def train(self, training_data: TrainingData) -> Resource:
        examples = [e for e in training_data.intent_examples if e.get(EMBEDDING) is not None]
        texts = [words_of(example) for example in examples]
        intents = [str(example.get(INTENT)) for example in examples]

        def learn_all(folder: Path) -> None:
            learn(texts, np.stack([e.get(EMBEDDING) for e in examples]), intents).save(folder)

        with self._model_storage.write_to(self._resource) as folder:
            # As they were written: a new article may have them mended in another way.
            written = (str(example.get(TEXT)) for example in examples)
            learnt("intents", chain(written, intents), learn_all, folder)
            self._model = IntentModel.open(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            embedding = message.get(EMBEDDING)
            if self._model is None or embedding is None or not message.get(TEXT):
                continue
            reading = self._model.read(words_of(message), embedding)
            known = any(topic["sure"] for topic in message.get(TOPICS) or ())
            name, confidence = _heard(words_of(message), reading, known)
            message.set(INTENT, {"name": name, "confidence": confidence}, add_to_output=True)
            if name == "track":
                _put_first(message, TRACKED)
            message.set(
                "intent_ranking",
                [{"name": n, "confidence": p} for n, p in reading.ranking[:RANKED]],
                add_to_output=True,
            )
            message.set(OUT_OF_SCOPE, not reading.in_scope, add_to_output=True)
            for clause in chain.from_iterable(message.get(HALVES) or ()):
                half = self._model.read(clause.text, clause.embedding)
                sure = any(topic["sure"] for topic in clause.topics)
                clause.intent = _heard(clause.text, half, sure)
        return messages


def _put_first(message: Message, slug: str) -> None:
    """Make a topic that was found the first of them, as likely as the likeliest."""
    topics = message.get(TOPICS) or []
    found = [topic for topic in topics if topic["slug"] == slug]
    others = [topic | {"sure": False} for topic in topics if topic["slug"] != slug]
    if found and others:
        likeliest = max(topics, key=lambda topic: topic["score"])
        first = found[0] | {"score": likeliest["score"], "sure": likeliest["sure"]}
        message.set(TOPICS, [first, *others], add_to_output=True)


def _heard(text: str, reading: Reading, known: bool) -> tuple[str, float]:
    """Return the intent; whoever asks for a person is heard whatever the model makes of it."""
    name, confidence = _chosen(reading, known)
    if name == "track" and _IN_GENERAL.match(text) and not _OF_ONES_OWN.search(text):
        return "ask", confidence
    if name not in NEAR_PERSON and wishes_for_a_person(text):
        return PERSON, WISHED
    return name, confidence


def _chosen(reading: Reading, known: bool) -> tuple[str, float]:
    """Return the intent, given whether the message is about a topic that is known for sure."""
    name, confidence = reading.ranking[0]
    if not known and not reading.in_scope:
        return OUT_OF_SCOPE, confidence
    if name in GUESSED and confidence < SURE_GUESS:
        return "ask", confidence
    if not known:
        return name, confidence
    if name == PERSON and confidence < SURE_GUESS:
        return "ask", confidence
    if name == OUT_OF_SCOPE or (name in SMALL_TALK and confidence < SURE_SMALL_TALK):
        return "ask", confidence
    return name, confidence
