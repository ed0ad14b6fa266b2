"""After the needs: "my husband died on Tuesday" tells of a moment of life, of no topic alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, METADATA
from rasa.shared.nlu.training_data.message import Message

from assistant.nlu.embedding import EMBEDDING, words_of
from assistant.nlu.follow_up import LIFE_EVENT, follows, said_of_everything
from assistant.nlu.needs import NEEDS
from assistant.nlu.topics import TOPICS
from knowledge.bm25 import terms
from knowledge.library import Library, open_library
from knowledge.life_events import LifeEvent

# Chosen on data/eval/tuning: life_events.yml against topics.yml and out_of_scope.yml.
LIKELY = 0.4  # the probability of another topic that is asked about instead
NEAR = 0.48  # the mean cosine, when no topic is sure
NEAR_WITH_TOPIC = 0.5  # when one of its own topics is

CLEAR = 0.6  # when the words may ask further about the last topic, too
URGENT_FLOOR = 0.03  # the probability of an emergency that is not to be talked over

MAY_TELL = frozenset({"ask", "request", "inform", "change", "out_of_scope", "track", "complain"})
SMALL_TALK = frozenset({"greet", "thank", "goodbye", "feedback"})
SURE_OF_IT = 0.9
"""From this probability on, small talk is believed: "I've just had a baby" is no greeting."""
_ASKS = re.compile(
    r"\b(?:how|when|which|who|am i|can (?:i|we)|do (?:i|we) (?!do|have|need)"
    r"|where(?! (?:do (?:i|we)|to) (?:start|begin)))\b",
    re.IGNORECASE,
)


def tells_of(
    text: str, event: LifeEvent, near: float, topics: Sequence[dict[str, Any]], titles: str
) -> bool:
    """Return whether the message tells of the life event, and asks for no topic. `titles` are the
    words of the sure topic's title."""
    if not set(terms(text)) - said_of_everything():
        return False
    own = {step.topic for step in event.topics}
    sure = next((topic["slug"] for topic in topics if topic["sure"]), "")
    if not sure:
        others = (topic["score"] for topic in topics if topic["slug"] not in own)
        return near >= NEAR and max(others, default=0.0) < LIKELY
    if near < NEAR_WITH_TOPIC or sure not in own:
        return False
    if _ASKS.search(text):
        return False
    # "My husband died, how do I register it?" asks for the topic itself.
    of_event = set(terms(" ".join((event.title, *event.ask))))
    return not set(terms(text)) & (set(terms(titles)) - of_event)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class LifeEvents(IntentClassifier, GraphComponent):
    """Sets `life_event` on a message that tells of one. Its intent becomes `ask`; topics stay."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LifeEvents:
        return cls(open_library())

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            embedding = message.get(EMBEDDING)
            if embedding is None or message.get(NEEDS) or not _may_tell(message):
                continue
            found = self._library.life_event_near(embedding)
            topics = message.get(TOPICS) or []
            if found is None or any(map(self._is_urgent, topics)):
                continue
            title = topics[0]["title"] if topics else ""
            if not tells_of(words_of(message), *found, topics, title):
                continue
            if found[1] < CLEAR and self._may_follow(message, topics):
                continue
            message.set(LIFE_EVENT, found[0].slug, add_to_output=True)
            message.set(INTENT, {**message.get(INTENT), "name": "ask"}, add_to_output=True)
        return messages

    def _may_follow(self, message: Message, topics: Sequence[dict[str, Any]]) -> bool:
        try:
            last = self._library.article((message.get(METADATA) or {}).get("topic") or "")
        except KeyError:
            return False
        return follows(words_of(message), last, topics)

    def _is_urgent(self, topic: dict[str, Any]) -> bool:
        try:
            urgent = self._library.article(topic["slug"]).urgent
        except KeyError:
            return False
        return urgent and topic["score"] >= URGENT_FLOOR


def _may_tell(message: Message) -> bool:
    intent = message.get(INTENT) or {}
    name, confidence = intent.get("name"), float(intent.get("confidence") or 0.0)
    return name in MAY_TELL or (name in SMALL_TALK and confidence < SURE_OF_IT)
