"""GOV.UK Notify's emulator: its own client calls it; then our channel."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import jwt
import pytest
from notifications_python_client.errors import HTTPError
from notifications_python_client.notifications import NotificationsAPIClient

from channels.account import Account
from channels.channel import (
    DeliveryFailed,
    Receipt,
    Refused,
    Transient,
    Unreachable,
    Unsure,
    Webhook,
)
from channels.emulators.notify import NotifyEmulator
from channels.messages import Address, InboundMessage, Said
from channels.notify import Notify
from tests.channels.emulators.serving import Receiver, serving
from tests.channels.of_texts import ADA, BEARER, NOTIFY, SERVICE, TEMPLATE, WORDING, url_of

T = TypeVar("T")
PHONE = ADA.user


class ToEmulator(NotificationsAPIClient):
    """Notify's own client, led to where the emulator stands: below a path."""

    def __init__(self, api_key: str, api: str) -> None:
        super().__init__(api_key, base_url=api, timeout=5)  # type: ignore[no-untyped-call]
        self._path = urlsplit(api).path

    def request(self, method: str, url: str, data: Any = None, params: Any = None) -> Any:
        path = f"{self._path}{url}"
        return super().request(method, path, data, params)  # type: ignore[no-untyped-call]


@dataclass
class Stage:
    """The emulator, its API's address, our webhook's stand-in and our channel."""

    emulator: NotifyEmulator
    api: str
    receiver: Receiver
    channel: Notify

    def shown(self) -> list[tuple[bool, str]]:
        return [(shown.mine, shown.text) for shown in self.emulator.screen(PHONE)]

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(call.content) for call in self.receiver.calls]

    async def ask(self, call: Callable[[Any], T], api_key: str = NOTIFY["api_key"]) -> T:
        """Ask by Notify's client, which blocks."""

        def ask() -> T:
            client = ToEmulator(api_key, self.api)
            with client.request_session:
                return call(client)

        return await asyncio.to_thread(ask)

    async def calls(self, count: int) -> None:
        """Wait until our webhook was called so often."""
        for _ in range(300):
            if len(self.receiver.calls) >= count:
                break
            await asyncio.sleep(0.01)

    def read(self) -> list[InboundMessage | Receipt]:
        """Return what our channel believes and reads of the calls."""
        found: list[InboundMessage | Receipt] = []
        for call in self.receiver.calls:
            at = datetime.now(timezone.utc)
            webhook = Webhook("POST", str(call.url), call.headers, call.content, at)
            self.channel.verify(webhook)
            found += self.channel.parse(webhook)
        return found


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    receiver = Receiver()
    values = dict(NOTIFY)
    emulator = NotifyEmulator(values, url_of("notify"), receiver.http)
    emulator.webhooks.waits = (0.01,) * 5
    # It speaks no TLS; without certificates to read, the client is ready at once.
    async with serving(emulator) as api, httpx.AsyncClient(verify=False) as http:  # noqa: S501
        values["api"] = api
        channel = Notify(Account("ashcombe", url_of("notify"), values, http, WORDING))
        yield Stage(emulator, api, receiver, channel)


# As Notify's own client sees it.


def send(client: Any, **changed: Any) -> Any:
    wanted = {
        "phone_number": PHONE,
        "template_id": TEMPLATE,
        "personalisation": {"text": "Monday"},
        "reference": "turn-7:0",
    }
    return client.send_sms_notification(**{**wanted, **changed})


async def test_a_text_is_taken_shown_and_found_again(stage: Stage) -> None:
    made = await stage.ask(send)
    await stage.calls(1)
    found = await stage.ask(lambda client: client.get_notification_by_id(made["id"]))
    listed = await stage.ask(lambda client: client.get_all_notifications(reference="turn-7:0"))
    others = await stage.ask(lambda client: client.get_all_notifications(reference="turn-8:0"))

    assert stage.shown() == [(False, "Monday")]
    assert (made["reference"], made["content"]["body"]) == ("turn-7:0", "Monday")
    assert (found["status"], found["body"], found["type"]) == ("delivered", "Monday", "sms")
    assert [each["id"] for each in listed["notifications"]] == [made["id"]]
    assert others["notifications"] == []


@pytest.mark.parametrize(
    ("written", "arrives"),
    [
        pytest.param("It’s “your” bin – now…", 'It\'s "your" bin - now...', id="typography"),
        pytest.param("Tŷ Gwyn, Caersŵs", "Tŷ Gwyn, Caersŵs", id="Welsh is kept"),
        pytest.param("Łódź 👍", "?ódz ?", id="the rest is not"),
        pytest.param(" a  b \n\n\n\n c ", "a b\n\nc", id="spaces and lines"),
    ],
)
async def test_words_change_on_their_way_as_notify_says(
    stage: Stage, written: str, arrives: str
) -> None:
    await stage.ask(lambda client: send(client, personalisation={"text": written}))
    await stage.calls(1)
    assert stage.shown() == [(False, arrives)]


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        pytest.param({"phone_number": "+441632960100"}, "ValidationError", id="a landline"),
        pytest.param({"phone_number": "hello"}, "ValidationError", id="no number"),
        pytest.param({"phone_number": "+33612345678"}, "BadRequestError", id="abroad"),
        pytest.param({"template_id": "1"}, "ValidationError", id="no id"),
        pytest.param({"template_id": SERVICE}, "BadRequestError", id="no such template"),
        pytest.param({"personalisation": {"name": "Ada"}}, "BadRequestError", id="no text"),
        pytest.param({"personalisation": {"text": " "}}, "BadRequestError", id="empty"),
        pytest.param({"personalisation": {"text": "x" * 919}}, "BadRequestError", id="too long"),
    ],
)
async def test_refuses_what_notify_refuses(
    stage: Stage, changed: dict[str, Any], kind: str
) -> None:
    with pytest.raises(HTTPError) as refused:
        await stage.ask(lambda client: send(client, **changed))
    errors: Any = refused.value.message
    assert (refused.value.status_code, errors[0]["error"]) == (400, kind)
    assert stage.shown() == []


@pytest.mark.parametrize(
    "api_key",
    [
        pytest.param(NOTIFY["api_key"][:-1] + "1", id="another secret"),
        pytest.param(f"x-{TEMPLATE}-{NOTIFY['api_key'][-36:]}", id="another service"),
    ],
)
async def test_a_wrong_key_is_refused(stage: Stage, api_key: str) -> None:
    with pytest.raises(HTTPError) as refused:
        await stage.ask(send, api_key)
    assert refused.value.status_code == 403


@pytest.mark.parametrize(
    ("seconds", "status"),
    [
        pytest.param(0, 200, id="now"),
        pytest.param(-60, 403, id="a minute ago"),
        pytest.param(60, 403, id="in a minute"),
    ],
)
async def test_a_token_is_good_for_half_a_minute(stage: Stage, seconds: int, status: int) -> None:
    made = int(datetime.now(timezone.utc).timestamp()) + seconds
    token = jwt.encode({"iss": SERVICE, "iat": made}, NOTIFY["api_key"][-36:], "HS256")
    async with httpx.AsyncClient() as http:
        answer = await http.get(
            f"{stage.api}/v2/notifications", headers={"Authorization": f"Bearer {token}"}
        )
    assert answer.status_code == status


async def test_what_was_received_is_listed_for_seven_days_250_at_a_time(stage: Stage) -> None:
    stage.emulator.webhooks.how = "never"
    now = [datetime.now(timezone.utc) - timedelta(days=8)]
    stage.emulator.clock = lambda: now[0]
    await stage.emulator.say(PHONE, "last week")
    now[0] += timedelta(days=8)
    for number in range(260):
        await stage.emulator.say(PHONE, str(number))

    first = await stage.ask(lambda client: client.get_received_texts())
    every = await stage.ask(lambda client: list(client.get_received_texts_iterator()))

    assert len(first["received_text_messages"]) == 250
    assert [text["content"] for text in every] == [str(number) for number in reversed(range(260))]
    assert (every[0]["user_number"], every[0]["notify_number"]) == ("447700900123", "07700900999")


# As our webhook sees it.


async def test_a_received_text_comes_with_the_token(stage: Stage) -> None:
    await stage.emulator.say(PHONE, "Tŷ Gwyn 👍")

    (call,), (body,) = stage.receiver.calls, stage.bodies()
    assert call.headers["authorization"] == f"Bearer {BEARER}"
    assert (body["source_number"], body["destination_number"], body["message"]) == (
        "447700900123",
        "07700900999",
        "Tŷ Gwyn 👍",
    )
    assert body["date_received"].endswith("Z")


@pytest.mark.parametrize(
    ("statuses", "tries"),
    [
        pytest.param([503, None, 429, 200], 4, id="until it is taken"),
        pytest.param([503], 6, id="five times more at most"),
        pytest.param([400], 1, id="a 4xx is final"),
    ],
)
async def test_calls_again_as_notify_does(
    stage: Stage, statuses: list[int | None], tries: int
) -> None:
    stage.receiver.statuses = statuses
    await stage.emulator.say(PHONE, "Hello")
    await stage.emulator.webhooks.settled()
    assert len(stage.receiver.calls) == tries


# Our channel and the emulator, which know nothing of each other.


async def test_our_channel_believes_and_reads_it(stage: Stage) -> None:
    await stage.emulator.say(PHONE, "Hello")
    (message,) = stage.read()
    assert isinstance(message, InboundMessage)
    assert (message.sender, message.content) == (ADA, Said("Hello"))


async def test_a_text_that_came_twice_is_one_by_call_and_by_list(stage: Stage) -> None:
    since = datetime.now(timezone.utc)
    await stage.emulator.say_twice(PHONE, "2")

    first, second = (read for read in stage.read() if isinstance(read, InboundMessage))
    (listed,) = await stage.channel.missed(since)

    assert first.external_id != second.external_id
    assert first.also_known_as == second.also_known_as
    assert {listed.external_id, *listed.also_known_as} == {first.external_id, second.external_id}


async def test_our_channel_sends_and_hears_of_it(stage: Stage) -> None:
    name = await stage.channel.send(ADA, {"text": "Tŷ Gwyn: Monday"}, "turn-7:0")
    await stage.calls(1)

    (receipt,) = stage.read()
    assert isinstance(receipt, Receipt)
    assert (receipt.platform_id, receipt.key, receipt.status) == (name, "turn-7:0", "delivered")
    assert stage.shown() == [(False, "Tŷ Gwyn: Monday")]


async def test_our_channel_hears_that_a_text_did_not_arrive(stage: Stage) -> None:
    stage.emulator.becomes = "permanent-failure"
    await stage.channel.send(ADA, {"text": "Monday"}, "turn-7:0")
    await stage.calls(1)

    (receipt,) = stage.read()
    assert isinstance(receipt, Receipt)
    assert (receipt.status, receipt.reason) == ("failed", "permanent_failure")
    assert stage.shown() == []


async def test_a_lost_answer_is_found_out_and_nothing_is_sent_twice(stage: Stage) -> None:
    since = datetime.now(timezone.utc)
    stage.emulator.faults.set("lost", times=1)
    with pytest.raises(Unsure) as failed:
        await stage.channel.send(ADA, {"text": "Monday"}, "k")
    await stage.calls(1)

    assert failed.value.reason == "lost"
    assert await stage.channel.find(ADA, {"text": "Monday"}, "k", since) is not None
    assert await stage.channel.find(ADA, {"text": "Monday"}, "another", since) is None
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
    stage.emulator.faults.set(fault, times=2)
    with pytest.raises(DeliveryFailed) as failed:
        await stage.channel.send(ADA, {"text": "Monday"}, "k")
    with pytest.raises(Transient) as asked:
        await stage.channel.find(ADA, {"text": "Monday"}, "k", datetime.now(timezone.utc))
    assert (type(failed.value), failed.value.reason) == (kind, reason)
    assert type(asked.value) is Transient


async def test_a_platform_that_is_not_there_has_taken_nothing(stage: Stage) -> None:
    values = {**NOTIFY, "api": "http://127.0.0.1:9"}
    async with httpx.AsyncClient() as http:
        channel = Notify(Account("ashcombe", url_of("notify"), values, http, WORDING))
        with pytest.raises(Transient) as failed:
            await channel.send(ADA, {"text": "Monday"}, "k")
    assert (type(failed.value), failed.value.reason) == (Transient, "connect")


@pytest.mark.parametrize(
    ("to", "text", "kind", "reason"),
    [
        pytest.param("+441632960100", "Hi", Unreachable, "no_such_number", id="a landline"),
        pytest.param("+33612345678", "Hi", Refused, "international", id="abroad"),
        pytest.param(PHONE, "x" * 919, Refused, "too_long", id="too long"),
    ],
)
async def test_our_channel_says_why_a_text_was_refused(
    stage: Stage, to: str, text: str, kind: type[DeliveryFailed], reason: str
) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await stage.channel.send(Address("sms", to), {"text": text}, "k")
    assert (type(failed.value), failed.value.reason) == (kind, reason)


async def test_our_channel_finds_texts_whose_call_never_came(stage: Stage) -> None:
    stage.emulator.webhooks.how = "never"
    now = [datetime.now(timezone.utc) - timedelta(days=1)]
    stage.emulator.clock = lambda: now[0]
    await stage.emulator.say(PHONE, "yesterday")
    now[0] += timedelta(days=1)
    since = now[0]
    for number in range(300):
        await stage.emulator.say(PHONE, f"text {number}")

    missed = await stage.channel.missed(since)

    assert {message.content for message in missed} == {Said(f"text {n}") for n in range(300)}
    assert {message.sender for message in missed} == {ADA}


async def test_what_notifys_client_logs_is_no_text_and_no_number(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO), pytest.raises(DeliveryFailed):
        await stage.channel.send(Address("sms", "+441632960100"), {"text": "My secret"}, "k")
    assert "1632960100" not in caplog.text
    assert "My secret" not in caplog.text
    assert NOTIFY["api_key"][-36:] not in caplog.text
