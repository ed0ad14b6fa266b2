"""What every emulator does: phones, webhooks that come again, and faults."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone

import httpx
import pytest
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, json

from channels.emulators.changes import Watcher
from channels.emulators.phone import LONGEST_SCREEN, Shown
from channels.emulators.platform import CannotDo, Emulator
from tests.channels.emulators.serving import WEBHOOK, Receiver, serving

ADA = "+447700900123"
MONDAY = datetime(2025, 3, 3, 9, 0, tzinfo=timezone.utc)


class Pager(Emulator):
    """A platform that there is not: it takes {"to", "text"}, at most ten letters."""

    kind = "pager"
    phone_name = "sms"
    retry_waits = (0.01, 0.01)

    def add_routes(self, blueprint: Blueprint) -> None:
        self.route(blueprint, self.page, "/pages")

    async def page(self, request: Request) -> HTTPResponse:
        if len(request.json["text"]) > 10:
            return self.refuse(request, 400, {"code": "long"}, "longer than 10 letters")
        self.show(request.json["to"], Shown(self.clock(), False, request.json["text"]))
        return json({"id": "1"})

    async def say(self, user: str, text: str) -> None:
        number = self.show(user, Shown(self.clock(), True, text, ticks="sent"))
        await self.deliver(text.encode(), {"X-Signed": "yes"}, shown=(user, number))

    def too_many(self, retry_after: int) -> HTTPResponse:
        return json({"wait": retry_after}, 429)

    def broken(self) -> HTTPResponse:
        return json({"code": "ours"}, 500)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def pager(receiver: Receiver) -> Pager:
    return Pager({}, WEBHOOK.format(kind="pager"), receiver.http)


@pytest.fixture
async def api(pager: Pager) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(pager) as address, httpx.AsyncClient(base_url=address) as client:
        yield client


async def page(api: httpx.AsyncClient, text: str = "Hello") -> httpx.Response:
    return await api.post("/pages", json={"to": ADA, "text": text})


async def test_what_a_person_writes_is_on_the_phone_and_comes_to_our_webhook(
    pager: Pager, receiver: Receiver
) -> None:
    await pager.say(ADA, "Hello")

    assert [(shown.mine, shown.text, shown.ticks) for shown in pager.screen(ADA)] == [
        (True, "Hello", "delivered")
    ]
    assert [(str(call.url), call.content) for call in receiver.calls] == [
        (pager.webhook_url, b"Hello")
    ]
    assert receiver.calls[0].headers["x-signed"] == "yes"


@pytest.mark.parametrize(
    ("statuses", "attempts", "ticks"),
    [
        pytest.param([503, 200], 2, "delivered", id="we were down for a moment"),
        pytest.param([None, None, 200], 3, "delivered", id="we answered too late, twice"),
        pytest.param([503], 3, "failed", id="we stayed down until the platform gave up"),
    ],
)
async def test_a_webhook_comes_again_until_it_is_taken(
    pager: Pager, receiver: Receiver, statuses: list[int | None], attempts: int, ticks: str
) -> None:
    receiver.statuses = statuses

    await pager.say(ADA, "Hello")
    await pager.webhooks.settled()

    assert len(receiver.calls) == attempts
    assert pager.screen(ADA)[0].ticks == ticks


async def test_a_webhook_may_come_twice(pager: Pager, receiver: Receiver) -> None:
    pager.webhooks.how = "twice"
    await pager.say(ADA, "Hello")
    await pager.webhooks.settled()
    assert [call.content for call in receiver.calls] == [b"Hello", b"Hello"]


async def test_a_webhook_may_never_come(pager: Pager, receiver: Receiver) -> None:
    pager.webhooks.how = "never"
    await pager.say(ADA, "Hello")
    assert receiver.calls == []


async def test_a_platform_that_keeps_order_waits_with_the_next(receiver: Receiver) -> None:
    class Orderly(Pager):
        webhooks_in_order = True

    receiver.statuses = [503, 200]
    orderly = Orderly({}, WEBHOOK.format(kind="pager"), receiver.http)
    await orderly.say(ADA, "one")
    await orderly.say(ADA, "two")
    await orderly.webhooks.settled()
    assert [call.content for call in receiver.calls] == [b"one", b"one", b"two"]


async def test_what_we_send_is_on_the_phone(pager: Pager, api: httpx.AsyncClient) -> None:
    answer = await page(api)
    assert answer.json() == {"id": "1"}
    assert [(shown.mine, shown.text) for shown in pager.screen(ADA)] == [(False, "Hello")]


async def test_what_the_platform_refuses_is_kept_with_its_reason(
    pager: Pager, api: httpx.AsyncClient
) -> None:
    answer = await page(api, "far too long for this")
    assert (answer.status_code, answer.json()) == (400, {"code": "long"})
    assert pager.screen(ADA) == ()
    assert [(call.name, call.status, call.refused) for call in pager.calls] == [
        ("pages", 400, "longer than 10 letters")
    ]


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        pytest.param("down", 503, "Service Unavailable", id="down"),
        pytest.param("rate", 429, '{"wait":7}', id="too many requests"),
        pytest.param("error", 500, '{"code":"ours"}', id="an error of its own"),
    ],
)
async def test_a_fault_is_answered_in_its_shape_and_takes_nothing(
    pager: Pager, api: httpx.AsyncClient, fault: str, status: int, body: str
) -> None:
    pager.faults.set(fault, times=1, retry_after=7)  # type: ignore[arg-type]  # from the table

    answer = await page(api)

    assert (answer.status_code, answer.text) == (status, body)
    assert pager.screen(ADA) == ()
    assert (await page(api)).status_code == 200


async def test_garbage_is_a_good_status_and_nothing_to_read(
    pager: Pager, api: httpx.AsyncClient
) -> None:
    pager.faults.set("garbage")
    answer = await page(api)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert pager.screen(ADA) == ()


async def test_a_lost_answer_was_a_call_that_was_taken(
    pager: Pager, api: httpx.AsyncClient
) -> None:
    pager.faults.set("lost", times=1)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await page(api)
    assert [shown.text for shown in pager.screen(ADA)] == ["Hello"]


async def test_a_slow_platform_takes_the_call_before_it_answers(
    pager: Pager, api: httpx.AsyncClient
) -> None:
    pager.faults.set("slow", times=1, delay=0.15)
    with pytest.raises(httpx.ReadTimeout):
        await api.post("/pages", json={"to": ADA, "text": "Hello"}, timeout=0.05)
    assert [shown.text for shown in pager.screen(ADA)] == ["Hello"]


def test_a_fault_ends_with_its_time(receiver: Receiver) -> None:
    times = [MONDAY]
    pager = Pager({}, "", receiver.http, clock=lambda: times[-1])
    pager.faults.set("down", seconds=600)
    before = pager.faults.take()
    times.append(MONDAY + timedelta(minutes=10))
    assert (before, pager.faults.take()) == ("down", "none")


def test_an_unknown_fault_is_a_mistake(pager: Pager) -> None:
    with pytest.raises(ValueError, match="asleep"):
        pager.faults.set("asleep")  # type: ignore[arg-type]  # what is tested


def test_a_screen_keeps_the_newest(pager: Pager) -> None:
    for number in range(LONGEST_SCREEN + 5):
        pager.show(ADA, Shown(MONDAY, False, str(number)))
    assert [pager.screen(ADA)[0].text, len(pager.screen(ADA))] == ["5", LONGEST_SCREEN]


async def test_a_page_hears_of_many_changes_once(pager: Pager) -> None:
    watcher = Watcher()
    pager.changes.watch(watcher, "pager")
    pager.show(ADA, Shown(MONDAY, False, "one"))
    pager.show(ADA, Shown(MONDAY, False, "two"))
    assert await watcher.next(1) == {("pager", ADA)}
    assert await watcher.next(0.01) == frozenset()


async def test_a_page_hears_of_a_change_at_once(pager: Pager) -> None:
    watcher = Watcher()
    pager.changes.watch(watcher, "pager")
    waiting = asyncio.create_task(watcher.next(1))
    await asyncio.sleep(0)
    pager.changed(ADA)
    assert await waiting == {("pager", ADA)}


async def test_a_phone_without_buttons_has_none_to_press(pager: Pager) -> None:
    with pytest.raises(CannotDo):
        await pager.press(ADA, "Yes")
