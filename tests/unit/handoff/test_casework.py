"""The book of requests for agents: whose a request is, and what happens when two work it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from handoff import agents
from handoff.case_lists import CaseLists
from handoff.cases import CLOSED_ALL, MINE, NOBODY, OPEN, Filters, mark_of
from handoff.casework import Casework, Meanwhile
from handoff.floor import Agent
from knowledge import requests
from knowledge.requests import DONE, IN_PROGRESS, Event, Filed
from tests.unit.handoff.cases import FakeCatalogue, lodge
from tests.unit.handoff.rooms import MONDAY, QUICK, SqliteTransactions

PRIYA = Agent(1, "priya", "Priya", "ashcombe", ("ashcombe", "wenshire"))
SAM = replace(PRIYA, id=2, username="sam", first_name="Sam")
ELSEWHERE = replace(PRIYA, id=3, username="nia", covers=("kelmarsh",))


def as_asked(service: str, authority: str, fields: Mapping[str, Any], now: datetime) -> str:
    return authority


@pytest.fixture
def casework(store: SqliteTransactions) -> Casework:
    return Casework(store, CaseLists(FakeCatalogue(), as_asked))


def made(casework: Casework, work: Callable[[Connection], str] = lodge) -> str:
    return asyncio.run(casework.store.run(work))


def kept(casework: Casework, reference: str) -> tuple[Filed, list[Event]]:
    def work(connection: Connection) -> tuple[Filed, list[Event]]:
        filed = requests.find(connection, reference)
        assert filed is not None
        return filed, list(requests.history(connection, reference))

    return asyncio.run(casework.store.run(work))


def listed(casework: Casework, agent: Agent = PRIYA, **filters: Any) -> set[str]:
    page = asyncio.run(casework.listed(agent, Filters(**filters), None, MONDAY))
    return {case.filed.reference for case in page.rows}


def test_another_councils_request_is_not_there(casework: Casework) -> None:
    reference = made(casework)
    assert listed(casework) == {reference}
    assert listed(casework, ELSEWHERE) == set()
    mark = mark_of(kept(casework, reference)[0])
    for work in (
        casework.case(ELSEWHERE, reference, MONDAY),
        casework.change(ELSEWHERE, reference, DONE, "Emptied.", mark, MONDAY),
        casework.note(ELSEWHERE, reference, "hm", MONDAY),
        casework.assign(ELSEWHERE, reference, "nia", "", MONDAY),
    ):
        with pytest.raises(KeyError):
            asyncio.run(work)
    assert [event.status for event in kept(casework, reference)[1]] == ["received"]


def test_a_status_is_changed_and_told_in_one_transaction(casework: Casework) -> None:
    reference, told = made(casework), []

    def tell(connection: Connection, filed: Filed, event: Event) -> None:
        told.append((filed, event))
        assert requests.find(connection, reference) == filed

    telling = replace(casework, told=tell)
    mark = mark_of(kept(casework, reference)[0])
    assert asyncio.run(telling.change(PRIYA, reference, DONE, "Emptied.", mark, MONDAY))
    filed, events = kept(casework, reference)
    assert told == [(filed, events[-1])]
    assert (filed.status, filed.closed_at) == (DONE, MONDAY)
    assert events[-1] == Event(MONDAY, requests.STATUS, DONE, "Emptied.", "priya", shown=True)


def test_a_status_that_cannot_be_told_is_not_changed(casework: Casework) -> None:
    reference = made(casework)

    def tell(connection: Connection, filed: Filed, event: Event) -> None:
        raise OSError("no room")

    mark = mark_of(kept(casework, reference)[0])
    with pytest.raises(OSError, match="no room"):
        asyncio.run(
            replace(casework, told=tell).change(PRIYA, reference, DONE, "Done.", mark, MONDAY)
        )
    assert kept(casework, reference)[0].is_open


def test_who_comes_second_is_told_and_changes_nothing(casework: Casework) -> None:
    reference = made(casework)
    mark = mark_of(kept(casework, reference)[0])
    asyncio.run(casework.change(SAM, reference, IN_PROGRESS, "On our way.", mark, MONDAY))
    for status in (IN_PROGRESS, DONE):
        with pytest.raises(Meanwhile) as told:
            asyncio.run(casework.change(PRIYA, reference, status, "Emptied.", mark, MONDAY))
        assert (told.value.event.by, told.value.event.status) == ("sam", IN_PROGRESS)
    filed, events = kept(casework, reference)
    assert filed.status == IN_PROGRESS
    assert len(events) == 2


def test_pressing_twice_is_once(casework: Casework) -> None:
    reference = made(casework)
    mark = mark_of(kept(casework, reference)[0])
    pressed = [
        asyncio.run(casework.change(PRIYA, reference, DONE, "Emptied.", mark, MONDAY))
        for _ in range(2)
    ]
    assert pressed == [True, False]
    assert len(kept(casework, reference)[1]) == 2


def test_only_colleagues_of_the_council_work_it(casework: Casework) -> None:
    reference = made(casework)

    def join(connection: Connection) -> None:
        for name, covers in (("sam", "ashcombe"), ("nia", "kelmarsh")):
            agents.create(
                connection,
                username=name,
                first_name=name.capitalize(),
                password="correct horse battery",
                covers=[covers],
                now=MONDAY,
                hasher=QUICK,
            )

    asyncio.run(casework.store.run(join))
    opened = asyncio.run(casework.case(PRIYA, reference, MONDAY))
    assert [one.username for one in opened.colleagues] == ["sam"]
    for to in ("nia", "nobody-of-that-name"):
        with pytest.raises(ValueError, match=to):
            asyncio.run(casework.assign(PRIYA, reference, to, "", MONDAY))
    asyncio.run(casework.assign(PRIYA, reference, "sam", "", MONDAY))
    assert kept(casework, reference)[0].assigned_to == "sam"
    with pytest.raises(Meanwhile) as told:
        asyncio.run(casework.assign(PRIYA, reference, "", "priya", MONDAY))
    assert told.value.event.words == "sam"
    asyncio.run(casework.assign(PRIYA, reference, "", "sam", MONDAY))
    assert kept(casework, reference)[0].assigned_to == ""


def test_filters_narrow_and_counts_follow(casework: Casework) -> None:
    late = made(casework, lambda c: lodge(c, "late", due_on=date(2026, 11, 20)))
    tip = made(casework, lambda c: lodge(c, "tip", service="fly-tipping", authority="wenshire"))
    done = made(casework, lambda c: lodge(c, "done"))

    def work(connection: Connection) -> None:
        requests.assign(connection, late, "priya", MONDAY, by="priya")
        requests.set_status(connection, done, DONE, MONDAY, by="sam", words="Emptied.")

    asyncio.run(casework.store.run(work))
    assert listed(casework) == {late, tip}
    assert listed(casework, state=CLOSED_ALL) == {done}
    assert listed(casework, overdue=True) == {late}
    assert listed(casework, state=CLOSED_ALL, overdue=True) == set()
    assert listed(casework, assigned=MINE) == {late}
    assert listed(casework, assigned=NOBODY) == {tip}
    assert listed(casework, council="wenshire") == {tip}
    assert listed(casework, council="kelmarsh") == set()
    page = asyncio.run(casework.listed(PRIYA, Filters(council="ashcombe"), None, MONDAY))
    assert dict(page.counts) == {
        "open": 1,
        "received": 1,
        "in_progress": 0,
        "closed": 1,
        "done": 1,
        "not_done": 0,
    }
    assert asyncio.run(casework.unassigned(PRIYA, MONDAY)) == 1


@pytest.fixture
def split(store: SqliteTransactions) -> Casework:
    """The county was split: the postcode says whose a request of it is now."""

    def owner(service: str, authority: str, fields: Mapping[str, Any], now: datetime) -> str:
        if authority != "wenshire":
            return authority
        return {"W": "west", "E": "east"}.get(str(fields.get("postcode")), "wenshire")

    return Casework(store, CaseLists(FakeCatalogue(), owner, lambda slug, now: slug == "wenshire"))


def test_of_a_council_that_was_split_each_sees_its_own(split: Casework) -> None:
    def lodged(key: str, **fields: str) -> str:
        return made(split, lambda c: lodge(c, key, authority="wenshire", fields=fields))

    ours, theirs, nowhere = lodged("w", postcode="W"), lodged("e", postcode="E"), lodged("n")
    more = [lodged(f"e{number}", postcode="E") for number in range(70)]
    old = lodged("w2", postcode="W")
    west = replace(PRIYA, covers=("west", "wenshire"))
    page = asyncio.run(split.listed(west, Filters(), None, MONDAY))
    assert {case.filed.reference for case in page.rows} == {ours, old, nowhere}
    assert {case.council for case in page.rows} == {"west", "wenshire"}
    assert (page.counts[OPEN], page.after) == (3, None)
    assert asyncio.run(split.unassigned(west, MONDAY)) == 3
    assert listed(split, west, council="west") == {ours, old}
    east = replace(PRIYA, covers=("east", "wenshire"))
    first = asyncio.run(split.listed(east, Filters(), None, MONDAY))
    assert first.counts[OPEN] == 72
    seen, after = {case.filed.reference for case in first.rows}, first.after
    while after:
        page = asyncio.run(split.listed(east, Filters(), after, MONDAY))
        seen |= {case.filed.reference for case in page.rows}
        after = page.after
    assert seen == {theirs, nowhere, *more}
    with pytest.raises(KeyError):
        asyncio.run(split.case(west, theirs, MONDAY))


def test_a_file_holds_no_more_than_it_may(
    casework: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        made(casework, partial(lodge, key=str(number)))

    async def taken() -> int:
        return len([case async for case, _ in casework.taken_away(PRIYA, Filters(), MONDAY)])

    monkeypatch.setattr("handoff.casework.AT_ONCE", 5)
    assert asyncio.run(taken()) == 12
    monkeypatch.setattr("handoff.casework.MOST_TAKEN_AWAY", 7)
    assert asyncio.run(taken()) == 7
