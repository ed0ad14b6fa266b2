"""Text messages by Twilio. Its own library is the other side: it signs, checks and reads TwiML."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode
from xml.etree import ElementTree

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

from channels.account import Incomplete
from channels.channel import (
    DeliveryFailed,
    Forged,
    Malformed,
    Receipt,
    Refused,
    Transient,
    Unreachable,
    Unsure,
    Webhook,
)
from channels.messages import Address, Attached, InboundMessage, Reply, Said
from channels.twilio import Twilio
from channels.twilio_reading import as_parameter, from_parameter, signature
from tests.channels.of_texts import (
    ADA,
    NOW,
    SID,
    TOKEN,
    TWILIO,
    account,
    fixture,
    from_twilio,
    silent,
    url_of,
)

URL = url_of("twilio")
SM1 = "SM00000000000000000000000000000001"
MM2 = "MM00000000000000000000000000000002"
SM9 = "SM00000000000000000000000000000009"
MEDIA = f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages/{MM2}/Media/ME"
Answering = Callable[[httpx.Request], httpx.Response]


def channel(answering: Answering = silent, **values: str) -> Twilio:
    return Twilio(account("twilio", {**TWILIO, **values}, answering))


def said(text: str, external_id: str = SM1, sender: Address = ADA) -> InboundMessage:
    return InboundMessage(sender, external_id, Said(text), NOW)


def sent(external_id: str, content: Attached) -> InboundMessage:
    return InboundMessage(ADA, external_id, content, NOW)


PHOTO = f"{MEDIA}00000000000000000000000000000001"
OTHER = f"{MEDIA}00000000000000000000000000000002"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("text", [said("When is my bin day?")], id="a text"),
        pytest.param("welsh", [said("Pryd mae'r biniau? Tŷ Gwyn, diolch 👍")], id="Welsh"),
        pytest.param("new_fields", [said("When is my bin day?")], id="fields of tomorrow"),
        pytest.param("photo", [sent(MM2, Attached(PHOTO, "image/jpeg"))], id="a photo"),
        pytest.param(
            "two_photos",
            [
                sent(MM2, Attached(PHOTO, "image/jpeg", "The hole in the road")),
                sent(f"{MM2}:1", Attached(OTHER, "image/png")),
            ],
            id="two photos with words",
        ),
        pytest.param("opted_out", [said("STOP")], id="opted out by a word of the operator's"),
        pytest.param("opted_in", [said("START")], id="opted in again"),
        pytest.param("help", [said("help")], id="help is only a word"),
        pytest.param(
            "abroad",
            [said("When is my bin day?", sender=Address("sms", "+33612345678"))],
            id="from abroad",
        ),
        pytest.param("blank", [], id="nothing in it"),
        pytest.param("short_code", [], id="from a short code, which nobody can answer"),
        pytest.param("name", [], id="from a name, which nobody can answer"),
        pytest.param("no_id", [], id="without an id"),
    ],
)
def test_reads_texts(name: str, expected: list[InboundMessage]) -> None:
    assert list(channel().parse(from_twilio(fixture("twilio", name)))) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("sent", [("sent", "")], id="sent"),
        pytest.param("delivered", [("delivered", "")], id="delivered"),
        pytest.param("read", [("read", "")], id="read"),
        pytest.param("undelivered", [("failed", "landline")], id="a landline"),
        pytest.param("failed", [("failed", "not_delivered")], id="for an unknown reason"),
        pytest.param("queued", [], id="queued says nothing new"),
    ],
)
def test_reads_receipts(name: str, expected: list[tuple[str, str]]) -> None:
    read = channel().parse(from_twilio(fixture("twilio", name), query="key=turn-7~3A0"))
    assert list(read) == [
        Receipt(SM9, status, NOW, reason, key="turn-7:0") for status, reason in expected
    ]


def test_a_receipt_without_our_key_is_known_by_twilios_id() -> None:
    read = channel().parse(from_twilio(fixture("twilio", "delivered")))
    assert list(read) == [Receipt(SM9, "delivered", NOW)]


def test_each_try_of_a_call_is_known_by_its_token() -> None:
    form = fixture("twilio", "two_photos")
    read = channel().parse(from_twilio(form, i_twilio_idempotency_token="abc-1"))
    assert [m.also_known_as for m in read if isinstance(m, InboundMessage)] == [
        ("twilio-try:abc-1",),
        ("twilio-try:abc-1:1",),
    ]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"Body=%E9t%E9&From=%2B447700900123", id="Latin-1"),
        pytest.param(b"Body=\xff&From=%2B447700900123", id="raw bytes"),
        pytest.param(urlencode({f"F{n}": "1" for n in range(500)}).encode(), id="too many fields"),
    ],
)
def test_a_form_that_cannot_be_read_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        channel().parse(replace(from_twilio({}), body=body))


def test_the_answer_is_twiml_that_says_nothing() -> None:
    answer = channel().acknowledge(from_twilio({}))

    ours, theirs = (
        ElementTree.fromstring(said)  # noqa: S314 - said by us, and by the library
        for said in (answer.body, str(MessagingResponse()))
    )
    assert (answer.status, answer.media_type) == (200, "text/xml")
    assert (ours.tag, len(ours)) == (theirs.tag, len(theirs))


# Whom we believe.

FORM = fixture("twilio", "text")


def test_a_call_that_twilio_signed_is_believed() -> None:
    channel().verify(from_twilio(FORM))
    channel().verify(from_twilio(FORM, query="key=turn-7~3A0"))


def test_behind_a_proxy_the_public_address_counts() -> None:
    call = from_twilio(FORM, query="key=1", host="10.0.0.7:8000", x_forwarded_host="evil.example")
    channel().verify(replace(call, url="http://10.0.0.7:8000/webhooks/ashcombe/twilio?key=1"))


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(f"{URL.replace('.example', '.example:443')}", id="signed with the port"),
        pytest.param(URL, id="signed without"),
    ],
)
def test_either_way_to_write_the_port_is_believed(url: str) -> None:
    signed = RequestValidator(TOKEN).compute_signature(url, FORM)
    channel().verify(from_twilio(FORM, x_twilio_signature=signed))


def json_call(body: bytes, digest: str) -> Webhook:
    url = f"{URL}?bodySHA256={digest}"
    headers = {
        "content-type": "application/json",
        "x-twilio-signature": RequestValidator(TOKEN).compute_signature(url, {}),
    }
    return Webhook("POST", url, headers, body, NOW)


def test_a_json_body_is_believed_by_its_digest_and_carries_nothing_for_us() -> None:
    call = json_call(b'{"a": 1}', hashlib.sha256(b'{"a": 1}').hexdigest())
    channel().verify(call)
    assert channel().parse(call) == ()


ANOTHER = RequestValidator("another token").compute_signature(URL, FORM)


@pytest.mark.parametrize(
    "webhook",
    [
        pytest.param(from_twilio(FORM, x_twilio_signature=""), id="not signed"),
        pytest.param(from_twilio(FORM, x_twilio_signature=ANOTHER), id="with another token"),
        pytest.param(from_twilio(FORM, x_twilio_signature="é\udc80"), id="not even ASCII"),
        pytest.param(
            replace(from_twilio(FORM), body=urlencode({**FORM, "Body": "Pay me"}).encode()),
            id="another text under the same signature",
        ),
        pytest.param(
            replace(from_twilio(FORM, query="key=1"), url=f"{URL}?key=2"), id="another key"
        ),
        pytest.param(json_call(b"{}", "0" * 64), id="JSON with another digest"),
        pytest.param(json_call(b"{}", "é"), id="JSON with no digest at all"),
        pytest.param(
            replace(from_twilio({}), body=b"Body=hello"),
            id="fields added to a call that had none",
        ),
    ],
)
def test_a_forged_call_is_refused(webhook: Webhook) -> None:
    with pytest.raises(Forged):
        channel().verify(webhook)


NAMES = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=12)
FORMS = st.dictionaries(NAMES, NAMES, max_size=8)
QUERIES = st.one_of(
    st.just(""), st.from_regex(r"[a-z]{1,5}=[a-zA-Z0-9%3A_-]{1,20}", fullmatch=True)
)


@settings(max_examples=300, deadline=None)
@given(form=FORMS, query=QUERIES)
def test_we_believe_what_twilios_library_signs(form: dict[str, str], query: str) -> None:
    channel().verify(from_twilio(form, query))


@settings(max_examples=300, deadline=None)
@given(form=FORMS, query=QUERIES, token=st.text(min_size=1, max_size=40))
def test_twilios_library_believes_what_we_sign(
    form: dict[str, str], query: str, token: str
) -> None:
    url = f"{URL}?{query}" if query else URL
    token = token.encode("utf-8", "replace").decode()
    assert RequestValidator(token).validate(url, form, signature(url, list(form.items()), token))


class Fields(dict[str, list[str]]):
    """Fields that come more than once, as a web framework gives them to Twilio's library."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


@settings(max_examples=200, deadline=None)
@given(fields=st.dictionaries(NAMES, st.lists(NAMES, min_size=1, max_size=3), max_size=5))
def test_fields_that_come_twice_are_signed_as_twilios_library_does(
    fields: dict[str, list[str]],
) -> None:
    pairs = [(name, value) for name, values in fields.items() for value in values]
    expected = RequestValidator(TOKEN).compute_signature(URL, Fields(fields))
    assert signature(URL, pairs, TOKEN) == expected


@settings(max_examples=300, deadline=None)
@given(body=st.binary(max_size=200), header=st.text(max_size=40), query=st.text(max_size=40))
def test_no_call_at_all_is_a_fault_of_ours(body: bytes, header: str, query: str) -> None:
    webhook = Webhook("POST", f"{URL}?{query}", {"x-twilio-signature": header}, body, NOW)
    with pytest.raises(Forged):
        channel().verify(webhook)
    try:
        read = channel().parse(webhook)
    except Malformed:
        return
    assert all(isinstance(each, (InboundMessage, Receipt)) for each in read)


# What we send.


class Twilios:
    """Answers each call with the next answer, and keeps the calls."""

    def __init__(self, *answers: httpx.Response | type[httpx.TransportError]) -> None:
        self.answers = list(answers)
        self.calls: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, httpx.Response):
            return answer
        raise answer("as if", request=request)


def refusal(status: int, code: int = 0, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(
        status, json={"code": code, "message": "no", "status": status}, headers=named
    )


async def test_sends_a_text_and_asks_for_receipts_with_our_key() -> None:
    twilio = Twilios(httpx.Response(201, json={"sid": SM9, "status": "queued"}))

    sid = await channel(twilio).send(ADA, {"text": "Tŷ Gwyn"}, "turn-7:0")

    call = twilio.calls[0]
    assert sid == SM9
    assert str(call.url) == f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages.json"
    assert call.headers["authorization"].startswith("Basic ")
    assert parse_qs(call.content.decode()) == {
        "To": ["+447700900123"],
        "From": ["+447700900999"],
        "Body": ["Tŷ Gwyn"],
        "StatusCallback": [f"{URL}?key=turn-7~3A0"],
    }


@settings(deadline=None)
@given(key=st.text(st.characters(blacklist_categories=["Cs"]), max_size=40))
def test_a_key_comes_back_whole_from_an_address_without_escapes(key: str) -> None:
    written = as_parameter(key)
    assert re.fullmatch(r"[\w.~-]*", written, re.ASCII)
    assert from_parameter(written) == key


async def test_a_messaging_service_takes_the_place_of_the_number() -> None:
    twilio = Twilios(httpx.Response(201, json={"sid": SM9}))
    await channel(twilio, messaging_service_sid="MG1").send(ADA, {"text": "Hello"}, "k")
    form = parse_qs(twilio.calls[0].content.decode())
    assert (form["MessagingServiceSid"], "From" in form) == (["MG1"], False)


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        pytest.param(refusal(400, 21610), Unreachable, "opted_out", id="has sent STOP"),
        pytest.param(refusal(400, 21211), Unreachable, "no_such_number", id="no such number"),
        pytest.param(refusal(400, 21614), Unreachable, "not_a_mobile", id="a landline"),
        pytest.param(refusal(400, 30004), Unreachable, "blocked", id="blocked"),
        pytest.param(refusal(400, 30006), Unreachable, "landline", id="cannot take texts"),
        pytest.param(refusal(400, 21408), Refused, "region", id="a country that is off"),
        pytest.param(refusal(400, 21617), Refused, "too_long", id="too long"),
        pytest.param(refusal(400, 21999), Refused, "twilio_21999", id="an unknown error"),
        pytest.param(refusal(401, 20003), Transient, "auth", id="a wrong token can be mended"),
        pytest.param(refusal(400, 21606), Transient, "sender", id="so can a wrong number of ours"),
        pytest.param(refusal(404, 20404), Transient, "http_404", id="so can a wrong account"),
        pytest.param(refusal(429, 20429), Transient, "rate", id="too many"),
        pytest.param(httpx.Response(500), Transient, "http_500", id="down"),
        pytest.param(httpx.Response(503, text="<h1>"), Transient, "http_503", id="under repair"),
        pytest.param(httpx.ConnectError, Transient, "connect", id="not there"),
        pytest.param(httpx.ConnectTimeout, Transient, "connect", id="too slow to connect"),
        pytest.param(httpx.Response(504), Unsure, "http_504", id="a gateway gave up"),
        pytest.param(httpx.ReadTimeout, Unsure, "timeout", id="too slow to answer"),
        pytest.param(httpx.RemoteProtocolError, Unsure, "lost", id="connection lost"),
        pytest.param(httpx.Response(200, text="<h1>"), Unsure, "garbage", id="garbage"),
        pytest.param(httpx.Response(201, json={}), Unsure, "garbage", id="no id"),
    ],
)
async def test_says_what_a_refusal_means(
    answer: httpx.Response | type[httpx.TransportError],
    kind: type[DeliveryFailed],
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG, logger="channels"), pytest.raises(DeliveryFailed) as failed:
        await channel(Twilios(answer)).send(ADA, {"text": "Hello"}, "k")
    assert (type(failed.value), failed.value.reason) == (kind, reason)
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param("7", timedelta(seconds=7), id="seconds"),
        pytest.param("9" * 30, timedelta(hours=1), id="no longer than an hour"),
        pytest.param("soon", None, id="nothing that can be read"),
    ],
)
async def test_waits_as_long_as_twilio_says(header: str, expected: timedelta | None) -> None:
    with pytest.raises(Transient) as failed:
        await channel(Twilios(refusal(429, 20429, retry_after=header))).send(
            ADA, {"text": "x"}, "k"
        )
    assert failed.value.retry_after == expected


# Asking what became of it.


def listed(**fields: Any) -> dict[str, Any]:
    return {
        "sid": SM9,
        "direction": "outbound-api",
        "body": "Your bin day is Monday.",
        "to": ADA.user,
        "from": "+447700900999",
        "num_media": "0",
        "date_created": "Mon, 02 Nov 2026 09:00:30 +0000",
        **fields,
    }


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(listed(), SM9, id="the same words since then"),
        pytest.param(listed(body="Your bin day  is Monday. "), SM9, id="spaces do not count"),
        pytest.param(
            listed(date_created="Mon, 02 Nov 2026 09:00:27 +0000"), SM9, id="clocks differ a little"
        ),
        pytest.param(listed(date_created="Mon, 02 Nov 2026 08:00:00 +0000"), None, id="earlier"),
        pytest.param(listed(date_created="soon"), None, id="nobody knows when"),
        pytest.param(listed(body="Another"), None, id="other words"),
        pytest.param(listed(direction="inbound"), None, id="said by the person"),
    ],
)
async def test_finds_a_text_that_was_sent_after_all(
    message: Mapping[str, Any], expected: str | None
) -> None:
    twilio = Twilios(httpx.Response(200, json={"messages": [message]}))
    found = await channel(twilio).find(ADA, {"text": "Your bin day is Monday."}, "k", NOW)
    assert found == expected
    assert twilio.calls[0].url.params["To"] == ADA.user


async def test_equal_words_of_another_parcel_are_not_taken_for_it() -> None:
    twilio = Twilios(
        httpx.Response(201, json={"sid": SM9}), httpx.Response(200, json={"messages": [listed()]})
    )
    ours = channel(twilio)
    payload = {"text": "Your bin day is Monday."}
    await ours.send(ADA, payload, "first")
    assert await ours.find(ADA, payload, "second", NOW) is None


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(httpx.Response(503), id="down"),
        pytest.param(httpx.ReadTimeout, id="slow"),
        pytest.param(httpx.Response(200, text="<h1>"), id="garbage"),
    ],
)
async def test_while_twilio_cannot_say_we_ask_again(
    answer: httpx.Response | type[httpx.TransportError],
) -> None:
    with pytest.raises(Transient) as failed:
        await channel(Twilios(answer)).find(ADA, {"text": "x"}, "k", NOW)
    assert not isinstance(failed.value, Unsure)


async def test_texts_whose_call_never_came_are_in_twilios_list() -> None:
    inbound = {"direction": "inbound", "from": ADA.user, "to": "+447700900999", "body": "Hello"}
    photo = listed(**inbound, sid=MM2, num_media="1")
    later = {**inbound, "date_created": "Mon, 02 Nov 2026 09:01:00 +0000"}
    twilio = Twilios(
        httpx.Response(
            200,
            json={
                "messages": [listed(**later, sid="SM5"), listed(), photo],
                "next_page_uri": f"/2010-04-01/Accounts/{SID}/Messages.json?Page=1",
            },
        ),
        httpx.Response(
            200,
            json={
                "media_list": [
                    {
                        "uri": PHOTO.removeprefix("https://api.twilio.com") + ".json",
                        "content_type": "image/jpeg",
                    }
                ]
            },
        ),
        httpx.Response(
            200,
            json={
                "messages": [
                    listed(**{**inbound, "date_created": "Sun, 01 Nov 2026 09:00:00 +0000"})
                ],
                "next_page_uri": None,
            },
        ),
    )

    found = await channel(twilio).missed(NOW)

    assert [(m.external_id, m.content, m.sent_at) for m in found] == [
        (MM2, Attached(PHOTO, "image/jpeg", "Hello"), NOW),
        ("SM5", Said("Hello"), NOW + timedelta(seconds=30)),
    ]
    assert twilio.calls[0].url.params["DateSent>"] == "2026-11-02"


# Files.


async def test_a_file_comes_from_where_twilio_keeps_it_which_never_sees_our_token() -> None:
    cdn = "https://mms.twiliocdn.com/abc?Expires=1"
    twilio = Twilios(
        httpx.Response(307, headers={"location": cdn}), httpx.Response(200, content=b"JPEG")
    )
    assert await channel(twilio).fetch(PHOTO, 100) == b"JPEG"
    assert [("authorization" in call.headers) for call in twilio.calls] == [True, False]


@pytest.mark.parametrize(
    ("url", "answers", "kind", "reason"),
    [
        pytest.param("https://evil.example/x", [], Refused, "foreign_address", id="elsewhere"),
        pytest.param("http://api.twilio.com/x", [], Refused, "foreign_address", id="not secure"),
        pytest.param("http://[", [], Refused, "foreign_address", id="no address"),
        pytest.param(
            PHOTO,
            [httpx.Response(302, headers={"location": "https://evil.example/x"})],
            Refused,
            "foreign_address",
            id="led elsewhere",
        ),
        pytest.param(
            PHOTO,
            [httpx.Response(302, headers={"location": PHOTO})] * 3,
            Refused,
            "too_many_hops",
            id="led round in a circle",
        ),
        pytest.param(
            PHOTO, [httpx.Response(200, content=b"x" * 101)], Refused, "too_large", id="too large"
        ),
        pytest.param(PHOTO, [httpx.Response(404)], Refused, "gone", id="gone"),
        pytest.param(PHOTO, [httpx.Response(401)], Transient, "http_401", id="a wrong token"),
        pytest.param(PHOTO, [httpx.Response(503)], Transient, "http_503", id="down"),
        pytest.param(PHOTO, [httpx.ReadTimeout], Transient, "timeout", id="slow"),
        pytest.param(PHOTO, [httpx.ConnectError], Transient, "connect", id="not there"),
    ],
)
async def test_says_why_a_file_does_not_come(
    url: str, answers: list[Any], kind: type[DeliveryFailed], reason: str
) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await channel(Twilios(*answers)).fetch(url, 100)
    assert (type(failed.value), failed.value.reason) == (kind, reason)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"account_sid": ""}, id="no account"),
        pytest.param({"auth_token": ""}, id="no token"),
        pytest.param({"number": ""}, id="neither number nor service"),
        pytest.param({"number": "COUNCIL"}, id="a name, which nobody can answer"),
    ],
)
def test_an_account_that_is_not_complete_is_refused(values: dict[str, str]) -> None:
    with pytest.raises(Incomplete) as incomplete:
        channel(silent, **values)
    assert TOKEN not in str(incomplete.value)


def test_a_reply_is_rendered_as_texts() -> None:
    assert channel().render(Reply("**Monday**")) == [{"text": "Monday"}]


def test_many_texts_are_sent_beside_each_other() -> None:
    twilio = Twilios(*[httpx.Response(201, json={"sid": f"SM{n}"}) for n in range(20)])
    ours = channel(twilio)

    async def send_all() -> list[str | None]:
        return await asyncio.gather(*(ours.send(ADA, {"text": "x"}, str(n)) for n in range(20)))

    assert len(set(asyncio.run(send_all()))) == 20
