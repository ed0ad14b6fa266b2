"""An appointment is changed or cancelled by who booked it, and only when they have said yes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timezone
from typing import Any

import pytest

from actions.appointment import CANCELLING, CHOOSING, MOVING, go_on, is_to_cancel, manage
from actions.heard import Heard
from actions.memory import Memory
from actions.outcome import Outcome
from knowledge.appointments import Appointment
from knowledge.book import EmptyBook, reading
from knowledge.library import Library, open_library
from knowledge.slots import Seat

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)
HEARD = Heard("", "change", date(2026, 11, 20), "kelmarsh", "c:1", now=NOW)
TEN = Appointment(
    "FD-7KQM-2XHT",
    "kelmarsh",
    "vale-house",
    "housing",
    datetime(2026, 11, 24, 10, tzinfo=timezone.utc),
    30,
)
WEDNESDAY = replace(
    TEN, reference="FD-9BCD-7KQM", starts_at=datetime(2026, 11, 25, 14, tzinfo=timezone.utc)
)
TEN_WORDS = "Tuesday 24 November at 10am, Vale House, Station Road, Kelmarsh, XA3 1AA"


class Book(EmptyBook):
    def __init__(self, *mine: Appointment) -> None:
        self.mine = mine
        self.full: dict[Seat, int] = {}

    def appointments(self, now: datetime) -> Sequence[Appointment]:
        return [one for one in self.mine if one.starts_at > now]

    def taken(
        self, authorities: Sequence[str], about: str, start: datetime, end: datetime
    ) -> Mapping[Seat, int]:
        return self.full


@pytest.fixture
def book() -> Iterator[Book]:
    one = Book(TEN)
    with reading(one):
        yield one


@pytest.fixture(scope="module")
def library() -> Library:
    return open_library()


def said(text: str, intent: str = "change") -> Heard:
    return replace(HEARD, text=text, intent=intent)


def pressed(intent: str, **chosen: str) -> Heard:
    return replace(HEARD, intent=intent, is_choice=True, chosen=chosen)


def change_of(outcome: Outcome) -> list[dict[str, Any]]:
    return [line.custom["appointment"] for line in outcome.lines if line.custom]


@pytest.mark.parametrize(
    ("words", "cancels"),
    [
        ("cancel my appointment", True),
        ("I don't need my appointment any more", True),
        ("change my appointment", False),
        ("can I come on Friday instead", False),
    ],
)
def test_knows_a_wish_to_cancel(words: str, cancels: bool) -> None:
    assert is_to_cancel(words) == cancels


def step(outcome: Outcome) -> str:
    return str((outcome.memory.tracked or {}).get("step"))


def test_it_is_cancelled_after_a_yes(book: Book, library: Library) -> None:
    asked = manage(said("cancel my appointment"), Memory(), library, cancel=True)
    assert (asked.lines[0].response, asked.lines[0].values) == (
        "utter_cancel_appointment",
        {"when": TEN_WORDS},
    )
    assert step(asked) == CANCELLING
    assert change_of(asked) == []
    done = go_on(said("yes", "yes"), asked.memory, library)
    assert done.lines[0].response == "utter_appointment_cancelled"
    assert change_of(done) == [{"reference": TEN.reference, "slot": None}]
    assert done.memory.doing is None


@pytest.mark.parametrize("intent", ["no", "stop"])
def test_it_stays_when_they_say_no(book: Book, library: Library, intent: str) -> None:
    asked = manage(said("cancel my appointment"), Memory(), library, cancel=True)
    kept = go_on(said("no", intent), asked.memory, library)
    assert kept.lines[0].response == "utter_appointment_kept"
    assert (change_of(kept), kept.memory.doing) == ([], None)


def test_what_is_neither_yes_nor_no_asks_again(book: Book, library: Library) -> None:
    asked = manage(said("cancel my appointment"), Memory(), library, cancel=True)
    again = go_on(said("hm", "chat"), asked.memory, library)
    assert again.lines == asked.lines


def test_a_new_time_is_offered_chosen_and_confirmed(book: Book, library: Library) -> None:
    asked = manage(said("change my appointment"), Memory(), library, cancel=False)
    assert (asked.lines[0].response, step(asked)) == ("utter_which_new_time", CHOOSING)
    labels = [label for label, _ in asked.lines[0].choices]
    assert len(labels) == 6
    assert "Tue 24 Nov, 10am" not in labels
    confirm = go_on(
        pressed("inform", field="slot", value="kelmarsh vale-house 2026-11-26T11:00"),
        asked.memory,
        library,
    )
    assert (confirm.lines[0].response, step(confirm)) == ("utter_move_appointment", MOVING)
    done = go_on(pressed("yes"), confirm.memory, library)
    [change] = change_of(done)
    assert change["reference"] == TEN.reference
    assert change["slot"]["starts_at"] == "2026-11-26T11:00:00+00:00"
    assert done.lines[0].response == "utter_appointment_moved"
    assert done.memory.doing is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("move my appointment to Thursday 26 November at 11", MOVING, id="a time"),
        pytest.param("can I change it to thursday afternoon", CHOOSING, id="some times"),
    ],
)
def test_the_new_time_may_be_said_at_once(
    book: Book, library: Library, words: str, expected: str
) -> None:
    asked = manage(said(words), Memory(), library, cancel=False)
    assert step(asked) == expected
    if expected == MOVING:
        assert asked.lines[0].values["when"].startswith("Thursday 26 November at 11am")
    else:
        assert all(label.startswith("Thu") for label, _ in asked.lines[0].choices)


def test_no_and_another_time_is_another_time(book: Book, library: Library) -> None:
    first = manage(said("move it to 26 November at 11"), Memory(), library, cancel=False)
    other = go_on(said("no, at 2pm on 27 November", "no"), first.memory, library)
    assert other.lines[0].values["when"].startswith("Friday 27 November at 2pm")
    assert step(other) == MOVING


def test_a_time_that_is_taken_meanwhile_is_not_moved_to(book: Book, library: Library) -> None:
    first = manage(said("move it to 26 November at 11"), Memory(), library, cancel=False)
    eleven = datetime(2026, 11, 26, 11, tzinfo=timezone.utc)
    book.full = {("kelmarsh", "vale-house", eleven): 2}
    again = go_on(pressed("yes"), first.memory, library)
    assert again.lines[0].response == "utter_no_time_then"
    assert len(again.lines[0].choices) == 6
    assert change_of(again) == []


def test_see_other_times_offers_other_times(book: Book, library: Library) -> None:
    first = manage(said("move it to 26 November at 11"), Memory(), library, cancel=False)
    others = go_on(pressed("change", field="slot"), first.memory, library)
    assert (others.lines[0].response, step(others)) == ("utter_which_new_time", CHOOSING)


def test_when_nothing_is_free_then_other_times_are_offered(book: Book, library: Library) -> None:
    asked = manage(said("move it to Saturday"), Memory(), library, cancel=False)
    assert asked.lines[0].response == "utter_no_time_then"
    assert len(asked.lines[0].choices) == 6


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("cancel the one on Wednesday", WEDNESDAY, id="by its day"),
        pytest.param("cancel FD-9BCD-7KQM", WEDNESDAY, id="by its reference"),
        pytest.param("cancel my 10am appointment", TEN, id="by its time"),
        pytest.param("cancel my appointment", None, id="not said"),
        pytest.param("cancel FD-2222-2222", None, id="somebody else's"),
    ],
)
def test_which_of_two_is_meant(library: Library, words: str, expected: Appointment | None) -> None:
    with reading(Book(TEN, WEDNESDAY)):
        asked = manage(said(words), Memory(), library, cancel=True)
        if expected is None:
            assert asked.lines[0].response == "utter_which_appointment"
            assert [label for label, _ in asked.lines[0].choices] == [
                "Tue 24 Nov, 10am",
                "Wed 25 Nov, 2pm",
            ]
            asked = go_on(pressed("inform", reference=TEN.reference), asked.memory, library)
            expected = TEN
    assert asked.memory.tracked == {
        "reference": expected.reference,
        "service": "book-appointment",
        "step": CANCELLING,
    }


def test_who_has_none_is_told_so(library: Library) -> None:
    with reading(Book()):
        told = manage(said("cancel FD-7KQM-2XHT"), Memory(), library, cancel=True)
    assert told.lines[0].response == "utter_no_appointment"
    assert told.memory.doing is None
    assert change_of(told) == []


def test_one_that_has_begun_meanwhile_is_not_moved(book: Book, library: Library) -> None:
    asked = manage(said("cancel my appointment"), Memory(), library, cancel=True)
    late = replace(said("yes", "yes"), now=TEN.starts_at)
    assert go_on(late, asked.memory, library).lines[0].response == "utter_no_appointment"
