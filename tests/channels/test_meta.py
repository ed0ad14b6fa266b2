"""What WhatsApp and Messenger share: who is believed, and what Meta's refusals mean."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from channels.account import Incomplete
from channels.channel import (
    Acknowledgement,
    Channel,
    DeliveryFailed,
    Forged,
    Malformed,
    Refused,
    Transient,
    Unsure,
    Webhook,
)
from channels.messages import Address, Reply
from channels.messenger import Messenger
from channels.whatsapp import WhatsApp
from tests.channels import of_meta
from tests.channels.of_meta import SECRET, TOKEN, VERIFY, Answering, asked, posted, refusal

WHATSAPP = {
    "access_token": TOKEN,
    "app_secret": SECRET,
    "verify_token": VERIFY,
    "phone_number_id": "106540352242922",
}
MESSENGER = {
    "page_token": TOKEN,
    "app_secret": SECRET,
    "verify_token": VERIFY,
    "page_id": "1093517484028",
}
Build = Callable[..., Channel]


def whatsapp(answering: Answering = of_meta.silent, **values: str) -> WhatsApp:
    return WhatsApp(of_meta.account({**WHATSAPP, **values}, answering))


def messenger(answering: Answering = of_meta.silent, **values: str) -> Messenger:
    return Messenger(of_meta.account({**MESSENGER, **values}, answering))


@pytest.fixture(params=[whatsapp, messenger], ids=["whatsapp", "messenger"])
def build(request: pytest.FixtureRequest) -> Build:
    made: Build = request.param
    return made


def test_an_update_that_meta_signed_is_believed(build: Build) -> None:
    build().verify(posted(b'{"object": "page"}'))


BODY = b'{"object": "page", "entry": []}'


@pytest.mark.parametrize(
    "webhook",
    [
        pytest.param(posted(BODY, x_other="1"), id="not signed"),
        pytest.param(posted(BODY, x_hub_signature_256=""), id="an empty signature"),
        pytest.param(
            posted(BODY, x_hub_signature_256=of_meta.signature(BODY, "another secret")),
            id="signed with another secret",
        ),
        pytest.param(
            posted(BODY + b" ", x_hub_signature_256=of_meta.signature(BODY)),
            id="changed after it was signed",
        ),
        pytest.param(
            posted(BODY, x_hub_signature_256=of_meta.signature(BODY).removeprefix("sha256=")),
            id="without the name of the hash",
        ),
        pytest.param(
            posted(BODY, x_hub_signature_256=of_meta.signature(BODY).upper()), id="in capitals"
        ),
        pytest.param(posted(BODY, x_hub_signature_256="sha256=é\udcff"), id="no ASCII"),
        pytest.param(
            posted(BODY, x_hub_signature=of_meta.signature(BODY)), id="under the old header"
        ),
        pytest.param(Webhook("PUT", "https://x.example", {}, BODY, of_meta.NOW), id="a PUT"),
    ],
)
def test_whoever_cannot_sign_is_not_believed(build: Build, webhook: Webhook) -> None:
    with pytest.raises(Forged):
        build().verify(webhook)


def test_the_challenge_is_given_back_as_plain_text(build: Build) -> None:
    channel, webhook = build(), asked(challenge="1158201444")

    channel.verify(webhook)

    assert channel.parse(webhook) == ()
    assert channel.acknowledge(webhook) == Acknowledgement(200, "1158201444", "text/plain")


@pytest.mark.parametrize(
    "query",
    [
        pytest.param({"verify_token": "guessed"}, id="with another token"),
        pytest.param({"verify_token": ""}, id="without a token"),
        pytest.param({"verify_token": "é"}, id="with a token that is not ASCII"),
        pytest.param({"mode": "unsubscribe"}, id="in another mode"),
        pytest.param({"challenge": "<script>alert(1)</script>"}, id="with a page to show"),
        pytest.param({"challenge": "1\n"}, id="with a line's end"),
        pytest.param({"challenge": "1" * 101}, id="with a long one"),
        pytest.param({"challenge": ""}, id="without a challenge"),
    ],
)
def test_a_challenge_is_refused(build: Build, query: dict[str, str]) -> None:
    with pytest.raises(Forged):
        build().verify(asked(**query))


def test_an_update_is_acknowledged_with_nothing_but_200(build: Build) -> None:
    assert build().acknowledge(posted(BODY)) == Acknowledgement(200, "")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"page"', b"\xff\xfe", b"[" * 100_000, b"1" * 10_000],
    ids=["empty", "cut off", "a list", "a text", "no UTF-8", "very deep", "a long number"],
)
def test_what_is_no_json_object_is_malformed(build: Build, body: bytes) -> None:
    with pytest.raises(Malformed):
        build().parse(posted(body))


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"object": "instagram", "entry": [{"id": "1"}]}',
        b'{"object": "page", "entry": {"id": "1"}}',
        b'{"object": "whatsapp_business_account", "entry": [null, 1, "x", {"changes": [[]]}]}',
        b'{"object": "page", "entry": [{"id": "1093517484028", "messaging": [null, {}]}]}',
    ],
    ids=["nothing", "another platform", "no list", "not what it should be", "empty events"],
)
def test_an_update_that_says_nothing_to_us_is_left_out(build: Build, body: bytes) -> None:
    assert build().parse(posted(body)) == ()


@pytest.mark.parametrize("missing", ["app_secret", "verify_token"])
def test_an_account_says_what_it_lacks(build: Build, missing: str) -> None:
    with pytest.raises(Incomplete, match=missing):
        build(**{missing: ""})


async def send(channel: Channel) -> str | None:
    payload = channel.render(Reply("Hello"))[0]
    return await channel.send(Address(channel.name, "447700900123"), payload, "5e7c:4:0")


@pytest.mark.parametrize(
    ("response", "failure", "reason"),
    [
        pytest.param(refusal(400, 4), Transient, "rate", id="too many calls"),
        pytest.param(refusal(400, 613), Transient, "rate", id="too many messages"),
        pytest.param(refusal(400, 80007), Transient, "rate", id="too many from the account"),
        pytest.param(refusal(400, 130429), Transient, "rate", id="throughput"),
        pytest.param(refusal(400, 131056), Transient, "pair_rate", id="too many to one person"),
        pytest.param(httpx.Response(429, text="slow down"), Transient, "rate", id="429"),
        pytest.param(refusal(401, 190), Transient, "auth", id="the token ran out"),
        pytest.param(refusal(400, 190, 463), Transient, "auth", id="the token ran out, as 400"),
        pytest.param(refusal(403, 200), Transient, "auth", id="a right is missing"),
        pytest.param(refusal(500, 2), Transient, "http_500", id="500"),
        pytest.param(httpx.Response(503, text="<html>"), Transient, "http_503", id="503 in HTML"),
        pytest.param(httpx.Response(504, text=""), Unsure, "http_504", id="504 may have arrived"),
        pytest.param(refusal(400, 2), Transient, "meta_2", id="try again later"),
        pytest.param(refusal(400, 368), Transient, "meta_368", id="our account is blocked"),
        pytest.param(refusal(400, 100), Refused, "meta_100", id="a wrong parameter"),
        pytest.param(refusal(404), Refused, "http_404", id="no such path"),
        pytest.param(httpx.Response(400, json=[1]), Refused, "http_400", id="no error in it"),
        pytest.param(
            httpx.Response(400, json={"error": {"code": "x", "error_subcode": None}}),
            Refused,
            "http_400",
            id="no number in it",
        ),
        pytest.param(httpx.Response(302, headers={"location": "/"}), Refused, "http_302", id="302"),
        pytest.param(
            httpx.Response(400, json={"error": {"code": 7, "is_transient": True}}),
            Transient,
            "meta_7",
            id="it says that it will pass",
        ),
        pytest.param(httpx.Response(200, text="<html>"), Unsure, "unreadable", id="200 in HTML"),
        pytest.param(httpx.Response(200, json=[]), Unsure, "unreadable", id="200 and a list"),
        pytest.param(httpx.Response(200, json={}), Unsure, "unreadable", id="200 without an id"),
    ],
)
async def test_a_refusal_says_what_to_do(
    build: Build, response: httpx.Response, failure: type[DeliveryFailed], reason: str
) -> None:
    with pytest.raises(DeliveryFailed) as raised:
        await send(build(lambda request: response))

    assert (type(raised.value), raised.value.reason) == (failure, reason)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        pytest.param("30", timedelta(seconds=30), id="seconds"),
        pytest.param("999999999999", timedelta(hours=1), id="never longer than an hour"),
        pytest.param("Wed, 21 Oct 2025 07:28:00 GMT", None, id="a date"),
        pytest.param("-1", None, id="less than nothing"),
    ],
)
async def test_meta_says_how_long_to_wait(
    build: Build, header: str, wait: timedelta | None
) -> None:
    with pytest.raises(Transient) as raised:
        await send(build(lambda request: refusal(429, 4, Retry_After=header)))

    assert raised.value.retry_after == wait


@pytest.mark.parametrize(
    ("error", "failure", "reason"),
    [
        pytest.param(httpx.ConnectError, Transient, "connect", id="no connection"),
        pytest.param(httpx.ConnectTimeout, Transient, "connect", id="no connection in time"),
        pytest.param(httpx.ReadTimeout, Unsure, "timeout", id="no answer in time"),
        pytest.param(httpx.RemoteProtocolError, Unsure, "lost", id="hung up"),
        pytest.param(httpx.ReadError, Unsure, "lost", id="the connection broke"),
    ],
)
async def test_a_call_that_may_have_arrived_is_told_from_one_that_has_not(
    build: Build, error: type[httpx.RequestError], failure: type[DeliveryFailed], reason: str
) -> None:
    def answering(request: httpx.Request) -> httpx.Response:
        raise error("no", request=request)

    with pytest.raises(DeliveryFailed) as raised:
        await send(build(answering))

    assert (type(raised.value), raised.value.reason) == (failure, reason)


async def test_the_token_goes_in_a_header_and_never_in_an_address(build: Build) -> None:
    seen: list[httpx.Request] = []

    def answering(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"messages": [{"id": "wamid.1"}], "message_id": "m_1"})

    await send(build(answering))

    assert seen[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in str(seen[0].url)
    assert TOKEN.encode() not in seen[0].content
    assert seen[0].extensions["timeout"] == {
        "connect": 5.0,
        "read": 10.0,
        "write": 10.0,
        "pool": 10.0,
    }
