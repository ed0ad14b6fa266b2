"""Telegram: updates as the Bot API sends them, replies as it takes them, and its errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog.testing
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from channels.account import Account, Incomplete
from channels.channel import (
    Acknowledgement,
    DeliveryFailed,
    Forged,
    Malformed,
    Payload,
    Refused,
    Transient,
    Unreachable,
    Unsure,
    Webhook,
)
from channels.emulators.telegram_html import length, parse_html
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
    Source,
)
from channels.telegram import SECRET_HEADER, Telegram
from channels.wording import Wording

FIXTURES = Path(__file__).parent / "fixtures" / "telegram"
TOKEN, SECRET = "7012345678:AAH-made_up_token", "made-up_secret"
ADA = Address("telegram", "5447700123")
SENT_AT = datetime(2025, 3, 3, 11, 15, tzinfo=timezone.utc)
RECEIVED_AT = SENT_AT + timedelta(seconds=2)
MESSAGE = "7012345678:5447700123:17"
WORDING = Wording(
    choose_by_number="Reply with a number.",
    choose="Choose",
    read_more="Read more:",
    source="From {responsible}, checked on {date}.",
    share_location="Send my location",
)
NO_KEYBOARD = {"remove_keyboard": True}
Answer = Callable[[httpx.Request], httpx.Response]


def telegram(answer: Answer | None = None, /, **values: str) -> Telegram:
    transport = httpx.MockTransport(answer or (lambda request: httpx.Response(500)))
    return Telegram(
        Account(
            authority="ashcombe",
            webhook_url="https://front-door.example/webhooks/ashcombe/telegram",
            values={"token": TOKEN, "secret_token": SECRET, **values},
            http=httpx.AsyncClient(transport=transport),
            wording=WORDING,
        )
    )


def webhook(body: bytes, secret: str | None = SECRET) -> Webhook:
    return Webhook(
        method="POST",
        url="https://front-door.example/webhooks/ashcombe/telegram",
        headers={} if secret is None else {SECRET_HEADER: secret},
        body=body,
        received_at=RECEIVED_AT,
    )


def fixture(name: str) -> Webhook:
    return webhook((FIXTURES / f"{name}.json").read_bytes())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("text", Said("When is my bin collected?"), id="words"),
        pytest.param("text_with_emoji", Said("Thank you 🙏🏽"), id="an emoji"),
        pytest.param("command_start", Said("START"), id="/start is START"),
        pytest.param("command_start_link", Said("START"), id="/start from a link on a page"),
        pytest.param("command_help", Said("HELP"), id="/help, written with the bot's name"),
        pytest.param("command_agent", Said("PERSON"), id="/agent, in any case"),
        pytest.param("command_stop", Said("STOP"), id="/stop"),
        pytest.param("command_unknown", Said("/settings"), id="a command that is not ours"),
        pytest.param(
            "photo",
            Attached("AgACAgQAAxkBAAMRx", "image/jpeg", "This pothole"),
            id="the largest size of a photo",
        ),
        pytest.param(
            "document", Attached("BQACAgQAAxkBAAMDoc", "application/pdf"), id="a document"
        ),
        pytest.param(
            "document_unknown",
            Attached("BQACAgQAAxkBAAMBin", "application/octet-stream"),
            id="a document of no known type",
        ),
        pytest.param("voice", Attached("BQACAgQAAxkBAAMVoc", "audio/ogg"), id="a voice message"),
        pytest.param("audio", Attached("BQACAgQAAxkBAAMAud", "audio/mp4"), id="a sound file"),
        pytest.param(
            "video", Attached("BQACAgQAAxkBAAMVid", "video/mp4", "Lamp flickers"), id="a video"
        ),
        pytest.param("video_note", Attached("BQACAgQAAxkBAAMVnt", "video/mp4"), id="a round video"),
        pytest.param("animation", Attached("BQACAgQAAxkBAAMGif", "video/mp4"), id="an animation"),
        pytest.param("location", Located(51.50135, -0.14189), id="a place"),
        pytest.param("live_location", Located(51.50135, -0.14189), id="where a walk begins"),
        pytest.param("venue", Located(51.50135, -0.14189), id="a place with a name"),
        pytest.param("contact", Said("Bryn Pugh +447700900321"), id="a contact is text"),
        pytest.param("sticker", Said("👍"), id="a sticker is its emoji"),
    ],
)
def test_reads_what_a_person_sends(name: str, content: Content) -> None:
    assert telegram().parse(fixture(name)) == (InboundMessage(ADA, MESSAGE, content, SENT_AT),)


@pytest.mark.parametrize(
    ("name", "query", "chose"),
    [
        pytest.param(
            "press",
            "23397692043801",
            Chose("/request missed-bin", "Report a missed bin"),
            id="with the button's words",
        ),
        pytest.param(
            "press_numbered", "23397692043802", Chose("#2", "Something else"), id="by its number"
        ),
        pytest.param(
            "press_old", "23397692043803", Chose("#2"), id="under a message too old to be shown"
        ),
    ],
)
def test_reads_a_pressed_button_as_a_choice(name: str, query: str, chose: Chose) -> None:
    expected = InboundMessage(ADA, f"7012345678:press:{query}", chose, RECEIVED_AT)
    assert telegram().parse(fixture(name)) == (expected,)


@pytest.mark.parametrize(
    ("name", "words", "seconds"),
    [
        pytest.param("edit_soon", "When is my brown bin collected?", 40, id="words"),
        pytest.param("edit_caption", "This pothole in Mill Lane", 30, id="the words of a photo"),
    ],
)
def test_a_correction_within_minutes_is_read(name: str, words: str, seconds: int) -> None:
    edited_at = SENT_AT + timedelta(seconds=seconds)
    expected = InboundMessage(
        ADA, f"{MESSAGE}:edit:{int(edited_at.timestamp())}", Said(words), edited_at
    )
    assert telegram().parse(fixture(name)) == (expected,)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("edit_late", id="an old message, edited days later"),
        pytest.param("edit_live_location", id="a place that moves"),
        pytest.param("group_text", id="a group"),
        pytest.param("group_joined", id="a group that the bot was added to"),
        pytest.param("press_in_group", id="a button in a group"),
        pytest.param("channel_post", id="a channel"),
        pytest.param("from_a_bot", id="another bot"),
        pytest.param("sticker_without_emoji", id="a sticker that means nothing"),
        pytest.param("poll", id="a poll"),
        pytest.param("press_game", id="a game"),
        pytest.param("pinned", id="a pinned message"),
        pytest.param("blocked_us", id="a person who blocks the bot"),
        pytest.param("unknown_kind", id="a kind of update that came later"),
    ],
)
def test_ignores_what_no_resident_says(name: str) -> None:
    channel = telegram()
    assert channel.parse(fixture(name)) == ()
    assert channel.acknowledge(fixture(name)).status == 200


def test_the_same_message_has_one_id_whatever_the_update_is_numbered() -> None:
    update = json.loads((FIXTURES / "text.json").read_bytes())
    again = webhook(json.dumps({**update, "update_id": update["update_id"] + 5}).encode())
    assert telegram().parse(again) == telegram().parse(fixture("text"))


def test_the_messages_of_two_councils_bots_have_different_ids() -> None:
    [ours] = telegram().parse(fixture("text"))
    [theirs] = telegram(token="7098765432:AAH-other").parse(fixture("text"))
    assert isinstance(ours, InboundMessage)
    assert isinstance(theirs, InboundMessage)
    assert ours.external_id != theirs.external_id


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.json")), ids=lambda file: file.stem)
def test_the_fixtures_are_updates_to_the_library_too(file: Path) -> None:
    update = Update.de_json(json.loads(file.read_bytes()), None)
    assert Update.de_json(json.loads(update.to_json()), None) == update


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xfe", id="not text"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"{}", id="no number"),
        pytest.param(b'{"update_id": "1"}', id="a number that is words"),
        pytest.param(b"[" * 100_000, id="brackets without end"),
        pytest.param(b'{"update_id": 1, "message": {"message_id": 1, "date": NaN}}', id="NaN"),
    ],
)
def test_what_is_no_update_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        telegram().parse(webhook(body))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"update_id": 1, "message": 5}', id="a message that is none"),
        pytest.param(b'{"update_id": 1, "message": {"text": "x"}}', id="nobody's message"),
        pytest.param(b'{"update_id": 1, "callback_query": {"id": 5}}', id="nobody's press"),
        pytest.param(
            b'{"update_id": 1, "message": {"message_id": 1, "date": 1, "text": 5,'
            b' "chat": {"id": 1, "type": "private"}}}',
            id="words that are a number",
        ),
        pytest.param(
            b'{"update_id": 1, "message": {"message_id": 1, "date": 1e300, "text": "x",'
            b' "chat": {"id": 1, "type": "private"}}}',
            id="a date that never comes",
        ),
        pytest.param(
            b'{"update_id": 1, "message": {"message_id": 1, "date": 1,'
            b' "location": {"latitude": 951.0, "longitude": 1}, "chat":'
            b' {"id": 1, "type": "private"}}}',
            id="a place off the map",
        ),
    ],
)
def test_an_update_that_cannot_be_read_does_not_hold_up_the_next(body: bytes) -> None:
    channel = telegram()
    assert channel.parse(webhook(body)) == ()
    assert channel.acknowledge(webhook(body)) == Acknowledgement()


def test_a_part_of_a_message_that_the_library_does_not_know_costs_no_words() -> None:
    update = json.loads((FIXTURES / "text.json").read_bytes())
    update["message"]["external_reply"] = {"origin": {"type": "of a later version"}}
    update["message"]["reply_to_message"] = {"message_id": 16, "poll": {}}
    [message] = telegram().parse(webhook(json.dumps(update).encode()))
    assert isinstance(message, InboundMessage)
    assert message.content == Said("When is my bin collected?")


def test_half_characters_and_nul_are_left_out() -> None:
    update = json.loads((FIXTURES / "text.json").read_bytes())
    update["message"]["text"] = "bins\0 \ud83d!"
    [message] = telegram().parse(webhook(json.dumps(update).encode()))
    assert isinstance(message, InboundMessage)
    assert message.content == Said("bins \ufffd!")


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param(None, id="no secret"),
        pytest.param("", id="an empty secret"),
        pytest.param("made-up_secre", id="a part of the secret"),
        pytest.param("made-up_secreü", id="letters that no secret has"),
        pytest.param("\udcff", id="bytes that are no text"),
    ],
)
def test_a_call_without_the_secret_is_forged(secret: str | None) -> None:
    with pytest.raises(Forged):
        telegram().verify(webhook(b"{}", secret))


def test_a_call_with_the_secret_is_believed() -> None:
    telegram().verify(webhook(b"{}"))


def test_the_answer_to_a_press_ends_its_spinner() -> None:
    assert telegram().acknowledge(fixture("press")) == Acknowledgement(
        200,
        '{"method": "answerCallbackQuery", "callback_query_id": "23397692043801"}',
        "application/json",
    )
    assert telegram().acknowledge(fixture("text")) == Acknowledgement()


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        pytest.param({"token": ""}, "token is missing", id="no token"),
        pytest.param({"token": "hello"}, "token is not as", id="a token that is none"),
        pytest.param({"secret_token": ""}, "secret_token is missing", id="no secret"),
        pytest.param({"secret_token": "a b"}, "secret_token may have", id="a secret with a space"),
    ],
)
def test_an_account_says_what_it_lacks(values: dict[str, str], missing: str) -> None:
    with pytest.raises(Incomplete, match=missing):
        telegram(**values)


SOURCE = Source(
    article="bins",
    title="Bins & recycling",
    url="https://ashcombe.example/bins?a=1&b=2",
    responsible="Ashcombe Council",
    reviewed_on=date(2026, 3, 3),
)


@pytest.mark.parametrize(
    ("reply", "payloads"),
    [
        pytest.param(
            Reply("Put it out by **7am** & <not> before."),
            [
                {
                    "text": "Put it out by <b>7am</b> &amp; &lt;not&gt; before.",
                    "markup": NO_KEYBOARD,
                }
            ],
            id="bold, and signs that are not HTML",
        ),
        pytest.param(
            Reply("Read it.", links=(Link("Bin days", "https://ashcombe.example/bins"),)),
            [
                {
                    "text": 'Read it.\n\n<a href="https://ashcombe.example/bins">Bin days</a>',
                    "markup": NO_KEYBOARD,
                }
            ],
            id="links under the words",
        ),
        pytest.param(
            Reply("On Monday.", source=SOURCE),
            [
                {
                    "text": "On Monday.\n\n<i>From Ashcombe Council, checked on 3 March 2026. "
                    '<a href="https://ashcombe.example/bins?a=1&amp;b=2">'
                    "Bins &amp; recycling</a></i>",
                    "markup": NO_KEYBOARD,
                }
            ],
            id="the source in italics",
        ),
        pytest.param(
            Reply("Is it?", choices=(Choice("Yes", "/yes"), Choice("No", "/no"))),
            [
                {
                    "text": "Is it?",
                    "markup": {
                        "inline_keyboard": [
                            [
                                {"text": "Yes", "callback_data": "/yes"},
                                {"text": "No", "callback_data": "/no"},
                            ]
                        ]
                    },
                }
            ],
            id="short choices side by side",
        ),
        pytest.param(
            Reply(
                "Which?",
                choices=(Choice("Report a missed bin", "é" * 33), Choice("None of these", "#1")),
            ),
            [
                {
                    "text": "Which?",
                    "markup": {
                        "inline_keyboard": [
                            [{"text": "Report a missed bin", "callback_data": "#1"}],
                            [{"text": "None of these", "callback_data": "#2"}],
                        ]
                    },
                }
            ],
            id="long choices one a row, and values that do not fit as numbers",
        ),
        pytest.param(
            Reply("Where is it?", asks_location=True, choices=(Choice("I do not know", "x"),)),
            [
                {
                    "text": "Where is it?",
                    "markup": {
                        "keyboard": [
                            [{"text": "Send my location", "request_location": True}],
                            [{"text": "I do not know"}],
                        ],
                        "resize_keyboard": True,
                        "one_time_keyboard": True,
                    },
                }
            ],
            id="a key that sends the place",
        ),
        pytest.param(
            Reply("Like this.", image_url="https://ashcombe.example/bin.jpg"),
            [
                {"photo": "https://ashcombe.example/bin.jpg"},
                {"text": "Like this.", "markup": NO_KEYBOARD},
            ],
            id="a picture before the words",
        ),
    ],
)
def test_says_a_reply(reply: Reply, payloads: list[Payload]) -> None:
    assert list(telegram().render(reply)) == payloads


def test_a_long_answer_comes_in_parts_and_its_buttons_under_the_last() -> None:
    text = " ".join(f"Sentence {number} is 😀 here & **bold**." for number in range(400))
    reply = Reply(text, choices=(Choice("Yes", "/yes"),), source=SOURCE)

    said = telegram().render(reply)

    shown = [parse_html(payload["text"]) for payload in said]
    assert len(said) > 2
    assert all(length(part.text) <= 4096 for part in shown)
    assert [payload["markup"] for payload in said[:-1]] == [NO_KEYBOARD] * (len(said) - 1)
    assert "inline_keyboard" in said[-1]["markup"]
    words = " ".join(part.text.split(" ", 1)[1] for part in shown)
    assert words.startswith(text.replace("**", ""))


def test_no_message_has_more_links_than_telegram_shows() -> None:
    links = tuple(Link(f"Page {at}", f"https://ashcombe.example/{at}") for at in range(150))
    said = telegram().render(Reply("Read on.", links=links, source=SOURCE))
    shown = [parse_html(payload["text"]).entities for payload in said]
    assert [len(entities) <= 100 for entities in shown] == [True, True]
    urls = {entity["url"] for entities in shown for entity in entities if "url" in entity}
    assert urls == {link.url for link in links} | {SOURCE.url}


def test_more_choices_than_buttons_are_numbered() -> None:
    choices = tuple(Choice(f"Street {chr(65 + n % 26)}{n // 26 * 'x'}", str(n)) for n in range(101))
    [said] = telegram().render(Reply("Which street?", choices=choices))
    assert "101. Street " in said["text"]
    assert said["markup"] == NO_KEYBOARD


TEXTS = st.text(max_size=300)
REPLIES = st.builds(
    Reply,
    text=st.one_of(TEXTS, st.text("ab. *<>&[]()\n😀", max_size=9000)),
    choices=st.lists(st.builds(Choice, st.text("abc ", min_size=1), TEXTS), max_size=5).map(tuple),
    links=st.lists(
        st.builds(Link, TEXTS, st.just("https://ashcombe.example/a?b=1&c")), max_size=3
    ).map(tuple),
    image_url=st.sampled_from([None, "https://ashcombe.example/a.png"]),
    asks_location=st.booleans(),
    source=st.sampled_from([None, SOURCE]),
)


@given(REPLIES)
def test_whatever_is_said_telegram_can_read(reply: Reply) -> None:
    said = telegram().render(reply)
    assert json.loads(json.dumps(said)) == list(said)
    texts = [payload for payload in said if "text" in payload]
    assert texts
    for payload in texts:
        assert length(parse_html(payload["text"]).text) <= 4096
    for row in texts[-1]["markup"].get("inline_keyboard", ()):
        for button in row:
            assert 0 < len(button["callback_data"].encode()) <= 64


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)
UPDATES = [json.loads(file.read_bytes()) for file in sorted(FIXTURES.glob("*.json"))]


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, below in inner:
        found.append((*path, key))
        if isinstance(below, (dict, list)):
            found += _paths(below, (*path, key))
    return found


@given(st.data())
def test_an_update_with_anything_in_it_is_read_or_malformed(data: st.DataObject) -> None:
    update = json.loads(json.dumps(data.draw(st.sampled_from(UPDATES))))
    *parents, last = data.draw(st.sampled_from(_paths(update)))
    place = update
    for key in parents:
        place = place[key]
    place[last] = data.draw(JSON)
    call = webhook(json.dumps(update).encode())
    try:
        messages = telegram().parse(call)
    except Malformed:
        return
    telegram().acknowledge(call)
    for message in messages:
        assert isinstance(message, InboundMessage)
        assert message.sent_at.tzinfo is not None
        assert message.sender.user.lstrip("-").isdecimal()
        assert len(message.external_id) <= 200


OK = {
    "ok": True,
    "result": {
        "message_id": 19,
        "date": 1741000510,
        "chat": {"id": 5447700123, "type": "private", "first_name": "Ada"},
        "text": "Hello",
    },
}


def refusal(code: int, words: str, **parameters: object) -> httpx.Response:
    said = {"ok": False, "error_code": code, "description": words, "parameters": parameters}
    return httpx.Response(code, json=said)


async def test_sends_a_message_as_the_api_wants_it() -> None:
    calls: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return httpx.Response(200, json=OK)

    channel = telegram(answer)
    [payload] = channel.render(Reply("Is it **red**?", choices=(Choice("Yes", "/yes"),)))
    platform_id = await channel.send(ADA, payload, "key")

    assert platform_id == "19"
    [call] = calls
    assert str(call.url) == f"https://api.telegram.org/bot{TOKEN}/sendMessage"
    said = dict(httpx.QueryParams(call.content.decode()))
    assert json.loads(said.pop("reply_markup")) == {
        "inline_keyboard": [[{"text": "Yes", "callback_data": "/yes"}]]
    }
    assert said == {
        "chat_id": "5447700123",
        "text": "Is it <b>red</b>?",
        "parse_mode": "HTML",
        "link_preview_options": '{"is_disabled": true}',
    }


@pytest.mark.parametrize(
    ("answer", "failure", "reason"),
    [
        pytest.param(
            refusal(403, "Forbidden: bot was blocked by the user"),
            Unreachable,
            "blocked",
            id="blocked",
        ),
        pytest.param(
            refusal(403, "Forbidden: user is deactivated"),
            Unreachable,
            "deactivated",
            id="an account that was deleted",
        ),
        pytest.param(
            refusal(400, "Bad Request: chat not found"),
            Unreachable,
            "no_such_chat",
            id="a chat that there is not",
        ),
        pytest.param(
            refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100123),
            Unreachable,
            "group",
            id="a group",
        ),
        pytest.param(
            refusal(400, "Bad Request: message is too long"), Refused, "too_long", id="too long"
        ),
        pytest.param(
            refusal(400, "Bad Request: BUTTON_DATA_INVALID"), Refused, "buttons", id="buttons"
        ),
        pytest.param(
            refusal(400, "Bad Request: failed to get HTTP URL content"),
            Refused,
            "image",
            id="a picture that cannot be had",
        ),
        pytest.param(refusal(400, "Bad Request: new"), Refused, "bad_request", id="something else"),
        pytest.param(refusal(401, "Unauthorized"), Transient, "auth", id="a revoked token"),
        pytest.param(refusal(404, "Not Found"), Transient, "auth", id="a token of no bot"),
        pytest.param(httpx.Response(502, html="Bad Gateway"), Transient, "http_502", id="down"),
        pytest.param(httpx.Response(503), Transient, "http_503", id="away"),
        pytest.param(
            httpx.Response(400, html="<h1>proxy</h1>"),
            Transient,
            "http_400",
            id="somebody in between refuses",
        ),
        pytest.param(httpx.Response(200, html="<h1>Hi</h1>"), Unsure, "garbage", id="garbage"),
        pytest.param(httpx.Response(200, json=[1]), Unsure, "garbage", id="a list"),
        pytest.param(httpx.Response(200, json={"ok": True}), Unsure, "garbage", id="no result"),
        pytest.param(
            httpx.Response(200, json={"ok": True, "result": 7}),
            Unsure,
            "garbage",
            id="a result that is none",
        ),
        pytest.param(httpx.ConnectError(""), Transient, "unreachable", id="no connection"),
        pytest.param(
            httpx.ConnectTimeout(""), Transient, "unreachable", id="no connection in time"
        ),
        pytest.param(httpx.ReadTimeout(""), Unsure, "timeout", id="no answer in time"),
        pytest.param(
            httpx.RemoteProtocolError(""), Unsure, "connection_lost", id="a lost connection"
        ),
    ],
)
async def test_says_what_an_answer_means_for_a_parcel(
    answer: httpx.Response | Exception, failure: type[DeliveryFailed], reason: str
) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(DeliveryFailed) as raised:
        await telegram(answers).send(ADA, {"text": "Hello", "markup": NO_KEYBOARD}, "key")

    assert type(raised.value) is failure
    assert raised.value.reason == reason


async def test_waits_as_long_as_telegram_says() -> None:
    flood = refusal(429, "Too Many Requests: retry after 35", retry_after=35)
    with pytest.raises(Transient) as raised:
        await telegram(lambda _: flood).send(ADA, {"text": "Hi", "markup": NO_KEYBOARD}, "key")
    assert raised.value.retry_after == timedelta(seconds=35)


async def test_an_address_of_another_platform_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        await telegram().send(Address("telegram", "@ada"), {"text": "Hi", "markup": {}}, "key")


def files(path: str = "documents/file_7.pdf", size: int = 5) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/getFile"):
            result = {"file_id": "x", "file_unique_id": "y", "file_size": size, "file_path": path}
            return httpx.Response(200, json={"ok": True, "result": result})
        assert str(request.url) == f"https://api.telegram.org/file/bot{TOKEN}/{path}"
        return httpx.Response(200, content=b"%PDF-")

    return answer


async def test_fetches_the_file_that_a_person_sent() -> None:
    assert await telegram(files()).fetch("BQACAgQAAxkBAAMDoc", 5) == b"%PDF-"


@pytest.mark.parametrize(
    ("answer", "failure", "reason"),
    [
        pytest.param(files(size=6), Refused, "too_large", id="too large, as it says"),
        pytest.param(files(size=1), Refused, "too_large", id="too large, as it turns out"),
        pytest.param(
            files(path="/etc/hostname", size=1), Refused, "gone", id="a path of this machine"
        ),
        pytest.param(
            lambda _: refusal(400, "Bad Request: file is too big"),
            Refused,
            "too_large",
            id="larger than Telegram gives to bots",
        ),
        pytest.param(
            lambda _: refusal(400, "Bad Request: wrong file_id or the file is unavailable"),
            Refused,
            "gone",
            id="gone",
        ),
        pytest.param(lambda _: httpx.Response(500), Transient, "http_500", id="down"),
    ],
)
async def test_says_why_a_file_cannot_be_fetched(
    answer: Answer, failure: type[DeliveryFailed], reason: str
) -> None:
    with pytest.raises(DeliveryFailed) as raised:
        await telegram(answer).fetch("BQACAgQAAxkBAAMDoc", 4)
    assert (type(raised.value), raised.value.reason) == (failure, reason)


async def test_no_token_and_no_words_in_any_log(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    answers = iter([httpx.Response(200, json=OK), httpx.Response(200, html="secret words")])
    channel = telegram(lambda _: next(answers))
    with structlog.testing.capture_logs() as events:
        await channel.send(ADA, {"text": "my words", "markup": NO_KEYBOARD}, "1")
        with pytest.raises(Unsure):
            await channel.send(ADA, {"text": "my words", "markup": NO_KEYBOARD}, "2")
    ours = [line.getMessage() for line in caplog.records if not line.name.startswith("httpx")]
    said = f"{events}{capsys.readouterr()}{ours}"
    assert not any(word in said for word in (TOKEN, "words", ADA.user))
