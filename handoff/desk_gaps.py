"""What we could not answer: what it was, how often, and a wording for the article that fits it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import structlog
from sanic import Blueprint
from sanic.response import HTTPResponse

from handoff.days import day_of
from handoff.desk_room import Room, see_other
from handoff.desk_visit import Declined, Handler, Visit, signed_in
from handoff.gaps import GapBoard, Title, Wrong, may_see_gaps
from handoff.lists import council_name
from knowledge.gap_groups import PAGE, PERIODS, Group, Wanted
from knowledge.gaps import DISMISSED, OPEN, OUTCOMES, STATES
from knowledge.wordings import LONGEST, SHORTEST, Wording

log = structlog.get_logger()

PLACE = "/desk/gaps"
WORDINGS = 20
LONGEST_NUMBER = 9
"""Digits: what every database takes as an integer."""
OUTCOME_NAMES = {
    "unanswered": "not answered",
    "not_helpful": "not helped by the answer",
    "person": "ended with a person",
}
DID = {
    "added": "The wording is added. The assistant understands it from now on.",
    "withdrawn": "The wording is withdrawn. The assistant does not use it any more.",
    "dismissed": "Dismissed. From now on it stands among the dismissed ones.",
    "open": "It is open again.",
}


def add(blueprint: Blueprint, room: Room, board: GapBoard) -> None:
    """Put the page and what can be done on it on the blueprint."""
    desk = _Gaps(board)
    one = "/gaps/<number:int>"
    for path, act, method in (
        ("/gaps", desk.page, "GET"),
        (f"{one}/wording", desk.wording_page, "GET"),
        (f"{one}/wording", desk.add_wording, "POST"),
        (f"{one}/dismiss", desk.dismiss, "POST"),
        (f"{one}/open", desk.open, "POST"),
        ("/gaps/wordings/<number:int>/withdraw", desk.withdraw, "POST"),
    ):
        blueprint.add_route(signed_in(room, for_content(act)), path, methods=[method])


def for_content(act: Handler) -> Handler:
    """Return the handler, for content officers and supervisors only."""

    async def handle(visit: Visit, **place: Any) -> HTTPResponse | None:
        if not may_see_gaps(visit.agent):
            raise Declined(
                403,
                "This page is for content officers",
                "Ask whoever set up your account if you look after the articles.",
            )
        return await act(visit, **place)

    handle.__name__ = act.__name__
    return handle


class _Gaps:
    def __init__(self, board: GapBoard) -> None:
        self._board = board

    async def page(self, visit: Visit) -> HTTPResponse:
        wanted = _wanted(visit)
        listed, added, drafts = await asyncio.gather(
            self._board.groups(visit.agent, wanted, visit.now),
            self._board.wordings(WORDINGS + 1, number_of(visit, "words")),
            self._board.drafts(visit.agent),
        )
        return visit.room.page(
            "gaps.html",
            **common(visit),
            names=await self._board.names(),
            listed=listed,
            likely=[await self._board.likely(group) for group in listed.groups],
            wanted=wanted,
            at=lambda **changed: _at(wanted, **changed),
            periods=PERIODS,
            outcomes=OUTCOMES,
            states=STATES,
            page_size=PAGE,
            added=added[:WORDINGS],
            more_words=len(added) > WORDINGS,
            words_skipped=number_of(visit, "words"),
            words_size=WORDINGS,
            titles=dict(self._board.articles.titles()),
            drafts=len(drafts),
            said=DID.get(visit.asked("done"), ""),
            undo=number_of(visit, "group") if visit.asked("done") == "dismissed" else 0,
        )

    async def wording_page(self, visit: Visit, number: str) -> HTTPResponse:
        group = await self._group(visit, number)
        return await self._form(visit, group, words=group.words, article="", other="")

    async def add_wording(self, visit: Visit, number: str) -> HTTPResponse:
        group = await self._group(visit, number)
        words, article = visit.form.line("words"), visit.form.line("article")
        other = visit.form.line("other")
        try:
            await self._board.add_wording(visit.agent, group.id, words, other or article, visit.now)
        except Wrong as wrong:
            return await self._form(
                visit, group, words=words, article=article, other=other, faults=wrong.faults
            )
        log.info("wording.added", authority=group.authority)
        return see_other(f"{PLACE}?done=added#wordings")

    async def _form(
        self,
        visit: Visit,
        group: Group,
        *,
        words: str,
        article: str,
        other: str,
        faults: dict[str, str] | None = None,
    ) -> HTTPResponse:
        offered: Sequence[Title] = await self._board.likely(group)
        if faults and other:
            # A title that is not quite one: what it may mean is offered instead.
            matching = await self._board.matching(other, group.authority)
            offered, other = (matching, "") if matching else (offered, other)
        elif not other and not article and offered:
            article = offered[0][0]
        return visit.room.page(
            "gap_wording.html",
            status=400 if faults else 200,
            **common(visit),
            group=group,
            offered=offered,
            titles=self._board.articles.titles(),
            words=words,
            article=article,
            other=other,
            faults=faults or {},
            shortest=SHORTEST,
            longest=LONGEST,
        )

    async def dismiss(self, visit: Visit, number: str) -> HTTPResponse:
        group = await self._group(visit, number)
        await self._board.set_state(visit.agent, group.id, DISMISSED, visit.now)
        log.info("gap.dismissed", authority=group.authority)
        return see_other(f"{PLACE}?done=dismissed&group={group.id}")

    async def open(self, visit: Visit, number: str) -> HTTPResponse:
        group = await self._group(visit, number)
        await self._board.set_state(visit.agent, group.id, OPEN, visit.now)
        return see_other(f"{PLACE}?done=open")

    async def withdraw(self, visit: Visit, number: str) -> HTTPResponse:
        try:
            gone: Wording = await self._board.withdraw(as_number(number), visit.now)
        except KeyError:
            raise Declined(
                404,
                "This wording is withdrawn already",
                "A colleague may have done it. Nothing was changed.",
                PLACE,
            ) from None
        log.info("wording.withdrawn", article=gone.article)
        return see_other(f"{PLACE}?done=withdrawn#wordings")

    async def _group(self, visit: Visit, number: str) -> Group:
        return await group_of(self._board, visit, number)


async def group_of(board: GapBoard, visit: Visit, number: str) -> Group:
    """Return the group. Raise Declined when it is not there, or not this agent's."""
    try:
        return await board.group(visit.agent, as_number(number), visit.now)
    except KeyError:
        raise Declined(
            404,
            "There is no such question",
            "It may have been deleted, as questions are after 180 days. Go back to the list.",
            PLACE,
        ) from None


def common(visit: Visit) -> dict[str, Any]:
    """Return what every page about gaps needs."""
    return {
        "agent": visit.agent,
        "csrf": visit.session.csrf,
        "now": visit.now,
        "undelivered": None,
        "council_of": lambda slug: council_name(visit.room.knowledge, slug),
        "outcome_names": OUTCOME_NAMES,
        "trend_of": trend_of,
        "when": lambda moment: when(moment, visit.now),
        "bars_of": bars_of,
    }


def as_number(number: str) -> int:
    """Return it as a key that every database takes; one that is too long is nobody's key."""
    return int(number) if len(number) <= LONGEST_NUMBER else 0


def number_of(visit: Visit, name: str) -> int:
    """Return the number that the address asks for, 0 when it asks for none."""
    asked = visit.asked(name)
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_NUMBER else 0


def trend_of(group: Group) -> str:
    """Say how this week compares with the one before."""
    now, before = group.this_week, group.week_before
    if not now and not before:
        return "None in the last 14 days"
    how = "more than" if now > before else "fewer than" if now < before else "as many as"
    return f"{now} in the last 7 days, {how} in the 7 before ({before})"


def when(moment: datetime, now: datetime) -> str:
    """Return the day, as it stands in a sentence."""
    day = day_of(moment, now)
    return day.lower() if day in ("Today", "Yesterday") else f"on {day}"


def bars_of(group: Group, height: int = 24) -> list[tuple[int, int]]:
    """Return place and height of a bar a day; a day without questions has one of height 1."""
    most = max(*group.trend, 1)
    return [(day * 6, max(round(n * height / most), 1)) for day, n in enumerate(group.trend)]


def _wanted(visit: Visit) -> Wanted:
    days, state = number_of(visit, "days"), visit.asked("state")
    outcome, authority = visit.asked("outcome"), visit.asked("council")
    return Wanted(
        authority=authority if authority in visit.agent.covers else "",
        outcome=outcome if outcome in OUTCOMES else "",
        days=days if days in PERIODS else Wanted.days,
        state=state if state in STATES else OPEN,
        skip=number_of(visit, "skip"),
    )


def _at(wanted: Wanted, **changed: object) -> str:
    """Return the address of the page with other filters."""
    asked = {
        "council": wanted.authority,
        "outcome": wanted.outcome,
        "days": wanted.days,
        "state": wanted.state,
        **changed,
    }
    return f"{PLACE}?{urlencode({name: value for name, value in asked.items() if value})}"
