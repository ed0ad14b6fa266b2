"""What people do in a message, in the few words of a report: many intents are one act."""

from __future__ import annotations

from typing import Final

from assistant.bot import Understood
from knowledge.search import SURE

QUESTION: Final = "question"
OUT_OF_SCOPE: Final = "out_of_scope"
URGENT: Final = "urgent"
HUMAN: Final = "human"

_ACTS: Final = {
    "ask": QUESTION,
    "none_of_these": "no",
    "inform": "inform",
    "change": "change",
    "request": "request",
    "track": "track",
    "complain": "complaint",
    "person": HUMAN,
    "urgent": URGENT,
    "greet": "smalltalk",
    "thank": "smalltalk",
    "goodbye": "smalltalk",
    "capabilities": "smalltalk",
    "bot_challenge": "smalltalk",
    "feedback": "smalltalk",
    "chat": "smalltalk",
    "not_helpful": "not_helpful",
    "insult": OUT_OF_SCOPE,
    "injection": OUT_OF_SCOPE,
    "out_of_scope": OUT_OF_SCOPE,
    "other_language": "other_language",
    "yes": "yes",
    "no": "no",
    "stop": "stop",
}
_ABOUT_SOMETHING: Final = frozenset({QUESTION, "request", "track", "inform", "complaint", "change"})


def act_of(understood: Understood) -> str:
    """Return the act of a message. What others than councils do is out of scope however it is asked
    for; an intent that is not listed is its own act."""
    act = _ACTS.get(understood.intent, understood.intent)
    if act not in _ABOUT_SOMETHING or not understood.topics:
        return act
    first = understood.topics[0]
    theirs = first.kind == "elsewhere" and first.probability >= SURE
    return OUT_OF_SCOPE if theirs else act
