"""What did not get there: why, and what to do about it; and what still waits."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from sanic import Blueprint
from sanic.response import HTTPResponse

from handoff.desk_room import Room, see_other
from handoff.desk_visit import Declined, Visit, signed_in
from handoff.lists import council_name
from handoff.post import Backlog, Letter, Post

log = structlog.get_logger()

PAGE = "/desk/undelivered"
LONGEST_REASON = 200
LETTERS = 50
"""How many stand on one page: as many as the post hands out at once."""
LONGEST_NUMBER = 9
"""Digits: what every database takes as an integer."""


def add(blueprint: Blueprint, room: Room, post: Post) -> None:
    """Put the page and what can be done on it on the blueprint."""
    desk = _Undelivered(post)
    letter, account = "/undelivered/<parcel:int>", "/undelivered/<authority:str>/<channel:str>"
    for path, act, method in (
        ("/undelivered", desk.page, "GET"),
        (f"{letter}/replay", desk.replay, "POST"),
        (f"{letter}/discard", desk.discard_page, "GET"),
        (f"{letter}/discard", desk.discard, "POST"),
        (f"{account}/replay", desk.replay_all_page, "GET"),
        (f"{account}/replay", desk.replay_all, "POST"),
    ):
        blueprint.add_route(signed_in(room, act), path, methods=[method])


class _Undelivered:
    def __init__(self, post: Post) -> None:
        self._post = post

    async def page(self, visit: Visit) -> HTTPResponse:
        authority, channel = visit.asked("authority"), visit.asked("channel")
        backlogs, letters, held, discarded = await asyncio.gather(
            self._post.backlogs(visit.agent),
            self._post.undelivered(
                visit.agent, authority=authority, channel=channel, before=_number(visit, "before")
            ),
            self._post.held(visit.agent),
            self._post.discarded(visit.agent),
        )
        return visit.room.page(
            "undelivered.html",
            **_common(visit),
            undelivered=sum(backlog.undelivered for backlog in backlogs),
            backlogs=backlogs,
            letters=letters,
            held=held,
            discarded=discarded,
            authority=authority,
            channel=channel,
            before=_number(visit, "before"),
            older=letters[-1].parcel if len(letters) == LETTERS else 0,
            said=_said(visit),
        )

    async def replay(self, visit: Visit, parcel: str) -> HTTPResponse:
        letter = await self._letter(visit, parcel)
        if not await self._post.replay(visit.agent, letter.parcel):
            raise _over()
        log.info("desk.replayed", authority=letter.authority, channel=letter.channel, parcels=1)
        return see_other(f"{PAGE}?replayed=1")

    async def discard_page(self, visit: Visit, parcel: str) -> HTTPResponse:
        letter = await self._letter(visit, parcel)
        return visit.room.page("discard.html", letter=letter, error="", **_common(visit))

    async def discard(self, visit: Visit, parcel: str) -> HTTPResponse:
        letter = await self._letter(visit, parcel)
        reason = visit.form.line("reason")
        if not reason or len(reason) > LONGEST_REASON:
            return visit.room.page(
                "discard.html", status=400, letter=letter, error=_wrong(reason), **_common(visit)
            )
        if not await self._post.discard(visit.agent, letter.parcel, reason):
            raise _over()
        log.info("desk.discarded", authority=letter.authority, channel=letter.channel)
        return see_other(f"{PAGE}?discarded=1")

    async def replay_all_page(self, visit: Visit, authority: str, channel: str) -> HTTPResponse:
        backlog = await self._backlog(visit, authority, channel)
        return visit.room.page("replay_all.html", backlog=backlog, **_common(visit))

    async def replay_all(self, visit: Visit, authority: str, channel: str) -> HTTPResponse:
        await self._backlog(visit, authority, channel)
        number = await self._post.replay_all(visit.agent, authority, channel)
        log.info("desk.replayed", authority=authority, channel=channel, parcels=number)
        return see_other(f"{PAGE}?replayed={number}")

    async def _letter(self, visit: Visit, parcel: str) -> Letter:
        if len(parcel) > LONGEST_NUMBER:
            raise _over()
        try:
            return await self._post.letter(visit.agent, int(parcel))
        except KeyError:
            raise _over() from None

    async def _backlog(self, visit: Visit, authority: str, channel: str) -> Backlog:
        found: Sequence[Backlog] = await self._post.backlogs(visit.agent)
        for backlog in found:
            if (backlog.authority, backlog.channel) == (authority, channel) and backlog.undelivered:
                return backlog
        raise _over()


def _over() -> Declined:
    return Declined(
        404,
        "This is no longer undelivered",
        "It is on its way again, or a colleague has dealt with it. Nothing was changed.",
        PAGE,
    )


def _wrong(reason: str) -> str:
    if not reason:
        return "Write why you discard it. Nothing was changed."
    return f"Write a shorter reason, of at most {LONGEST_REASON} characters. Nothing was changed."


def _said(visit: Visit) -> str:
    """Say what was just done, from the numbers in the address and nothing else."""
    if visit.asked("discarded"):
        return "Discarded. It will not be sent."
    if not visit.asked("replayed"):
        return ""
    number = _number(visit, "replayed")
    if not number:
        return "Nothing could be sent again: these addresses cannot be reached."
    if number == 1:
        return "It is in the line again, and will be sent soon."
    return f"{number:,} are in the line again, and will be sent soon."


def _number(visit: Visit, name: str) -> int:
    asked = visit.asked(name)
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_NUMBER else 0


def _common(visit: Visit) -> dict[str, Any]:
    return {
        "agent": visit.agent,
        "csrf": visit.session.csrf,
        "now": visit.now,
        "council_of": lambda slug: council_name(visit.room.knowledge, slug),
        "longest_reason": LONGEST_REASON,
    }
