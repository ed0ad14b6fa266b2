"""What an agent does with a conversation: take it, answer, note, hand back, close."""

from __future__ import annotations

import re

import structlog
from sanic import Blueprint
from sanic.response import HTTPResponse

from handoff.desk_articles import draft
from handoff.desk_opened import threads_for
from handoff.desk_pages import OUTCOMES
from handoff.desk_room import Room, nothing
from handoff.desk_visit import Declined, Visit, not_yours, signed_in
from handoff.floor import Card, NotYours
from handoff.threads import REPLY_LIMIT, Thread, thread

log = structlog.get_logger()

CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,36}")


def add(blueprint: Blueprint, room: Room) -> None:
    """Put what can be done on the blueprint, and a page for what is asked twice."""
    place = "/c/<conversation:uuid>"
    for path, act in (
        ("take", take),
        ("say", say),
        ("note", note),
        ("typing", typing),
        ("hand-back", hand_back),
        ("close", close),
    ):
        blueprint.add_route(signed_in(room, act), f"{place}/{path}", methods=["POST"])
    blueprint.add_route(signed_in(room, hand_back_page), f"{place}/hand-back")
    blueprint.add_route(signed_in(room, close_page), f"{place}/close")
    blueprint.add_route(signed_in(room, awake), "/awake", methods=["POST"])


async def take(visit: Visit, conversation: str) -> HTTPResponse:
    await visit.card(conversation)
    await visit.room.floor.take(visit.agent, conversation)
    log.info("desk.taken", authority=visit.agent.authority)
    return visit.done(f"/desk/c/{conversation}?list=mine#reply")


async def say(visit: Visit, conversation: str) -> HTTPResponse:
    card = await visit.card(conversation)
    page = f"/desk/c/{conversation}"
    where = await _thread(visit, card, page)
    text = _words(visit, page, "Write your reply first", where.limit)
    client_id = visit.form.line("client_id")
    if not CLIENT_ID.fullmatch(client_id):
        raise Declined(400, "We could not read that form", "Reload the page, then try again.", page)
    slug = visit.form.line("article")
    found = await draft(visit.room, card, slug, visit.now)
    if slug and found is None:
        raise Declined(
            400,
            "The article behind your reply cannot be used now",
            "It was taken back, or it is due for review. Remove it as the source, or choose "
            "another one.",
            page,
        )
    source = found.source if found else None
    to = (where.channel, where.user) if where.user else None
    try:
        await visit.room.floor.say(visit.agent, conversation, text, client_id, source=source, to=to)
    except KeyError:
        raise _not_theirs(page) from None
    log.info("desk.replied", authority=card.authority, channel=where.channel, sourced=bool(source))
    return visit.done(f"{page}?list=mine#reply")


async def note(visit: Visit, conversation: str) -> HTTPResponse:
    await visit.card(conversation)
    page = f"/desk/c/{conversation}"
    text = _words(visit, page, "Write your note first", REPLY_LIMIT)
    await visit.room.floor.note(visit.agent, conversation, text)
    return visit.done(page)


async def typing(visit: Visit, conversation: str) -> HTTPResponse:
    """Pass on that the agent types. Only the keeper's typing is anybody's business."""
    card = await visit.card(conversation)
    if card.keeper == "agent" and card.agent == visit.agent.id and card.closed_at is None:
        await visit.room.floor.typing(visit.agent, conversation)
    return nothing()


async def hand_back(visit: Visit, conversation: str) -> HTTPResponse:
    await visit.card(conversation)
    text = visit.form.text("note")
    if len(text) > REPLY_LIMIT:
        raise _too_long(text, REPLY_LIMIT, f"/desk/c/{conversation}/hand-back")
    await visit.room.floor.hand_back(visit.agent, conversation, text)
    log.info("desk.handed_back", authority=visit.agent.authority)
    return visit.done("/desk/mine")


async def close(visit: Visit, conversation: str) -> HTTPResponse:
    await visit.card(conversation)
    outcome = visit.form.line("outcome")
    if outcome not in OUTCOMES:
        raise Declined(
            400,
            "Choose how it ended",
            "Choose one of the outcomes, then close the conversation.",
            f"/desk/c/{conversation}/close",
        )
    await visit.room.floor.close(visit.agent, conversation, outcome)
    log.info("desk.closed", authority=visit.agent.authority, outcome=outcome)
    return visit.done("/desk/mine")


async def hand_back_page(visit: Visit, conversation: str) -> HTTPResponse:
    return await _ask(visit, conversation, "hand_back.html")


async def close_page(visit: Visit, conversation: str) -> HTTPResponse:
    return await _ask(visit, conversation, "close.html")


async def awake(visit: Visit) -> HTTPResponse:
    """Somebody is at the desk: the session's idle time begins again."""
    return nothing()


async def _ask(visit: Visit, conversation: str, template: str) -> HTTPResponse:
    card = await visit.card(conversation)
    if card.keeper != "agent" or card.agent != visit.agent.id or card.closed_at is not None:
        by = card.agent_name if card.keeper == "agent" and card.closed_at is None else ""
        raise not_yours(NotYours(by), f"/desk/c/{conversation}")
    return visit.room.page(
        template, conversation=conversation, csrf=visit.session.csrf, outcomes=OUTCOMES
    )


async def _thread(visit: Visit, card: Card, page: str) -> Thread:
    """Return where the form says to answer. Where it says nothing, that is where they wrote last,
    and `user` is empty. Raise Declined when it is not this person's."""
    named = visit.form.line("to")
    if not named:
        return thread((card.channel, ""), "", visit.room.limits)
    for offered in await threads_for(visit, card):
        if offered.value == named:
            return offered
    raise _not_theirs(page)


def _not_theirs(page: str) -> Declined:
    return Declined(
        409,
        "That contact is not this person’s any more",
        "Nothing was sent. A colleague may have unlinked it. Choose another one to answer on.",
        page,
    )


def _words(visit: Visit, page: str, missing: str, limit: int) -> str:
    text = visit.form.text("text")
    if not text:
        raise Declined(400, missing, "Nothing was sent: the box was empty.", page)
    if len(text) > limit:
        raise _too_long(text, limit, page)
    return text


def _too_long(text: str, limit: int, page: str) -> Declined:
    return Declined(
        400,
        f"That is {len(text) - limit:,} characters too long",
        f"Nothing was sent. The limit is {limit:,} characters. Make it shorter, or send it in "
        "two parts.",
        page,
    )
