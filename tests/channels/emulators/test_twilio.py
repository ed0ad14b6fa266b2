"""Twilio's emulator: Twilio's own library calls it and checks what it signs; then our channel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.twiml.messaging_response import MessagingResponse

from channels.account import Account
from channels.channel import DeliveryFailed, Receipt, Transient, Unreachable, Unsure, Webhook
from channels.emulators.platform import CannotDo
from channels.emulators.twilio import TwilioEmulator
from channels.messages import Attached, InboundMessage, Said
from channels.twilio import Twilio
from tests.channels.emulators.serving import Receiver, serving
from tests.channels.of_texts import ADA, NOW, SID, TOKEN, TWILIO, WORDING, url_of

T = TypeVar("T")
PHONE = ADA.user
US = TWILIO["number"]


class ToEmulator(TwilioHttpClient):  # type: ignore[misc]  # it carries no types
    """Twilio's client, led from api.twilio.com to the emulator."""

    def __init__(self, api: str) -> None:
        super().__init__(pool_connections=False, timeout=5)
        self._api = api

    def request(self, method: str, url: str, *rest: Any, **named: Any) -> Any:
        return super().request(
            method, url.replace("https://api.twilio.com", self._api), *rest, **named
        )


@dataclass
class Stage:
    """The emulator, its API's address, our webhook's stand-in, Twilio's client and our channel."""

    emulator: TwilioEmulator
    api: str
    receiver: Receiver
    client: Any
    channel: Twilio

    def forms(self) -> list[dict[str, str]]:
        return [dict(parse_qsl(c.content.decode(), True)) for c in self.receiver.calls]

    def webhooks(self) -> list[Webhook]:
        at = datetime.now(timezone.utc)
        return [
            Webhook("POST", str(call.url), call.headers, call.content, at)
            for call in self.receiver.calls
        ]

    def shown(self) -> list[tuple[bool, str]]:
        return [(shown.mine, shown.text) for shown in self.emulator.screen(PHONE)]

    async def ask(self, call: Callable[[Any], T]) -> T:
        """Ask by Twilio's client, which blocks."""
        return await asyncio.to_thread(call, self.client)

    async def calls(self, count: int) -> None:
        """Wait until our webhook was called so often."""
        for _ in range(300):
            if len(self.receiver.calls) >= count:
                break
            await asyncio.sleep(0.01)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    receiver = Receiver()
    values = dict(TWILIO)
    emulator = TwilioEmulator(values, url_of("twilio"), receiver.http)
    emulator.webhooks.waits = (0.01,)
    # It speaks no TLS; without certificates to read, the client is ready at once.
    async with serving(emulator) as api, httpx.AsyncClient(verify=False) as http:  # noqa: S501
        values["api"] = api
        channel = Twilio(Account("ashcombe", url_of("twilio"), values, http, WORDING))
        client = Client(SID, TOKEN, http_client=ToEmulator(api))
        yield Stage(emulator, api, receiver, client, channel)


# As Twilio's own client sees it.


async def test_a_text_is_taken_shown_and_found_again(stage: Stage) -> None:
    made = await stage.ask(
        lambda client: client.messages.create(to=PHONE, from_=US, body="Tŷ Gwyn: Monday")
    )
    found = await stage.ask(lambda client: client.messages(made.sid).fetch())

    assert stage.shown() == [(False, "Tŷ Gwyn: Monday")]
    assert (made.status, made.direction, made.num_segments) == ("queued", "outbound-api", "1")
    assert (found.sid, found.body, found.from_) == (made.sid, "Tŷ Gwyn: Monday", US)


async def test_texts_are_listed_a_page_at_a_time(stage: Stage) -> None:
    for number in range(5):
        await stage.emulator.say(PHONE, f"text {number}")
    await stage.emulator.say("+447700900456", "from another phone")
    today = datetime.now(timezone.utc) - timedelta(minutes=5)

    def listed(client: Any) -> list[str]:
        stream = client.messages.stream(from_=PHONE, date_sent_after=today, page_size=2)
        return sorted(message.body for message in stream)

    assert await stage.ask(listed) == [f"text {number}" for number in range(5)]
    tomorrow = today + timedelta(days=1)
    assert await stage.ask(lambda c: c.messages.list(date_sent_after=tomorrow)) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        pytest.param({"to": "07700900123"}, 21211, id="a number without its country"),
        pytest.param({"to": "+441632960100"}, 21614, id="a landline"),
        pytest.param({"body": "x" * 1601}, 21617, id="too long"),
        pytest.param({"body": " "}, 21602, id="empty"),
        pytest.param({"from_": "+447700900001"}, 21606, id="from a number that is not ours"),
        pytest.param({"status_callback": "nowhere"}, 21609, id="no address for receipts"),
        pytest.param({"messaging_service_sid": "MG9"}, 21701, id="an unknown service"),
    ],
)
async def test_refuses_what_twilio_refuses(
    stage: Stage, changed: dict[str, str], code: int
) -> None:
    wanted = {"to": PHONE, "from_": US, "body": "Hello", **changed}
    with pytest.raises(TwilioRestException) as refused:
        await stage.ask(lambda client: client.messages.create(**wanted))
    assert (refused.value.status, refused.value.code) == (400, code)
    assert stage.shown() == []


async def test_a_wrong_token_is_refused(stage: Stage) -> None:
    stage.client = Client(SID, "wrong", http_client=ToEmulator(stage.api))
    with pytest.raises(TwilioRestException) as refused:
        await stage.ask(lambda client: client.messages("SM1").fetch())
    assert (refused.value.status, refused.value.code) == (401, 20003)


async def test_who_has_said_stop_gets_nothing_until_they_say_start(stage: Stage) -> None:
    def create(client: Any) -> Any:
        return client.messages.create(to=PHONE, from_=US, body="Hello")

    await stage.emulator.say(PHONE, "Stop")
    with pytest.raises(TwilioRestException) as refused:
        await stage.ask(create)
    await stage.emulator.say(PHONE, "START")
    await stage.ask(create)

    assert refused.value.code == 21610
    mine = [text for is_mine, text in stage.shown() if is_mine]
    said = [text.split(".")[0] for is_mine, text in stage.shown() if not is_mine]
    assert mine == ["Stop", "START"]
    assert said == [
        "You have successfully been unsubscribed",
        "You have successfully been re-subscribed to messages from this number",
        "Hello",
    ]
    assert [form["Body"] for form in stage.forms()] == ["Stop", "START"]


async def test_a_word_in_a_sentence_opts_nobody_out(stage: Stage) -> None:
    await stage.emulator.say(PHONE, "please stop the noise")
    assert stage.emulator.opted_out == set()


# As our webhook sees it.


def is_valid(call: httpx.Request) -> bool:
    form = dict(parse_qsl(call.content.decode(), True))
    signature = call.headers["x-twilio-signature"]
    return bool(RequestValidator(TOKEN).validate(str(call.url), form, signature))


async def test_what_a_person_writes_comes_signed(stage: Stage) -> None:
    await stage.emulator.say(PHONE, "Pryd mae'r biniau? Tŷ Gwyn 👍 a+b=c&d")

    (call,) = stage.receiver.calls
    (form,) = stage.forms()
    assert is_valid(call)
    assert str(call.url) == url_of("twilio")
    assert form["Body"] == "Pryd mae'r biniau? Tŷ Gwyn 👍 a+b=c&d"
    assert (form["From"], form["To"], form["SmsStatus"]) == (PHONE, US, "received")


async def test_receipts_come_signed_and_in_order(stage: Stage) -> None:
    made = await stage.ask(
        lambda client: client.messages.create(
            to=PHONE, from_=US, body="Hello", status_callback=f"{url_of('twilio')}?key=turn-7%3A0"
        )
    )
    await stage.calls(2)

    assert all(map(is_valid, stage.receiver.calls))
    assert [str(call.url) for call in stage.receiver.calls] == [
        f"{url_of('twilio')}?key=turn-7%3A0"
    ] * 2
    assert [(form["MessageSid"], form["MessageStatus"]) for form in stage.forms()] == [
        (made.sid, "sent"),
        (made.sid, "delivered"),
    ]


async def test_twiml_that_we_answer_with_is_a_text(stage: Stage) -> None:
    twiml = MessagingResponse()
    twiml.message("From the verb itself")
    twiml.message().body("From its body")
    stage.receiver.body = str(twiml).encode()

    await stage.emulator.say(PHONE, "Hello")
    await stage.emulator.webhooks.settled()

    assert stage.shown() == [
        (True, "Hello"),
        (False, "From the verb itself"),
        (False, "From its body"),
    ]


async def test_our_own_twiml_says_nothing(stage: Stage) -> None:
    stage.receiver.body = stage.channel.acknowledge(Webhook("POST", "", {}, b"", NOW)).body.encode()
    await stage.emulator.say(PHONE, "Hello")
    await stage.emulator.webhooks.settled()
    assert stage.shown() == [(True, "Hello")]


@pytest.mark.parametrize(
    ("statuses", "tries"),
    [
        pytest.param([None, 200], 2, id="no answer: once more"),
        pytest.param([None], 2, id="never an answer: once more and then no more"),
        pytest.param([503], 1, id="any answer is an answer"),
    ],
)
async def test_calls_again_only_without_an_answer(
    stage: Stage, statuses: list[int | None], tries: int
) -> None:
    stage.receiver.statuses = statuses

    await stage.emulator.say(PHONE, "Hello")
    await stage.emulator.webhooks.settled()

    tokens = {call.headers["i-twilio-idempotency-token"] for call in stage.receiver.calls}
    assert (len(stage.receiver.calls), len(tokens)) == (tries, 1)


async def test_a_file_needs_the_account_and_is_kept_elsewhere(stage: Stage) -> None:
    await stage.emulator.attach(PHONE, b"JPEG", "image/jpeg", "The hole")
    (form,) = stage.forms()
    listed = await stage.ask(lambda client: client.messages(form["MessageSid"]).media.list())

    async with httpx.AsyncClient() as http:
        without = await http.get(form["MediaUrl0"])
        led = await http.get(form["MediaUrl0"], auth=(SID, TOKEN))
        file = await http.get(led.headers["location"])

    assert (form["NumMedia"], form["MediaContentType0"], form["Body"]) == (
        "1",
        "image/jpeg",
        "The hole",
    )
    assert [media.content_type for media in listed] == ["image/jpeg"]
    assert (without.status_code, led.status_code, file.content) == (401, 307, b"JPEG")


async def test_a_file_that_is_too_large_cannot_be_sent(stage: Stage) -> None:
    with pytest.raises(CannotDo):
        await stage.emulator.attach(PHONE, b"x" * (5 * 1024 * 1024 + 1), "image/jpeg")


# Our channel and the emulator, which know nothing of each other.


async def test_our_channel_believes_and_reads_it(stage: Stage) -> None:
    await stage.emulator.say(PHONE, "Hello")
    await stage.emulator.attach(PHONE, b"JPEG", "image/jpeg")

    read: list[InboundMessage | Receipt] = []
    for webhook in stage.webhooks():
        stage.channel.verify(webhook)
        read += stage.channel.parse(webhook)

    hello, photo = read
    assert isinstance(hello, InboundMessage)
    assert isinstance(photo, InboundMessage)
    assert isinstance(photo.content, Attached)
    assert (hello.sender, hello.content) == (ADA, Said("Hello"))
    assert await stage.channel.fetch(photo.content.url, 100) == b"JPEG"


async def test_our_channel_sends_and_hears_of_it(stage: Stage) -> None:
    sid = await stage.channel.send(ADA, {"text": "Monday"}, "turn-7:0")
    await stage.calls(2)

    receipts: list[InboundMessage | Receipt] = []
    for webhook in stage.webhooks():
        stage.channel.verify(webhook)
        receipts += stage.channel.parse(webhook)

    assert stage.shown() == [(False, "Monday")]
    assert [(r.platform_id, r.key, r.status) for r in receipts if isinstance(r, Receipt)] == [
        (sid, "turn-7:0", "sent"),
        (sid, "turn-7:0", "delivered"),
    ]


async def test_a_lost_answer_is_found_out_and_nothing_is_sent_twice(stage: Stage) -> None:
    since = datetime.now(timezone.utc)
    stage.emulator.faults.set("lost", times=1)
    with pytest.raises(Unsure):
        await stage.channel.send(ADA, {"text": "Monday"}, "k")

    found = await stage.channel.find(ADA, {"text": "Monday"}, "k", since)

    assert found is not None
    assert await stage.channel.find(ADA, {"text": "Tuesday"}, "k", since) is None
    assert stage.shown() == [(False, "Monday")]


@pytest.mark.parametrize(
    ("fault", "kind", "reason"),
    [
        pytest.param("down", Transient, "http_503", id="down"),
        pytest.param("error", Transient, "http_500", id="an error of theirs"),
        pytest.param("rate", Transient, "rate", id="too many"),
        pytest.param("garbage", Unsure, "garbage", id="garbage"),
    ],
)
async def test_our_channel_says_what_is_wrong(
    stage: Stage, fault: Any, kind: type[DeliveryFailed], reason: str
) -> None:
    stage.emulator.faults.set(fault, times=1, retry_after=7)
    with pytest.raises(DeliveryFailed) as failed:
        await stage.channel.send(ADA, {"text": "Monday"}, "k")
    assert (type(failed.value), failed.value.reason) == (kind, reason)
    if fault == "rate":
        assert failed.value.retry_after == timedelta(seconds=7)  # type: ignore[attr-defined]
    await stage.channel.send(ADA, {"text": "Monday"}, "k")
    assert stage.shown() == [(False, "Monday")]


async def test_our_channel_leaves_who_has_said_stop(stage: Stage) -> None:
    await stage.emulator.say(PHONE, "STOP")
    with pytest.raises(Unreachable) as failed:
        await stage.channel.send(ADA, {"text": "Monday"}, "k")
    assert failed.value.reason == "opted_out"


async def test_our_channel_finds_texts_whose_call_never_came(stage: Stage) -> None:
    since = datetime.now(timezone.utc)
    stage.emulator.webhooks.how = "never"
    await stage.emulator.say(PHONE, "one")
    await stage.emulator.attach(PHONE, b"JPEG", "image/jpeg", "two")
    await stage.channel.send(ADA, {"text": "Monday"}, "k")

    missed = await stage.channel.missed(since)

    one, two = sorted(missed, key=lambda message: isinstance(message.content, Attached))
    assert (one.sender, one.content) == (ADA, Said("one"))
    assert isinstance(two.content, Attached)
    assert (two.content.caption, await stage.channel.fetch(two.content.url, 9)) == ("two", b"JPEG")
