"""WhatsApp: what its updates say, how a reply looks there, and what becomes of a call."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone
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
from channels.emulators import whatsapp_rules
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
from tests.channels.of_meta import Answering, body_of, fixture, posted, refusal
from tests.channels.test_meta import whatsapp

ADA = Address("whatsapp", "447700900123")
WAMID = "wamid.HBgMNDQ3NzAwOTAwMTIzFQIAEhgUM0EwMQA="
NINE = datetime(2025, 3, 9, 9, 0, tzinfo=timezone.utc)
OURS = "wamid.HBgMNDQ3NzAwOTAwMTIzFQIAERgSQjFDAA=="
KEY = "5e7c:4:0"


def of_ada(content: Content, external_id: str = WAMID) -> InboundMessage:
    return InboundMessage(ADA, external_id, content, NINE)


def receipt(status: str, reason: str = "") -> Receipt:
    return Receipt(OURS, status, NINE.replace(second=5), reason, KEY)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("text", [of_ada(Said("My bin was not collected 😞"))]),
        ("button_reply", [of_ada(Chose("topic:missed-bin", "Missed bin"))]),
        ("list_reply", [of_ada(Chose("topic:bulky", "Collection of a large item such as a sofa"))]),
        ("template_button", [of_ada(Chose("yes", "Yes, go on"))]),
        ("image", [of_ada(Attached("1003383421387256", "image/jpeg", "It is still here"))]),
        ("voice", [of_ada(Attached("1908647269898587", "audio/ogg"))]),
        ("document", [of_ada(Attached("1376223850470843", "application/pdf"))]),
        ("location", [of_ada(Located(51.5014, -0.1419))]),
        ("contacts", [of_ada(Said("Bryn Pugh, +44 7700 900321"))]),
        ("sent", [receipt("sent")]),
        ("delivered", [receipt("delivered")]),
        ("read", [receipt("read")]),
        ("failed_window", [receipt("failed", "window")]),
        ("failed_unknown", [receipt("failed", "meta_131999")]),
        (
            "several",
            [
                of_ada(Said("One"), "wamid.A"),
                InboundMessage(
                    Address("whatsapp", "447700900321"),
                    "wamid.B",
                    Said("Two"),
                    NINE.replace(second=1),
                ),
            ],
        ),
        (
            "hidden_number",
            [
                InboundMessage(
                    Address("whatsapp", "GB.1349120865530274"),
                    "wamid.HBgMR0IxMzQ5MTIwODY1NQA=",
                    Said("Hello"),
                    NINE,
                )
            ],
        ),
        ("flow_reply", []),
        ("reaction", []),
        ("unsupported", []),
        ("system", []),
        ("group", []),
        ("errors", []),
        ("deleted", []),
        ("another_number", []),
        ("another_field", []),
    ],
)
def test_reads_updates(name: str, expected: list[InboundMessage | Receipt]) -> None:
    assert list(whatsapp().parse(posted(fixture("whatsapp", name)))) == expected


NAMES = """from id type timestamp text body interactive list_reply button_reply title image
mime_type location latitude longitude contacts statuses messages errors code"""
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

    change = {
        "field": "messages",
        "value": {
            "metadata": {"phone_number_id": "106540352242922"},
            "messages": [value, {"from": "1", "id": "2", "type": "text", "text": value}],
            "statuses": [value, {"id": "2", "status": "failed", "errors": value}],
        },
    }
    body = {"object": "whatsapp_business_account", "entry": [{"changes": [change]}]}

    for found in whatsapp().parse(posted(json.dumps(body).encode())):
        repr(found).encode()


# How a reply looks.


def choices(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(label, f"topic:{at}") for at, label in enumerate(labels, start=1))


def texts(payloads: list[Payload]) -> list[str]:
    """Return all words of some payloads, in order."""
    found = []
    for payload in payloads:
        if payload["type"] == "text":
            found.append(payload["text"]["body"])
        elif payload["type"] == "interactive":
            found.append(payload["interactive"]["body"]["text"])
    return found


def rendered(reply: Reply) -> list[Payload]:
    """Return the calls, each of which the Cloud API's description allows."""
    payloads = list(whatsapp().render(reply))
    for payload in payloads:
        whatsapp_rules.read({"messaging_product": "whatsapp", "to": "447700900123", **payload})
    return payloads


def test_says_words_with_whatsapps_bold_and_links_spelled_out() -> None:
    reply = Reply("Bins go out on **Monday**.", links=(Link("Bin days", "https://b.example/d"),))

    assert rendered(reply) == [
        {
            "type": "text",
            "text": {
                "body": "Bins go out on *Monday*.\n\nBin days: https://b.example/d",
                "preview_url": False,
            },
        }
    ]


def test_up_to_three_short_choices_are_reply_buttons() -> None:
    assert rendered(Reply("Which bin?", choices("Rubbish", "Recycling", "Garden waste"))) == [
        {
            "type": "interactive",
            "interactive": {
                "type": "button",
                "body": {"text": "Which bin?"},
                "action": {
                    "buttons": [
                        {"type": "reply", "reply": {"id": "topic:1", "title": "Rubbish"}},
                        {"type": "reply", "reply": {"id": "topic:2", "title": "Recycling"}},
                        {"type": "reply", "reply": {"id": "topic:3", "title": "Garden waste"}},
                    ]
                },
            },
        }
    ]


def test_more_or_longer_choices_are_a_list_whose_rows_go_on_below_their_titles() -> None:
    long = "Collection of a large item such as a sofa"

    [payload] = rendered(Reply("What is it about?", choices("Missed bin", long)))

    assert payload["interactive"]["action"] == {
        "button": "Choose",
        "sections": [
            {
                "rows": [
                    {"id": "topic:1", "title": "Missed bin"},
                    {
                        "id": "topic:2",
                        "title": "Collection of a large",
                        "description": "item such as a sofa",
                    },
                ]
            }
        ],
    }


@pytest.mark.parametrize(
    "offered",
    [
        pytest.param(choices(*(f"Choice {at}" for at in "abcdefghijk")), id="eleven"),
        pytest.param(choices("Yes", "x" * 25), id="a word that is too long for a title"),
        pytest.param(choices("Yes", "word " * 20), id="a label that is too long for a row"),
        pytest.param(choices("Yes", "Yes"), id="two of one name"),
        pytest.param((Choice("Yes", "a"), Choice("No", "a")), id="two of one value"),
        pytest.param((Choice("Yes", "a" * 201), Choice("No", "b")), id="a long value"),
        pytest.param((Choice("Yes", " a"), Choice("No", "b")), id="a space before a value"),
    ],
)
def test_choices_that_whatsapp_cannot_show_are_words(offered: tuple[Choice, ...]) -> None:
    [payload] = rendered(Reply("Which one?", offered))

    assert payload["type"] == "text"
    assert payload["text"]["body"].startswith("Which one?\n\n1. ")


def test_of_a_long_answer_the_last_paragraph_stands_above_the_buttons() -> None:
    answer = "\n\n".join(["A paragraph of some length about bins. " * 10] * 12)

    payloads = rendered(Reply(f"{answer}\n\nDoes that help?", choices("Yes", "No")))

    assert [payload["type"] for payload in payloads] == ["text", "text", "interactive"]
    assert payloads[-1]["interactive"]["body"]["text"] == "Does that help?"
    assert "Does that help?" not in "".join(texts(payloads[:-1]))


def test_a_long_paragraph_has_a_few_words_above_the_buttons() -> None:
    payloads = rendered(Reply("One sentence of it. " * 100, choices("Yes", "No")))

    assert [payload["type"] for payload in payloads] == ["text", "interactive"]
    assert payloads[-1]["interactive"]["body"]["text"] == "Choose"


def test_asks_for_a_place_with_a_button_and_tells_other_choices_by_number() -> None:
    [payload] = rendered(Reply("Where is it?", choices("I do not know"), asks_location=True))

    assert payload == {
        "type": "interactive",
        "interactive": {
            "type": "location_request_message",
            "body": {"text": "Where is it?\n\n1. I do not know\n\nReply with a number."},
            "action": {"name": "send_location"},
        },
    }


def test_a_picture_comes_before_the_words() -> None:
    payloads = rendered(Reply("This is a brown bin.", image_url="https://b.example/bin.png"))

    assert payloads[0] == {"type": "image", "image": {"link": "https://b.example/bin.png"}}
    assert texts(payloads) == ["This is a brown bin."]


def test_says_where_an_answer_comes_from() -> None:
    source = Source("bins", "Bins", "https://b.example/bins", "Ashcombe Council", date(2025, 3, 1))

    [said] = texts(rendered(Reply("Monday.", source=source)))

    assert said == (
        "Monday.\n\nFrom Ashcombe Council, checked on 1 March 2025. Bins: https://b.example/bins"
    )


WORDS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(
    str.strip
)
SAID = st.lists(WORDS, min_size=1, max_size=40).map("\n\n".join)
OFFERED = st.lists(st.builds(Choice, WORDS, WORDS), max_size=13).map(tuple)


@given(st.builds(Reply, SAID, OFFERED, asks_location=st.booleans()))
def test_every_reply_is_one_that_the_cloud_api_takes(reply: Reply) -> None:
    payloads = rendered(reply)

    assert payloads
    shown = repr(payloads)
    for choice in reply.choices:
        assert repr(choice.value)[1:-1] in shown or "1. " in shown or "A. " in shown


# What becomes of a call.


async def test_sends_with_our_key_and_returns_whatsapps_id() -> None:
    seen: list[httpx.Request] = []

    channel = whatsapp(taking(seen))
    payload = channel.render(Reply("Hello"))[0]

    assert await channel.send(ADA, payload, KEY) == "wamid.1"
    assert seen[0].method == "POST"
    assert str(seen[0].url) == "https://graph.facebook.com/v25.0/106540352242922/messages"
    assert body_of(seen[0]) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "447700900123",
        "type": "text",
        "text": {"body": "Hello", "preview_url": False},
        "biz_opaque_callback_data": KEY,
    }


def taking(seen: list[httpx.Request], *before: httpx.Response) -> Answering:
    """Answer as `before` says, one by one, then take every call."""
    answers = list(before)

    def answering(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if answers:
            return answers.pop(0)
        return httpx.Response(200, json={"messages": [{"id": f"wamid.{len(seen)}"}]})

    return answering


async def test_somebody_whose_number_is_hidden_is_written_to_by_their_id() -> None:
    seen: list[httpx.Request] = []
    channel = whatsapp(
        taking(seen), api="https://phones.example/ashcombe/whatsapp/", version="v24.0"
    )

    await channel.send(Address("whatsapp", "GB.1349120865530274"), {"type": "text"}, KEY)

    assert body_of(seen[0])["recipient"] == "GB.1349120865530274"
    assert "to" not in body_of(seen[0])
    assert str(seen[0].url).startswith("https://phones.example/ashcombe/whatsapp/v24.0/106540")


@pytest.mark.parametrize(
    ("code", "failure", "reason"),
    [
        (131047, WindowClosed, "window"),
        (131026, Unreachable, "unreachable"),
        (131021, Unreachable, "own_number"),
        (130497, Unreachable, "country"),
        (131050, Unreachable, "opted_out"),
        (131030, Refused, "not_allowed"),
        (131053, Refused, "media"),
        (131009, Refused, "meta_131009"),
        (132001, Refused, "meta_132001"),
        (131000, Transient, "meta_131000"),
        (131031, Transient, "meta_131031"),
    ],
)
async def test_whatsapps_own_codes(code: int, failure: type[DeliveryFailed], reason: str) -> None:
    with pytest.raises(DeliveryFailed) as raised:
        await whatsapp(lambda request: refusal(400, code)).send(ADA, {"type": "text"}, KEY)

    assert (type(raised.value), raised.value.reason) == (failure, reason)


async def test_outside_the_window_the_template_goes_once_and_the_parcel_waits() -> None:
    seen: list[httpx.Request] = []
    channel = whatsapp(taking(seen, refusal(400, 131047)), template="please_write")

    with pytest.raises(WindowClosed):
        await channel.send(ADA, {"type": "text", "text": {"body": "Hello"}}, KEY)

    assert [body_of(request)["type"] for request in seen] == ["text", "template"]
    template = body_of(seen[1])
    assert template["biz_opaque_callback_data"] == f"{KEY}:template"
    assert template["template"] == {
        "name": "please_write",
        "language": {"policy": "deterministic", "code": "en_GB"},
    }
    whatsapp_rules.read(template)


async def test_a_template_that_fails_leaves_the_parcel_waiting() -> None:
    seen: list[httpx.Request] = []
    answering = taking(seen, refusal(400, 131047), refusal(400, 132001))

    with pytest.raises(WindowClosed):
        await whatsapp(answering, template="gone").send(ADA, {"type": "text"}, KEY)

    assert len(seen) == 2


async def test_a_template_that_cannot_arrive_says_that_nothing_will() -> None:
    answering = taking([], refusal(400, 131047), refusal(400, 131026))

    with pytest.raises(Unreachable):
        await whatsapp(answering, template="please_write").send(ADA, {"type": "text"}, KEY)


async def test_without_a_template_the_parcel_waits_for_the_person() -> None:
    seen: list[httpx.Request] = []

    with pytest.raises(WindowClosed):
        await whatsapp(taking(seen, refusal(400, 131047))).send(ADA, {"type": "text"}, KEY)

    assert len(seen) == 1


# Files.


def keeping(url: str, data: bytes = b"\xff\xd8jpeg", **about: Any) -> Answering:
    """Meta, which says that a file is at `url`, and has it there."""

    def answering(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer EAAtoken"
        if request.url.path == "/v25.0/1003383421387256":
            assert dict(request.url.params) == {"phone_number_id": "106540352242922"}
            return httpx.Response(200, json={"url": url, "id": "1003383421387256", **about})
        assert str(request.url) == url
        return httpx.Response(200, content=data)

    return answering


LOOKASIDE = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1003383421387256"


async def test_fetches_a_file_where_meta_keeps_it() -> None:
    assert await whatsapp(keeping(LOOKASIDE)).fetch("1003383421387256", 1000) == b"\xff\xd8jpeg"


@pytest.mark.parametrize(
    "url",
    [
        "https://files.example/x",
        "http://lookaside.fbsbx.com/x",
        "https://lookaside.fbsbx.com.files.example/x",
        "https://lookaside.fbsbx.com:8443/x",
        "https://lookaside.fbsbx.com@files.example/x",
        "http://169.254.169.254/latest/meta-data",
        "https://[",
        "",
    ],
)
async def test_the_token_is_shown_to_nobody_else(url: str) -> None:
    with pytest.raises(Refused, match="host"):
        await whatsapp(keeping(url)).fetch("1003383421387256", 1000)


@pytest.mark.parametrize(
    "answering",
    [
        pytest.param(keeping(LOOKASIDE, b"x" * 1001), id="larger than was said"),
        pytest.param(keeping(LOOKASIDE, file_size=1001), id="said to be larger"),
    ],
)
async def test_a_file_that_is_too_large_is_refused(answering: Answering) -> None:
    with pytest.raises(Refused, match="too_large"):
        await whatsapp(answering).fetch("1003383421387256", 1000)


@pytest.mark.parametrize(
    ("response", "failure", "reason"),
    [
        pytest.param(refusal(400, 100, 33), Refused, "gone", id="no such file"),
        pytest.param(refusal(404), Refused, "gone", id="deleted"),
        pytest.param(refusal(401, 190), Transient, "auth", id="the token ran out"),
        pytest.param(httpx.Response(500), Transient, "http_500", id="500"),
    ],
)
async def test_a_file_that_cannot_be_had(
    response: httpx.Response, failure: type[DeliveryFailed], reason: str
) -> None:
    with pytest.raises(DeliveryFailed) as raised:
        await whatsapp(lambda request: response).fetch("1003383421387256", 1000)

    assert (type(raised.value), raised.value.reason) == (failure, reason)


async def test_a_media_id_cannot_lead_to_another_path() -> None:
    with pytest.raises(Refused, match="gone"):
        await whatsapp().fetch("../me?fields=", 1000)


async def test_a_timeout_while_fetching_passes() -> None:
    def answering(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    with pytest.raises(Transient, match="timeout"):
        await whatsapp(answering).fetch("1003383421387256", 1000)
