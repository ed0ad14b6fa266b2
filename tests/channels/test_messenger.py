"""Messenger: what its updates say, how a reply looks there, and what becomes of a call."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.channel import (
    DeliveryFailed,
    Payload,
    Receipt,
    Refused,
    Transient,
    Unreachable,
    WindowClosed,
)
from channels.emulators import messenger_rules
from channels.messages import (
    Address,
    Attached,
    Choice,
    Chose,
    Content,
    InboundMessage,
    Link,
    Located,
    Reply,
    Said,
)
from tests.channels.of_meta import NOW, Answering, body_of, fixture, posted, refusal
from tests.channels.test_meta import messenger

PSID = "6447700900123001"
ADA = Address("messenger", PSID)
MID = "m_AG5Hz2Uq7tuwNEhXfYYKj8mJEM_QPpz5jdHsjdOZ"
NINE = datetime(2025, 3, 9, 9, 0, 0, 123000, tzinfo=timezone.utc)
KEY = "5e7c:4:0"
ONE = "https://scontent.xx.fbcdn.net/v/t1/1.jpg?oh=1"
TWO = "https://scontent.xx.fbcdn.net/v/t1/2.jpg?oh=2"
LETTER = "https://cdn.fbsbx.com/v/t59/letter.pdf?oh=3"


def of_ada(content: Content, external_id: str = MID) -> InboundMessage:
    return InboundMessage(ADA, external_id, content, NINE)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("text", [of_ada(Said("My bin was not collected 😞"))]),
        ("quick_reply", [of_ada(Chose("topic:missed-bin", "Missed bin"))]),
        ("postback", [of_ada(Chose("start", "Get started"), "m_postback")]),
        (
            "postback_without_id",
            [of_ada(Chose("start", "Get started"), f"postback:{PSID}:1741510800123")],
        ),
        (
            "two_images",
            [
                of_ada(Said("It is still here")),
                of_ada(Attached(ONE, "image/*"), f"{MID}:1"),
                of_ada(Attached(TWO, "image/*"), f"{MID}:2"),
            ],
        ),
        ("file", [of_ada(Attached(LETTER, "application/octet-stream"))]),
        ("location", [of_ada(Located(51.5014, -0.1419))]),
        ("shared_link", [of_ada(Said("https://news.example/bins"))]),
        ("link_in_text", [of_ada(Said("See https://news.example/bins"))]),
        (
            "several",
            [
                of_ada(Said("One"), "m_one"),
                InboundMessage(
                    Address("messenger", "6447700900321001"),
                    "m_two",
                    Said("Two"),
                    NINE.replace(microsecond=456000),
                ),
            ],
        ),
        ("echo_of_ours", [Receipt("m_ours", "sent", NINE, key=KEY)]),
        (
            "delivery",
            [Receipt("m_ours", "delivered", NOW), Receipt("m_ours_too", "delivered", NOW)],
        ),
        ("echo_of_staff", []),
        ("delivery_without_ids", []),
        ("read", []),
        ("sticker", []),
        ("reaction", []),
        ("edit", []),
        ("referral", []),
        ("optin", []),
        ("standby", []),
        ("pass_thread_control", []),
        ("take_thread_control", []),
        ("request_thread_control", []),
        ("app_roles", []),
        ("another_page", []),
    ],
)
def test_reads_updates(name: str, expected: list[InboundMessage | Receipt]) -> None:
    assert list(messenger().parse(posted(fixture("messenger", name)))) == expected


NAMES = """sender recipient id timestamp message mid text quick_reply payload attachments type url
coordinates lat long postback title delivery mids is_echo metadata sticker_id"""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES.split()), inner, max_size=6)
    ),
    max_leaves=20,
)


@given(JSON)
def test_nothing_that_is_signed_can_break_the_reading(value: Any) -> None:
    ours = {"sender": {"id": PSID}, "recipient": {"id": "1093517484028"}, "timestamp": 1}
    events = [
        value,
        {**ours, "message": value},
        {**ours, "message": {"mid": "m_1", "text": value, "attachments": value}},
        {**ours, "message": {"mid": "m_1", "attachments": [value]}},
        {**ours, "postback": value},
        {**ours, "delivery": value},
    ]
    body = {"object": "page", "entry": [{"id": "1093517484028", "messaging": events}]}

    for found in messenger().parse(posted(json.dumps(body).encode())):
        repr(found).encode()


# How a reply looks.


def rendered(reply: Reply) -> list[Payload]:
    """Return the calls, each of which the Send API's description allows."""
    payloads = list(messenger().render(reply))
    for payload in payloads:
        message = {**payload, "metadata": KEY}
        call = {"recipient": {"id": PSID}, "messaging_type": "RESPONSE", "message": message}
        messenger_rules.read(call)
    return payloads


def choices(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(label, f"topic:{at}") for at, label in enumerate(labels, start=1))


def test_says_words_with_links_spelled_out() -> None:
    reply = Reply("Bins go out on **Monday**.", links=(Link("Bin days", "https://b.example/d"),))

    assert rendered(reply) == [{"text": "Bins go out on Monday.\n\nBin days: https://b.example/d"}]


def test_short_choices_are_quick_replies() -> None:
    assert rendered(Reply("Which bin?", choices("Rubbish", "Recycling"))) == [
        {
            "text": "Which bin?",
            "quick_replies": [
                {"content_type": "text", "title": "Rubbish", "payload": "topic:1"},
                {"content_type": "text", "title": "Recycling", "payload": "topic:2"},
            ],
        }
    ]


@pytest.mark.parametrize(
    "offered",
    [
        pytest.param(choices(*(f"Choice {at}" for at in "abcdefghijklmn")), id="fourteen"),
        pytest.param(choices("Yes", "x" * 21), id="a label that would be cut"),
        pytest.param(choices("Yes", "👍" * 11), id="a label of many emoji"),
        pytest.param((Choice("Yes", "a" * 1001),), id="a long value"),
        pytest.param((Choice("Yes", ""),), id="no value"),
    ],
)
def test_choices_that_messenger_cannot_show_are_words(offered: tuple[Choice, ...]) -> None:
    [payload] = rendered(Reply("Which one?", offered))

    assert payload["text"].startswith("Which one?\n\n1. ")
    assert "quick_replies" not in payload


def test_a_long_answer_is_cut_and_its_choices_stand_under_the_last_part() -> None:
    first, second, third = rendered(Reply("A sentence about bins. " * 200, choices("Yes", "No")))

    assert all(len(part["text"]) <= 2000 for part in (first, second, third))
    assert ["quick_replies" in part for part in (first, second, third)] == [False, False, True]


def test_a_picture_comes_before_the_words() -> None:
    picture, words = rendered(Reply("A brown bin.", image_url="https://b.example/bin.png"))

    assert picture["attachment"]["payload"]["url"] == "https://b.example/bin.png"
    assert words == {"text": "A brown bin."}


WORDS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(
    str.strip
)
SAID = st.lists(WORDS, min_size=1, max_size=40).map("\n\n".join)
OFFERED = st.lists(st.builds(Choice, WORDS, WORDS), max_size=15).map(tuple)


@given(st.builds(Reply, SAID, OFFERED))
def test_every_reply_is_one_that_the_send_api_takes(reply: Reply) -> None:
    assert rendered(reply)


# What becomes of a call.


def taking(seen: list[httpx.Request], *before: httpx.Response) -> Answering:
    """Answer as `before` says, one by one, then take every call."""
    answers = list(before)

    def answering(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if answers:
            return answers.pop(0)
        return httpx.Response(200, json={"recipient_id": PSID, "message_id": "m_ours"})

    return answering


async def test_sends_with_our_key_and_returns_messengers_id() -> None:
    seen: list[httpx.Request] = []

    assert await messenger(taking(seen)).send(ADA, {"text": "Hello"}, KEY) == "m_ours"
    assert str(seen[0].url) == "https://graph.facebook.com/v25.0/1093517484028/messages"
    assert body_of(seen[0]) == {
        "recipient": {"id": PSID},
        "messaging_type": "RESPONSE",
        "message": {"text": "Hello", "metadata": KEY},
    }


@pytest.mark.parametrize(
    ("response", "failure", "reason"),
    [
        pytest.param(refusal(400, 10, 2018278), WindowClosed, "window", id="the window"),
        pytest.param(refusal(403, 10, 2534022), WindowClosed, "window", id="the window, newer"),
        pytest.param(refusal(400, 10), Transient, "auth", id="10 alone is a missing right"),
        pytest.param(refusal(400, 551, 1545041), Unreachable, "unreachable", id="blocked"),
        pytest.param(refusal(400, 551), Unreachable, "unreachable", id="blocked, without subcode"),
        pytest.param(refusal(400, 100, 2018001), Unreachable, "unreachable", id="nobody"),
        pytest.param(refusal(400, 1200), Transient, "busy", id="temporary"),
        pytest.param(refusal(400, 100, 2018034), Refused, "meta_100", id="empty"),
    ],
)
async def test_messengers_own_codes(
    response: httpx.Response, failure: type[DeliveryFailed], reason: str
) -> None:
    with pytest.raises(DeliveryFailed) as raised:
        await messenger(lambda request: response).send(ADA, {"text": "Hello"}, KEY)

    assert (type(raised.value), raised.value.reason) == (failure, reason)


async def test_a_page_with_human_agents_says_so_outside_the_window() -> None:
    seen: list[httpx.Request] = []
    channel = messenger(taking(seen, refusal(400, 10, 2018278)), human_agent="yes")

    assert await channel.send(ADA, {"text": "Hello"}, KEY) == "m_ours"
    again = body_of(seen[1])
    assert (again["messaging_type"], again["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")
    assert again["message"] == {"text": "Hello", "metadata": KEY}


async def test_after_seven_days_the_parcel_waits_for_the_person() -> None:
    seen: list[httpx.Request] = []
    closed = refusal(400, 10, 2018278)

    with pytest.raises(WindowClosed):
        await messenger(taking(seen, closed, closed), human_agent="yes").send(ADA, {}, KEY)


# Files.


async def test_fetches_a_file_without_showing_the_token() -> None:
    seen: list[httpx.Request] = []

    def answering(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b"jpeg")

    assert await messenger(answering).fetch(ONE, 1000) == b"jpeg"
    assert "authorization" not in seen[0].headers


@pytest.mark.parametrize(
    "url",
    [
        "https://files.example/x",
        "http://scontent.xx.fbcdn.net/x",
        "https://fbcdn.net.files.example/x",
        "https://notfbcdn.net/x",
        "https://scontent.xx.fbcdn.net:8443/x",
        "http://localhost/x",
        "file:///etc/passwd",
        "https://[",
    ],
)
async def test_a_file_anywhere_else_is_not_fetched(url: str) -> None:
    with pytest.raises(Refused, match="host"):
        await messenger().fetch(url, 1000)


async def test_a_file_host_that_leads_elsewhere_is_not_followed() -> None:
    def answering(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"location": "http://169.254.169.254/"})

    with pytest.raises(Refused, match="http_302"):
        await messenger(answering).fetch(ONE, 1000)


async def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(Refused, match="too_large"):
        await messenger(lambda request: httpx.Response(200, content=b"x" * 1001)).fetch(ONE, 1000)
