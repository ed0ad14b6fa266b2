"""Lists of requests: in order, page by page, narrowed down, counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from knowledge import request_lists, requests
from knowledge.request_lists import NO_DAY, After, Wanted
from knowledge.requests import DONE, IN_PROGRESS, RECEIVED, STATUSES, Request

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)
TODAY = NOON.date()
ALL = Wanted(("ashcombe", "wenshire"), tuple(STATUSES))


def lodge(
    connection: Connection,
    key: str,
    *,
    minutes: int = 0,
    authority: str = "ashcombe",
    service: str = "missed-bin",
    due_on: date | None = None,
) -> str:
    request = Request(key, service, authority, {}, due_on=due_on)
    return requests.lodge(connection, request, "", NOON + timedelta(minutes=minutes))


def pages(connection: Connection, wanted: Wanted, limit: int) -> list[list[str]]:
    """Return the references of all pages."""
    found: list[list[str]] = []
    while True:
        page = request_lists.listed(connection, wanted, limit)
        if not page:
            return found
        found.append([filed.reference for filed in page])
        last = page[-1]
        by = (last.due_on or NO_DAY) if wanted.by_due else last.changed_at
        wanted = replace(wanted, after=After(by, last.reference))


def test_the_latest_change_comes_first(connection: Connection) -> None:
    old, new = lodge(connection, "old"), lodge(connection, "new", minutes=1)
    assert pages(connection, ALL, 9) == [[new, old]]
    requests.set_status(connection, old, DONE, NOON + timedelta(hours=1), by="priya", words="x")
    assert pages(connection, ALL, 9) == [[old, new]]


@pytest.mark.parametrize("by_due", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_pages_hold_each_request_once(connection: Connection, by_due: bool, limit: int) -> None:
    made = {
        lodge(
            connection,
            str(number),
            minutes=number // 3,
            authority=("ashcombe", "wenshire")[number % 2],
            due_on=TODAY + timedelta(days=number // 4) if number % 3 else None,
        )
        for number in range(11)
    }
    found = pages(connection, replace(ALL, by_due=by_due), limit)
    assert all(len(page) == limit for page in found[:-1])
    assert sorted(reference for page in found for reference in page) == sorted(made)


def test_the_earliest_target_comes_first_and_none_at_the_end(connection: Connection) -> None:
    none = lodge(connection, "none", minutes=9)
    late = lodge(connection, "late", due_on=TODAY + timedelta(days=9))
    soon = lodge(connection, "soon", due_on=TODAY)
    assert pages(connection, replace(ALL, by_due=True), 2) == [[soon, late], [none]]


def test_a_list_is_narrowed_down(connection: Connection) -> None:
    bin_, lamp = lodge(connection, "bin"), lodge(connection, "lamp", service="street-light")
    county = lodge(connection, "county", authority="wenshire", due_on=TODAY - timedelta(days=1))
    lodge(connection, "theirs", authority="kelmarsh")
    requests.assign(connection, bin_, "priya", NOON, by="priya")
    requests.set_status(connection, lamp, IN_PROGRESS, NOON, by="priya")

    def found(**narrower: Any) -> set[str]:
        return {one for page in pages(connection, replace(ALL, **narrower), 9) for one in page}

    assert found() == {bin_, lamp, county}
    assert found(authorities=("ashcombe",)) == {bin_, lamp}
    assert found(authorities=()) == set()
    assert found(service="street-light") == {lamp}
    assert found(statuses=(IN_PROGRESS,)) == {lamp}
    assert found(assigned="priya") == {bin_}
    assert found(assigned="") == {lamp, county}
    assert found(due_before=TODAY) == {county}
    assert found(due_before=TODAY - timedelta(days=1)) == set()


def test_what_is_closed_is_not_overdue(connection: Connection) -> None:
    made = lodge(connection, "bin", due_on=TODAY - timedelta(days=3))
    requests.set_status(connection, made, DONE, NOON, by="priya", words="Emptied.")
    assert pages(connection, replace(ALL, due_before=TODAY), 9) == []


def test_each_status_is_counted_up_to_a_number(connection: Connection) -> None:
    made = [lodge(connection, str(number)) for number in range(5)]
    requests.set_status(connection, made[0], DONE, NOON, by="priya", words="Emptied.")
    counts = request_lists.counted(connection, replace(ALL, statuses=(RECEIVED, DONE)), 3)
    assert counts == {RECEIVED: 3, DONE: 1}


def test_requests_are_read_by_reference(connection: Connection) -> None:
    one, other = lodge(connection, "one"), lodge(connection, "other", minutes=1)
    found = request_lists.named(connection, [one, "FD-2222-2222", other])
    assert [filed.reference for filed in found] == [other, one]
    assert request_lists.held(connection, one) == requests.find(connection, one)
    assert request_lists.held(connection, "FD-2222-2222") is None
