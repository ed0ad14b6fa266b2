"""One request on its page, and what agents do about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from handoff.agents import create
from knowledge import requests
from knowledge.requests import DONE, IN_PROGRESS, NOT_DONE, NOTE, Event, Filed
from tests.unit.handoff.cases import lodge
from tests.unit.handoff.rooms import MONDAY, QUICK, Desk, hidden

PAGE = "/desk/requests"
WORDS = "We emptied it on Tuesday."
PHOTO = "00000000-0000-4000-8000-0000000000f1"


def put(desk: Desk, key: str = "first", **more: Any) -> str:
    return desk.store.now(lambda connection: lodge(connection, key, **more))


def kept(desk: Desk, reference: str) -> Filed:
    filed = desk.store.now(lambda connection: requests.find(connection, reference))
    assert filed is not None
    return filed


def events(desk: Desk, reference: str) -> Sequence[Event]:
    return desk.store.now(lambda connection: requests.history(connection, reference))


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def seen(browser: httpx.Client, reference: str) -> str:
    """Return the mark that the form of the status carries."""
    page = browser.get(f"{PAGE}/{reference}").text
    return hidden(page[page.index('/status"') :], "seen")


def test_it_shows_what_was_answered_as_the_form_calls_it(open_desk: Desk) -> None:
    fields = {
        "place": "outside number 14",
        "what": "a sofa",
        "photo": PHOTO,
        "phone": "+447700900123",
        "blocks": "yes",
        "lamp": "7",
    }
    reference = put(
        open_desk,
        service="fly-tipping",
        fields=fields,
        latitude=51.5,
        longitude=-0.25,
        due_on=date(2026, 11, 24),
        updates=True,
    )
    with open_desk.sign_in() as priya:
        page = priya.get(f"{PAGE}/{reference}").text

    shown = plain(page)
    for words in (
        "Report dumped rubbish",
        "Received Due tomorrow",
        "Where it is outside number 14",
        "What it is a sofa",
        "Telephone number 07700 900123",
        "Blocks the road Yes",
        "Lamp 7",
        "51.50000, -0.25000",
        "Target 24 November 2026",
        "Made Text message, 07700 900123",
        "They agreed to be told: Text message, 07700 900123.",
        "Nobody yet",
    ):
        assert words in shown
    assert f'href="/desk/attachments/{PHOTO}"' in page


def test_what_residents_wrote_is_text_however_long(open_desk: Desk) -> None:
    evil = '"><script>alert(1)</script>' + "y" * 1_900
    fields = {"place": evil, "what": evil, "phone": evil, "x<b>": evil}
    reference = put(open_desk, service="fly-tipping", fields=fields, user=evil)
    with open_desk.sign_in() as priya:
        page = priya.get(f"{PAGE}/{reference}").text

    assert "<script>alert" not in page
    assert "x<b>" not in page.lower()
    assert page.count("&lt;script&gt;alert(1)") >= 4


def test_it_leads_to_the_conversation_it_was_made_in(open_desk: Desk) -> None:
    key = open_desk.do(open_desk.floor.open())
    theirs = open_desk.do(open_desk.floor.open(authority="kelmarsh"))
    ours, other = put(open_desk, conversation=key), put(open_desk, "b", conversation=theirs)
    outside = put(open_desk, "c", channel="", user="")
    with open_desk.sign_in() as priya:
        first, second, third = (priya.get(f"{PAGE}/{one}").text for one in (ours, other, outside))

    assert f'href="/desk/c/{key}">Open the conversation' in first
    assert f"/desk/c/{theirs}" not in second
    assert "a conversation that you cannot open" in second
    assert "By another system" in third


def test_a_conversation_leads_to_its_requests(open_desk: Desk) -> None:
    key = open_desk.do(open_desk.floor.open())
    ours = put(open_desk, conversation=key)
    theirs = put(open_desk, "b", conversation=key, authority="kelmarsh")
    open_desk.store.now(
        lambda c: requests.set_status(c, ours, NOT_DONE, MONDAY, by="sam", words="x")
    )
    with open_desk.sign_in() as priya:
        page = priya.get(f"/desk/c/{key}").text

    assert f'href="{PAGE}/{ours}"' in page
    assert "Closed without work" in page
    assert theirs in page
    assert f'href="{PAGE}/{theirs}"' not in page


def test_reports_of_the_same_lead_to_each_other(open_desk: Desk) -> None:
    first = put(open_desk)
    second = put(open_desk, "second", hours=1, joins=first)
    with open_desk.sign_in() as priya:
        one, other = (priya.get(f"{PAGE}/{reference}").text for reference in (first, second))

    assert f"Another person reported the same {second}" in plain(one)
    assert "Reports of the same" in one
    assert f"Added to {first} , reported before" in plain(other)


@pytest.mark.parametrize(
    "place",
    [
        "FD-2222-2222",
        "FD-2222-2223",
        "fd",
        "%00",
        "FD-2222-2222%00",
        "x" * 400,
        "..%2F..%2Fetc",
        "'; DROP TABLE requests; --",
    ],
)
def test_a_reference_that_is_none_is_not_found(open_desk: Desk, place: str) -> None:
    with open_desk.sign_in() as priya:
        answer = priya.get(f"{PAGE}/{place}")

    assert answer.status_code == 404


def test_another_councils_request_looks_as_if_there_was_none(open_desk: Desk) -> None:
    theirs = put(open_desk, authority="kelmarsh")
    with open_desk.sign_in() as priya:
        answers = [
            priya.get(f"{PAGE}/{theirs}"),
            open_desk.send(priya, f"{PAGE}/{theirs}/status", status=DONE, words=WORDS, sure="yes"),
            open_desk.send(priya, f"{PAGE}/{theirs}/note", note="hm"),
            open_desk.send(priya, f"{PAGE}/{theirs}/assign", to="priya"),
        ]
        none = priya.get(f"{PAGE}/FD-2222-2222")

    assert [answer.status_code for answer in answers] == [404] * 4
    assert answers[0].text == none.text
    assert len(events(open_desk, theirs)) == 1


@pytest.mark.parametrize("act", ["status", "note", "assign"])
def test_nothing_is_done_without_the_sessions_token(open_desk: Desk, act: str) -> None:
    reference = put(open_desk)
    with open_desk.sign_in() as priya:
        answer = priya.post(
            f"{PAGE}/{reference}/{act}", data={"to": "priya", "note": "x", "status": IN_PROGRESS}
        )

    assert answer.status_code == 403
    assert len(events(open_desk, reference)) == 1


def test_an_agent_takes_it_and_gives_it_to_a_colleague(open_desk: Desk) -> None:
    reference = put(open_desk)
    place = f"{PAGE}/{reference}"
    with open_desk.sign_in() as priya:
        taken = open_desk.send(priya, f"{place}/assign", to="priya", seen="")
        page = plain(priya.get(taken.headers["location"]).text)
        open_desk.send(priya, f"{place}/assign", to="sam", seen="priya")
        given = plain(priya.get(place).text)
        open_desk.send(priya, f"{place}/assign", to="", seen="sam")
        free = plain(priya.get(place).text)

    assert "It is assigned. " in page
    assert "Taken by Priya Priya, today 10:00" in page
    assert "Assigned to Sam Priya, today 10:00" in given
    assert "Assigned to nobody Priya, today 10:00" in free
    assert kept(open_desk, reference).assigned_to == ""


def test_who_does_not_answer_for_the_council_is_not_offered(open_desk: Desk) -> None:
    open_desk.store.now(
        lambda connection: create(
            connection,
            username="nia",
            first_name="Sam",
            password=open_desk.password,
            covers=["thornbridge"],
            now=MONDAY,
            hasher=QUICK,
        )
    )
    ours, thornbridges = put(open_desk), put(open_desk, "b", authority="thornbridge")
    with open_desk.sign_in() as priya:
        page = priya.get(f"{PAGE}/{ours}").text
        other = priya.get(f"{PAGE}/{thornbridges}").text
        answer = open_desk.send(priya, f"{PAGE}/{ours}/assign", to="nia", seen="")

    assert ">Sam</option>" in page
    assert "nia" not in page
    assert ">Sam (nia)</option>" in other
    assert ">Sam (sam)</option>" in other
    assert answer.status_code == 400
    assert "Choose a colleague who answers for this council." in answer.text
    assert kept(open_desk, ours).assigned_to == ""


def test_whom_a_colleague_chose_meanwhile_is_told(open_desk: Desk) -> None:
    reference = put(open_desk)
    with open_desk.sign_in() as priya, open_desk.sign_in("sam") as sam:
        open_desk.send(sam, f"{PAGE}/{reference}/assign", to="sam", seen="")
        answer = open_desk.send(priya, f"{PAGE}/{reference}/assign", to="priya", seen="")

    assert answer.status_code == 409
    assert "Sam took it while you looked at this page." in answer.text
    assert kept(open_desk, reference).assigned_to == "sam"


def test_a_note_is_for_colleagues(open_desk: Desk) -> None:
    reference = put(open_desk)
    note = "Rang the depot:\n<b>lorry 4</b>"
    with open_desk.sign_in() as priya:
        answer = open_desk.send(priya, f"{PAGE}/{reference}/note", note=note)
        page = priya.get(answer.headers["location"]).text

    last = events(open_desk, reference)[-1]
    assert (last.what, last.words, last.by, last.shown) == (NOTE, note, "priya", False)
    assert "&lt;b&gt;lorry 4" in page
    assert "Only for colleagues" in page
    assert open_desk.news == []


@pytest.mark.parametrize(
    ("note", "fault"),
    [
        ("  ", "Write the note."),
        ("x" * 2_001, "Make it shorter: 1 character too many."),
    ],
)
def test_a_note_has_words(open_desk: Desk, note: str, fault: str) -> None:
    reference = put(open_desk)
    with open_desk.sign_in() as priya:
        answer = open_desk.send(priya, f"{PAGE}/{reference}/note", note=note)

    assert answer.status_code == 400
    assert fault in answer.text
    assert len(events(open_desk, reference)) == 1


def test_work_begins_with_words_for_the_resident(open_desk: Desk) -> None:
    reference = put(open_desk, updates=True)
    with open_desk.sign_in() as priya:
        mark = seen(priya, reference)
        answer = open_desk.send(
            priya,
            f"{PAGE}/{reference}/status",
            status=IN_PROGRESS,
            words="On our way.",
            seen=mark,
            list="council=ashcombe&x=<b>",
        )
        page = priya.get(answer.headers["location"]).text

    assert answer.status_code == 303
    assert open_desk.news == [(reference, IN_PROGRESS, "On our way.")]
    assert kept(open_desk, reference).status == IN_PROGRESS
    assert "The status is changed." in page
    assert "The resident can read this" in page
    assert '<a href="/desk/requests?council=ashcombe">Back to the list</a>' in page


@pytest.mark.parametrize("status", [DONE, NOT_DONE])
def test_closing_shows_first_what_the_resident_reads(open_desk: Desk, status: str) -> None:
    reference = put(open_desk)
    place = f"{PAGE}/{reference}/status"
    with open_desk.sign_in() as priya:
        typed = {"status": status, "words": WORDS, "seen": seen(priya, reference)}
        question = open_desk.send(priya, place, **typed)
        before = kept(open_desk, reference)
        again = open_desk.send(priya, place, **typed, again="yes")
        answer = open_desk.send(priya, place, **typed, sure="yes")

    assert question.status_code == 200
    assert f"{requests.STATUSES[status]}. {WORDS}" in plain(question.text)
    assert "They did not agree to be told." in question.text
    assert before.is_open
    assert f">{WORDS}</textarea>" in again.text
    assert f'value="{status}" checked' in again.text
    assert answer.status_code == 303
    assert kept(open_desk, reference).status == status
    assert open_desk.news == [(reference, status, WORDS)]


def test_what_was_closed_is_opened_again(open_desk: Desk) -> None:
    reference = put(open_desk)
    open_desk.store.now(
        lambda c: requests.set_status(c, reference, DONE, MONDAY, by="sam", words=WORDS)
    )
    with open_desk.sign_in() as priya:
        open_desk.send(
            priya,
            f"{PAGE}/{reference}/status",
            status=IN_PROGRESS,
            words="",
            seen=seen(priya, reference),
        )

    filed = kept(open_desk, reference)
    assert (filed.status, filed.closed_at) == (IN_PROGRESS, None)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        pytest.param({"words": "x"}, "Choose the new status.", id="no status"),
        pytest.param({"status": "lost"}, "Choose the new status.", id="a status that is none"),
        pytest.param({"status": DONE}, "Say what was done, or why not.", id="done without words"),
        pytest.param(
            {"status": NOT_DONE, "words": " \n "}, "Say what was done", id="closed without words"
        ),
        pytest.param(
            {"status": IN_PROGRESS, "words": "x" * 502}, "2 characters too many", id="too long"
        ),
    ],
)
def test_a_form_that_says_too_little_is_shown_again(
    open_desk: Desk, typed: dict[str, str], fault: str
) -> None:
    reference = put(open_desk)
    with open_desk.sign_in() as priya:
        typed = typed | {"seen": seen(priya, reference), "sure": "yes"}
        answer = open_desk.send(priya, f"{PAGE}/{reference}/status", **typed)

    assert answer.status_code == 400
    assert fault in answer.text
    assert len(events(open_desk, reference)) == 1
    assert open_desk.news == []


@pytest.mark.parametrize("sure", [{}, {"sure": "yes"}], ids=["before asking", "after asking"])
def test_a_page_that_is_out_of_date_changes_nothing(open_desk: Desk, sure: dict[str, str]) -> None:
    reference = put(open_desk)
    with open_desk.sign_in() as priya:
        mark = seen(priya, reference)
        open_desk.store.now(
            lambda c: requests.set_status(
                c, reference, IN_PROGRESS, MONDAY + timedelta(minutes=1), by="sam", words="Going."
            )
        )
        answer = open_desk.send(
            priya, f"{PAGE}/{reference}/status", status=DONE, words=WORDS, seen=mark, **sure
        )

    assert answer.status_code == 409
    assert "Sam set the status to “In progress” while you looked at this page." in answer.text
    assert f">{WORDS}</textarea>" in answer.text
    assert "Going." in answer.text
    assert kept(open_desk, reference).status == IN_PROGRESS
    assert open_desk.news == []


def test_a_mark_that_was_never_one_changes_nothing(open_desk: Desk) -> None:
    reference = put(open_desk)
    with open_desk.sign_in() as priya:
        answers = [
            open_desk.send(
                priya, f"{PAGE}/{reference}/status", status=IN_PROGRESS, words="x", seen=mark
            )
            for mark in ("", "x" * 5_000)
        ]
        assigned = open_desk.send(
            priya, f"{PAGE}/{reference}/assign", to="sam", seen="nobody-known"
        )

    assert [answer.status_code for answer in answers] == [409, 409]
    assert assigned.status_code == 409
    assert len(events(open_desk, reference)) == 1


def test_pressing_twice_says_that_it_is_done(open_desk: Desk) -> None:
    reference = put(open_desk)
    with open_desk.sign_in() as priya:
        typed = {"status": DONE, "words": WORDS, "sure": "yes", "seen": seen(priya, reference)}
        answers = [open_desk.send(priya, f"{PAGE}/{reference}/status", **typed) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert open_desk.news == [(reference, DONE, WORDS)]


def test_a_long_history_shows_its_latest_events(open_desk: Desk) -> None:
    reference = put(open_desk)

    def write(connection: Any) -> None:
        for number in range(210):
            requests.add_note(connection, reference, f"note {number}.", MONDAY, by="sam")

    open_desk.store.now(write)
    with open_desk.sign_in() as priya:
        page = priya.get(f"{PAGE}/{reference}").text

    assert "note 209." in page
    assert "note 9." not in page
    assert "11 earlier events are not shown." in page


def test_no_word_and_no_number_reaches_the_log(open_desk: Desk) -> None:
    reference = put(open_desk)
    with open_desk.sign_in() as priya, capture_logs() as logs:
        mark = seen(priya, reference)
        open_desk.send(priya, f"{PAGE}/{reference}/assign", to="priya", seen="")
        open_desk.send(priya, f"{PAGE}/{reference}/note", note="Rang Ada")
        open_desk.send(
            priya, f"{PAGE}/{reference}/status", status=IN_PROGRESS, words="Soon", seen=mark
        )

    names = {line["event"] for line in logs}
    assert {"request.assigned", "request.noted", "request.changed"} <= names
    for private in ("Ada", "Soon", "Heath", "07700", "900123"):
        assert private not in str(logs)


def test_a_card_number_is_neither_kept_nor_sent(open_desk: Desk) -> None:
    reference = put(open_desk)
    card = "4111 1111 1111 1111"
    with open_desk.sign_in() as priya:
        typed = {"status": DONE, "words": f"Paid with {card}.", "seen": seen(priya, reference)}
        question = open_desk.send(priya, f"{PAGE}/{reference}/status", **typed)
        open_desk.send(priya, f"{PAGE}/{reference}/status", **typed, sure="yes")
        open_desk.send(priya, f"{PAGE}/{reference}/note", note=f"they read out {card}")

    assert card not in question.text
    assert open_desk.news == [(reference, DONE, "Paid with [card number].")]
    assert [event.words for event in events(open_desk, reference)] == [
        "",
        "Paid with [card number].",
        "they read out [card number]",
    ]
