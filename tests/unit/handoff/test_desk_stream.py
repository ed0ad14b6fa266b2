"""News for an open desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from channels.transcript import Speaker
from tests.unit.handoff.rooms import Desk, running_desk


@pytest.fixture
def quick_desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk that looks after its streams twenty times a second."""
    with running_desk(tmp_path, tick=0.05) as desk:
        yield desk


async def tell(desk: Desk, key: str) -> None:
    desk.floor.tell(key, Speaker.RESIDENT, "secret words")


def until(lines: Iterator[str], wanted: str) -> list[str]:
    seen = []
    for line in lines:
        seen.append(line)
        if wanted in line:
            return seen
    raise AssertionError(f"the stream ended before {wanted!r}: {seen}")


def test_the_stream_says_what_to_look_at_and_no_words(open_desk: Desk) -> None:
    key = open_desk.do(open_desk.floor.open())
    with open_desk.sign_in() as browser, browser.stream("GET", "/desk/stream") as stream:
        lines = stream.iter_lines()
        until(lines, "event: hello")
        open_desk.do(tell(open_desk, key))
        seen = until(lines, key)

    assert stream.headers["content-type"] == "text/event-stream"
    assert seen[-1] == f'data: {{"kind": "entry", "conversation": "{key}"}}'
    assert "secret words" not in "".join(seen)


def test_the_stream_tells_a_page_whose_session_has_ended(quick_desk: Desk) -> None:
    with quick_desk.sign_in() as browser, browser.stream("GET", "/desk/stream") as stream:
        lines = stream.iter_lines()
        until(lines, "event: hello")
        until(lines, ": still here")
        quick_desk.pass_time(minutes=31)
        until(lines, "event: signed-out")
        rest = list(lines)

    assert rest == ["data: {}", ""]


def test_a_page_that_leaves_is_forgotten(quick_desk: Desk) -> None:
    with quick_desk.sign_in() as browser, browser.stream("GET", "/desk/stream") as stream:
        lines = stream.iter_lines()
        until(lines, ": still here")
        here = len(quick_desk.floor.listeners)
    with quick_desk.sign_in("sam") as other, other.stream("GET", "/desk/stream") as stream:
        lines = stream.iter_lines()
        for _ in range(100):
            until(lines, ": still here")
            if len(quick_desk.floor.listeners) == 1:
                break

    assert here == 1
    assert len(quick_desk.floor.listeners) <= 1


def test_who_is_not_signed_in_gets_no_stream(open_desk: Desk) -> None:
    with open_desk.browser() as browser:
        page: httpx.Response = browser.get("/desk/stream")

    assert page.status_code == 303
