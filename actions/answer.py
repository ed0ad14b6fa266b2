"""Answer a question from the knowledge base, or ask back which of its topics is meant."""

from __future__ import annotations

from dataclasses import replace

from actions.heard import Heard
from actions.home import HOME_TOPICS, answer_at_home, ask_place, where
from actions.memory import Memory
from actions.outcome import Line, Outcome, joined, payload, say
from actions.person import offer
from actions.skill import Skill
from actions.source import source_of
from knowledge.answers import Answer, answer
from knowledge.authorities import NeedsPlace
from knowledge.library import Library
from knowledge.rendering import MissingValue

MOST_TOPICS = 3


class Ask(Skill):
    """Answers, asks back once, and offers a person at the second miss in a row."""

    def name(self) -> str:
        return "action_answer"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        return respond(heard, memory, library)


def respond(heard: Heard, memory: Memory, library: Library) -> Outcome:
    """Answer what the message is about."""
    slug = heard.chosen.get("topic", "")
    about = heard.topic()
    if not slug and about is not None:
        slug = about.slug
    if slug:
        found = answer_about(slug, heard, memory, library)
        if found is not None:
            return found
    return _missed(heard, memory, library)


def answer_about(slug: str, heard: Heard, memory: Memory, library: Library) -> Outcome | None:
    """Answer one topic; None when there is nothing that may be said about it."""
    place = where(heard, memory, library)
    memory = replace(memory, place=place or memory.place)
    known = replace(memory, doing=None, topic=slug, misses=0, asking=None)
    try:
        article = library.article(slug)
    except KeyError:
        return _service_only(slug, known, library)
    try:
        found = _written(slug, heard, memory, library)
    except NeedsPlace:
        return ask_place(slug, known)
    except MissingValue:
        return offer(known, say("utter_no_answer"))
    if slug in HOME_TOPICS:
        return answer_at_home(slug, found, heard, known, library)
    lines = [_line(found, known)]
    if article.service:
        lines.append(joined(say("utter_can_request", service=article.service)))
    return Outcome(tuple(lines), replace(known, notice=found.notice or known.notice))


def answer_aside(slug: str, heard: Heard, memory: Memory, library: Library) -> tuple[Line, ...]:
    """Return the answer alone, for a question in the middle of something else."""
    place = where(heard, memory, library)
    try:
        found = _written(slug, heard, replace(memory, place=place or memory.place), library)
    except (KeyError, NeedsPlace, MissingValue):
        return (say("utter_ask_later"),)
    if slug in HOME_TOPICS and place:
        return answer_at_home(slug, found, heard, replace(memory, place=place), library).lines
    return (_line(found, memory),)


def _written(slug: str, heard: Heard, memory: Memory, library: Library) -> Answer:
    article = library.article(slug)
    door = library.authorities.get(heard.door)
    district = (memory.place or {}).get("district")
    responsible = library.authorities.responsible(article.tier, heard.door, district, heard.today)
    return answer(article, door, responsible, heard.today)


def _line(found: Answer, memory: Memory) -> Line:
    new = found.notice if found.notice != memory.notice else ""
    return Line(text=f"{found.text}\n\n{new}".strip(), custom={"source": source_of(found)})


def _service_only(slug: str, memory: Memory, library: Library) -> Outcome | None:
    """Something that can be requested and has no article: offer to begin."""
    try:
        library.service(slug)
    except KeyError:
        return None
    return Outcome((say("utter_can_request", service=slug),), memory)


def _missed(heard: Heard, memory: Memory, library: Library) -> Outcome:
    missed = replace(memory, doing=None, misses=memory.misses + 1)
    if missed.misses > 1:
        return offer(missed, say("utter_still_unsure"))
    if heard.intent == "none_of_these":
        return Outcome((say("utter_ask_differently"),), missed)
    choices = [
        (topic.title, payload("ask", topic=topic.slug)) for topic in heard.topics[:MOST_TOPICS]
    ]
    if not choices:
        return Outcome((say("utter_ask_differently"),), missed)
    return Outcome((say("utter_unsure", choices),), missed)
