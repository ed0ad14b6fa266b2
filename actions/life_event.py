"""Answer somebody who tells of a moment of life: kind words, what to do first, and the rest."""

from __future__ import annotations

from dataclasses import replace

from actions.heard import Heard
from actions.memory import Memory
from actions.outcome import Line, Outcome, joined, payload, say
from knowledge.library import Library
from knowledge.life_events import LifeEvent

MOST_OFFERED = 2
"""Choices of what to do next, under an answer."""


def answer_life_event(heard: Heard, memory: Memory, library: Library) -> Outcome | None:
    """Say what there is to do, the most urgent first; None when the message tells of no such
    moment. The same one is not told again as long as it is talked about."""
    if not heard.life_event or heard.life_event == memory.life_event:
        return None
    try:
        event = library.life_event(heard.life_event)
    except KeyError:
        return None
    steps = [step for step in event.topics if _title(step.topic, library)]
    if not steps:
        return None
    # "How long have I got?" is then about the first of them.
    first = steps[0].topic
    known = replace(
        memory, life_event=event.slug, topic=first, told=None, doing=None, misses=0, asking=None
    )
    choices = [(_title(step.topic, library), payload("ask", topic=step.topic)) for step in steps]
    listed = "\n".join(f"- {step.line}" for step in steps)
    line = say("utter_life_event", choices, opening=event.opening)
    return Outcome((replace(line, values={**line.values, "steps": listed}),), known)


def offered_next(slug: str, memory: Memory, library: Library) -> tuple[Line, ...]:
    """Offer what comes next, after the answer to one of the topics of the life event that is talked
    about; nothing when there is none."""
    event = _event(memory, library)
    if event is None:
        return ()
    slugs = [step.topic for step in event.topics]
    if slug not in slugs:
        return ()
    after = [topic for topic in slugs[slugs.index(slug) + 1 :] if _title(topic, library)]
    choices = [(_title(topic, library), payload("ask", topic=topic)) for topic in after]
    if not choices:
        return ()
    return (joined(say("utter_next_steps", choices[:MOST_OFFERED])),)


def _event(memory: Memory, library: Library) -> LifeEvent | None:
    try:
        return library.life_event(memory.life_event or "")
    except KeyError:
        return None


def _title(slug: str, library: Library) -> str:
    for find in (library.article, library.elsewhere):
        try:
            return str(find(slug).title)
        except KeyError:
            continue
    return ""
