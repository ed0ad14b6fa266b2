"""A page hears everything once, in order, whatever happens to its line."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from channels.transcript import Speaker
from channels.webchat.events import Cursor, read_cursor
from channels.webchat.service import Status
from tests.unit.channels.webchat_service import Door, listen, running_chat

STREAM = "/chat/ashcombe/stream"


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with running_chat(beat=0.05) as open_door:
        yield open_door


@pytest.fixture
def browser(door: Door) -> Iterator[httpx.Client]:
    """A browser in whose chat three things were said."""
    with door.browser() as one:
        one.post("/chat/ashcombe/messages", json={"id": "message-1", "text": "One"})
        door.do(door.chat.add(door.visitor, Speaker.ASSISTANT, "Two"))
        door.do(door.chat.add(door.visitor, Speaker.ASSISTANT, "Three"))
        yield one


def positions(browser: httpx.Client, many: int, last: str = "", after: str = "") -> list[int]:
    path = f"{STREAM}?after={after}" if after else STREAM
    heard = listen(browser, many, path=path, last=last)
    return [event.data["position"] for event in heard if event.name == "entry"]


def test_a_page_that_knows_nothing_hears_everything(browser: httpx.Client) -> None:
    assert positions(browser, 3) == [1, 2, 3]


def test_an_event_is_named_by_conversation_and_position(door: Door, browser: httpx.Client) -> None:
    talk = door.chat.talks[door.visitor].id

    assert [event.id for event in listen(browser, 3)] == [f"{talk}.1", f"{talk}.2", f"{talk}.3"]


def test_a_line_that_was_lost_goes_on_where_it_was(door: Door, browser: httpx.Client) -> None:
    talk = door.chat.talks[door.visitor].id
    door.do(door.chat.add(door.visitor, Speaker.ASSISTANT, "Four"))

    assert positions(browser, 2, last=f"{talk}.2") == [3, 4]
    assert positions(browser, 2, after=f"{talk}.2") == [3, 4]


def test_the_last_event_heard_is_later_than_the_one_the_page_began_with(
    door: Door, browser: httpx.Client
) -> None:
    talk = door.chat.talks[door.visitor].id

    assert positions(browser, 1, last=f"{talk}.2", after=f"{talk}.1") == [3]


def test_a_new_conversation_is_heard_from_its_beginning(door: Door, browser: httpx.Client) -> None:
    talk = door.chat.talks[door.visitor].id
    door.do(door.chat.end("ashcombe", door.visitor))
    browser.post("/chat/ashcombe/messages", json={"id": "message-2", "text": "New"})

    assert positions(browser, 1, last=f"{talk}.3") == [1]


@pytest.mark.parametrize(
    ("value", "cursor"),
    [
        ("c1.7", Cursor("c1", 7)),
        (".0", Cursor("", 0)),
        ("", Cursor()),
        ("c1", Cursor()),
        ("c1.-1", Cursor()),
        ("c1.7\n", Cursor()),
        ("c1.99999999999999999999", Cursor()),
        ("'; DROP TABLE transcript; --.1", Cursor()),
        ("c1.٧", Cursor()),
    ],
)
def test_what_is_no_cursor_reads_from_the_beginning(value: str, cursor: Cursor) -> None:
    assert read_cursor(value) == cursor


def test_the_page_hears_who_answers_and_who_types(door: Door, browser: httpx.Client) -> None:
    door.do(door.chat.become(door.visitor, Status(keeper="queue", place=2)))
    door.do(door.chat.write(door.visitor, "Priya"))

    *_, status, typing = listen(browser, 5)

    assert (status.name, status.data["state"], status.data["place"]) == ("status", "queue", 2)
    assert status.data["title"] == "You are number 2 in the queue for a person."
    assert (typing.name, typing.data) == ("typing", {"name": "Priya"})


def test_agents_notes_do_not_leave_the_desk(door: Door, browser: httpx.Client) -> None:
    door.do(door.chat.add(door.visitor, Speaker.NOTE, "Between us"))
    door.do(door.chat.add(door.visitor, Speaker.AGENT, "Hello", name="Priya"))

    assert positions(browser, 4) == [1, 2, 3, 5]


def test_the_visitors_id_is_in_no_event(door: Door, browser: httpx.Client) -> None:
    assert all(door.visitor not in str(event) for event in listen(browser, 3))


def test_a_silent_line_beats_and_says_how_to_come_back(browser: httpx.Client) -> None:
    with browser.stream("GET", STREAM) as answer:
        lines = []
        for line in answer.iter_lines():
            lines.append(line)
            if line.startswith(": "):
                break

    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert answer.headers["Cache-Control"] == "no-store"
    assert lines[0] == "retry: 2000"
    assert 'data: {"known": true}' in lines


def test_a_stranger_is_told_that_no_cookie_came(door: Door) -> None:
    with door.browser() as stranger, stranger.stream("GET", STREAM) as answer:
        ready = next(line for line in answer.iter_lines() if line.startswith("data: "))

        assert ready == 'data: {"known": false}'
        assert "front_door=" in answer.headers["Set-Cookie"]


def test_nobody_hears_another_visitors_chat(door: Door, browser: httpx.Client) -> None:
    talk = door.chat.talks[door.visitor].id
    with door.browser() as other:
        other.get("/chat/ashcombe")

        heard = listen(other, 1, last=f"{talk}.0")

    assert [event.name for event in heard] == ["status"]
