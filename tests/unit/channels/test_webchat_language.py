"""Words in another language say so, for screen readers and for the way that they run."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from channels.messages import Choice
from channels.transcript import Speaker
from tests.unit.channels.webchat_service import Door, listen, running_chat

CHAT = "/chat/ashcombe"
URDU = "اگر کوئی خطرے میں ہے تو 999 پر فون کریں۔"
CHOICES = (Choice("ہاں", "/interpreter"), Choice("انگریزی میں", "/english"))


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with running_chat() as open_door:
        yield open_door


@pytest.fixture
def browser(door: Door) -> Iterator[httpx.Client]:
    """A browser whose chat was answered in Urdu, and then in English."""
    with door.browser() as one:
        one.post(f"{CHAT}/messages", json={"id": "message-1", "text": "سلام"})
        said = door.chat.add(door.visitor, Speaker.ASSISTANT, URDU, choices=CHOICES, language="ur")
        door.do(said)
        door.do(door.chat.add(door.visitor, Speaker.ASSISTANT, "All right."))
        yield one


def test_the_page_says_in_which_language_an_answer_is(browser: httpx.Client) -> None:
    page = browser.get(CHAT).text

    assert re.search(r'class="words" data-words lang="ur" dir="rtl"><p>اگر', page)
    assert '<fieldset class="choices" lang="ur" dir="rtl">' in page
    assert '<legend class="hidden" lang="en-GB">' in page


def test_english_and_what_people_type_carry_no_language(browser: httpx.Client) -> None:
    page = browser.get(CHAT).text

    assert page.count('lang="ur"') == 2
    assert 'data-words dir="auto"><p>All right.' in page
    assert 'data-words dir="auto"><p>سلام' in page


def test_what_comes_while_the_page_is_open_says_it_too(browser: httpx.Client) -> None:
    _, answer, english = listen(browser, 3)

    assert 'data-words lang="ur" dir="rtl"' in answer.data["html"]
    assert 'lang="ur"' not in english.data["html"]


def test_the_transcript_to_print_says_it(browser: httpx.Client) -> None:
    page = browser.get(f"{CHAT}/transcript").text

    assert '<div class="words" lang="ur" dir="rtl"><p>اگر' in page
    assert 'Choices: <span lang="ur" dir="rtl">' in page
