"""After the intents: whether a message holds two needs, each of which is to be answered."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

from assistant.nlu.clauses import HALVES, Clause
from assistant.nlu.topics import LIMIT, TOPICS

NEEDS = "needs"
"""Where a message with two needs keeps them, as they were said: {text, intent, topics}."""

# The numbers below were chosen on data/eval/tuning: two_needs.yml against topics.yml.
LEAST = 0.4  # of the less certain topic's probability
LEAST_ELSEWHERE = 0.9  # of something that is not ours: there is so much of it
ENOUGH = -1.1  # of the evidence, in nats
ASKS = 2.5  # "my wife died and ..." is how a need came about; "where do I ... and" is a need
WORD = -0.25  # the longer a message, the likelier it tells of one need
GENERAL = -4.0  # "..., who do I ring?" asks about what was said before it
SHORT = 6  # words

PERSON = "person"
SURE_PERSON = 0.8
SURE = 0.8  # of what is asked beside the wish for a person
URGENT = "urgent"
ELSEWHERE = "elsewhere"

ANSWERED = frozenset({"ask", "request", "inform", "track", "complain"})
OF_EVERYTHING = frozenset(
    {
        "opening-hours-contact",
        "pay-online",
        "book-appointment",
        "customer-charter",
        "track-my-request",
        "complaint",
    }
)
"""Topics that every other topic may be asked about."""

_ASKS = re.compile(
    r"\?|\b(?:how|what|wots?|when|where|who|which|can|could|do|does|is there|are there|am i|any"
    r"|need|want|like to|please|pls|renew|report|book|change|pay|apply|send|tell me|can'?t"
    r"|won'?t)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:talk|speak|chat|person|people|human|somebody|someone|anyone|anybody)\b(?! else)"
    r"|\b(?:agents?|advis[eo]rs?|staff|operator|real|call me|ring me|phone me|contact me)\b",
    re.IGNORECASE,
)


def two_needs(pairs: Sequence[tuple[Clause, Clause]]) -> tuple[Clause, Clause] | None:
    """Return the halves that are a need each, in the order in which they were said.

    None when the message is about one thing: both must be surely about something, and not about
    the same. A wish for a person is a need beside a question.
    """
    with_person = next((pair for pair in pairs if _asks_for_person_too(*pair)), None)
    if with_person is not None:
        return with_person
    best = max(pairs, key=lambda pair: evidence(*pair), default=None)
    if best is None or evidence(*best) < ENOUGH or any(wants_person(clause) for clause in best):
        return None
    return best


def evidence(first: Clause, second: Clause) -> float:
    """Return how much speaks for two needs, in nats; minus infinity when nothing does."""
    if not first.topics or not second.topics:
        return -math.inf
    one, other = first.topics[0], second.topics[0]
    least = min(one["score"], other["score"], 0.999)
    enough = (LEAST_ELSEWHERE if t["kind"] == ELSEWHERE else LEAST for t in (one, other))
    if one["slug"] == other["slug"] or least < max(enough):
        return -math.inf
    words = len(first.text.split()) + len(second.text.split())
    general = other["slug"] in OF_EVERYTHING and len(second.text.split()) < SHORT
    asks = _ASKS.search(first.text) is not None
    return math.log(least / (1 - least)) + ASKS * asks + WORD * words + GENERAL * general


def wants_person(clause: Clause) -> bool:
    """Return whether it says that a person is wanted."""
    name, sure = clause.intent
    return name == PERSON and sure >= SURE_PERSON and names_person(clause.text)


def names_person(text: str) -> bool:
    """Return whether the words name a person or talking to one."""
    return _PERSON.search(text) is not None


def _asks_for_person_too(first: Clause, second: Clause) -> bool:
    for wish, rest in ((first, second), (second, first)):
        about = wish.topics[0] if wish.topics else None
        if (
            wants_person(wish)
            and (about is None or not about["sure"] or about["slug"] in OF_EVERYTHING)
            and not wants_person(rest)
            and rest.topics
            and rest.topics[0]["score"] >= SURE
            and _ASKS.search(rest.text)
        ):
            return True
    return False


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Needs(IntentClassifier, GraphComponent):
    """Sets `needs` on a message that holds two, and puts the topics of both first, both sure.

    The intent becomes that of the first, unless a person is wanted in either.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Needs:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            found = two_needs(message.get(HALVES) or ())
            whole = (message.get(INTENT) or {}).get("name")
            if found is None or (whole == PERSON and not any(map(wants_person, found))):
                continue
            needs = [_need(clause) for clause in found]
            message.set(NEEDS, needs, add_to_output=True)
            message.set(TOPICS, _topics(needs, message.get(TOPICS) or []), add_to_output=True)
            if whole != URGENT:
                message.set(INTENT, _intent(found), add_to_output=True)
        return messages


def _intent(found: Sequence[Clause]) -> dict[str, Any]:
    wish = next((clause for clause in found if wants_person(clause)), None)
    name, sure = (wish or found[0]).intent
    return {"name": name if wish or name in ANSWERED else "ask", "confidence": sure}


def _need(clause: Clause) -> dict[str, Any]:
    name = clause.intent[0]
    if wants_person(clause):
        return {"text": clause.text, "intent": name, "topics": []}
    name = name if name in ANSWERED else "ask"
    return {"text": clause.text, "intent": name, "topics": [{**clause.topics[0], "sure": True}]}


def _topics(
    needs: Sequence[dict[str, Any]], whole: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    both = [topic for need in needs for topic in need["topics"]]
    named = {topic["slug"] for topic in both}
    rest = [{**topic, "sure": False} for topic in whole if topic["slug"] not in named]
    return [*both, *rest][:LIMIT]
