"""Answer a question from the knowledge base, or ask back which of its topics is meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from actions.elsewhere import point, pointer
from actions.facts import (
    adds_to,
    asking,
    different,
    facts_before,
    is_told_of,
    question,
    to_ask,
    uses,
    waits_for,
    with_facts,
)
from actions.follow_up import answer_further, asks_further, is_answered, mark
from actions.heard import Heard
from actions.home import (
    HOME_TOPICS,
    answer_at_home,
    ask_place,
    asks_which_day,
    not_found,
    responsible_at,
    unfound,
    where,
)
from actions.life_event import answer_life_event, offered_next
from actions.memory import Memory
from actions.outcome import Line, Outcome, joined, payload, say
from actions.outside import is_theirs, whose_it_is
from actions.person import offer
from actions.skill import Skill
from actions.source import source_of
from actions.unanswered import asked_back, not_answered
from actions.whose import asks_council, asks_whose, is_place_alone, whose_line, your_councils
from channels.gsm import septets
from knowledge.answers import Answer, answer
from knowledge.authorities import NeedsPlace
from knowledge.library import Library
from knowledge.rendering import MissingValue

MOST_TOPICS = 3
MAY_BE_OURS = 0.2  # a topic's probability, for what is like nothing that we are asked
LONGEST_SHORT = 306  # septets: two text messages


class Ask(Skill):
    """Answers, asks back once, and offers a person at the second miss in a row."""

    def name(self) -> str:
        return "action_answer"

    def decide(self, heard: Heard, memory: Memory, library: Library) -> Outcome:
        # Imported here: a form answers questions that come in the middle of it.
        from actions.request import begun

        return begun(heard, memory, library) or respond(heard, memory, library)


def respond(heard: Heard, memory: Memory, library: Library) -> Outcome:
    """Answer what the message is about."""
    slug = heard.chosen.get("topic", "")
    about = heard.topic()
    if not slug and asks_council(heard):
        return your_councils(heard, memory, library)
    told = answer_life_event(heard, memory, library)
    if told is not None:
        return told
    if not slug and about is not None:
        slug = about.slug
    if not slug and (asks_whose(heard) or is_place_alone(heard)):
        # "Is that the county?", or another postcode: it is about what was talked of last.
        slug = memory.topic or ""
        if not slug and is_place_alone(heard):
            return your_councils(heard, memory, library)
    if _is_told_more(heard, memory, library) and (not slug or adds_to(heard.text)):
        slug = memory.topic or ""
    if slug:
        found = answer_about(slug, heard, memory, library)
        if found is not None:
            return found
    return _missed(heard, with_facts(heard, memory), library)


def _is_told_more(heard: Heard, memory: Memory, library: Library) -> bool:
    """Whether the person only says something of themselves that changes the last answer."""
    try:
        article = library.article(memory.topic or "")
    except KeyError:
        return False
    return uses(article, memory, with_facts(heard, memory))


def answer_about(slug: str, heard: Heard, memory: Memory, library: Library) -> Outcome | None:
    """Answer one topic; None when there is nothing that may be said about it."""
    before = memory
    place = where(heard, memory, library)
    memory = with_facts(heard, replace(memory, place=place or memory.place))
    known = replace(memory, doing=None, topic=slug, misses=0, asking=None)
    try:
        article = library.article(slug)
    except KeyError:
        return _service_only(slug, known, library) or point(slug, known, library)
    if known.place and is_theirs(article, known.place):
        theirs = whose_it_is(article.tier, article.subject, known.place, library)
        return Outcome((*theirs, say("utter_outside_next")), known)
    try:
        council = responsible_at(article.tier, heard, known.place, library)
        fact = to_ask(article, known)
        facts = asking(fact, known) if fact else known.facts
        found = _written(slug, heard, memory, library, named=asks_whose(heard), facts=facts)
    except NeedsPlace:
        return ask_place(slug, heard, known, library)
    except MissingValue:
        return offer(known, say("utter_no_answer"), *not_answered(heard))
    further = heard.follow_up and not asks_which_day(heard.text)
    if slug in HOME_TOPICS and not (further and is_answered(found, heard)):
        at_home = answer_at_home(slug, found, heard, known, library)
        if at_home is not None:
            return _with_notice(at_home, found)
    if slug == before.topic and known.place == before.place:
        if is_told_of(article, before, known):
            earlier = _written(slug, heard, memory, library, facts=facts_before(before))
            found = replace(found, text=different(found.text, earlier.text), short="")
        elif asks_further(heard, found, before) and not asks_whose(heard):
            return answer_further(article, found, council, heard, known, library)
    lines = [_line(found, known)]
    known = replace(known, told=mark(found.text))
    if asks_whose(heard):
        lines[:0] = whose_line(article, council, heard, known, library)
    if unfound(heard, library):
        lines[:0] = [not_found(heard, library)]
    known = replace(known, notice=_told(found, known))
    if fact:
        return Outcome((*lines, question(fact, slug)), waits_for(fact, slug, known))
    if article.service:
        lines.append(joined(say("utter_can_request", service=article.service)))
    return Outcome((*lines, *offered_next(slug, known, library)), known)


def answer_aside(slug: str, heard: Heard, memory: Memory, library: Library) -> tuple[Line, ...]:
    """Return the answer alone, for a question in the middle of something else."""
    place = where(heard, memory, library)
    memory = with_facts(heard, replace(memory, place=place or memory.place))
    try:
        article = library.article(slug)
        found = _written(slug, heard, memory, library, facts=memory.facts)
        council = responsible_at(article.tier, heard, memory.place, library)
    except (KeyError, NeedsPlace, MissingValue):
        return tuple(pointer(slug, library)) or (say("utter_ask_later"),)
    if heard.follow_up:
        return answer_further(article, found, council, heard, memory, library).lines
    if slug in HOME_TOPICS and place:
        at_home = answer_at_home(slug, found, heard, memory, library)
        if at_home is not None:
            return at_home.lines
    # What changes with the councils is told beside an answer of its own.
    return (_line(found, replace(memory, notice=found.notice)),)


def _written(
    slug: str,
    heard: Heard,
    memory: Memory,
    library: Library,
    *,
    named: bool = False,
    facts: Mapping[str, str] | None = None,
) -> Answer:
    """The answer of the council that is responsible. `named` is for one whose first words are said
    to be whose it is."""
    article = library.article(slug)
    responsible = responsible_at(article.tier, heard, memory.place, library)
    door = responsible if named else library.authorities.door(heard.door, heard.today)
    return answer(article, door, responsible, heard.today, facts or {})


def _line(found: Answer, memory: Memory) -> Line:
    source = source_of(found)
    if not found.notice or _was_told(found, memory):
        return Line(text=found.text, custom={"source": source})
    longer = f"{found.short} {found.short_notice}".strip()
    if (septets(longer) or LONGEST_SHORT + 1) <= LONGEST_SHORT:
        source["short"] = longer
    return Line(text=f"{found.text}\n\n{found.notice}", custom={"source": source})


def _with_notice(outcome: Outcome, found: Answer) -> Outcome:
    """Say what changes after an answer that is the person's own, which has no shorter form."""
    memory = outcome.memory
    if memory.doing == "which_place" or not found.notice or _was_told(found, memory):
        return outcome
    told = Line(text=found.short_notice or found.notice)
    return Outcome((*outcome.lines, joined(told)), replace(memory, notice=_told(found, memory)))


def _was_told(found: Answer, memory: Memory) -> bool:
    return found.notice in (memory.notice or "").split("\n")


def _told(found: Answer, memory: Memory) -> str | None:
    """Every notice of this conversation, a line each: a district's and its county's differ."""
    if not found.notice or _was_told(found, memory):
        return memory.notice
    return "\n".join(filter(None, (memory.notice, found.notice)))


def _service_only(slug: str, memory: Memory, library: Library) -> Outcome | None:
    """Something that can be requested and has no article: offer to begin."""
    try:
        library.service(slug)
    except KeyError:
        return None
    return Outcome((say("utter_can_request", service=slug),), memory)


def _is_off_topic(heard: Heard) -> bool:
    """Whether it is nothing for us, nor for others whom we could name."""
    likeliest = max((topic.score for topic in heard.topics), default=0.0)
    return heard.intent == "out_of_scope" and not heard.is_choice and likeliest < MAY_BE_OURS


def _missed(heard: Heard, memory: Memory, library: Library) -> Outcome:
    missed = replace(memory, doing=None, misses=memory.misses + 1)
    if _is_off_topic(heard):
        if missed.misses > 1:
            return offer(missed, say("utter_off_topic_again"))
        return Outcome((say("utter_off_topic"),), missed)
    if missed.misses > 1:
        return offer(missed, say("utter_still_unsure"), *not_answered(heard))
    if heard.intent == "none_of_these":
        return Outcome((say("utter_ask_differently"), *not_answered(heard)), missed)
    choices = [
        (topic.title, payload("ask", topic=topic.slug)) for topic in heard.topics[:MOST_TOPICS]
    ]
    if not choices:
        return Outcome((say("utter_ask_differently"), *not_answered(heard)), missed)
    return Outcome((say("utter_unsure", choices), *asked_back(heard)), missed)
