"""What a page sends is kept once, or refused with a reason that a resident understands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from channels.messages import Choice, Chose, Said
from channels.transcript import Speaker
from tests.unit.channels.webchat_service import (
    SOURCE,
    Door,
    hidden,
    running_chat,
)

MESSAGES = "/chat/ashcombe/messages"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with running_chat() as open_door:
        yield open_door


@pytest.fixture
def browser(door: Door) -> Iterator[httpx.Client]:
    """A browser with the chat open."""
    with door.browser() as one:
        one.get("/chat/ashcombe")
        yield one


def say(browser: httpx.Client, text: str, identifier: str = "message-1") -> httpx.Response:
    return browser.post(MESSAGES, json={"id": identifier, "text": text})


def texts(door: Door, browser: httpx.Client) -> list[str]:
    """Return what that browser's visitor said, as the service heard it."""
    visitor = browser.cookies["front_door"].partition(".")[0]
    return [
        message.content.text
        for message in door.chat.heard
        if message.sender.user == visitor and isinstance(message.content, Said)
    ]


def test_a_message_is_taken(door: Door, browser: httpx.Client) -> None:
    answer = say(browser, "My bin was missed")

    heard = door.chat.heard[-1]
    assert (answer.status_code, answer.json()) == (202, {})
    assert (heard.sender.channel, heard.content) == ("webchat", Said("My bin was missed"))
    assert heard.external_id == f"{heard.sender.user}:message-1"
    assert heard.sent_at.tzinfo is not None


def test_a_message_that_comes_again_is_taken_once(door: Door, browser: httpx.Client) -> None:
    answers = [say(browser, "Hello").status_code for _ in range(3)]

    assert answers == [202, 202, 202]
    assert texts(door, browser) == ["Hello"]


def test_two_visitors_may_give_the_same_id(door: Door, browser: httpx.Client) -> None:
    with door.browser() as other:
        say(browser, "Mine")
        say(other, "Theirs")

        assert (texts(door, browser), texts(door, other)) == (["Mine"], ["Theirs"])


def test_a_visitor_without_a_cookie_gets_one_and_is_told(door: Door) -> None:
    with door.browser() as stranger:
        first, second = say(stranger, "Hello"), say(stranger, "Again", "message-2")

        assert first.headers["Chat-Visitor"] == "new"
        assert "Chat-Visitor" not in second.headers
        assert texts(door, stranger) == ["Hello", "Again"]


def test_a_forged_cookie_is_a_new_visitor(door: Door, browser: httpx.Client) -> None:
    say(browser, "Mine")
    victim = door.visitor

    answer = httpx.post(
        f"{door.url}{MESSAGES}",
        json={"id": "message-2", "text": "Not mine"},
        headers={"Cookie": f"front_door={victim}.1795305579.{'A' * 43}"},
    )

    assert answer.status_code == 202
    assert door.visitor != victim
    assert texts(door, browser) == ["Mine"]


SAFE = {
    "emoji": "😀👩‍👩‍👧‍👦🇬🇧",
    "right to left": "مرحبا، متى يوم جمع القمامة؟",
    "Welsh": "Ŵyth tŷ",
    "HTML": "<script>alert(1)</script>",
    "SQL": "'; DROP TABLE transcript; --",
    "a template": "{{ 7 * 7 }} {% raw %}",
    "exactly the most": "x" * 2000,
    "exactly the most, beyond the first plane": "😀" * 2000,
}


@pytest.mark.parametrize("text", SAFE.values(), ids=SAFE)
def test_any_words_are_taken_and_shown_as_they_are(
    door: Door, browser: httpx.Client, text: str
) -> None:
    assert say(browser, text).status_code == 202
    assert texts(door, browser) == [text]
    assert "<script>alert" not in browser.get("/chat/ashcombe").text
    assert f"\n    {text}\n" in browser.get("/chat/ashcombe/transcript.txt").text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("  a\r\nb\rc  ", "a\nb\nc", id="line ends"),
        pytest.param("a\x00b\x1b[31m\x7f\x85c", "ab[31mc", id="NUL and other controls"),
        pytest.param("Cafe\u0301", "Café", id="one form of each letter"),
        pytest.param("\x00" * 5000 + "a", "a", id="only what is left counts"),
    ],
)
def test_words_are_cleaned(door: Door, browser: httpx.Client, text: str, kept: str) -> None:
    assert say(browser, text).status_code == 202
    assert texts(door, browser) == [kept]


BAD: dict[str, tuple[bytes | str, str, int]] = {
    "nothing": (b"", "application/json", 400),
    "no JSON": (b"{", "application/json", 400),
    "no object": (b"[]", "application/json", 400),
    "very deep": (b"[" * 30_000, "application/json", 400),
    "not UTF-8": ('{"id": "message-1", "text": "é"}'.encode("latin-1"), "application/json", 400),
    "UTF-16": ('{"id": "message-1", "text": "a"}'.encode("utf-16"), "application/json", 400),
    "another encoding by name": (b"{}", "application/json; charset=latin-1", 415),
    "a form": (b"id=message-1&text=a", "application/x-www-form-urlencoded", 415),
    "no type": (b"{}", "", 415),
    "no id": ('{"text": "a"}', "application/json", 422),
    "a short id": ('{"id": "1234567", "text": "a"}', "application/json", 422),
    "a long id": (json.dumps({"id": "a" * 65, "text": "a"}), "application/json", 422),
    "an id with a colon": ('{"id": "abc:defgh", "text": "a"}', "application/json", 422),
    "an id with a line end": ('{"id": "abcdefgh\\n", "text": "a"}', "application/json", 422),
    "an id that is a number": ('{"id": 12345678, "text": "a"}', "application/json", 422),
    "no text": ('{"id": "message-1"}', "application/json", 422),
    "text and choice": (
        '{"id": "message-1", "text": "a", "choice": "b"}',
        "application/json",
        422,
    ),
    "text that is no text": ('{"id": "message-1", "text": {"a": 1}}', "application/json", 422),
    "empty text": ('{"id": "message-1", "text": " \\u0000 "}', "application/json", 422),
    "half a surrogate pair": (
        '{"id": "message-1", "text": "a\\ud83d"}',
        "application/json",
        422,
    ),
    "10,000 characters": (
        json.dumps({"id": "message-1", "text": "x" * 10_000}),
        "application/json",
        413,
    ),
    "a body of 100 kB": (
        json.dumps({"id": "message-1", "text": "x" * 100_000}),
        "application/json",
        413,
    ),
    "a choice never offered": (
        '{"id": "message-1", "choice": "/close_all"}',
        "application/json",
        422,
    ),
    "an empty choice": ('{"id": "message-1", "choice": ""}', "application/json", 422),
    "a choice that is no text": ('{"id": "message-1", "choice": []}', "application/json", 422),
    "half a pair as a choice": (
        '{"id": "message-1", "choice": "\\udc00"}',
        "application/json",
        422,
    ),
}


@pytest.mark.parametrize(("body", "kind", "status"), BAD.values(), ids=BAD)
def test_bad_input_is_refused_in_plain_english_and_loses_nothing(
    door: Door, browser: httpx.Client, body: bytes | str, kind: str, status: int
) -> None:
    say(browser, "An earlier message", "message-0")

    answer = browser.post(MESSAGES, content=body, headers={"Content-Type": kind})

    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")
    assert texts(door, browser) == ["An earlier message"]
    assert "An earlier message" in browser.get("/chat/ashcombe").text


def test_a_choice_comes_with_the_label_that_was_offered(door: Door, browser: httpx.Client) -> None:
    say(browser, "bins")
    door.do(
        door.chat.add(
            door.visitor, Speaker.ASSISTANT, "Which?", choices=(Choice("Bin days", "topic:days"),)
        )
    )

    answer = browser.post(MESSAGES, json={"id": "message-2", "choice": "topic:days"})

    assert answer.status_code == 202
    assert door.chat.heard[-1].content == Chose("topic:days", "Bin days")


def test_a_choice_that_somebody_else_was_offered_is_refused(
    door: Door, browser: httpx.Client
) -> None:
    say(browser, "bins")
    door.do(door.chat.add(door.visitor, Speaker.ASSISTANT, "?", choices=(Choice("A", "a"),)))

    with door.browser() as other:
        answer = other.post(MESSAGES, json={"id": "message-2", "choice": "a"})

    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["messages", "say", "typing", "rate", "end"])
def test_another_sites_page_can_send_nothing(door: Door, browser: httpx.Client, path: str) -> None:
    answer = browser.post(
        f"/chat/ashcombe/{path}",
        json={"id": "message-1", "text": "Forged"},
        headers={"Origin": "https://evil.example"},
    )

    assert answer.status_code == 403
    assert texts(door, browser) == []


def test_there_is_no_chat_of_an_unknown_council(browser: httpx.Client) -> None:
    answer = browser.post("/chat/nowhere/messages", json={"id": "message-1", "text": "a"})

    assert (answer.status_code, "error" in answer.json()) == (404, True)


def test_an_answer_is_rated_once_it_was_given(door: Door, browser: httpx.Client) -> None:
    say(browser, "bins")
    place = door.do(door.chat.add(door.visitor, Speaker.ASSISTANT, "Tuesday", source=SOURCE))

    good = browser.post("/chat/ashcombe/rate", json={"position": place, "helpful": False})
    bad = browser.post("/chat/ashcombe/rate", json={"position": 99, "helpful": True})

    assert (good.status_code, bad.status_code) == (200, 422)
    assert door.chat.rated[-1] == (door.visitor, place, False)


@pytest.mark.parametrize(
    "rating",
    [{}, {"position": "x", "helpful": True}, {"position": 1, "helpful": "maybe"}, {"position": -1}],
)
def test_a_rating_that_says_nothing_is_refused(
    browser: httpx.Client, rating: dict[str, object]
) -> None:
    assert browser.post("/chat/ashcombe/rate", json=rating).status_code == 422


def test_the_agent_is_told_that_the_resident_types(door: Door, browser: httpx.Client) -> None:
    say(browser, "Hello")

    answer = browser.post("/chat/ashcombe/typing", json={})

    assert (answer.status_code, door.chat.typed[-1]) == (204, door.visitor)


def test_a_form_sends_a_message_and_shows_the_end_of_the_chat(
    door: Door, browser: httpx.Client
) -> None:
    form = {"id": hidden(browser.get("/chat/ashcombe").text, "id"), "text": "No JavaScript here"}
    door.chat.answers = ("I can do without.",)
    try:
        answer = browser.post("/chat/ashcombe/say", data=form)
        again = browser.post("/chat/ashcombe/say", data=form)
    finally:
        door.chat.answers = ()

    assert (answer.status_code, answer.headers["Location"]) == (303, "/chat/ashcombe#end")
    assert again.status_code == 303
    assert texts(door, browser) == ["No JavaScript here"]
    assert "I can do without." in browser.get("/chat/ashcombe").text


def test_a_form_that_cannot_be_taken_keeps_what_was_written(browser: httpx.Client) -> None:
    answer = browser.post("/chat/ashcombe/say", data={"text": "x" * 2001})

    assert answer.status_code == 413
    assert "This message is too long. The most is 2,000 characters" in answer.text
    assert "x" * 2001 in answer.text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        pytest.param(b"text=%ff", "application/x-www-form-urlencoded", 400, id="not UTF-8"),
        pytest.param(b"\xff\xfe", "application/x-www-form-urlencoded", 400, id="no form"),
        pytest.param(
            b"a=1&" * 50 + b"text=a", "application/x-www-form-urlencoded", 400, id="many fields"
        ),
        pytest.param(b"text=a", "text/plain", 415, id="another type"),
    ],
)
def test_a_bad_form_is_answered_by_a_page(
    browser: httpx.Client, body: bytes, kind: str, status: int
) -> None:
    answer = browser.post("/chat/ashcombe/say", content=body, headers={"Content-Type": kind})

    assert answer.status_code == status
    assert "We could not take that" in answer.text


def test_the_end_wipes_the_chat_from_the_device(door: Door, browser: httpx.Client) -> None:
    say(browser, "My secret")

    answer = browser.post("/chat/ashcombe/end")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/chat/ashcombe?ended=1")
    assert door.chat.talks[door.visitor].status.closed
    assert "front_door" not in browser.cookies
    left = browser.get("/chat/ashcombe?ended=1").text
    assert "This chat has ended and been wiped from this device" in left
    assert "My secret" not in browser.get("/chat/ashcombe").text


def test_who_writes_too_fast_is_told_when_to_send_it_again(door: Door) -> None:
    with door.browser() as browser:
        door.chat.too_fast = [timedelta(seconds=19.2)]
        message = {"id": "message-fast", "text": "And another thing"}

        refused = browser.post("/chat/ashcombe/messages", json=message)
        kept = browser.post("/chat/ashcombe/messages", json=message)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "20")
    assert "Wait 20 seconds" in refused.json()["error"]
    assert kept.status_code == 202


def test_without_scripts_what_was_sent_too_fast_stays_in_the_box(door: Door) -> None:
    with door.browser() as browser:
        door.chat.too_fast = [timedelta(seconds=20)]
        answer = browser.post("/chat/ashcombe/say", data={"text": "And another thing"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "20")
    assert "You have sent many messages in a short time." in answer.text
    assert ">And another thing</textarea>" in answer.text
