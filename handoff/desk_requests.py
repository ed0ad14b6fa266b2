"""The list of requests: what there is to do, narrowed down, found by reference, taken away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from sanic import Blueprint, response
from sanic.response import HTTPResponse

from handoff.alerts import SUPERVISOR
from handoff.case_address import PLACE, after_in, filters_of, query_of
from handoff.case_csv import headings, line_of
from handoff.cases import CLOSED_ALL, MINE, NOBODY, OPEN, STATES, Filters
from handoff.casework import MOST_TAKEN_AWAY, Casework
from handoff.days import day_of
from handoff.desk_pages import unassigned, undelivered
from handoff.desk_room import Room, security, see_other
from handoff.desk_visit import Declined, Visit, signed_in
from handoff.dues import due_of
from handoff.floor import Agent
from handoff.lists import council_name
from knowledge.london import in_london
from knowledge.references import reference_in
from knowledge.requests import STATUSES

log = structlog.get_logger()

STATE_NAMES = {OPEN: "Open", CLOSED_ALL: "Closed", **STATUSES}
ASSIGNED_NAMES = {"": "All", MINE: "Me", NOBODY: "Nobody"}
NO_REFERENCE = "That is no reference. One looks like FD-7KQM-2XHT."


def add(blueprint: Blueprint, room: Room, casework: Casework) -> None:
    """Put the list and its file on the blueprint."""
    desk = _Requests(casework)
    blueprint.add_route(signed_in(room, desk.page), "/requests", methods=["GET"])
    blueprint.add_route(signed_in(room, desk.file), "/requests.csv", methods=["GET"])


def may_take_away(agent: Agent) -> bool:
    return agent.role == SUPERVISOR


class _Requests:
    def __init__(self, casework: Casework) -> None:
        self._casework = casework

    async def page(self, visit: Visit) -> HTTPResponse:
        asked = visit.asked("q")
        reference = reference_in(asked)
        if reference and await self._is_there(visit, reference):
            return see_other(f"{PLACE}/{reference}")
        filters = self._filters(visit)
        after = after_in(visit.asked("after"), filters.order)
        cases = await self._casework.listed(visit.agent, filters, after, visit.now)
        today = in_london(visit.now).date()
        return visit.room.page(
            "requests.html",
            **await common(visit),
            cases=cases,
            filters=filters,
            first=after is None,
            query_of=lambda **changed: query_of(filters, **changed),
            filtered=bool(query_of(replace(filters, state=OPEN, order=Filters.order))),
            due_of=lambda filed: due_of(filed, today),
            states={state: STATE_NAMES[state] for state in STATES},
            assigned_names=ASSIGNED_NAMES,
            councils=self._casework.councils(visit.agent, visit.now),
            services=self._casework.services(),
            asked=asked,
            fault=_not_found(reference) if asked else "",
            may_take_away=may_take_away(visit.agent),
            most=MOST_TAKEN_AWAY,
        )

    async def file(self, visit: Visit) -> HTTPResponse:
        if not may_take_away(visit.agent):
            raise Declined(
                403,
                "Lists are taken away by supervisors",
                "Ask a supervisor for the file, or look at the list here.",
                PLACE,
            )
        lines = [headings()]
        found = self._casework.taken_away(visit.agent, self._filters(visit), visit.now)
        async for case, names in found:
            lines.append(
                line_of(case, names, lambda slug: council_name(visit.room.knowledge, slug))
            )
        log.info("requests.taken_away", by=visit.agent.id, requests=len(lines) - 1)
        headers = security() | {"Content-Disposition": f'attachment; filename="{_name(visit.now)}"'}
        return response.raw(
            "".join(lines).encode(), headers=headers, content_type="text/csv; charset=utf-8"
        )

    def _filters(self, visit: Visit) -> Filters:
        filters = filters_of(visit.asked)
        known = self._casework.councils(visit.agent, visit.now)
        return filters if filters.council in known else replace(filters, council="")

    async def _is_there(self, visit: Visit, reference: str) -> bool:
        try:
            await self._casework.case(visit.agent, reference, visit.now)
        except KeyError:
            return False
        return True


async def common(visit: Visit) -> dict[str, Any]:
    """Return what every page about requests needs."""
    return {
        "agent": visit.agent,
        "csrf": visit.session.csrf,
        "now": visit.now,
        "when": lambda moment: _when(moment, visit.now),
        "undelivered": await undelivered(visit),
        "unassigned": await unassigned(visit),
        "council_of": lambda slug: council_name(visit.room.knowledge, slug),
    }


def _not_found(reference: str | None) -> str:
    if reference is None:
        return NO_REFERENCE
    return f"There is no {reference} with your councils. Check each letter and figure."


def _when(moment: datetime, now: datetime) -> str:
    """Return day and time, as they stand in a sentence."""
    day = day_of(moment, now)
    day = day.lower() if day in ("Today", "Yesterday") else day
    return f"{day} {in_london(moment):%H:%M}"


def _name(now: datetime) -> str:
    return f"requests-{in_london(now):%Y-%m-%d}.csv"
