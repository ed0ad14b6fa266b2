"""The knowledge base at the desk: find an article, put it in the reply, keep its source."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sanic import Blueprint
from sanic.response import HTTPResponse

from channels.messages import Source
from handoff.desk_room import Room, json
from handoff.desk_visit import Declined, Visit, signed_in
from handoff.floor import Card
from handoff.shelf import Answer, Offer

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


@dataclass(frozen=True)
class Draft:
    """An article on its way into a reply: the agent may change the text, the source stays."""

    text: str
    short: str
    source: Source


def add(blueprint: Blueprint, room: Room) -> None:
    """Put the search on the blueprint."""
    place = "/c/<conversation:uuid>/articles"
    blueprint.add_route(signed_in(room, search), place)
    blueprint.add_route(signed_in(room, article), f"{place}/<slug:str>")


async def search(visit: Visit, conversation: str) -> HTTPResponse:
    """The articles that fit a question, as a piece of the page."""
    card = await visit.card(conversation)
    question = visit.asked("q")
    found = await offers(visit.room, card, question)
    return json(
        {
            "html": visit.room.part(
                "_offers.html", offers=found, question=question, conversation=conversation
            ),
            "count": len(found),
        }
    )


async def article(visit: Visit, conversation: str, slug: str) -> HTTPResponse:
    """One article in the words of this conversation's council."""
    card = await visit.card(conversation)
    found = await draft(visit.room, card, slug, visit.now)
    if found is None:
        raise Declined(
            404,
            "This article cannot be used now",
            "It was taken back, or it is due for review. Choose another one.",
        )
    return json(
        {
            "slug": found.source.article,
            "title": found.source.title,
            "text": found.text,
            "short": found.short,
            "source": visit.room.part("_source.html", source=found.source),
        }
    )


async def offers(room: Room, card: Card, question: str) -> Sequence[Offer]:
    """Return the likeliest articles for this conversation's council; none for no question."""
    if not question:
        return ()
    return await asyncio.to_thread(room.knowledge.search, question[:300], card.authority)


async def draft(room: Room, card: Card, slug: str, now: datetime) -> Draft | None:
    """Return the article for a reply; None for no slug, or when it may not be served."""
    if not SLUG.fullmatch(slug):
        return None
    try:
        found = await asyncio.to_thread(room.knowledge.answer, slug, card.authority, now)
    except LookupError:  # No such article, or the council lacks a value that it names.
        return None
    return Draft(text=found.text, short=found.short, source=source_of(slug, found))


def source_of(slug: str, found: Answer) -> Source:
    return Source(slug, found.title, found.url, found.responsible, found.reviewed_on)
