"""What people say to the bot in the middle of a form, and not as an answer to its question."""

from __future__ import annotations

import re

from actions.heard import Heard
from actions.values import place_in
from knowledge.services import Field

UNSURE = 0.5
"""Up to this probability an intent does not take the conversation away from the question."""

_QUESTION = re.compile(
    r"^\s*(?:and |but |also |so )?"
    r"(?:how|what|when|where|who|which|can|do|does|is|are|will|should)\b",
    re.IGNORECASE,
)
_SKIPS = re.compile(
    r"\W*(?:skip(?: (?:it|this|that|this one))?|no(?:pe|ne| thank(?:s| you)| photos?| pictures?)?|"
    r"nothing(?: else)?|n/?a|(?:i )?(?:don'?t|do not) (?:know|have (?:one|it|any)|"
    r"want to(?: say)?)|not sure|dunno|no idea|pass|next|leave it(?: blank)?|"
    r"(?:i'?d )?rather not(?: say)?)\W*",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?:(?:finish|do|carry on with|continue|complete) (?:it|this|that)? ?(?:later|another time|"
    r"tomorrow|tonight)|(?:come|be) back (?:to (?:it|this) )?(?:later|tomorrow)|not now|"
    r"save (?:it|this)(?: for later)?|^later)\b",
    re.IGNORECASE,
)
_NEWS = re.compile(
    r"\b(?:(?:keep|tell|let|message|text|update|notify) (?:me|us) ?(?:posted|informed|updated|know|"
    r"here|the news|when|if|about)?|updates?|the news)\b",
    re.IGNORECASE,
)
_DOES = re.compile(
    r"\W*(?:(?:hi|hiya|hello|hey|good (?:morning|afternoon|evening)|sorry|ok|right|so)\W+)*"
    r"(?:(?:i|we)(?:'d|d)?(?: would| just| really)*(?: want| wish| like| need| have| am writing| am"
    r" calling| am here)(?: to)?|i'?m (?:writing|calling|here) to|(?:i )?wanna|can (?:i|we|you)|"
    r"could (?:i|we|you)|please|let me|id like(?: to)?)(?: please)? "
    r"(?:to )?(?:report|make|request|book|order|log|register|apply|complain|raise|start|lodge|file|"
    r"notify|inform|send|collect|take away|clean|"
    r"tell (?:you|u|them|the council|(?:the )?council tax|someone)|let (?:you|the council) know)\b",
    re.IGNORECASE,
)
SHORT = 4
"""Words up to which "stop" or "thanks" are for us, where anything might be the answer."""
LONGEST_QUESTION = 15

_WHY = re.compile(
    r"^\s*(?:why|what for|how come|help|what do you mean|what does that mean)\b", re.I
)


def begins_as_question(heard: Heard) -> bool:
    return _QUESTION.match(heard.text) is not None


def asks_why(heard: Heard) -> bool:
    """Whether they ask what the question is for, or what it means."""
    return _WHY.match(heard.text) is not None or heard.text.strip() == "?"


def asks_something(heard: Heard) -> bool:
    asks = heard.text.rstrip().endswith("?") or begins_as_question(heard)
    return asks and heard.intent in (
        "ask",
        "out_of_scope",
        "track",
        "capabilities",
        "bot_challenge",
    )


def wants_it_done(heard: Heard) -> bool:
    """Whether they say that they want to do it now: "I want to report a street light". Who asks how
    it is done wants an answer."""
    return _DOES.match(heard.text) is not None


def wants_news(heard: Heard) -> bool:
    """Whether they agree to be told of news, beside their yes."""
    return _NEWS.search(heard.text) is not None


def skips(heard: Heard) -> bool:
    """Whether they would rather not answer what need not be answered."""
    return _SKIPS.fullmatch(heard.text) is not None or heard.intent == "no"


def leaves(heard: Heard) -> bool:
    """Whether they want to go on another time."""
    return _LATER.search(heard.text) is not None and len(heard.text.split()) <= LONGEST_QUESTION


def is_said_to_us(heard: Heard, field: Field) -> bool:
    """Whether words are plainly meant for us, where any words might be the answer."""
    words = len(heard.text.split())
    if heard.confidence <= UNSURE:
        return False
    if heard.intent == "person":
        return words <= 2 * SHORT
    if heard.intent in ("stop", "goodbye", "greet", "thank", "bot_challenge", "capabilities"):
        return words <= SHORT
    if leaves(heard) or _SKIPS.fullmatch(heard.text):
        return words <= 2 * SHORT
    if field.questions:
        return False
    marked = heard.text.rstrip().endswith("?") or (field.type == "location" and _is_clear(heard))
    return (
        begins_as_question(heard)
        and marked
        and words <= LONGEST_QUESTION
        and place_in(heard.text) is None
    )


def _is_clear(heard: Heard) -> bool:
    """Whether it asks about something that we know."""
    return heard.intent == "ask" and heard.topic() is not None
