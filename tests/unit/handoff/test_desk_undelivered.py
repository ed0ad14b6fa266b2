"""The page of what was not delivered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from handoff.post import Backlog, Failing
from tests.unit.handoff.rooms import MONDAY, Desk
from tests.unit.handoff.standins import letter

SCRIPT = {"Accept": "application/json"}
PAGE = "/desk/undelivered"


def test_when_everything_was_delivered_the_page_says_so(open_desk: Desk) -> None:
    with open_desk.sign_in() as priya:
        page = priya.get(PAGE).text

    assert "Everything was delivered." in page
    assert "Nothing waits, and every platform answers." in page


def test_it_says_to_whom_what_why_and_when(open_desk: Desk) -> None:
    open_desk.post.put(letter(7, attempts=3, parts=2, part=2))
    with open_desk.sign_in() as priya:
        page = priya.get(PAGE).text

    for shown in (
        "Text message, 07700 900123",
        "Ashcombe · part 2 of 2",
        "Your next collection is on Tuesday.",
        "The number has opted out.",
        "Said by the assistant 09:30.",
        "Tried 3 times, the last time 09:30.",
    ):
        assert shown in " ".join(page.split())


def test_what_only_the_resident_may_read_is_not_shown(open_desk: Desk) -> None:
    open_desk.post.put(letter(7, said="", by=""))
    with open_desk.sign_in() as priya:
        page = priya.get(PAGE).text

    assert "A message that only the resident may read." in page


def test_what_may_have_arrived_is_marked(open_desk: Desk) -> None:
    open_desk.post.put(letter(7, state="given_up", reason="timeout", unsure=True))
    with open_desk.sign_in() as priya:
        page = priya.get(PAGE).text

    assert "It may have arrived all the same" in page


def test_it_says_how_much_waits_and_what_the_platform_says(open_desk: Desk) -> None:
    failing = Failing(MONDAY - timedelta(minutes=8), MONDAY + timedelta(minutes=1), "http_500")
    open_desk.post.lines = [
        Backlog("ashcombe", "sms", 1200, MONDAY - timedelta(minutes=9), 0, failing),
        Backlog("kelmarsh", "telegram", 1, MONDAY, 0),
    ]
    with open_desk.sign_in() as priya:
        page = " ".join(priya.get(PAGE).text.split())

    assert "Text message · Ashcombe" in page
    assert "1,200 waiting to be sent, the oldest since 09:51" in page
    assert "Not working: the platform has a fault (500), since 09:52. Next try 10:01." in page
    assert "Telegram" not in page


def test_what_is_held_waits_for_the_person(open_desk: Desk) -> None:
    open_desk.post.put(letter(7, state="held", channel="whatsapp", user="447700900123"))
    with open_desk.sign_in() as priya:
        page = priya.get(PAGE).text

    assert "Waits until the person writes again" in page
    assert "WhatsApp, 07700 900123" in page
    assert "Send again" not in page


def test_the_desk_counts_what_is_undelivered(open_desk: Desk) -> None:
    open_desk.post.put(letter(7), letter(8), letter(9, authority="kelmarsh"))
    with open_desk.sign_in() as priya:
        page = priya.get("/desk").text
        said = priya.get("/desk/list?list=queue", headers=SCRIPT).json()

    assert 'id="undelivered-count">2</span>' in page
    assert said["undelivered"] == 2


def test_one_is_sent_again(open_desk: Desk) -> None:
    open_desk.post.put(letter(7))
    with open_desk.sign_in() as priya:
        answer = open_desk.send(priya, f"{PAGE}/7/replay")
        page = priya.get(answer.headers["location"]).text

    assert open_desk.post.done == [("replay", 7, "priya")]
    assert "It is in the line again" in page
    assert "Everything was delivered." in page


def test_all_of_a_channel_are_sent_again_when_the_agent_has_said_yes(open_desk: Desk) -> None:
    open_desk.post.put(letter(7), letter(8), letter(9, channel="telegram", user="123456789"))
    open_desk.post.lines = [Backlog("ashcombe", "sms", undelivered=2)]
    with open_desk.sign_in() as priya:
        question = priya.get(f"{PAGE}/ashcombe/sms/replay").text
        before = list(open_desk.post.done)
        answer = open_desk.send(priya, f"{PAGE}/ashcombe/sms/replay")
        page = priya.get(answer.headers["location"]).text

    assert "2 messages by Text message of Ashcombe were not delivered" in question
    assert before == []
    assert {done[1] for done in open_desk.post.done} == {7, 8}
    assert "2 are in the line again" in page


def test_discarding_asks_and_wants_a_reason(open_desk: Desk) -> None:
    open_desk.post.put(letter(7))
    with open_desk.sign_in() as priya:
        question = priya.get(f"{PAGE}/7/discard").text
        without = open_desk.send(priya, f"{PAGE}/7/discard", reason="  ")
        too_long = open_desk.send(priya, f"{PAGE}/7/discard", reason="x" * 201)
        before = list(open_desk.post.done)
        answer = open_desk.send(priya, f"{PAGE}/7/discard", reason="Told them on the phone.")
        page = " ".join(priya.get(answer.headers["location"]).text.split())

    assert "It will never be sent." in question
    assert (without.status_code, too_long.status_code, before) == (400, 400, [])
    assert "Write why you discard it." in without.text
    assert open_desk.post.done == [("discard", 7, "priya", "Told them on the phone.")]
    assert "Discarded. It will not be sent." in page
    assert "Discarded by Priya 09:30: “Told them on the phone.”" in page


def test_it_can_be_narrowed_to_one_council_and_channel(open_desk: Desk) -> None:
    open_desk.post.put(
        letter(7), letter(8, channel="telegram", user="123456789"), letter(9, authority="wenshire")
    )
    with open_desk.sign_in() as priya:
        page = priya.get(f"{PAGE}?authority=ashcombe&channel=telegram").text

    assert "Not delivered: Telegram · Ashcombe" in page
    assert page.count("</li>") == 1


def test_older_ones_are_a_page_further(open_desk: Desk) -> None:
    open_desk.post.put(*(letter(number) for number in range(1, 61)))
    with open_desk.sign_in() as priya:
        first = priya.get(PAGE).text
        second = priya.get(f"{PAGE}?before=11").text

    assert "before=11" in first
    assert second.count("Send again") == 10
    assert "Show older ones" not in second


@pytest.mark.parametrize("act", ["replay", "discard"])
def test_what_a_colleague_has_dealt_with_changes_nothing(open_desk: Desk, act: str) -> None:
    open_desk.post.put(letter(7))
    open_desk.post.over.add(7)
    with open_desk.sign_in() as priya:
        answer = open_desk.send(priya, f"{PAGE}/7/{act}", reason="Because")

    assert answer.status_code == 404
    assert "no longer undelivered" in answer.text
    assert open_desk.post.done == []


@pytest.mark.parametrize(
    "path",
    ["8/replay", "99/discard", "0/replay", "kelmarsh/sms/replay", "x/replay", "9" * 40 + "/replay"],
)
def test_other_councils_letters_look_as_if_they_did_not_exist(open_desk: Desk, path: str) -> None:
    open_desk.post.put(letter(8, authority="kelmarsh"))
    open_desk.post.lines = [Backlog("kelmarsh", "sms", undelivered=1)]
    with open_desk.sign_in() as priya:
        answer = open_desk.send(priya, f"{PAGE}/{path}", reason="Because")

    assert answer.status_code == 404
    assert open_desk.post.done == []


def test_nothing_is_done_without_the_sessions_token(open_desk: Desk) -> None:
    open_desk.post.put(letter(7))
    with open_desk.sign_in() as priya:
        answers = [priya.post(f"{PAGE}/7/{act}") for act in ("replay", "discard")]

    assert [answer.status_code for answer in answers] == [403, 403]


def test_no_words_and_no_number_reach_the_log(open_desk: Desk) -> None:
    open_desk.post.put(letter(7), letter(8))
    with capture_logs() as events, open_desk.sign_in() as priya:
        open_desk.send(priya, f"{PAGE}/7/replay")
        open_desk.send(priya, f"{PAGE}/8/discard", reason="Rang them at home")

    assert {"desk.replayed", "desk.discarded"} <= {event["event"] for event in events}
    for private in ("07700", "900123", "Tuesday", "Rang"):
        assert private not in str(events)
