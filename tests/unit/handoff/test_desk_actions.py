"""What an agent does at the desk."""

from __future__ import annotations

import logging

import httpx
import pytest
from structlog.testing import capture_logs

from channels.transcript import Entry, Speaker
from handoff import queue
from tests.unit.handoff.rooms import Desk, hidden

SCRIPT = {"Accept": "application/json"}
NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def taken(open_desk: Desk) -> str:
    """A conversation that Priya has."""
    key = open_desk.do(open_desk.floor.queued(said="my bin"))
    with open_desk.sign_in() as priya:
        open_desk.send(priya, f"/desk/c/{key}/take")
    return key


def said(desk: Desk, key: str, speaker: Speaker = Speaker.AGENT) -> list[Entry]:
    return [entry for entry in desk.floor.entries[key] if entry.speaker is speaker]


def test_taking_leads_to_the_reply_box(open_desk: Desk) -> None:
    key = open_desk.do(open_desk.floor.queued())
    with open_desk.sign_in() as priya:
        answer = open_desk.send(priya, f"/desk/c/{key}/take")
        page = priya.get(f"/desk/c/{key}").text

    assert answer.headers["location"] == f"/desk/c/{key}?list=mine#reply"
    assert "You are answering" in page
    assert open_desk.store.now(lambda c: queue.waiting(c, ["ashcombe"])) == []


def test_the_second_of_two_agents_is_told_who_has_it(open_desk: Desk, taken: str) -> None:
    with open_desk.sign_in("sam") as sam:
        page = open_desk.send(sam, f"/desk/c/{taken}/take")
        csrf = hidden(sam.get("/desk").text, "csrf")
        script = sam.post(f"/desk/c/{taken}/take", headers={"X-CSRF": csrf} | SCRIPT)

    assert page.status_code == 409
    assert "Priya has this conversation" in page.text
    assert script.status_code == 409
    assert script.json()["title"] == "Priya has this conversation"


def test_a_reply_is_said_once_however_often_it_is_sent(open_desk: Desk, taken: str) -> None:
    with open_desk.sign_in() as priya:
        for _ in range(3):
            answer = open_desk.send(
                priya, f"/desk/c/{taken}/say", text=" Hello\r\nthere ", client_id="abcd-efgh"
            )

    assert answer.status_code == 303
    assert [(e.text, e.name, e.client_id) for e in said(open_desk, taken)] == [
        ("Hello\nthere", "Priya", "abcd-efgh")
    ]


def test_a_reply_from_an_article_carries_its_source(open_desk: Desk, taken: str) -> None:
    with open_desk.sign_in() as priya:
        open_desk.send(
            priya,
            f"/desk/c/{taken}/say",
            text="In my own words.",
            client_id="abcdefgh",
            article="missed-bin",
        )

    (entry,) = said(open_desk, taken)
    assert entry.source is not None
    assert (entry.source.article, entry.source.responsible) == (
        "missed-bin",
        "Ashcombe Borough Council",
    )


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        pytest.param({"text": "  \n "}, 400, "Write your reply first", id="empty"),
        pytest.param({"text": "x" * 2001}, 400, "1 characters too long", id="too long"),
        pytest.param({"text": "x" * 70_000}, 413, "That is too long", id="far too long"),
        pytest.param({"text": "Hi", "client_id": "<>"}, 400, "could not read", id="bad id"),
        pytest.param({"text": "Hi", "article": "gone"}, 400, "cannot be used", id="no article"),
        pytest.param({"text": "Hi", "csrf": "wrong"}, 403, "out of date", id="wrong token"),
        pytest.param({"text": "Hi", "csrf": "é"}, 403, "out of date", id="odd token"),
    ],
)
def test_a_reply_that_cannot_be_sent_says_why(
    open_desk: Desk, taken: str, fields: dict[str, str], status: int, words: str
) -> None:
    with open_desk.sign_in() as priya:
        answer = open_desk.send(
            priya, f"/desk/c/{taken}/say", **({"client_id": "abcdefgh"} | fields)
        )

    assert answer.status_code == status
    assert words in answer.text
    assert said(open_desk, taken) == []


@pytest.mark.parametrize("text", ["x" * 2000, "🗑️ مرحبا", "<b>' OR 1=1 --", "a\x00b"])
def test_whatever_is_written_is_sent_and_shown_safely(
    open_desk: Desk, taken: str, text: str
) -> None:
    with open_desk.sign_in() as priya:
        answer = open_desk.send(priya, f"/desk/c/{taken}/say", text=text, client_id="abcdefgh")
        page = priya.get(f"/desk/c/{taken}")

    assert answer.status_code == 303
    assert said(open_desk, taken)[0].text == text.replace("\x00", "")
    assert page.status_code == 200
    assert "<b>'" not in page.text


@pytest.mark.parametrize("act", ["say", "hand-back", "close"])
def test_only_who_has_a_conversation_can_act_in_it(open_desk: Desk, taken: str, act: str) -> None:
    with open_desk.sign_in("sam") as sam:
        answer = open_desk.send(
            sam, f"/desk/c/{taken}/{act}", text="Hi", client_id="abcdefgh", outcome="Answered"
        )

    assert answer.status_code == 409
    assert "Priya has this conversation" in answer.text


@pytest.mark.parametrize("act", ["take", "say", "note", "typing", "hand-back", "close"])
@pytest.mark.parametrize("key", [NOWHERE, "not-an-id"])
def test_nothing_can_be_done_in_a_conversation_that_is_not_there(
    open_desk: Desk, act: str, key: str
) -> None:
    with open_desk.sign_in() as priya:
        answer = open_desk.send(priya, f"/desk/c/{key}/{act}", text="Hi", client_id="abcdefgh")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "act", ["take", "say", "note", "typing", "hand-back", "close", "../../sign-out"]
)
def test_nothing_is_done_without_the_sessions_token(open_desk: Desk, taken: str, act: str) -> None:
    with open_desk.sign_in() as priya:
        answer = priya.post(f"/desk/c/{taken}/{act}", data={"text": "Hi", "client_id": "abcdefgh"})
        still_in = priya.get("/desk")

    assert answer.status_code == 403
    assert "reload the page" in answer.text
    assert still_in.status_code == 200


def test_a_form_of_another_kind_is_refused(open_desk: Desk, taken: str) -> None:
    with open_desk.sign_in() as priya:
        answer = priya.post(f"/desk/c/{taken}/say", json={"text": "Hi"})

    assert answer.status_code == 400


def test_a_note_is_for_colleagues_and_anybody_may_write_one(open_desk: Desk, taken: str) -> None:
    with open_desk.sign_in("sam") as sam:
        open_desk.send(sam, f"/desk/c/{taken}/note", text="I know this one.")

    (note,) = said(open_desk, taken, Speaker.NOTE)
    assert (note.text, note.name) == ("I know this one.", "Sam")


def test_handing_back_gives_the_bot_the_conversation_and_keeps_the_note(
    open_desk: Desk, taken: str
) -> None:
    with open_desk.sign_in() as priya:
        question = priya.get(f"/desk/c/{taken}/hand-back").text
        open_desk.send(priya, f"/desk/c/{taken}/hand-back", note="All done.")

    assert "Note for colleagues" in question
    assert open_desk.floor.cards[taken].keeper == "bot"
    assert [e.text for e in said(open_desk, taken, Speaker.NOTE)] == ["All done."]


def test_closing_asks_how_it_ended(open_desk: Desk, taken: str) -> None:
    with open_desk.sign_in() as priya:
        question = priya.get(f"/desk/c/{taken}/close").text
        without = open_desk.send(priya, f"/desk/c/{taken}/close")
        made_up = open_desk.send(priya, f"/desk/c/{taken}/close", outcome="Whatever")
        still_open = open_desk.floor.cards[taken].closed_at is None
        open_desk.send(priya, f"/desk/c/{taken}/close", outcome="Referred to another council")
        page = priya.get(f"/desk/c/{taken}").text

    assert question.count('type="radio"') == 6
    assert (without.status_code, made_up.status_code, still_open) == (400, 400, True)
    assert open_desk.floor.cards[taken].outcome == "Referred to another council"
    assert "Closed: Referred to another council" in page


def test_nobody_is_asked_to_close_what_is_not_theirs(open_desk: Desk, taken: str) -> None:
    with open_desk.sign_in("sam") as sam:
        answers = [sam.get(f"/desk/c/{taken}/{page}") for page in ("close", "hand-back")]

    assert [answer.status_code for answer in answers] == [409, 409]


def test_only_the_keepers_typing_is_passed_on(open_desk: Desk, taken: str) -> None:
    with open_desk.sign_in() as priya, open_desk.sign_in("sam") as sam:
        by_priya = open_desk.send(priya, f"/desk/c/{taken}/typing")
        open_desk.send(sam, f"/desk/c/{taken}/typing")

    assert by_priya.status_code == 204
    assert open_desk.floor.typed == [taken]


def test_nothing_that_was_typed_reaches_the_log(
    open_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = open_desk.do(open_desk.floor.queued(said="22 Heath Road"))
    with capture_logs() as events, open_desk.sign_in() as priya:
        answers: list[httpx.Response] = [
            open_desk.send(priya, f"/desk/c/{key}/{act}", **fields)
            for act, fields in (
                ("take", {}),
                ("say", {"text": "07700 900123", "client_id": "abcdefgh"}),
                ("note", {"text": "Rang twice"}),
                ("close", {"outcome": "Answered"}),
            )
        ]
        with open_desk.browser() as stranger:
            open_desk.try_to_sign_in(stranger, "priya", "not the password")

    assert [answer.status_code for answer in answers] == [303] * 4
    logged = f"{events} {[r.getMessage() for r in caplog.records if not r.name.startswith('http')]}"
    for private in ("Heath", "07700", "Rang", "priya", "Priya", "127.0.0.1", key):
        assert private not in logged
    assert {"desk.taken", "desk.replied", "desk.closed"} <= {e["event"] for e in events}
