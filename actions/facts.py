"""What the person said of themselves, when an answer depends on it: read, asked, kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from actions.heard import Heard
from actions.memory import Memory
from actions.outcome import Line, joined, say
from knowledge.base import Article
from knowledge.facts import ASKED, facts_in, values_of_fact

WAITS = "which_fact"
_ADDS = re.compile(
    r"^\W*(?:and|but|what (?:if|about)|how about|if|actually|no|sorry|oh|i meant)\b", re.IGNORECASE
)


def with_facts(heard: Heard, memory: Memory) -> Memory:
    """Return the memory with what the message says, or the choice stands for."""
    told = dict(facts_in(heard.text, asked=asked(memory)) if heard.text else {})
    name, value = heard.chosen.get("field", ""), heard.chosen.get("value", "")
    if value in values_of_fact(name):
        told[name] = value
    before = memory.facts or {}
    return replace(memory, facts={**before, **told}) if told else memory


def asked(memory: Memory) -> str:
    """Return the fact that is being asked for, empty when none is: the one without a value."""
    if memory.doing != WAITS:
        return ""
    return next((name for name, value in (memory.facts or {}).items() if not value), "")


def to_ask(article: Article, memory: Memory) -> str:
    """Return the fact that decides this answer and was neither told nor asked for, or nothing."""
    return next((n for n in article.depends_on if n not in (memory.facts or {})), "")


def asking(fact: str, memory: Memory) -> Mapping[str, str]:
    """Return the facts for an answer that leaves out what the question will decide."""
    return {**(memory.facts or {}), fact: ASKED}


def question(fact: str, slug: str) -> Line:
    """Ask for the fact, for the sake of that topic, under what was answered already."""
    return joined(say(f"utter_which_{fact}", topic=slug))


def waits_for(fact: str, slug: str, memory: Memory) -> Memory:
    """Return the memory of having asked: once is enough."""
    return replace(memory, doing=WAITS, asking=slug, facts={**(memory.facts or {}), fact: ""})


def uses(article: Article, before: Memory, after: Memory) -> bool:
    """Return whether something was told that changes what this article says."""
    old, new = before.facts or {}, after.facts or {}
    changed = [name for name, value in new.items() if value and old.get(name) != value]
    tags = " ".join(re.findall(r"\{%.*?%\}", article.body))
    return any(re.search(rf"\b{name}\b", tags) for name in changed)


def adds_to(text: str) -> bool:
    """Return whether the words begin as words do that add to what was said, or correct it."""
    return _ADDS.match(text) is not None


def is_told_of(article: Article, before: Memory, after: Memory) -> bool:
    """Return whether the last answer, to this article, is to be said anew: what it depends on was
    asked for and need not be, or was told otherwise."""
    return bool(asked(before)) or uses(article, before, after)


def facts_before(before: Memory) -> Mapping[str, str]:
    """Return the facts with which the last answer was given."""
    fact = asked(before)
    return asking(fact, before) if fact else before.facts or {}


def different(text: str, before: str) -> str:
    """Return the paragraphs of the text that were not said before; all of it when all are new or
    none is."""
    known = set(before.split("\n\n"))
    new = [paragraph for paragraph in text.split("\n\n") if paragraph not in known]
    return "\n\n".join(new) or text
