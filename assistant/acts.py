"""What people do in a message, in the few words of a report: many intents are one act."""

from __future__ import annotations

from typing import Final

QUESTION: Final = "question"
OUT_OF_SCOPE: Final = "out_of_scope"
URGENT: Final = "urgent"
HUMAN: Final = "human"

_ACTS: Final = {
    "ask": QUESTION,
    "none_of_these": QUESTION,
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
    "not_helpful": "not_helpful",
    "insult": OUT_OF_SCOPE,
    "out_of_scope": OUT_OF_SCOPE,
    "other_language": "other_language",
    "yes": "yes",
    "no": "no",
    "stop": "stop",
}


def act_of(intent: str, kind: str = "") -> str:
    """Return the act of an intent about a likeliest topic of that kind (article, service,
    elsewhere): what others than councils do is out of scope however it is asked for.

    An intent that is not listed is its own act.
    """
    act = _ACTS.get(intent, intent)
    if kind == "elsewhere" and act in (QUESTION, "request", "track", "complaint", "inform"):
        return OUT_OF_SCOPE
    return act
