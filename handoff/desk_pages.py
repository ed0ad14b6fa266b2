"""The desk itself: one page with the list, the conversation and its briefing."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from sanic import Blueprint
from sanic.response import HTTPResponse

from channels.transcript import Speaker
from handoff.desk_articles import draft, offers, source_of
from handoff.desk_opened import open_conversation
from handoff.desk_room import Room, json
from handoff.desk_visit import Visit, signed_in
from handoff.fates import moving
from handoff.lines import lines
from handoff.lists import NAMES, Listing, council_name, listing

OUTCOMES = (
    "Answered",
    "Referred to another council",
    "Request made",
    "No reply",
    "Abuse",
    "Other",
)
STILL_MOVING = 100
"""How many lines before the latest are looked at for what became of them."""


def add(blueprint: Blueprint, room: Room) -> None:
    """Put the pages on the blueprint."""
    for name, path in (("queue", "/"), ("mine", "/mine"), ("open", "/open")):
        blueprint.add_route(signed_in(room, _list_page(name)), path)
    blueprint.add_route(signed_in(room, conversation_page), "/c/<conversation:uuid>")
    blueprint.add_route(signed_in(room, list_part, active=False), "/list")
    blueprint.add_route(signed_in(room, news, active=False), "/c/<conversation:uuid>/news")


def _list_page(name: str) -> Any:
    async def page(visit: Visit) -> HTTPResponse:
        return await desk_page(visit, name)

    page.__name__ = f"{name}_page"
    return page


async def conversation_page(visit: Visit, conversation: str) -> HTTPResponse:
    opened = await open_conversation(visit, conversation)
    asked, offered = visit.asked("q"), visit.asked("article")
    question = asked or opened.briefing.wants or opened.briefing.last_said
    found, reply = await asyncio.gather(
        offers(visit.room, opened.card, question),
        draft(visit.room, opened.card, offered, visit.now),
    )
    return await desk_page(
        visit,
        _list_name(visit),
        opened=opened,
        lines=lines(opened.transcript, visit.agent, visit.now),
        question=asked,
        offers=found,
        draft=reply,
    )


async def desk_page(visit: Visit, name: str, **values: Any) -> HTTPResponse:
    shown = await _listing(visit, name)
    return visit.room.page(
        "desk.html",
        undelivered=await undelivered(visit),
        unassigned=await unassigned(visit),
        **await _happening(visit),
        **_common(visit, shown),
        **({"opened": None, "draft": None} | values),
    )


async def undelivered(visit: Visit) -> int | None:
    """Return how many letters are undelivered, None when the desk has no page of them."""
    return await visit.room.post.count(visit.agent) if visit.room.post else None


async def unassigned(visit: Visit) -> int | None:
    """Return how many requests are open and nobody's, None when the desk has no page of them."""
    casework = visit.room.casework
    return await casework.unassigned(visit.agent, visit.now) if casework else None


async def list_part(visit: Visit) -> HTTPResponse:
    """The list as it is now, for the page to put in place without losing its place."""
    shown = await _listing(visit, _list_name(visit))
    values = _common(visit, shown) | {"selected": visit.asked("selected")}
    return json(
        {
            "html": visit.room.part("_list.html", **values),
            "nothing_open": visit.room.part("_nothing_open.html", **values),
            "calling": [
                {
                    "conversation": row.conversation,
                    "title": row.title,
                    "state": row.state,
                    "urgent": row.urgent,
                }
                for row in shown.calling
            ],
            "undelivered": await undelivered(visit),
            "unassigned": await unassigned(visit),
            "happening": visit.room.part("_happening.html", **values, **await _happening(visit)),
            "ends_in": int((visit.session.ends_at() - visit.now).total_seconds()),
            "may_extend": visit.session.may_be_extended(visit.now),
        }
    )


async def news(visit: Visit, conversation: str) -> HTTPResponse:
    """What is new in a conversation after a position: lines to append, what became of the latest
    lines before them, and the parts around."""
    opened = await open_conversation(visit, conversation)
    after = visit.asked("after")
    position = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
    known = lines(opened.transcript, visit.agent, visit.now, max(0, position - STILL_MOVING))
    fresh = [line for line in known if line.entry.position > position]
    values = _common(visit, None) | {"opened": opened, "draft": None}
    part = visit.room.part
    return json(
        {
            "last": opened.transcript[-1].position if opened.transcript else 0,
            "lines": part("_lines.html", lines=fresh),
            "news": [
                {
                    "who": line.entry.speaker.value,
                    "client_id": line.entry.client_id,
                    "text": line.entry.text if line.entry.speaker is Speaker.AGENT else "",
                }
                for line in fresh
            ],
            "under": {
                str(line.entry.position): [line.under_state, part("_under.html", line=line)]
                for line in known
                if line.fate or line.file
            },
            "moving": any(moving(line.entry, visit.now) for line in known),
            "spoken": opened.spoken,
            "threads": part("_threads.html", **values),
            "state": opened.state,
            "head": part("_head.html", **values),
            "composer": part("_composer.html", **values),
            "briefing": part("_briefing.html", **values),
        }
    )


async def _happening(visit: Visit) -> dict[str, Any]:
    """Return what residents are told now, for every agent to know."""
    board = visit.room.alerts
    return {
        "alerts": await board.current(visit.agent, visit.now) if board else (),
        "title_of": dict(board.topics()).get if board else str,
    }


def _list_name(visit: Visit) -> str:
    name = visit.asked("list")
    return name if name in NAMES else "queue"


async def _listing(visit: Visit, name: str) -> Listing:
    room = visit.room
    return await listing(room.floor, room.store, room.knowledge, visit.agent, name, visit.now)


def _common(visit: Visit, shown: Listing | None) -> dict[str, Any]:
    return {
        "agent": visit.agent,
        "csrf": visit.session.csrf,
        "now": visit.now,
        "ends_in": int((visit.session.ends_at() - visit.now).total_seconds()),
        "lists": NAMES,
        "listing": shown,
        "list_name": shown.name if shown else _list_name(visit),
        "selected": "",
        "outcomes": OUTCOMES,
        "client_id": secrets.token_urlsafe(16),
        "source_of": source_of,
        "council_of": lambda slug: council_name(visit.room.knowledge, slug),
    }
