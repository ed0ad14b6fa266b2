"""The page of alerts: a supervisor says what is happening now, changes it and withdraws it."""

from __future__ import annotations

from typing import Any

import structlog
from sanic import Blueprint
from sanic.response import HTTPResponse

from handoff.alert_form import Draft, as_text, checked, draft_of, new_draft, read_draft
from handoff.alerts import AlertBoard, Wanted, may_make
from handoff.desk_pages import undelivered
from handoff.desk_room import Room, see_other
from handoff.desk_visit import Declined, Handler, Visit, signed_in
from handoff.lists import council_name
from knowledge.alerts import LONGEST, SHORTEST, Alert

log = structlog.get_logger()

PAGE = "/desk/alerts"
LONGEST_NUMBER = 9
"""Digits: what every database takes as an integer."""
MOST_FIELDS = 500
"""Every topic is a box of its own."""
DONE = {
    "made": "The alert is made. Residents see it from its start.",
    "changed": "The alert is changed. Residents who saw the old one are told the new one.",
    "withdrawn": "The alert is withdrawn. Residents do not see it any more.",
}


def add(blueprint: Blueprint, room: Room, board: AlertBoard) -> None:
    """Put the pages on the blueprint."""
    desk = _Alerts(board)
    one = "/alerts/<number:int>"
    for path, act, method in (
        ("/alerts", desk.page, "GET"),
        ("/alerts/new", desk.new_page, "GET"),
        ("/alerts/new", desk.make, "POST"),
        (f"{one}/change", desk.change_page, "GET"),
        (f"{one}/change", desk.change, "POST"),
        (f"{one}/withdraw", desk.withdraw_page, "GET"),
        (f"{one}/withdraw", desk.withdraw, "POST"),
    ):
        handler = signed_in(room, _for_supervisors(act), fields=MOST_FIELDS)
        blueprint.add_route(handler, path, methods=[method])


def _for_supervisors(act: Handler) -> Handler:
    async def handle(visit: Visit, **place: Any) -> HTTPResponse | None:
        if not may_make(visit.agent):
            raise Declined(
                403,
                "Alerts are made by supervisors",
                "You see on the desk what residents are told now. Ask a supervisor to make, change "
                "or withdraw an alert.",
            )
        return await act(visit, **place)

    handle.__name__ = act.__name__
    return handle


class _Alerts:
    def __init__(self, board: AlertBoard) -> None:
        self._board = board

    async def page(self, visit: Visit) -> HTTPResponse:
        found = await self._board.listed(visit.agent, visit.now)
        names = await self._board.names(found)
        said = DONE.get(visit.asked("done"), "")
        return await self._page(visit, "alerts.html", listed=found, names=names, said=said)

    async def new_page(self, visit: Visit) -> HTTPResponse:
        councils = self._board.councils(visit.agent, visit.now)
        if not councils:
            raise Declined(404, "You have no council", "Ask who set up your account.", PAGE)
        return await self._form(visit, new_draft(councils[0], visit.now))

    async def make(self, visit: Visit) -> HTTPResponse:
        draft = read_draft(visit.form)
        wanted, again = await self._read(visit, draft)
        if wanted is None:
            return again
        alert = await self._board.add(visit.agent, wanted, visit.now)
        return self._done("made", alert)

    async def change_page(self, visit: Visit, number: str) -> HTTPResponse:
        alert = await self._alert(visit, number)
        return await self._form(visit, draft_of(alert), alert)

    async def change(self, visit: Visit, number: str) -> HTTPResponse:
        alert = await self._alert(visit, number)
        draft = read_draft(visit.form)
        wanted, again = await self._read(visit, draft, alert)
        if wanted is None:
            return again
        try:
            changed = await self._board.change(visit.agent, alert.id, wanted, visit.now)
        except KeyError:
            raise _over() from None
        return self._done("changed", changed)

    async def withdraw_page(self, visit: Visit, number: str) -> HTTPResponse:
        alert = await self._alert(visit, number)
        return await self._page(visit, "withdraw_alert.html", alert=alert)

    async def withdraw(self, visit: Visit, number: str) -> HTTPResponse:
        alert = await self._alert(visit, number)
        try:
            await self._board.withdraw(visit.agent, alert.id, visit.now)
        except KeyError:
            raise _over() from None
        return self._done("withdrawn", alert)

    async def _read(
        self, visit: Visit, draft: Draft, alert: Alert | None = None
    ) -> tuple[Wanted | None, HTTPResponse]:
        """Return what the form wants, None when it is to be shown again, and the page to show."""
        if visit.form.raw("look"):
            return None, await self._form(visit, draft, alert)
        councils = [alert.authority] if alert else self._board.councils(visit.agent, visit.now)
        slugs = {slug for slug, _ in self._board.topics()}
        # A topic that was taken out since is no reason to refuse another end.
        slugs |= set(alert.topics) if alert else set()
        wanted, faults = checked(draft, councils, slugs, visit.now)
        return wanted, await self._form(visit, draft, alert, faults)

    async def _form(
        self,
        visit: Visit,
        draft: Draft,
        alert: Alert | None = None,
        faults: dict[str, str] | None = None,
    ) -> HTTPResponse:
        return await self._page(
            visit,
            "alert_form.html",
            status=400 if faults else 200,
            draft=draft,
            alert=alert,
            faults=faults or {},
            councils=self._board.councils(visit.agent, visit.now),
            topics=self._board.topics(),
            shortest=SHORTEST,
            longest=LONGEST,
            as_text=as_text(draft.text),
        )

    async def _page(
        self, visit: Visit, template: str, *, status: int = 200, **values: Any
    ) -> HTTPResponse:
        return visit.room.page(
            template,
            status=status,
            agent=visit.agent,
            csrf=visit.session.csrf,
            now=visit.now,
            undelivered=await undelivered(visit),
            council_of=lambda slug: council_name(visit.room.knowledge, slug),
            title_of=dict(self._board.topics()).get,
            **values,
        )

    async def _alert(self, visit: Visit, number: str) -> Alert:
        if len(number) > LONGEST_NUMBER:
            raise _over()
        try:
            return await self._board.alert(visit.agent, int(number), visit.now)
        except KeyError:
            raise _over() from None

    def _done(self, what: str, alert: Alert) -> HTTPResponse:
        log.info(f"alert.{what}", authority=alert.authority, topics=len(alert.topics))
        return see_other(f"{PAGE}?done={what}")


def _over() -> Declined:
    return Declined(
        404,
        "This alert is over",
        "It has ended, or a colleague has changed or withdrawn it. Nothing was changed.",
        PAGE,
    )
