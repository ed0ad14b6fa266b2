"""The list of requests: what stands in it, filters, pages, the reference box, the file."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy.engine import Connection
from structlog.testing import capture_logs

from handoff.case_csv import HEADINGS
from knowledge import requests
from knowledge.requests import DONE, IN_PROGRESS
from tests.unit.handoff.cases import lodge
from tests.unit.handoff.rooms import MONDAY, Desk, running_desk

PAGE = "/desk/requests"
SCRIPT = {"Accept": "application/json"}


def put(desk: Desk, key: str = "first", **more: Any) -> str:
    return desk.store.now(lambda connection: lodge(connection, key, **more))


def close(desk: Desk, reference: str) -> None:
    desk.store.now(
        lambda c: requests.set_status(c, reference, DONE, MONDAY, by="sam", words="Emptied.")
    )


def listed(page: str) -> list[str]:
    """Return the references of the list, in order."""
    return re.findall(r'<h3><a href="/desk/requests/(FD-[^"?]+)', page)


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_when_nothing_is_open_the_page_says_so(open_desk: Desk) -> None:
    with open_desk.sign_in() as priya:
        page = priya.get(PAGE).text
        closed = priya.get(f"{PAGE}?state=done").text

    assert "Nothing is open." in page
    assert "No request has this status." in closed


def test_a_request_says_what_where_when_and_who(open_desk: Desk) -> None:
    reference = put(open_desk, due_on=date(2026, 11, 20))
    open_desk.store.now(lambda c: requests.assign(c, reference, "sam", MONDAY, by="sam"))
    with open_desk.sign_in() as priya:
        page = plain(priya.get(PAGE).text)

    for shown in (
        "Report a missed bin",
        "22 Heath Road, XA1 8AA",
        f"{reference} · Ashcombe · received yesterday 12:00",
        "Received Overdue by 3 days Sam",
    ):
        assert shown in page


def test_open_ones_come_first_and_the_latest_change_before_all(open_desk: Desk) -> None:
    old, new, gone = (put(open_desk, key, hours=n) for n, key in enumerate(("a", "b", "c")))
    close(open_desk, gone)
    with open_desk.sign_in() as priya:
        first = listed(priya.get(PAGE).text)
        open_desk.store.now(
            lambda c: requests.set_status(c, old, IN_PROGRESS, MONDAY, by="sam", words="")
        )
        then = listed(priya.get(PAGE).text)

    assert (first, then) == ([new, old], [old, new])


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param("", {"late", "mine", "tip", "county"}, id="open"),
        pytest.param("state=received", {"late", "tip", "county"}, id="one status"),
        pytest.param("state=in_progress", {"mine"}, id="another status"),
        pytest.param("state=closed", {"done"}, id="closed"),
        pytest.param("state=not_done", set(), id="none of a status"),
        pytest.param("council=wenshire", {"county"}, id="one council"),
        pytest.param("service=fly-tipping", {"tip"}, id="one service"),
        pytest.param("assigned=me", {"mine"}, id="mine"),
        pytest.param("assigned=nobody", {"late", "tip", "county"}, id="nobody's"),
        pytest.param("overdue=1", {"late"}, id="overdue"),
        pytest.param("overdue=1&state=done", set(), id="overdue and closed"),
        pytest.param(
            "state=x&council=kelmarsh&assigned=y&overdue=2&order=z&after=q",
            {"late", "mine", "tip", "county"},
            id="nonsense",
        ),
        pytest.param("after=2026-11-22T12:00:00~FD-2222-2222", {"*"}, id="a time without a zone"),
    ],
)
def test_the_list_is_filtered(open_desk: Desk, asked: str, expected: set[str]) -> None:
    made = {
        "late": put(open_desk, "late", due_on=date(2026, 11, 22)),
        "mine": put(open_desk, "mine", due_on=date(2026, 11, 23)),
        "tip": put(open_desk, "tip", service="fly-tipping", authority="thornbridge"),
        "county": put(open_desk, "county", authority="wenshire"),
        "done": put(open_desk, "done", due_on=date(2026, 11, 20)),
    }
    put(open_desk, "theirs", authority="kelmarsh")

    def work(connection: Connection) -> None:
        requests.assign(connection, made["mine"], "priya", MONDAY, by="priya")
        requests.set_status(connection, made["mine"], IN_PROGRESS, MONDAY, by="priya")

    open_desk.store.now(work)
    close(open_desk, made["done"])
    if expected == {"*"}:
        expected = {"late", "mine", "tip", "county"}
    with open_desk.sign_in() as priya:
        found = listed(priya.get(f"{PAGE}?{asked}").text)

    assert sorted(found) == sorted(made[name] for name in expected)


def test_each_status_says_how_many_with_these_filters(open_desk: Desk) -> None:
    put(open_desk, "a")
    put(open_desk, "b", authority="wenshire")
    close(open_desk, put(open_desk, "c"))
    with open_desk.sign_in() as priya:
        page = plain(priya.get(f"{PAGE}?council=ashcombe").text)

    assert "Open 1 Received 1 In progress 0 Closed 1 Done 1 Closed without work 0" in page


def test_a_filter_that_nothing_matches_can_be_cleared(open_desk: Desk) -> None:
    put(open_desk)
    with open_desk.sign_in() as priya:
        page = priya.get(f"{PAGE}?service=fly-tipping&state=received").text

    assert "No requests match." in page
    assert '<a href="/desk/requests?state=received">Clear the filters</a>' in page


@pytest.mark.parametrize("order", ["changed", "due"])
def test_there_are_as_many_pages_as_it_takes(open_desk: Desk, order: str) -> None:
    made = {
        put(open_desk, str(n), hours=n // 5, due_on=date(2026, 12, 1 + n // 9) if n % 4 else None)
        for n in range(65)
    }
    with open_desk.sign_in() as priya:
        seen, place = [], f"{PAGE}?assigned=nobody&order={order}"
        for size in (30, 30, 5):
            page = priya.get(place).text
            found = listed(page)
            assert len(found) == size
            seen += found
            further = re.search(r'href="([^"]+)#list">Next page', page)
            place = further[1].replace("&amp;", "&") if further else ""

    assert place == ""
    assert sorted(seen) == sorted(made)


def test_a_request_that_arrives_meanwhile_moves_no_page(open_desk: Desk) -> None:
    made = [put(open_desk, str(n), hours=n / 60) for n in range(35)]
    with open_desk.sign_in() as priya:
        page = priya.get(PAGE).text
        put(open_desk, "new", hours=5)
        further = re.search(r'href="([^"]+)#list">Next page', page)
        assert further
        second = listed(priya.get(further[1].replace("&amp;", "&")).text)

    assert second == list(reversed(made[:5]))


@pytest.mark.parametrize("typed", ["{0}", "{1}", " my reference is {1}, thanks ", "{2}"])
def test_a_reference_leads_to_its_request(open_desk: Desk, typed: str) -> None:
    reference = put(open_desk)
    asked = typed.format(reference, reference.lower(), reference.replace("-", " "))
    close(open_desk, reference)
    with open_desk.sign_in() as priya:
        answer = priya.get(PAGE, params={"q": asked})

    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}/{reference}")


def test_a_reference_that_is_not_there_is_said(open_desk: Desk) -> None:
    theirs = put(open_desk, authority="kelmarsh")
    with open_desk.sign_in() as priya:
        another = priya.get(PAGE, params={"q": theirs}).text
        none = priya.get(PAGE, params={"q": "<b>bins"}).text

    assert f"There is no {theirs} with your councils." in another
    assert "That is no reference." in none
    assert "<b>bins" not in none


def test_what_residents_wrote_is_text(open_desk: Desk) -> None:
    put(open_desk, fields={"address": "<script>alert(1)</script> " + "x" * 400})
    with open_desk.sign_in() as priya:
        page = priya.get(PAGE).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_desk_counts_those_that_nobody_works(open_desk: Desk) -> None:
    put(open_desk, "a")
    mine = put(open_desk, "b")
    close(open_desk, put(open_desk, "c"))
    put(open_desk, "d", authority="kelmarsh")
    open_desk.store.now(lambda c: requests.assign(c, mine, "sam", MONDAY, by="sam"))
    with open_desk.sign_in() as priya:
        page = priya.get("/desk").text
        said = priya.get("/desk/list?list=queue", headers=SCRIPT).json()

    assert 'id="unassigned-count">1</span>' in page
    assert said["unassigned"] == 1


def test_a_desk_without_the_book_has_no_such_page(tmp_path: Any) -> None:
    with running_desk(tmp_path, whole=False) as desk, desk.sign_in() as priya:
        page = priya.get("/desk").text
        answer = priya.get(PAGE)

    assert PAGE not in page
    assert answer.status_code == 404


def test_a_supervisor_takes_the_list_away(open_desk: Desk) -> None:
    reference = put(open_desk, due_on=date(2026, 11, 25))
    put(open_desk, "other", authority="thornbridge")
    put(open_desk, "theirs", authority="kelmarsh")
    open_desk.store.now(lambda c: requests.assign(c, reference, "sam", MONDAY, by="sam"))
    with open_desk.sign_in() as priya, capture_logs() as logs:
        answer = priya.get(f"{PAGE}.csv?council=ashcombe")

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [
        list(HEADINGS),
        [
            reference,
            "Report a missed bin",
            "Ashcombe",
            "Received",
            "2026-11-22 12:00",
            "2026-11-22 12:00",
            "2026-11-25",
            "Sam",
        ],
    ]
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="requests-2026-11-23.csv"' in answer.headers["content-disposition"]
    assert "Heath" not in answer.text
    [line] = [line for line in logs if line["event"] == "requests.taken_away"]
    assert line["requests"] == 1


def test_no_name_becomes_a_formula(open_desk: Desk) -> None:
    reference = put(open_desk, service="=cmd")
    open_desk.store.now(lambda c: requests.assign(c, reference, "+44", MONDAY, by="sam"))
    with open_desk.sign_in() as priya:
        [_, row] = csv.reader(io.StringIO(priya.get(f"{PAGE}.csv").text))

    assert (row[1], row[-1]) == ("'=cmd", "'+44")


def test_other_agents_take_nothing_away(open_desk: Desk) -> None:
    put(open_desk)
    with open_desk.sign_in("sam") as sam:
        page = sam.get(PAGE).text
        answer = sam.get(f"{PAGE}.csv")

    assert answer.status_code == 403
    assert "Heath Road" not in answer.text
    assert "Download this list" not in page


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}.csv", f"{PAGE}/FD-2222-2222"])
def test_nobody_sees_it_who_is_not_signed_in(open_desk: Desk, path: str) -> None:
    with open_desk.browser() as browser:
        answer = browser.get(path)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/desk/sign-in")
