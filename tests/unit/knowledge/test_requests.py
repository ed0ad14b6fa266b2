"""The book of requests: one for each key, with all that became of it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy.engine import Connection

from knowledge import requests as book
from knowledge.references import is_right
from knowledge.requests import Event, NoSuchRequest, Request, SameStatus

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)
LATER = NOON + timedelta(hours=1)
LIGHT = Request("talk:4", "street-light", "wenshire", {"fault": "out"}, spot="lamp:12")


def lodge(connection: Connection, key: str = "talk:4", **more: object) -> str:
    request = Request(**{**vars(LIGHT), "key": key, **more})
    return book.lodge(connection, request, "talk", NOON, channel="sms", user="+447700900123")


def test_the_same_key_is_one_request(connection: Connection) -> None:
    first, again = lodge(connection), lodge(connection)
    assert first == again
    assert is_right(first)
    assert [e.status for e in book.history(connection, first)] == [book.RECEIVED]


def test_a_new_request_is_what_was_asked_for(connection: Connection) -> None:
    filed = book.find(connection, lodge(connection, updates=True))
    assert filed is not None
    assert (filed.service, filed.fields, filed.updates) == ("street-light", {"fault": "out"}, True)
    assert (filed.channel, filed.user) == ("sms", "+447700900123")
    assert (filed.status, filed.is_open, filed.received_at) == (book.RECEIVED, True, NOON)
    assert book.find(connection, "FD-2222-2222") is None


def test_what_becomes_of_it_is_kept_in_order(connection: Connection) -> None:
    reference = lodge(connection)
    book.assign(connection, reference, "priya", LATER, by="sam")
    book.add_note(connection, reference, "cable?", LATER, by="priya")
    book.set_status(connection, reference, book.DONE, LATER, by="priya", words="New lamp fitted.")
    filed, events = book.find(connection, reference), book.history(connection, reference)
    assert filed is not None
    assert (filed.status, filed.closed_at, filed.assigned_to) == (book.DONE, LATER, "priya")
    assert [(e.what, e.status, e.words, e.by, e.shown) for e in events] == [
        ("status", "received", "", "", True),
        ("assigned", "", "priya", "sam", False),
        ("note", "", "cable?", "priya", False),
        ("status", "done", "New lamp fitted.", "priya", True),
    ]


def test_a_request_that_is_opened_again_is_not_closed(connection: Connection) -> None:
    reference = lodge(connection)
    book.set_status(connection, reference, book.NOT_DONE, NOON, by="sam")
    again = book.set_status(connection, reference, book.IN_PROGRESS, LATER, by="sam")
    assert (again.closed_at, again.is_open) == (None, True)
    assert book.find(connection, reference) == again


def test_the_same_status_twice_is_said_to_be(connection: Connection) -> None:
    reference = lodge(connection)
    with pytest.raises(SameStatus):
        book.set_status(connection, reference, book.RECEIVED, LATER, by="sam")
    with pytest.raises(ValueError, match="lost"):
        book.set_status(connection, reference, "lost", LATER, by="sam")
    assert len(book.history(connection, reference)) == 1


def test_of_a_request_that_is_none_nothing_is_written(connection: Connection) -> None:
    with pytest.raises(NoSuchRequest):
        book.set_status(connection, "FD-2222-2222", book.DONE, NOON, by="sam")
    with pytest.raises(NoSuchRequest):
        book.assign(connection, "FD-2222-2222", "sam", NOON, by="sam")
    with pytest.raises(NoSuchRequest):
        book.add_note(connection, "FD-2222-2222", "?", NOON, by="sam")


def test_each_address_has_made_its_own(connection: Connection) -> None:
    mine = lodge(connection)
    other = Request("talk:5", "graffiti", "ashcombe", {})
    book.lodge(connection, other, "other", LATER, channel="webchat", user="sms")
    assert [f.reference for f in book.made_by(connection, [("sms", "+447700900123")])] == [mine]
    assert len(book.made_by(connection, [("sms", "+447700900123"), ("webchat", "sms")])) == 2
    assert book.made_by(connection, []) == []


@pytest.mark.parametrize(
    ("more", "found"),
    [
        pytest.param({}, True, id="the same spot"),
        pytest.param({"spot": "lamp:13"}, False, id="another spot"),
        pytest.param({"spot": ""}, False, id="no spot"),
        pytest.param({"service": "pothole"}, False, id="another service"),
        pytest.param({"authority": "ashcombe"}, False, id="another council"),
        pytest.param({"spot": "", "latitude": 51.33011, "longitude": -0.27}, True, id="12 metres"),
        pytest.param({"spot": "", "latitude": 51.33, "longitude": -0.2695}, False, id="35 metres"),
    ],
)
def test_finds_what_was_reported_already(
    connection: Connection, more: dict[str, object], found: bool
) -> None:
    lodge(connection, latitude=51.33, longitude=-0.27)
    same = Request(**{**vars(LIGHT), "key": "talk:9", **more})
    assert bool(book.alike(connection, same, NOON - timedelta(days=1), 30)) == found


def test_what_is_closed_old_or_itself_one_more_is_not_found(connection: Connection) -> None:
    first = lodge(connection)
    second = lodge(connection, "talk:5", joins=first)
    [one] = book.alike(connection, LIGHT, NOON - timedelta(days=1), 30)
    assert one.reference == first
    assert book.history(connection, first)[-1] == Event(NOON, book.ADDED, words=second)
    assert book.alike(connection, LIGHT, LATER, 30) == []
    book.set_status(connection, first, book.DONE, LATER, by="sam")
    assert book.alike(connection, LIGHT, NOON - timedelta(days=1), 30) == []


def test_forgets_what_was_closed_long_ago(connection: Connection) -> None:
    gone, open_still = lodge(connection), lodge(connection, "talk:5")
    book.set_status(connection, gone, book.DONE, NOON, by="sam")
    year = timedelta(days=365)
    assert book.forget(connection, "street-light", year, NOON + year) == 0
    assert book.forget(connection, "street-light", year, NOON + year + timedelta(1)) == 1
    assert book.find(connection, gone) is None
    assert book.history(connection, gone) == []
    assert book.find(connection, open_still) is not None
