"""An appointment's file is for who has its address, and looks like a calendar to the browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.channels.webchat_service import Door, running_chat

FILE = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
REFERENCE, KEY = "FD-7KQM-2XHT", "0123456789abcdef" * 2


class OneFile:
    async def file(self, reference: str, key: str) -> bytes | None:
        return FILE if (reference, key) == (REFERENCE, KEY) else None


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with running_chat(calendars=OneFile()) as open_door:
        yield open_door


def test_who_has_the_address_gets_the_file(door: Door) -> None:
    with door.browser() as browser:
        answer = browser.get(f"/chat/appointment/{REFERENCE}.ics?key={KEY}")
    assert (answer.status_code, answer.content) == (200, FILE)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert answer.headers["content-disposition"] == 'attachment; filename="appointment.ics"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex"


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(f"{REFERENCE}.ics", id="no key"),
        pytest.param(f"{REFERENCE}.ics?key=", id="an empty key"),
        pytest.param(f"{REFERENCE}.ics?key={KEY[:-1]}0", id="another key"),
        pytest.param(f"{REFERENCE}.ics?key={KEY}0", id="a longer key"),
        pytest.param(f"{REFERENCE}.ics?key={'é' * 32}", id="a key that is none"),
        pytest.param(f"FD-7KQM-2XHV.ics?key={KEY}", id="another appointment"),
        pytest.param(f"{REFERENCE}?key={KEY}", id="no file"),
        pytest.param(f"..%2F{REFERENCE}.ics?key={KEY}", id="a path"),
        pytest.param(f"{'A' * 3000}.ics?key={KEY}", id="a long name"),
    ],
)
def test_who_has_not_learns_nothing(door: Door, address: str) -> None:
    with door.browser() as browser:
        answer = browser.get(f"/chat/appointment/{address}")
    assert answer.status_code == 404
    assert "We cannot find this page" in answer.text
    assert REFERENCE not in answer.text


def test_the_other_addresses_of_the_chat_are_as_they_were(door: Door) -> None:
    with door.browser() as browser:
        assert browser.get("/chat/ashcombe").status_code == 200
        assert browser.get("/chat/ashcombe/end").status_code == 200
        assert browser.get("/chat/appointment").status_code == 404
