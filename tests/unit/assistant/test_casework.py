"""Requests worked by several agents at once, on each kind of database."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from assistant.casework import casework
from assistant.news import News
from assistant.settings import read_settings
from assistant.store import Store
from assistant.wiring import Parts
from channels.messages import Address
from handoff.case_lists import CaseLists
from handoff.cases import DUE, NOBODY, Filters, mark_of
from handoff.casework import Casework, Meanwhile
from handoff.covering import on_day
from handoff.floor import Agent
from knowledge import requests
from knowledge.library import open_library
from knowledge.requests import DONE, IN_PROGRESS, NOT_DONE, STATUS, STATUSES, Event
from tests.unit.assistant.front_door import FrontDoor
from tests.unit.handoff.cases import NOON, FakeCatalogue, lodge

PRIYA = Agent(1, "priya", "Priya", "ashcombe", ("ashcombe", "wenshire"))
SAM = Agent(2, "sam", "Sam", "ashcombe", ("ashcombe",))
NOW = NOON + timedelta(days=1)
ROUNDS = 20
EVE = datetime(2027, 3, 31, 12, tzinfo=timezone.utc)
DAY = datetime(2027, 4, 1, 9, tzinfo=timezone.utc)


def book(store: Store) -> Casework:
    lists = CaseLists(FakeCatalogue(), lambda service, authority, fields, now: authority)
    return Casework(store, lists)


async def test_of_two_at_the_same_moment_one_is_told(store: Store) -> None:
    work = book(store)
    for number in range(ROUNDS):
        reference = await store.run(partial(lodge, key=str(number)))
        opened = await work.case(PRIYA, reference, NOW)
        mark = mark_of(opened.case.filed)
        results = await asyncio.gather(
            work.change(PRIYA, reference, DONE, "Emptied.", mark, NOW),
            work.change(SAM, reference, NOT_DONE, "Not found.", mark, NOW),
            return_exceptions=True,
        )
        events = await store.run(partial(requests.history, reference=reference))
        assert {type(result) for result in results} == {bool, Meanwhile}
        assert [event.what for event in events] == [STATUS, STATUS]


async def test_pages_are_the_same_on_every_database(store: Store) -> None:
    def fill(connection: Connection) -> list[str]:
        return [
            lodge(
                connection,
                str(number),
                authority=("ashcombe", "wenshire")[number % 2],
                hours=number // 3,
                due_on=date(2026, 11, 23) + timedelta(days=number // 4) if number % 3 else None,
            )
            for number in range(75)
        ]

    made, work = await store.run(fill), book(store)
    for order in ("changed", DUE):
        seen, after = [], None
        while True:
            page = await work.listed(PRIYA, Filters(order=order), after, NOW)
            seen += [case.filed.reference for case in page.rows]
            after = page.after
            if after is None:
                break
        assert sorted(seen) == sorted(made)
        assert page.counts["open"] == 75
    overdue = await work.listed(
        PRIYA, Filters(overdue=True, assigned=NOBODY), None, NOW + timedelta(days=2)
    )
    assert {case.filed.due_on for case in overdue.rows} == {
        date(2026, 11, 23),
        date(2026, 11, 24),
    }
    assert await work.unassigned(PRIYA, NOW) == 75


@pytest.mark.parametrize(
    ("council", "before", "after"),
    [
        pytest.param("ashcombe", {"bin"}, {"bin", "east", "nowhere"}, id="a district in the east"),
        pytest.param(
            "kelmarsh", {"west bin"}, {"west bin", "west", "nowhere"}, id="one in the west"
        ),
        pytest.param(
            "wenshire",
            {"east", "west", "nowhere"},
            {"bin", "west bin", "east", "west", "nowhere"},
            id="the county",
        ),
    ],
)
async def test_when_councils_change_a_request_is_with_those_who_have_it_now(
    sqlite: Store, tmp_path: Path, council: str, before: set[str], after: set[str]
) -> None:
    parts = Parts(read_settings().copy(update={"data_dir": tmp_path}), now=lambda: DAY)
    work = casework(
        sqlite,
        parts.library,
        parts.shelf.owner,
        News(FrontDoor(sqlite).committer, parts.library),
    )

    def fill(connection: Connection) -> dict[str, str]:
        return {
            lodge(
                connection, key, service=service, authority=asked, fields={"postcode": postcode}
            ): key
            for key, service, asked, postcode in (
                ("bin", "missed-bin", "ashcombe", "XA1 8AA"),
                ("west bin", "missed-bin", "kelmarsh", "XA3 1EF"),
                ("east", "pothole", "wenshire", "XA1 8AA"),
                ("west", "pothole", "wenshire", "XA3 1EF"),
                ("nowhere", "pothole", "wenshire", ""),
            )
        }

    keys = await sqlite.run(fill)
    agent = Agent(1, "priya", "Priya", council, (council,))
    for now, expected in ((EVE, before), (DAY, after)):
        today = on_day(agent, now)
        page = await work.listed(today, Filters(), None, now)
        assert {keys[case.filed.reference] for case in page.rows} == expected
        assert page.counts["open"] == len(expected)
        opened = set()
        for reference in keys:
            try:
                await work.case(today, reference, now)
            except KeyError:
                continue
            opened.add(keys[reference])
        assert opened == expected


@pytest.mark.parametrize("status", [IN_PROGRESS, NOT_DONE, DONE])
async def test_what_an_agent_is_shown_before_is_what_the_person_is_told(
    sqlite: Store, status: str
) -> None:
    door, library = FrontDoor(sqlite), open_library()
    who = Address("sms", "+447700900123")
    await door.hear(who, "my bin was missed")
    with sqlite.write() as connection:
        agreed, silent = (
            lodge(connection, key, conversation=door.latest(who).id, updates=key == "agreed")
            for key in ("agreed", "silent")
        )
    work = casework(
        sqlite,
        library,
        lambda service, authority, fields, now: authority,
        News(door.committer, library),
    )

    async def change(reference: str) -> str:
        """Change the status; return what the agent is shown before."""
        filed = (await work.case(SAM, reference, NOW)).case.filed
        event = Event(NOW, STATUS, status, "The crew\nwas there.", "sam", shown=True)
        shown = work.reads(filed, event)
        await work.change(SAM, reference, status, event.words, mark_of(filed), NOW)
        return shown

    before = len(door.told(who))
    shown = await change(agreed)
    [told] = door.told(who)[before:]
    assert told.startswith(shown)
    assert "The team wrote: The crew was there." in shown
    assert await change(silent) == f"{STATUSES[status]}.\n\nThe crew\nwas there."
    assert len(door.told(who)) == before + 1
