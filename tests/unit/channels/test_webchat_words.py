"""What a resident reads around the messages: days, times, who answers, and colours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from channels.channel import Refused, Webhook
from channels.messages import Address, Choice, Reply
from channels.transcript import Entry, Speaker
from channels.webchat.channel import WebChat
from channels.webchat.days import clock, day, day_heading, span
from channels.webchat.plain_transcript import plain_transcript
from channels.webchat.rows import rows
from channels.webchat.service import Status, View
from channels.webchat.standing import standing
from channels.webchat.theme import colour, contrast, theme_css
from tests.unit.channels.webchat_service import ASHCOMBE, SOURCE

MONDAY = datetime(2026, 11, 23, 14, 5, tzinfo=timezone.utc)
SUMMER = datetime(2026, 7, 1, 23, 30, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        pytest.param(MONDAY, "2:05pm", id="afternoon"),
        pytest.param(MONDAY.replace(hour=0), "12:05am", id="after midnight"),
        pytest.param(MONDAY.replace(hour=12), "12:05pm", id="after midday"),
        pytest.param(SUMMER, "12:30am", id="British Summer Time"),
    ],
)
def test_times_are_as_clocks_in_britain_show_them(at: datetime, words: str) -> None:
    assert clock(at) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        pytest.param(MONDAY, "Today", id="today"),
        pytest.param(MONDAY - timedelta(days=1), "Yesterday", id="yesterday"),
        pytest.param(MONDAY - timedelta(days=3), "Friday 20 November 2026", id="before"),
    ],
)
def test_a_new_day_has_a_heading(at: datetime, words: str) -> None:
    assert day_heading(at, MONDAY) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 second"),
        (20, "20 seconds"),
        (60, "1 minute"),
        (60.5, "61 seconds"),
        (121, "3 minutes"),
        (3400, "57 minutes"),
        (7300, "3 hours"),
        (86_400, "24 hours"),
    ],
)
def test_a_wait_is_said_in_words_and_never_too_short(seconds: float, words: str) -> None:
    assert span(timedelta(seconds=seconds)) == words


def test_a_date_is_written_in_full() -> None:
    assert day(date(2026, 11, 1)) == "1 November 2026"


@pytest.mark.parametrize(
    ("status", "who", "spoken"),
    [
        pytest.param(Status(), "Assistant", "", id="the assistant"),
        pytest.param(
            Status(keeper="agent", agent_name="Priya"), "Priya, council officer", "", id="a person"
        ),
        pytest.param(
            Status(keeper="queue", place=3),
            "Waiting for a person",
            "You are number 3 in the queue for a person. You can leave this page open.",
            id="in the queue",
        ),
        pytest.param(
            Status(keeper="queue", place=1),
            "Waiting for a person",
            "You are next in the queue for a person. You can leave this page open.",
            id="next",
        ),
        pytest.param(
            Status(keeper="queue", place=1, hours="Our advisers are back at 8:30am on Monday."),
            "Waiting for a person",
            "Nobody is here to answer right now. Our advisers are back at 8:30am on Monday. "
            "You are number 1 in the queue. You can leave this page open.",
            id="out of hours",
        ),
        pytest.param(
            Status(ready=False),
            "Assistant is starting",
            "The assistant is starting. "
            "You can write now. We keep your message and answer it as soon as we can.",
            id="no bot yet",
        ),
        pytest.param(
            Status(keeper="agent", agent_name="Priya", closed=True),
            "Chat ended",
            "This chat has ended. To start a new chat, write a message.",
            id="closed",
        ),
    ],
)
def test_the_page_says_who_answers_and_what_to_expect(
    status: Status, who: str, spoken: str
) -> None:
    words = standing(status)

    assert (words.who, words.spoken) == (who, spoken)


CHOICES = (Choice("Missed bin", "missed"), Choice("Bin days", "days"))
TALK = (
    Entry(1, Speaker.RESIDENT, "bins", MONDAY - timedelta(days=1), client_id="visitor:abcdefgh"),
    Entry(2, Speaker.ASSISTANT, "Which one?", MONDAY, choices=CHOICES),
    Entry(3, Speaker.RESIDENT, "Bin days", MONDAY),
    Entry(4, Speaker.ASSISTANT, "On **Tuesday**.", MONDAY, source=SOURCE),
    Entry(5, Speaker.ASSISTANT, "Anything else?", MONDAY, choices=CHOICES),
    Entry(6, Speaker.NOTE, "Sounds upset", MONDAY, name="Priya"),
    Entry(7, Speaker.SYSTEM, "Priya has joined the chat.", MONDAY),
    Entry(8, Speaker.AGENT, "Hello", MONDAY, name="Priya"),
)


def test_each_day_and_each_run_of_one_speaker_is_named_once() -> None:
    shown = [(row.heading, row.who, row.continues) for row in rows("c", TALK, MONDAY)]

    assert shown == [
        ("Yesterday", "You", False),
        ("Today", "Assistant", False),
        ("", "You", False),
        ("", "Assistant", False),
        ("", "Assistant", True),
        ("", "", False),
        ("", "Priya, council officer", False),
    ]


def test_a_choice_can_be_pressed_until_the_resident_answers() -> None:
    shown = [(row.open, row.chosen) for row in rows("c", TALK, MONDAY) if row.choices]

    assert shown == [(False, "days"), (True, "")]


def test_only_answers_with_a_source_are_rated() -> None:
    assert [row.entry.position for row in rows("c", TALK, MONDAY) if row.rateable] == [4]


def test_the_page_is_not_told_the_visitors_id() -> None:
    assert rows("c", TALK, MONDAY)[0].client_id == "abcdefgh"


def test_the_text_file_says_who_said_what_and_from_where() -> None:
    text = plain_transcript(ASHCOMBE, View("c", TALK[3:], Status()), MONDAY)

    assert text == (
        "Chat with Ashcombe Borough Council\n"
        "Saved on 23 November 2026 at 2:05pm\n\n"
        "23 November 2026\n\n"
        "2:05pm  Assistant:\n    On Tuesday.\n"
        "    Source: Bin collection days, Ashcombe Borough Council, checked 1 November 2026\n"
        "    https://www.ashcombe.example/bins\n\n"
        "2:05pm  Assistant:\n    Anything else?\n    - Missed bin\n    - Bin days\n\n"
        "2:05pm  Chat:\n    Priya has joined the chat.\n\n"
        "2:05pm  Priya, council officer:\n    Hello\n"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("#0b5d4f", (11, 93, 79), id="hex"),
        pytest.param("#FFF", (255, 255, 255), id="short hex"),
        pytest.param("rgb(1, 2, 3)", (1, 2, 3), id="rgb"),
        pytest.param("rgb(1, 2, 300)", None, id="out of range"),
        pytest.param("red;} body{display:none", None, id="a style sheet"),
        pytest.param("url(https://evil.example)", None, id="an address"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_colour_is_a_colour_or_nothing(value: str, expected: tuple[int, int, int] | None) -> None:
    assert colour(value) == expected


def test_a_style_sheet_carries_no_value_that_is_not_a_colour() -> None:
    council = replace(ASHCOMBE, accent="red;} body{display:none", accent_text="expression(1)")

    css = theme_css(council)

    assert "--accent: #1d4f91;" in css
    assert "display" not in css
    assert "expression" not in css


@pytest.mark.parametrize("accent", ["#0b5d4f", "#ffd54a", "#ffffff", "#767676", "#000", "#e6007e"])
def test_every_accent_can_be_read(accent: str) -> None:
    css = theme_css(replace(ASHCOMBE, accent=accent, accent_text="#ffffff"))
    found = dict(line.strip(" ;").split(": ") for line in css.splitlines() if ": " in line)
    of = {name: colour(value) or (0, 0, 0) for name, value in found.items()}

    assert contrast(of["--accent"], of["--accent-text"]) >= 4.5
    assert contrast(of["--accent-ink"], (255, 255, 255)) >= 4.5
    assert contrast(of["--accent-ink"], of["--accent-soft"]) >= 4.5


async def test_the_web_chat_sends_nothing() -> None:
    channel = WebChat()
    call = Webhook("POST", "/", {}, b"", MONDAY)

    channel.verify(call)

    assert list(channel.parse(call)) == []
    assert list(channel.render(Reply("Hello"))) == []
    with pytest.raises(Refused):
        await channel.send(Address("webchat", "v"), {}, "key")
