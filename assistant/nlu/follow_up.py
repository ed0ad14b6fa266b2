"""After the needs: "how much is it?" is about what was talked of last."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, METADATA
from rasa.shared.nlu.training_data.message import Message

from assistant.nlu.embedding import words_of
from assistant.nlu.needs import NEEDS, names_person
from assistant.nlu.topics import LIMIT, TOPICS
from knowledge.base import Article
from knowledge.bm25 import terms
from knowledge.library import Library, open_library

ELSEWHERE = "elsewhere"
LIFE_EVENT = "life_event"
"""Where a message keeps the slug of the life event that it tells of."""

FOLLOW_UP = "follow_up"
"""Where a message keeps that it is about the topic of its metadata, the last one."""

# Weights of a logistic regression on data/eval/tuning: the further questions of follow_ups.yml
# against topics.yml, acts.yml and out_of_scope.yml after some other topic.
CONSTANT = 1.1
OPENS = 4.5  # it begins as a question does, or with "and" or "but"
POINTS_BACK = 2.2  # "it", "that one", "then", "as well"
FOREIGN = -1.3  # a word that the last answer has not, and that is not said of everything
OTHER = -0.2  # the logit of the likeliest other topic
SAME = 1.3  # the logit of the last topic, by these words alone
ENOUGH = -0.4
RARE = 0.02  # the probability of a topic that the search did not name
FEWEST_WORDS, MOST_WORDS = 2, 16

SURE_OTHER = 0.9
"""From this probability of another topic on it is a new question, whatever it points back to."""

MAY_FOLLOW = frozenset({"ask", "out_of_scope", "inform", "change"})
SMALL_TALK = frozenset({"greet", "thank", "goodbye", "capabilities", "bot_challenge", "feedback"})
GUESSED = frozenset({"track", "complain", "request", "not_helpful", "injection", "insult", "chat"})
SURE_OF_IT = 0.75
"""From this probability on, small talk and what asks for no answer are believed."""

_OPENS = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|right|so|also|oh|yes|thanks|but|and)\b[\s,]*)*"
    r"(?:how|what|what'?s|wots?|when|where|who|which|why|can|could|do|does|did|is|are|was|will"
    r"|would|should|shall|am|have|has|if|even|any|for|in|at|on|with|without)\b|^\W*(?:and|but|or)\b",
    re.IGNORECASE,
)
_ASKS_FOR_NEWS = re.compile(
    r"\b(?:happening|happened|going on|news|updates?|latest|progress|status)\b", re.IGNORECASE
)
_QUESTION = re.compile(r"\W*(?:how|what|when|where|who|which|should|shall|do i)\b", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|it'?s|that|they|them|their|those|this one|these|one|ones|there|then|instead|else"
    r"|still|too|as well|the same)\b",
    re.IGNORECASE,
)
_OF_EVERYTHING = """
    long much many cost costs price fee fees pay paid paying charge free cheap cheaper expensive
    time times day days week weeks weekly weekend weekends weekdays month months monthly year years
    yearly hour hours soon late later early earlier before after quick quickly fast wait waiting
    hear decide decision need needs bring take send show prove proof id photo papers documents form
    forms evidence apply book booking online phone ring call email post letter website person go
    come back get getting have give tell told know find out start starts stop end last use change
    move happen happens allowed able possible sunday saturday monday tuesday wednesday thursday
    friday sundays saturdays christmas bank holiday holidays morning evening night today tomorrow
    april december january old new big bigger small smaller more less another other different same
    part half two three four five 2 3 self people someone anyone somebody anybody everyone myself
    yourself me us we else mean work works available open closed close number numbers area rules
    rule exact refuse refused turned down no yes not say appeal automatically straight away twice
    each every still both ask asked want like make sure help thing things way doing done due put
    kind sort right wrong
    im ive ill id dont doesnt didnt isnt arent whats thats theyre were cant wont hows whens
"""


@lru_cache(maxsize=1)
def said_of_everything() -> frozenset[str]:
    """Return the words that tell nothing of a topic, as knowledge/bm25.py writes them."""
    return frozenset(terms(_OF_EVERYTHING))


@lru_cache(maxsize=512)
def _words_of(article: Article) -> frozenset[str]:
    return frozenset(terms(f"{article.title} {article.short} {article.body}"))


def follows(text: str, last: Article, topics: Sequence[dict[str, Any]]) -> bool:
    """Return whether the words ask further about the last topic. `topics` are those that the
    words alone may be about."""
    if not FEWEST_WORDS <= len(text.split()) <= MOST_WORDS:
        return False
    same = max((t["score"] for t in topics if t["slug"] == last.slug), default=0.0)
    other = max((t["score"] for t in topics if t["slug"] != last.slug), default=0.0)
    points_back = _POINTS_BACK.search(text) is not None
    foreign = [t for t in terms(text) if t not in said_of_everything() and t not in _words_of(last)]
    for topic in topics:
        if not topic["sure"] or topic["slug"] == last.slug:
            continue
        # "Do I need my National Insurance number for it?": the last answer speaks of it.
        if not foreign and (points_back or topic["kind"] == ELSEWHERE):
            continue
        if not points_back or topic["score"] >= SURE_OTHER:
            return False
    evidence = (
        CONSTANT
        + OPENS * (_OPENS.match(text) is not None)
        + POINTS_BACK * points_back
        + FOREIGN * len(foreign)
        + OTHER * _logit(other)
        + SAME * _logit(same)
    )
    return evidence >= ENOUGH


def _logit(probability: float) -> float:
    within = min(max(probability, RARE), 1 - RARE)
    return math.log(within / (1 - within))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class FollowUp(IntentClassifier, GraphComponent):
    """Sets `follow_up` on a further question, puts the last topic first and makes it sure.

    The last topic is the metadata's `topic`. The intent becomes `ask`.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FollowUp:
        return cls(open_library())

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            last = self._article(str((message.get(METADATA) or {}).get("topic") or ""))
            topics = message.get(TOPICS)
            other = message.get(NEEDS) or message.get(LIFE_EVENT)
            if last is None or topics is None or other or not _may_follow(message):
                continue
            if not follows(words_of(message), last, topics):
                continue
            message.set(FOLLOW_UP, True, add_to_output=True)
            message.set(TOPICS, _with_first(last, topics), add_to_output=True)
            intent = {**message.get(INTENT), "name": "ask"}
            message.set(INTENT, intent, add_to_output=True)
        return messages

    def _article(self, slug: str) -> Article | None:
        try:
            return self._library.article(slug) if slug else None
        except KeyError:
            return None


def _may_follow(message: Message) -> bool:
    intent = message.get(INTENT) or {}
    name, confidence = intent.get("name"), float(intent.get("confidence") or 0.0)
    if name == "track" and _ASKS_FOR_NEWS.search(words_of(message)):
        return False
    if name in SMALL_TALK or name in GUESSED:
        return confidence < SURE_OF_IT
    if name == "person":
        return not names_person(words_of(message))
    if name == "stop":
        # "How do I stop it?" stops nothing.
        return _QUESTION.match(words_of(message)) is not None
    return name in MAY_FOLLOW


def _with_first(last: Article, topics: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    before = next((t for t in topics if t["slug"] == last.slug), {"score": 0.0, "kind": "article"})
    rest = [{**t, "sure": False} for t in topics if t["slug"] != last.slug]
    first = {**before, "slug": last.slug, "title": last.title, "sure": True}
    # It comes first for what was said before: it is at least as likely as what the words say.
    first["score"] = max([before["score"], *(t["score"] for t in rest)])
    return [first, *rest][:LIMIT]
