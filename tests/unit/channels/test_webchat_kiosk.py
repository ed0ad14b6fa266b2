"""A screen that many people use: nothing leads away, and nothing is left for the next one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import httpx
import pytest

from channels.messages import Link
from channels.transcript import Speaker
from channels.webchat.service import Status
from channels.webchat.visitors import Visitor, Visitors
from tests.unit.channels.test_webchat_pages import words
from tests.unit.channels.webchat_service import SECRET, SOURCE, WWW, Door, running_chat

KIOSK = "/kiosk/ashcombe"
SAID = {"id": "message-1", "text": "When is my bin day?"}


@pytest.fixture
def door() -> Iterator[Door]:
    with running_chat() as open_door:
        yield open_door


@pytest.fixture
def browser(door: Door) -> Iterator[httpx.Client]:
    with door.browser() as one:
        one.get(KIOSK)
        one.post(f"{KIOSK}/messages", json=SAID)
        yield one


def page_of_somebody_idle(door: Door, browser: httpx.Client, seconds: int, path: str = "") -> str:
    """Return the page for a browser that the server heard of that long ago."""
    then = datetime.now(timezone.utc) - timedelta(seconds=seconds)
    visitors = Visitors(SECRET, secure=False, idle_seconds=1)
    visitor = Visitor(browser.cookies["front_door"].partition(".")[0], then)
    cookie = visitors.cookie(visitor, then).partition(";")[0]
    return httpx.get(f"{door.url}{KIOSK}{path}", headers={"Cookie": cookie}).text


def test_nothing_on_it_leads_away(door: Door, browser: httpx.Client) -> None:
    text = f"Read [about bins]({WWW}/bins/) or ring [01632 960 100](tel:01632960100)."
    links = (Link("All days", f"{WWW}/days"),)
    door.do(door.chat.add(door.visitor, Speaker.ASSISTANT, text, source=SOURCE, links=links))
    door.do(door.chat.add(door.visitor, Speaker.AGENT, f"See {WWW}/form", name="Priya"))

    page = browser.get(KIOSK).text

    own = ("/kiosk/ashcombe", "#message", f"{KIOSK}#")
    assert [u for u in re.findall(r'<a [^>]*href="([^"]+)"', page) if not u.startswith(own)] == []
    assert "Read about bins ( www.ashcombe.example/bins ) or ring 01632 960 100." in words(page)
    assert "All days ( www.ashcombe.example/days )" in words(page)
    assert f"See {WWW}/form" in words(page)
    assert "target=" not in page


def test_the_chat_may_not_be_printed_or_saved_there(browser: httpx.Client) -> None:
    _, body = browser.get(KIOSK).text.split("</head>")
    assert "ranscript" not in body.replace("End of transcript", "")
    assert browser.get(f"{KIOSK}/transcript").status_code == 404
    assert browser.get(f"{KIOSK}/transcript.txt").status_code == 404


def test_its_cookie_is_of_the_session_and_its_own(browser: httpx.Client) -> None:
    cookie = browser.get(KIOSK).headers["Set-Cookie"]
    assert "Path=/kiosk;" in cookie
    assert "Max-Age" not in cookie
    assert "bin day?</p>" not in browser.get("/chat/ashcombe").text


def test_who_finishes_leaves_nothing(door: Door, browser: httpx.Client) -> None:
    answer = browser.post(f"{KIOSK}/end", follow_redirects=True)

    assert answer.url.path == KIOSK
    assert "The last chat was wiped from this screen." in words(answer.text)
    assert "How can we help?" in answer.text
    assert "When is my bin day?</p>" not in answer.text
    assert door.chat.talks[door.visitor].status.closed


def test_the_next_person_does_not_see_a_chat_that_somebody_left(
    door: Door, browser: httpx.Client
) -> None:
    assert "bin day?</p>" in page_of_somebody_idle(door, browser, 60)
    page = page_of_somebody_idle(door, browser, 200)
    assert "bin day?</p>" not in page
    assert "The last chat was wiped from this screen." in words(page)
    assert door.chat.talks[door.visitor].status.closed


def test_who_waits_for_a_person_may_sit_still_for_longer_but_not_for_ever(
    door: Door, browser: httpx.Client
) -> None:
    door.do(door.chat.become(door.visitor, Status(keeper="queue", place=1)))
    assert "bin day?</p>" in page_of_somebody_idle(door, browser, 300)
    assert "bin day?</p>" not in page_of_somebody_idle(door, browser, 400)


def test_without_scripts_it_asks_before_it_wipes(door: Door, browser: httpx.Client) -> None:
    page = browser.get(KIOSK).text
    asks = f'<noscript><meta http-equiv="refresh" content="150; url={KIOSK}/still-there">'
    assert asks in page
    question = browser.get(f"{KIOSK}/still-there")
    assert "Are you still there?" in question.text
    assert "Set-Cookie" not in question.headers
    assert f'content="32; url={KIOSK}?idle=1"' in question.text
    # 150 seconds, 32 more, and nobody answered.
    assert "bin day?</p>" not in page_of_somebody_idle(door, browser, 182, "?idle=1")


def test_a_page_that_asks_by_itself_is_no_sign_of_anybody(browser: httpx.Client) -> None:
    assert "Set-Cookie" in browser.get(KIOSK).headers
    assert "Set-Cookie" not in browser.get(f"{KIOSK}?idle=1").headers


def test_a_secure_kiosk_is_shown_in_no_frame() -> None:
    visitors = Visitors(SECRET, secure=True, idle_seconds=90, path="/kiosk", framed=False)
    now = datetime.now(timezone.utc)
    cookie = visitors.cookie(visitors.recognise("", now), now)
    assert cookie.endswith("; Path=/kiosk; HttpOnly; Secure; SameSite=Lax")


def test_without_a_telephone_there_is_one_button_less() -> None:
    with running_chat(offers=()) as door, door.browser() as browser:
        page = browser.get(KIOSK).text
        assert "Take this chat with you" not in page
        assert "Finish and wipe" in page
