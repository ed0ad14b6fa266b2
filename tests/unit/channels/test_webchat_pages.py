"""The pages a resident gets, as a browser without scripts sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import httpx
import pytest

from channels.messages import Choice, Link
from channels.transcript import Speaker
from channels.webchat.service import Status
from channels.webchat.visitors import Visitor, Visitors
from tests.unit.channels.webchat_service import SECRET, SOURCE, WWW, Door, listen, running_chat

CHAT = "/chat/ashcombe"


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with running_chat() as open_door:
        yield open_door


@pytest.fixture
def browser(door: Door) -> Iterator[httpx.Client]:
    """A browser in which something was said already."""
    with door.browser() as one:
        one.post(f"{CHAT}/messages", json={"id": "message-1", "text": "When is my bin day?"})
        yield one


def words(page: str) -> str:
    """Return the text of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def script_of(page: str) -> str:
    """Return the address of a page's script."""
    [address] = re.findall(r'<script type="module" src="([^"]+)"', page)
    return str(address)


def test_a_new_visitor_is_told_who_speaks_and_how_to_get_a_person(door: Door) -> None:
    with door.browser() as stranger:
        page = stranger.get(CHAT).text

    assert "I am a computer program, not a person." in words(page)
    assert "If you want a person, say so at any time" in words(page)
    assert page.count("data-question>") == 4
    assert f'href="{WWW}/privacy"' in page


def test_an_answer_names_its_source_and_asks_whether_it_helped(
    door: Door, browser: httpx.Client
) -> None:
    door.do(
        door.chat.add(
            door.visitor,
            Speaker.ASSISTANT,
            "On **Tuesday**.",
            source=SOURCE,
            links=(Link("All days", f"{WWW}/days"), Link("Bad", "javascript:alert(1)")),
        )
    )

    page = browser.get(CHAT).text

    assert "<strong>Tuesday</strong>" in page
    assert (
        "Source: Bin collection days · Ashcombe Borough Council · Checked 1 November 2026"
        in words(page)
    )
    assert "Helpful? Yes No" in words(page)
    assert f'href="{WWW}/days"' in page
    assert "javascript:" not in page


def test_without_scripts_choices_are_buttons_of_a_form(door: Door, browser: httpx.Client) -> None:
    door.do(door.chat.add(door.visitor, Speaker.ASSISTANT, "?", choices=(Choice("Yes", "yes"),)))

    page = browser.get(CHAT).text

    assert re.search(
        r'<button class="choice" name="choice" value="yes" data-choice type="sub', page
    )
    assert "This page does not update by itself." in page
    assert "http-equiv" not in page


def test_the_page_names_the_person_who_answers(door: Door, browser: httpx.Client) -> None:
    door.do(door.chat.become(door.visitor, Status(keeper="agent", agent_name="Priya")))

    assert "<span data-who-answers>Priya, council officer</span>" in browser.get(CHAT).text


def test_agents_notes_are_never_shown(door: Door, browser: httpx.Client) -> None:
    door.do(door.chat.add(door.visitor, Speaker.NOTE, "Between us", name="Priya"))

    for path in ("", "/transcript", "/transcript.txt"):
        assert "Between us" not in browser.get(CHAT + path).text


def test_the_transcript_is_a_file_to_keep(browser: httpx.Client) -> None:
    answer = browser.get(f"{CHAT}/transcript.txt")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="chat-ashcombe-[\d-]+\.txt"', answer.headers["Content-Disposition"]
    )
    assert "When is my bin day?" in answer.text


def test_a_long_chat_is_shown_and_saved_whole(door: Door, browser: httpx.Client) -> None:
    for number in range(150):
        door.do(door.chat.add(door.visitor, Speaker.ASSISTANT, f"Line {number}."))

    assert "Line 149." in browser.get(CHAT).text
    assert "Line 149." in browser.get(f"{CHAT}/transcript.txt").text


PAGES = ["", "?embed=1", "?ended=1", "/transcript", "/end"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_nothing_that_is_not_ours_and_is_not_kept(
    browser: httpx.Client, path: str
) -> None:
    answer = browser.get(CHAT + path)
    policy = answer.headers["Content-Security-Policy"].split("; ")

    assert answer.status_code == 200
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'"} <= set(policy)
    assert f"frame-ancestors 'self' {WWW}" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<style|style=|\son\w+=|<script>", answer.text)


def test_files_have_a_name_that_changes_with_them_and_are_kept_long(
    browser: httpx.Client,
) -> None:
    page = browser.get(CHAT).text
    for url in re.findall(r'(?:src|href)="(/chat/static/[^"]+)"', page):
        answer = browser.get(url)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]

    # What the script imports is asked for with the page, not after the script has come.
    imported = set(re.findall(r'from "\./([\w.]+)"', browser.get(script_of(page)).text))
    preloaded = re.findall(r'rel="modulepreload" href="[^"]+/([\w.]+)"', page)
    assert imported
    assert imported == set(preloaded)

    old = browser.get("/chat/static/000000000000/chat.js")
    assert (old.status_code, old.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    "path", ["/chat/nowhere", "/chat/%00", "/chat/static/x/..%2fblueprint.py", "/chat/static/x/y"]
)
def test_what_is_not_there_is_404(browser: httpx.Client, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_the_widget_is_one_script_for_any_site(browser: httpx.Client) -> None:
    answer = browser.get("/widget.js")

    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_demo_says_what_it_is_and_carries_the_widget(browser: httpx.Client) -> None:
    page = browser.get("/").text

    assert "This is a demonstration. Ashcombe does not exist." in words(page)
    assert '<script src="/widget.js" data-council="ashcombe"' in page
    assert 'href="/chat/ashcombe"' in page
    assert 'href="/desk"' in page


def test_on_a_shared_computer_the_next_person_does_not_see_the_last_chat() -> None:
    with running_chat(idle_seconds=1) as door, door.browser() as browser:
        browser.post(f"{CHAT}/messages", json={"id": "message-1", "text": "Mine"})
        cookie = browser.cookies["front_door"]
        stale = older(cookie, 600)

        page = httpx.get(f"{door.url}{CHAT}", headers={"Cookie": f"front_door={stale}"}).text

        assert "Mine" not in page
        assert door.chat.talks[door.visitor].status.closed


def test_who_waits_for_a_person_may_sit_still() -> None:
    with running_chat(idle_seconds=1) as door, door.browser() as browser:
        browser.post(f"{CHAT}/messages", json={"id": "message-1", "text": "Mine"})
        door.do(door.chat.become(door.visitor, Status(keeper="queue", place=1)))
        stale = older(browser.cookies["front_door"], 600)

        page = httpx.get(f"{door.url}{CHAT}", headers={"Cookie": f"front_door={stale}"}).text

        assert "Mine" in page


def older(cookie: str, seconds: int) -> str:
    """Return the same visitor's cookie as the server gave it that long ago."""
    then = datetime.now(timezone.utc) - timedelta(seconds=seconds)
    visitors = Visitors(SECRET, secure=False, idle_seconds=1)
    signed = visitors.cookie(Visitor(cookie.partition(".")[0], then), then)
    return signed.partition("=")[2].partition(";")[0]


def test_the_stream_brings_the_same_words_as_the_page(door: Door, browser: httpx.Client) -> None:
    (entry,) = listen(browser, 1)

    assert entry.data["html"].startswith('<article class="entry entry-resident"')
    assert "When is my bin day?" in entry.data["html"]
