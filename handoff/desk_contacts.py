"""Who is who: an agent links another address to a person, or takes one away, and says why."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from sanic import Blueprint
from sanic.response import HTTPResponse

from handoff.desk_room import Room
from handoff.desk_visit import Declined, Visit, signed_in
from handoff.lists import council_name
from handoff.people import CannotLink, Contact, NotLinked, People

log = structlog.get_logger()

LONGEST_REASON = 200
WHY_NOT = {
    "unknown": "Nobody has written to this council from there. Ask them to write first, then link "
    "it.",
    "same": "It is one of this person's contacts already.",
    "another": "It belongs to another person who has several contacts. Open their conversation "
    "and unlink it there first.",
}


def add(blueprint: Blueprint, room: Room, people: People) -> None:
    """Put the pages on the blueprint. Numbers travel in forms, never in an address of ours, which
    browsers and proxies keep."""
    desk = _Contacts(people)
    place = "/c/<conversation:uuid>/contacts"
    for path, act, methods in (
        (place, desk.page, ["GET", "POST"]),
        (f"{place}/ask-link", desk.ask_link, ["POST"]),
        (f"{place}/link", desk.link, ["POST"]),
        (f"{place}/ask-unlink", desk.ask_unlink, ["POST"]),
        (f"{place}/unlink", desk.unlink, ["POST"]),
    ):
        blueprint.add_route(signed_in(room, act), path, methods=methods)


class _Contacts:
    def __init__(self, people: People) -> None:
        self._people = people

    async def page(self, visit: Visit, conversation: str) -> HTTPResponse:
        """Who they are, a search, and what was found."""
        query = visit.form.line("query")
        found: Sequence[Contact] = ()
        if query:
            await visit.card(conversation)
            found = await self._people.candidates(visit.agent, conversation, query[:200])
        return await self._page(visit, conversation, "contacts.html", query=query, found=found)

    async def ask_link(self, visit: Visit, conversation: str) -> HTTPResponse:
        other = await self._candidate(visit, conversation)
        return await self._page(visit, conversation, "link.html", other=other, error="")

    async def link(self, visit: Visit, conversation: str) -> HTTPResponse:
        other = await self._candidate(visit, conversation)
        reason, wrong = _reason(visit)
        if wrong or not visit.form.line("sure"):
            wrong = wrong or "Tick the box if you are sure. Nothing was changed."
            return await self._page(
                visit, conversation, "link.html", status=400, other=other, error=wrong
            )
        try:
            await self._people.link(visit.agent, conversation, other.channel, other.user, reason)
        except CannotLink as cannot:
            raise _cannot(cannot, conversation) from None
        log.info("desk.linked", authority=visit.agent.authority, channel=other.channel)
        return visit.done(f"/desk/c/{conversation}?list=mine#contacts")

    async def ask_unlink(self, visit: Visit, conversation: str) -> HTTPResponse:
        other = await self._linked(visit, conversation)
        return await self._page(visit, conversation, "unlink.html", other=other, error="")

    async def unlink(self, visit: Visit, conversation: str) -> HTTPResponse:
        other = await self._linked(visit, conversation)
        reason, wrong = _reason(visit)
        if wrong:
            return await self._page(
                visit, conversation, "unlink.html", status=400, other=other, error=wrong
            )
        try:
            await self._people.unlink(visit.agent, conversation, other.channel, other.user, reason)
        except NotLinked:
            raise _not_linked(conversation) from None
        log.info("desk.unlinked", authority=visit.agent.authority, channel=other.channel)
        return visit.done(f"/desk/c/{conversation}?list=mine#contacts")

    async def _candidate(self, visit: Visit, conversation: str) -> Contact:
        """Return the address that the form names, if the agent could have found it by the query
        that the form repeats. Raise Declined."""
        await visit.card(conversation)
        named = _named(visit)
        query = visit.form.line("query")[:200]
        for contact in await self._people.candidates(visit.agent, conversation, query):
            if (contact.channel, contact.user) == named:
                return contact
        raise _cannot(CannotLink("unknown"), conversation)

    async def _linked(self, visit: Visit, conversation: str) -> Contact:
        await visit.card(conversation)
        named = _named(visit)
        for contact in await self._people.contacts(visit.agent, conversation):
            if (contact.channel, contact.user) == named and contact.linked_at is not None:
                return contact
        raise _not_linked(conversation)

    async def _page(
        self, visit: Visit, conversation: str, template: str, *, status: int = 200, **values: Any
    ) -> HTTPResponse:
        card = await visit.card(conversation)
        contacts, history = await asyncio.gather(
            self._people.contacts(visit.agent, conversation),
            self._people.history(visit.agent, conversation),
        )
        return visit.room.page(
            template,
            status=status,
            card=card,
            place=f"/desk/c/{conversation}",
            contacts=contacts,
            history=history,
            council=council_name(visit.room.knowledge, card.authority),
            csrf=visit.session.csrf,
            now=visit.now,
            longest_reason=LONGEST_REASON,
            **({"query": visit.form.line("query")[:200]} | values),
        )


def _named(visit: Visit) -> tuple[str, str]:
    return visit.form.line("channel"), visit.form.line("user")


def _reason(visit: Visit) -> tuple[str, str]:
    """Return the reason, and what is wrong with it."""
    reason = visit.form.line("reason")
    if not reason:
        return "", "Write why. Nothing was changed."
    if len(reason) > LONGEST_REASON:
        return "", f"Write at most {LONGEST_REASON} characters. Nothing was changed."
    return reason, ""


def _cannot(cannot: CannotLink, conversation: str) -> Declined:
    return Declined(
        409,
        "These two cannot be linked",
        WHY_NOT.get(cannot.why, "Something has changed meanwhile. Look again, then try again."),
        f"/desk/c/{conversation}/contacts",
    )


def _not_linked(conversation: str) -> Declined:
    return Declined(
        409,
        "This contact is not linked",
        "A colleague may have unlinked it. Nothing was changed.",
        f"/desk/c/{conversation}/contacts",
    )
