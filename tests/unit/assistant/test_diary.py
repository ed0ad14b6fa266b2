"""An appointment's file for a calendar says what was booked, to who was given its address."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

import pytest

from assistant.diary import Diary
from assistant.store import Store
from knowledge import appointments, requests
from knowledge.appointments import Appointment
from knowledge.authorities import load_authorities
from knowledge.calendar_file import calendar_file
from knowledge.requests import Request
from knowledge.slots import Slot
from tests.paths import DOOR, NOON

SECRET = "a secret of the test, and long enough"
JUNE = datetime(2026, 6, 26, 9, 0, tzinfo=timezone.utc)
TEN = Slot(DOOR, "town-hall", "housing", JUNE, 30)


def diary(store: Store, secret: str = SECRET) -> Diary:
    return Diary(store, load_authorities, secret, "https://chat.example", lambda: NOON)


def booked(store: Store, slot: Slot = TEN) -> str:
    with store.write() as connection:
        request = Request(slot.value, "book-appointment", slot.authority, {})
        reference = requests.lodge(connection, request, "", NOON)
        assert appointments.book(connection, reference, slot, NOON)
    return reference


def read(file: bytes) -> list[tuple[str, str]]:
    """The lines of a file as RFC 5545 has them, unfolded and unescaped: by our own reading, not by
    the library that wrote it."""
    text = file.decode()
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").split("\r\n")[:-1]
    pairs = (line.partition(":") for line in lines)
    return [
        (name, value.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\"))
        for name, _, value in pairs
    ]


def key_in(address: str) -> str:
    [key] = parse_qs(urlsplit(address).query)["key"]
    return key


async def test_the_file_says_when_where_and_what(sqlite: Store) -> None:
    reference = booked(sqlite)
    address = diary(sqlite).address(reference)
    assert address.startswith(f"https://chat.example/chat/appointment/{reference}.ics?key=")
    file = await diary(sqlite).file(reference, key_in(address))
    assert file is not None
    assert read(file) == [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", "-//Front Door//Appointments//EN"),
        ("METHOD", "PUBLISH"),
        ("BEGIN", "VEVENT"),
        ("SUMMARY", "Housing, Ashcombe Borough Council"),
        ("DTSTART", "20260626T090000Z"),
        ("DTEND", "20260626T093000Z"),
        ("DTSTAMP", "20261120T120000Z"),
        ("UID", f"{reference.lower()}@www.ashcombe.example"),
        ("SEQUENCE", "0"),
        ("DESCRIPTION", reference),
        ("LOCATION", "Town Hall, Market Square, Ashcombe, XA1 1AA"),
        ("BEGIN", "VALARM"),
        ("ACTION", "DISPLAY"),
        ("DESCRIPTION", "Housing, Ashcombe Borough Council"),
        ("TRIGGER", "-PT2H"),
        ("END", "VALARM"),
        ("END", "VEVENT"),
        ("END", "VCALENDAR"),
    ]


async def test_one_that_has_moved_is_the_same_entry_at_another_time(sqlite: Store) -> None:
    reference = booked(sqlite)
    with sqlite.write() as connection:
        later = replace(TEN, starts_at=JUNE + timedelta(days=150))
        assert appointments.move(connection, reference, later, NOON)
    file = await diary(sqlite).file(reference, key_in(diary(sqlite).address(reference)))
    assert file is not None
    lines = dict(read(file))
    assert lines["UID"] == f"{reference.lower()}@www.ashcombe.example"
    assert lines["SEQUENCE"] == "1"
    # Ten in London is ten by UTC in November.
    assert lines["DTSTART"] == "20261123T090000Z"


async def test_a_key_opens_its_own_file_and_only_while_it_is_booked(sqlite: Store) -> None:
    mine, theirs = booked(sqlite), booked(sqlite, replace(TEN, starts_at=JUNE + timedelta(hours=1)))
    here = diary(sqlite)
    key = key_in(here.address(mine))
    assert await here.file(mine, key) is not None
    assert await here.file(theirs, key) is None
    assert await here.file(mine, key[:-1]) is None
    assert await here.file("FD-2222-2222", key_in(here.address("FD-2222-2222"))) is None
    assert await diary(sqlite, "another secret, which is long too").file(mine, key) is None
    with sqlite.write() as connection:
        appointments.cancel(connection, mine, NOON)
    assert await here.file(mine, key) is None


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("Room 1; first floor, left\\right", id="marks with a meaning"),
        pytest.param("Cyngor Sir Ynys Môn " * 12, id="a long line in two bytes"),
        pytest.param("日" * 80, id="a long line in three bytes"),
    ],
)
def test_any_words_come_out_as_they_went_in(words: str) -> None:
    one = Appointment("FD-7KQM-2XHT", DOOR, "town-hall", "housing", JUNE, 30)
    lines = read(calendar_file(one, words, words, "www.ashcombe.example", 0, NOON))
    assert ("SUMMARY", words) in lines
    assert ("LOCATION", words) in lines


def test_the_secret_is_in_no_repr(sqlite: Store) -> None:
    assert SECRET not in repr(diary(sqlite))
