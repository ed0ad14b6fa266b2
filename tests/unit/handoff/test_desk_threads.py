"""A conversation on several channels, at the desk."""

from __future__ import annotations

import pytest

from channels.transcript import Attachment, Delivery, Speaker
from handoff.people import Contact
from tests.unit.handoff.rooms import MONDAY, Desk

SCRIPT = {"Accept": "application/json"}
TEXT = ("sms", "+447700900123")
WEB = ("webchat", "visitor-1")
PHOTO = "00000000-0000-4000-8000-0000000000f1"


@pytest.fixture
def two_threads(open_desk: Desk) -> str:
    """A conversation of Priya's that began on the web and goes on by text message."""
    floor = open_desk.floor
    key = open_desk.do(floor.queued(channel="sms"))
    open_desk.people.known[key] = [Contact(*WEB), Contact(*TEXT, MONDAY, "code")]
    floor.tell(key, Speaker.RESIDENT, "my bin", address=WEB)
    floor.tell(key, Speaker.RESIDENT, "on my way now", address=TEXT)
    with open_desk.sign_in() as priya:
        open_desk.send(priya, f"/desk/c/{key}/take")
    return key


def test_the_head_and_each_run_of_lines_name_the_channel(open_desk: Desk, two_threads: str) -> None:
    with open_desk.sign_in() as priya:
        page = priya.get(f"/desk/c/{two_threads}").text

    assert "Text message and Web chat · Ashcombe" in page
    assert '<span class="thread">Web chat</span>' in page
    assert '<span class="thread">Text message</span>' in page
    assert 'data-threads="2"' in page


def test_the_reply_goes_where_they_wrote_last_unless_the_agent_chooses(
    open_desk: Desk, two_threads: str
) -> None:
    with open_desk.sign_in() as priya:
        page = priya.get(f"/desk/c/{two_threads}").text
        for client_id, to in (("abcdefg1", "webchat:visitor-1"), ("abcdefg2", "")):
            open_desk.send(
                priya, f"/desk/c/{two_threads}/say", text="Hi", client_id=client_id, to=to
            )

    assert page.index('value="sms:+447700900123"') < page.index('value="webchat:visitor-1"')
    assert 'data-limit="612" data-in-parts selected' in page
    said = [e for e in open_desk.floor.entries[two_threads] if e.speaker is Speaker.AGENT]
    assert [(entry.channel, entry.user) for entry in said] == [WEB, ("", "")]


@pytest.mark.parametrize("to", ["sms:+447700900999", "webchat", "telegram:visitor-1", ":"])
def test_nobody_is_answered_at_an_address_that_is_not_theirs(
    open_desk: Desk, two_threads: str, to: str
) -> None:
    with open_desk.sign_in() as priya:
        answer = open_desk.send(
            priya, f"/desk/c/{two_threads}/say", text="Hi", client_id="abcdefgh", to=to
        )

    assert answer.status_code == 409
    assert "Nothing was sent" in answer.text


def test_an_address_that_is_unlinked_meanwhile_gets_nothing(
    open_desk: Desk, two_threads: str
) -> None:
    open_desk.floor.parted.add(WEB)
    with open_desk.sign_in() as priya:
        answer = open_desk.send(
            priya,
            f"/desk/c/{two_threads}/say",
            text="Hi",
            client_id="abcdefgh",
            to="webchat:visitor-1",
        )

    assert answer.status_code == 409


def test_each_thread_has_its_own_limit(open_desk: Desk, two_threads: str) -> None:
    statuses = []
    with open_desk.sign_in() as priya:
        for number, to in enumerate(("webchat:visitor-1", "sms:+447700900123", "")):
            answer = open_desk.send(
                priya,
                f"/desk/c/{two_threads}/say",
                text="x" * 700,
                client_id=f"abcdefg{number}",
                to=to,
            )
            statuses.append(answer.status_code)

    assert statuses == [303, 400, 400]


def test_who_has_one_address_is_asked_for_no_channel(open_desk: Desk) -> None:
    key = open_desk.do(open_desk.floor.queued())
    with open_desk.sign_in() as priya:
        open_desk.send(priya, f"/desk/c/{key}/take")
        page = priya.get(f"/desk/c/{key}").text

    assert 'id="to" name="to" value=""' in page
    assert "Answer on" not in page


def test_each_line_that_went_out_says_what_became_of_it(open_desk: Desk, two_threads: str) -> None:
    open_desk.floor.tell(
        two_threads,
        Speaker.AGENT,
        "Hello",
        name="Priya",
        address=TEXT,
        delivery=Delivery("refused", MONDAY, "opted_out"),
    )
    with open_desk.sign_in() as priya:
        page = priya.get(f"/desk/c/{two_threads}").text

    assert '<p class="fate failed">Not delivered: the number has opted out</p>' in page


def test_news_tells_what_became_of_a_line_that_is_on_the_page_already(
    open_desk: Desk, two_threads: str
) -> None:
    floor = open_desk.floor
    floor.tell(
        two_threads, Speaker.AGENT, "Hello", address=TEXT, delivery=Delivery("waiting", MONDAY)
    )
    last = len(floor.entries[two_threads])
    path = f"/desk/c/{two_threads}/news?after={last}"
    with open_desk.sign_in() as priya:
        before = priya.get(path, headers=SCRIPT).json()
        open_desk.do(_becomes(open_desk, two_threads, last, Delivery("read", MONDAY)))
        after = priya.get(path, headers=SCRIPT).json()

    assert (before["lines"].strip(), after["lines"].strip()) == ("", "")
    assert "Waiting to be sent" in before["under"][str(last)][1]
    assert "Read 10:00" in after["under"][str(last)][1]
    assert before["under"][str(last)][0] != after["under"][str(last)][0]
    assert (before["moving"], after["moving"]) == (True, False)
    assert "Answer on" in after["threads"]


def test_a_file_stands_on_its_line_as_a_card(open_desk: Desk, two_threads: str) -> None:
    floor = open_desk.floor
    floor.tell(
        two_threads,
        Speaker.RESIDENT,
        "",
        address=TEXT,
        attachment=Attachment(PHOTO, "kept", "image/jpeg", 240_000),
    )
    floor.tell(
        two_threads,
        Speaker.RESIDENT,
        "and this",
        address=TEXT,
        attachment=Attachment(PHOTO, "refused", "application/pdf", 0, "virus"),
    )
    with open_desk.sign_in() as priya:
        page = priya.get(f"/desk/c/{two_threads}").text

    assert "<b>Photo (JPEG)</b>" in page
    assert f'href="/desk/attachments/{PHOTO}"' in page
    assert f'src="/desk/attachments/{PHOTO}/picture"' in page
    assert "Refused: the virus scanner found something in it" in page
    assert page.count("Save the file") == 1


async def _becomes(desk: Desk, key: str, position: int, delivery: Delivery) -> None:
    desk.floor.becomes(key, position, delivery=delivery)
