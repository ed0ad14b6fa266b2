"""From the chat to the telephone, as a browser without scripts goes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from channels.webchat.links import NotLinked, Problem
from tests.unit.channels.test_webchat_pages import words
from tests.unit.channels.webchat_service import Door, running_chat

CHAT = "/chat/ashcombe"
ADA = "07700 900 123"


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with running_chat() as open_door:
        yield open_door


@pytest.fixture
def browser(door: Door) -> Iterator[httpx.Client]:
    door.links.sent.clear()
    door.links.outcomes.clear()
    with door.browser() as one:
        one.get(CHAT)
        yield one


def start(browser: httpx.Client, number: str = ADA, **fields: str) -> httpx.Response:
    form = {"number": number, "channel": "sms", **fields}
    return browser.post(f"{CHAT}/carry-on", data=form)


def confirm(browser: httpx.Client, code: str) -> httpx.Response:
    form = {"code": code, "number": ADA, "channel": "sms"}
    return browser.post(f"{CHAT}/carry-on/code", data=form)


def test_the_menu_leads_there(browser: httpx.Client) -> None:
    assert f'<a href="{CHAT}/carry-on" data-carry-on>Carry on by text' in browser.get(CHAT).text
    page = browser.get(f"{CHAT}/carry-on").text
    assert "Your mobile number" in page
    assert re.findall(r'type="radio" name="channel" value="(\w+)"( checked)?', page) == [
        ("sms", " checked"),
        ("whatsapp", ""),
    ]


@pytest.mark.parametrize("path", [f"{CHAT}/carry-on", "/kiosk/ashcombe/carry-on"])
def test_a_council_without_text_messages_offers_nothing(path: str) -> None:
    with running_chat(offers=()) as door, door.browser() as browser:
        assert "carry-on" not in browser.get(CHAT).text
        assert browser.get(path).status_code == 404
        assert browser.post(path, data={"number": ADA}).status_code == 404


def test_one_channel_is_no_choice() -> None:
    with running_chat(offers=("whatsapp",)) as door, door.browser() as browser:
        page = browser.get(f"{CHAT}/carry-on").text
        assert "Carry on by WhatsApp" in page
        assert "radio" not in page
        start(browser)
        assert [channel for _, channel, _ in door.links.sent] == ["whatsapp"]


def test_a_code_is_sent_and_entered(door: Door, browser: httpx.Client) -> None:
    page = start(browser).text
    [(visitor, channel, number)] = door.links.sent
    assert (channel, number) == ("sms", "+447700900123")
    assert "We sent a code by text message to 07700 900 123 ." in words(page)
    assert 'inputmode="numeric" autocomplete="one-time-code"' in page

    done = confirm(browser, " 123 456 ")

    assert (done.status_code, door.links.linked) == (200, [visitor])
    assert "You can go on by text now" in words(done.text)
    assert "This page stays open" in words(done.text)


@pytest.mark.parametrize(
    ("number", "says"),
    [
        pytest.param("", "Enter your mobile number.", id="nothing"),
        pytest.param("0770", "We cannot read this as a telephone number.", id="too short"),
        pytest.param("01632 960 123", "This is not a mobile number.", id="a landline"),
        pytest.param("+33 6 12 34 56 78", "Enter a UK mobile number.", id="abroad"),
        pytest.param("x" * 5000, "We cannot read this as a telephone number.", id="too long"),
    ],
)
def test_a_wrong_number_is_said_and_nothing_is_sent(
    door: Door, browser: httpx.Client, number: str, says: str
) -> None:
    answer = start(browser, number)

    assert (answer.status_code, door.links.sent) == (422, [])
    assert says in words(answer.text)
    assert 'aria-invalid="true" aria-describedby="mistake"' in answer.text
    assert "<title>Problem: " in answer.text


def test_whatsapp_reaches_other_countries(door: Door, browser: httpx.Client) -> None:
    assert start(browser, "+33 6 12 34 56 78", channel="whatsapp").status_code == 200
    assert door.links.sent[0][1:] == ("whatsapp", "+33612345678")


def test_a_channel_that_was_not_offered_is_not_used(door: Door, browser: httpx.Client) -> None:
    start(browser, channel="telegram")
    assert door.links.sent[0][1] == "sms"


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (Problem("too_many", timedelta(minutes=57)), "Try again in 57 minutes."),
        (Problem("linked"), "belong together already"),
        (Problem("unreachable"), "Try another number."),
        (Problem("down"), "Try again in a few minutes."),
    ],
)
def test_a_code_that_cannot_be_sent_is_said(
    door: Door, browser: httpx.Client, problem: Problem, says: str
) -> None:
    door.links.outcomes.append(problem)
    answer = start(browser)
    assert answer.status_code == 422
    assert says in words(answer.text)
    assert f'value="{ADA}"' in answer.text


def test_who_asks_again_too_soon_stays_with_the_code_they_wait_for(
    door: Door, browser: httpx.Client
) -> None:
    door.links.outcomes.append(Problem("too_many", timedelta(seconds=20)))
    page = start(browser, again="1").text
    assert "Try again in 20 seconds." in words(page)
    assert 'autocomplete="one-time-code"' in page


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (NotLinked("wrong", 4), "This is not the code that we sent. You can try 4 more times."),
        (NotLinked("wrong", 1), "You can try once more."),
        (NotLinked("expired"), "This code is too old."),
        (NotLinked("used_up"), "There were too many wrong codes"),
        (NotLinked("none"), "This code does not work any more."),
    ],
)
def test_a_code_that_is_not_right_is_said(
    door: Door, browser: httpx.Client, outcome: NotLinked, says: str
) -> None:
    door.links.outcomes.append(outcome)
    answer = confirm(browser, "111111")
    assert answer.status_code == 422
    assert says in words(answer.text)
    assert "Send a new code" in answer.text


def test_an_empty_code_costs_no_try(door: Door, browser: httpx.Client) -> None:
    assert "Enter the six numbers" in words(confirm(browser, "  ").text)


@pytest.mark.parametrize("path", ["", "/code"])
def test_another_sites_page_starts_nothing(door: Door, browser: httpx.Client, path: str) -> None:
    answer = browser.post(
        f"{CHAT}/carry-on{path}",
        data={"number": ADA, "code": "123456"},
        headers={"Origin": "https://evil.example"},
    )
    assert (answer.status_code, door.links.sent) == (403, [])


def test_what_is_typed_is_shown_as_text(browser: httpx.Client) -> None:
    answer = start(browser, '"><script>alert(1)</script>')
    assert "<script>alert" not in answer.text
