"""A transcript and its times, as the desk shows them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.transcript import Entry, Speaker
from handoff.days import day_of, lateness, waited
from handoff.floor import Agent
from handoff.lines import lines
from handoff.lists import unanswered_since
from handoff.words import as_html
from tests.unit.handoff.rooms import MONDAY

PRIYA = Agent(1, "priya", "Priya", "ashcombe", ("ashcombe",))


def entry(position: int, speaker: Speaker, text: str = "Hello", name: str = "") -> Entry:
    return Entry(position, speaker, text, MONDAY + timedelta(minutes=position), name=name)


def test_a_speaker_is_named_once_a_run() -> None:
    shown = lines(
        [
            entry(1, Speaker.RESIDENT),
            entry(2, Speaker.RESIDENT),
            entry(3, Speaker.ASSISTANT),
            entry(4, Speaker.AGENT, name="Priya"),
            entry(5, Speaker.AGENT, name="Sam"),
            entry(6, Speaker.NOTE, name="Sam"),
        ],
        PRIYA,
        MONDAY,
    )

    assert [line.who for line in shown] == [
        "Resident",
        "",
        "Assistant",
        "Priya (you)",
        "Sam",
        "Note by Sam",
    ]


def test_what_is_new_knows_what_stands_above_it() -> None:
    transcript = [entry(1, Speaker.RESIDENT), entry(2, Speaker.RESIDENT)]

    (line,) = lines(transcript, PRIYA, MONDAY, after=1)

    assert (line.entry.position, line.who, line.day) == (2, "", "")


def test_days_are_called_as_people_call_them() -> None:
    assert [day_of(MONDAY - timedelta(days=ago), MONDAY) for ago in (0, 1, 3, 400)] == [
        "Today",
        "Yesterday",
        "Friday 20 November",
        "Sunday 19 October 2025",
    ]


@pytest.mark.parametrize(
    ("seconds", "shown", "late"),
    [
        (-5, "0:00", ""),
        (40, "0:40", ""),
        (121, "2:01", "late"),
        (301, "5:01", "very-late"),
        (3723, "1:02:03", "very-late"),
    ],
)
def test_waiting_turns_amber_then_red(seconds: int, shown: str, late: str) -> None:
    now = MONDAY + timedelta(seconds=seconds)

    assert (waited(MONDAY, now), lateness(MONDAY, now)) == (shown, late)


@pytest.mark.parametrize(
    ("speakers", "position"),
    [
        pytest.param("RARA", 4, id="handed over, and nobody has answered"),
        pytest.param("RAGRR", 4, id="the first of two messages"),
        pytest.param("RAGRG", None, id="a person spoke last"),
        pytest.param("RGNS", None, id="a note or a name is no message"),
        pytest.param("RN", 1, id="a note is no answer"),
    ],
)
def test_a_conversation_knows_since_when_it_needs_an_answer(
    speakers: str, position: int | None
) -> None:
    kinds = {
        "R": Speaker.RESIDENT,
        "A": Speaker.ASSISTANT,
        "G": Speaker.AGENT,
        "N": Speaker.NOTE,
        "S": Speaker.SYSTEM,
    }
    transcript = [entry(at, kinds[letter]) for at, letter in enumerate(speakers, start=1)]

    since = unanswered_since(transcript)

    assert since == (None if position is None else transcript[position - 1].at)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** _and_", "<p><strong>bold</strong> <em>and</em></p>\n"),
        ("<b>&</b>", "<p>&lt;b&gt;&amp;&lt;/b&gt;</p>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("# not a heading", "<p># not a heading</p>\n"),
        (
            "[page](https://www.ashcombe.example)",
            '<p><a href="https://www.ashcombe.example" target="_blank" '
            'rel="noopener noreferrer">page</a></p>\n',
        ),
    ],
)
def test_a_reply_holds_four_kinds_of_markdown_and_no_html(text: str, html: str) -> None:
    assert as_html(text) == html
