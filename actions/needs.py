"""Answer a message with two needs: what can be answered first, and last what goes on."""

from __future__ import annotations

from dataclasses import replace

from actions.answer import answer_about
from actions.heard import Heard, Need
from actions.meant import aside
from actions.memory import Memory
from actions.outcome import Line, Outcome
from actions.person import hand_over
from actions.request import start
from knowledge.library import Library
from knowledge.services import Service

ASKS_FIRST = ("which_place", "which_fact")


def answer_both(heard: Heard, memory: Memory, library: Library) -> Outcome | None:
    """Answer each of the needs; None when they are to be read as one message after all.

    An emergency is answered alone. A request is begun, and a person asked for, after the rest; what
    needs the postcode waits until the person has told it.
    """
    each = [_alone(need, heard) for need in heard.needs]
    for one in each:
        slug = _slug(one)
        if slug and _is_urgent(slug, library):
            return answer_about(slug, one, memory, library)
    lines: list[Line] = []
    now = memory
    later: list[Heard] = []
    for one in each:
        if one.intent == "person" or _service(one, library) is not None:
            continue
        known = aside(one, library) if one.intent == "track" else ()
        if known:
            lines += known
            continue
        outcome = answer_about(_slug(one), one, now, library)
        if outcome is None:
            return None
        if outcome.memory.doing in ASKS_FIRST:
            later.append(one)
            now = replace(now, place=outcome.memory.place)
            continue
        lines += outcome.lines
        now = outcome.memory
    return _go_on(each, later, Outcome(tuple(lines), now), library)


def _go_on(
    each: list[Heard], later: list[Heard], answered: Outcome, library: Library
) -> Outcome | None:
    """Add what leaves the bot waiting: a person, a request, or a question of ours."""
    lines, memory = answered.lines, answered.memory
    waiting = [_slug(one) for one in later]
    person = next((one for one in each if one.intent == "person"), None)
    if person is not None:
        handed = hand_over(person, memory, library)
        return Outcome((*lines, *handed.lines), handed.memory)
    requests = [(one, service) for one in each if (service := _service(one, library)) is not None]
    if requests:
        one, service = requests[0]
        waiting += [_slug(other) for other, _ in requests[1:]]
        begun = start(one, replace(memory, waiting=waiting or None), library, service)
        return Outcome((*lines, *begun.lines), begun.memory)
    if later:
        asks = answer_about(_slug(later[0]), later[0], memory, library)
        if asks is None:
            return None
        return Outcome((*lines, *asks.lines), replace(asks.memory, waiting=waiting[1:] or None))
    return answered if lines else None


def _alone(need: Need, heard: Heard) -> Heard:
    spans = tuple(span for span in heard.spans if span.text in need.text)
    return replace(
        heard, text=need.text, intent=need.intent, topics=need.topics, spans=spans, needs=()
    )


def _slug(one: Heard) -> str:
    return one.topics[0].slug if one.topics else ""


def _is_urgent(slug: str, library: Library) -> bool:
    try:
        return library.article(slug).urgent
    except KeyError:
        return False


def _service(one: Heard, library: Library) -> Service | None:
    """The service that this need asks for, None when it is a question."""
    if one.intent != "request":
        return None
    try:
        return library.service(_slug(one))
    except KeyError:
        pass
    try:
        return library.service(library.article(_slug(one)).service or "")
    except KeyError:
        return None
