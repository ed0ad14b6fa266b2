"""What may be said in an alert, and who is shown it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from knowledge.alerts import Alert, faults_of
from knowledge.happening import at_the_door, own_council, provider, with_answer
from knowledge.library import Library
from knowledge.london import from_london

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.utc)
VESTED = datetime(2027, 4, 1, 10, 0, tzinfo=timezone.utc)
WORDS = "Snow: bins are a day late in Ashcombe until Friday."


def alert(
    number: int, authority: str, *topics: str, starts_at: datetime = NOW - timedelta(hours=1)
) -> Alert:
    ends_at = starts_at + timedelta(days=30)
    return Alert(number, authority, topics, WORDS, starts_at, ends_at, "priya", starts_at)


def numbers(alerts: tuple[Alert, ...]) -> list[int]:
    return [one.id for one in alerts]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(WORDS, id="a sentence"),
        pytest.param("x" * 10, id="ten characters"),
        pytest.param("x" * 200, id="two hundred"),
        pytest.param("The tip at Kelm Lane is shut - use High Road (10am to 4pm).", id="signs"),
        pytest.param("Mae'r swyddfa ar gau heddiw, dŵr yn yr adeilad.", id="Welsh"),
        pytest.param("Ring 01632 960200. See www.ashcombe.example/snow_and_ice", id="address"),
    ],
)
def test_plain_words_of_one_paragraph_are_an_alert(text: str) -> None:
    assert faults_of(text, NOW, NOW + timedelta(days=1), NOW) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("Snow.", "10 to 200 characters. There are 5", id="short"),
        pytest.param("x" * 201, "10 to 200 characters. There are 201", id="long"),
        pytest.param("Snow today.\nBins late.", "one paragraph", id="two lines"),
        pytest.param("Snow **today**, bins late.", "without the sign *", id="bold"),
        pytest.param("See [our page](https://a.example)", "without the sign [", id="link"),
        pytest.param("Snow <b>today</b>, bins late", "without the sign <", id="HTML"),
        pytest.param("- Bins are late today", "without the sign -", id="list"),
        pytest.param("# Bins are late today", "without the sign #", id="heading"),
        pytest.param("1. Bins are late today", "without the sign 1.", id="numbered"),
        pytest.param("Your reference is {{ reference }}", "without the sign {", id="value"),
        pytest.param("Snow\u202e today, bins late", "one paragraph", id="turned round"),
    ],
)
def test_anything_else_is_said_to_be_wrong(text: str, said: str) -> None:
    assert said in faults_of(text, NOW, NOW + timedelta(days=1), NOW)["text"]


@pytest.mark.parametrize(
    ("starts", "ends", "wrong"),
    [
        pytest.param(NOW, NOW, {"ends_at"}, id="ends now"),
        pytest.param(NOW - timedelta(2), NOW - timedelta(1), {"ends_at"}, id="over"),
        pytest.param(NOW + timedelta(2), NOW + timedelta(1), {"ends_at"}, id="backwards"),
        pytest.param(NOW, NOW + timedelta(367), {"ends_at"}, id="ends in a year"),
        pytest.param(NOW + timedelta(367), None, {"starts_at"}, id="starts in a year"),
        pytest.param(NOW - timedelta(2), NOW + timedelta(1), set(), id="has begun"),
    ],
)
def test_times_must_make_sense(starts: datetime, ends: datetime | None, wrong: set[str]) -> None:
    assert set(faults_of(WORDS, starts, ends, NOW)) == wrong


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("2026-11-24 18:00", "2026-11-24T18:00+00:00", id="winter"),
        pytest.param("2026-07-01T09:30", "2026-07-01T08:30+00:00", id="summer, as a field has it"),
        pytest.param("2026-10-25 01:30", "2026-10-25T00:30+00:00", id="twice: the first"),
    ],
)
def test_times_are_read_as_a_clock_in_london_shows_them(written: str, expected: str) -> None:
    assert from_london(written) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "written", ["", "tomorrow", "2026-02-30 10:00", "2027-03-28 01:30", "2026-11-24 18:00 or so"]
)
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"time|match|day|data"):
        from_london(written)


def test_an_answer_begins_with_what_the_responsible_council_says_of_it() -> None:
    held = [
        alert(1, "wenshire"),
        alert(2, "wenshire", "pothole", "roadworks"),
        alert(3, "ashcombe", "bin-collection-day"),
        alert(4, "kelmarsh", "pothole"),
    ]

    assert numbers(with_answer(held, "pothole", "wenshire", "ashcombe")) == [2, 1]
    assert numbers(with_answer(held, "bin-collection-day", "ashcombe", "ashcombe")) == [3]
    assert numbers(with_answer(held, "blue-badge", "wenshire", "ashcombe")) == [1]


def test_the_doors_own_words_on_a_countys_topic_count_too() -> None:
    held = [alert(1, "ashcombe", "pothole"), alert(2, "ashcombe")]

    assert numbers(with_answer(held, "pothole", "wenshire", "ashcombe")) == [1]


def test_the_door_tells_of_everything_first_then_what_is_hot(library: Library) -> None:
    held = [
        alert(1, "ashcombe", "bin-collection-day"),
        alert(2, "ashcombe"),
        alert(3, "wenshire", "pothole"),
        alert(4, "wenshire"),
        alert(5, "thornbridge"),
        alert(6, "thornbridge", "missed-bin"),
    ]

    assert numbers(at_the_door(held, library, "ashcombe", NOW)) == [2, 1, 3]
    assert numbers(at_the_door(held, library, "wenshire", NOW)) == [4, 3]


def test_at_most_three_are_told_at_the_door(library: Library) -> None:
    held = [alert(number, "ashcombe") for number in range(5)]

    assert numbers(at_the_door(held, library, "ashcombe", NOW)) == [0, 1, 2]


def test_what_has_been_said_for_a_week_is_not_hot_any_more(library: Library) -> None:
    old = NOW - timedelta(days=8)
    held = [
        alert(1, "ashcombe", "bin-collection-day", starts_at=old),
        alert(2, "ashcombe", starts_at=old),
    ]

    assert numbers(at_the_door(held, library, "ashcombe", NOW)) == [2]


def test_from_vesting_day_on_the_successors_alerts_are_told(library: Library) -> None:
    since = VESTED - timedelta(hours=1)
    held = [
        alert(1, "ashcombe", starts_at=since),
        alert(2, "wenshire", "pothole", starts_at=since),
        alert(3, "east-wenshire", starts_at=since),
        alert(4, "east-wenshire", "pothole", starts_at=since),
        alert(5, "west-wenshire", "pothole", starts_at=since),
    ]

    assert numbers(at_the_door(held, library, "ashcombe", VESTED)) == [3, 4]
    assert numbers(at_the_door(held, library, "east-wenshire", VESTED)) == [3, 4]
    day_before = VESTED - timedelta(days=1)
    assert numbers(at_the_door(held, library, "ashcombe", day_before)) == [1, 2]


def test_who_provides_a_topic_follows_the_day(library: Library) -> None:
    assert provider(library, "pothole", "ashcombe", None, NOW) == "wenshire"
    assert provider(library, "pothole", "ashcombe", None, VESTED) == "east-wenshire"
    assert provider(library, "missed-bin", "wenshire", None, NOW) is None
    assert provider(library, "missed-bin", "wenshire", "kelmarsh", NOW) == "kelmarsh"
    assert provider(library, "no-such-topic", "ashcombe", None, NOW) is None
    assert own_council(library, "wenshire", VESTED) is None
