"""What staff decide about a request that another system was to have."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection

from knowledge import requests, submissions
from knowledge.submissions import LODGED, PENDING, REFUSED, SENDING, UNSURE, Submission
from tests.unit.handoff.cases import lodge
from tests.unit.handoff.rooms import MONDAY, Desk, hidden

PAGE = "/desk/requests"


def put(desk: Desk, state: str) -> str:
    """Put a request that an endpoint was to have, in that state."""

    def work(connection: Connection) -> str:
        reference = lodge(connection, "first")
        submissions.put(connection, reference, "ashcombe", "Highways", MONDAY)
        claimed = submissions.claim(connection, "w", MONDAY)
        assert claimed is not None
        if state == REFUSED:
            submissions.refused(connection, claimed, "http_400", MONDAY)
        elif state == LODGED:
            submissions.lodged(connection, claimed, "638344", MONDAY, timedelta(minutes=5))
        else:
            submissions.again(connection, claimed, state, "timeout", MONDAY, None)
        return reference

    return desk.store.now(work)


def kept(desk: Desk, reference: str) -> Submission:
    found = desk.store.now(lambda connection: submissions.find(connection, reference))
    assert found is not None
    return found


def notes(desk: Desk, reference: str) -> list[tuple[str, str]]:
    history = desk.store.now(lambda connection: requests.history(connection, reference))
    return [(event.words, event.by) for event in history if event.what == requests.NOTE]


def post(desk: Desk, reference: str, act: str, **fields: str) -> tuple[int, str]:
    """Send a form of the page; return the status and the page it leads to."""
    with desk.sign_in() as priya:
        csrf = hidden(priya.get(f"{PAGE}/{reference}").text, "csrf")
        answer = priya.post(f"{PAGE}/{reference}/{act}", data={"csrf": csrf, **fields})
        if answer.is_redirect:
            answer = priya.get(answer.headers["location"])
        return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        pytest.param(PENDING, "It waits to be sent there.", id="waits"),
        pytest.param(SENDING, "It waits to be sent there.", id="on its way"),
        pytest.param(LODGED, "638344", id="there"),
        pytest.param(REFUSED, "They did not take it.", id="refused"),
        pytest.param(UNSURE, "It was sent, but not confirmed.", id="in doubt"),
    ],
)
def test_the_page_says_how_it_stands_there(open_desk: Desk, state: str, expected: str) -> None:
    reference = put(open_desk, state)
    with open_desk.sign_in() as priya:
        page = priya.get(f"{PAGE}/{reference}").text
    assert "In Highways" in page
    assert expected in page
    assert ("Send it again" in page) is (state in (REFUSED, UNSURE))


@pytest.mark.parametrize("state", [REFUSED, UNSURE])
def test_it_is_sent_again_once_somebody_has_looked(open_desk: Desk, state: str) -> None:
    reference = put(open_desk, state)

    status, page = post(open_desk, reference, "send-again")
    assert (status, kept(open_desk, reference).state) == (400, state)
    assert "Look in the other system first." in page

    status, page = post(open_desk, reference, "send-again", looked="yes")
    assert (status, kept(open_desk, reference).state) == (200, PENDING)
    assert "It is sent again." in page
    assert notes(open_desk, reference) == [("Sent to the other system again.", "priya")]


def test_it_is_not_sent_twice_by_two_who_press(open_desk: Desk) -> None:
    reference = put(open_desk, UNSURE)
    post(open_desk, reference, "send-again", looked="yes")
    status, page = post(open_desk, reference, "send-again", looked="yes")
    assert status == 409
    assert "Nothing was changed" in page
    assert len(notes(open_desk, reference)) == 1


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        pytest.param(" ", "Type the number that it has there.", id="none"),
        pytest.param("9" * 201, "1 character too many", id="too long"),
    ],
)
def test_a_number_that_is_none_is_not_kept(open_desk: Desk, number: str, fault: str) -> None:
    reference = put(open_desk, UNSURE)
    status, page = post(open_desk, reference, "found", number=number)
    assert (status, kept(open_desk, reference).state) == (400, UNSURE)
    assert fault in page


def test_the_number_that_it_has_there_is_kept(open_desk: Desk) -> None:
    reference = put(open_desk, UNSURE)
    status, page = post(open_desk, reference, "found", number="638344<b>")
    found = kept(open_desk, reference)
    assert (status, found.state, found.their_id) == (200, LODGED, "638344<b>")
    assert "638344&lt;b&gt;" in page
    assert notes(open_desk, reference) == [("The other system has it as 638344<b>.", "priya")]


def test_another_councils_is_as_if_it_were_not_there(open_desk: Desk) -> None:
    ours = put(open_desk, REFUSED)
    theirs = open_desk.store.now(
        lambda connection: lodge(connection, "theirs", authority="kelmarsh")
    )
    with open_desk.sign_in() as priya:
        csrf = hidden(priya.get(f"{PAGE}/{ours}").text, "csrf")
        for act in ("send-again", "found"):
            form = {"csrf": csrf, "looked": "yes", "number": "1"}
            assert priya.post(f"{PAGE}/{theirs}/{act}", data=form).status_code == 404
