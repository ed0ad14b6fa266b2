"""Messenger's emulator takes what the Send API takes, and refuses what it refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from channels.channel import Receipt, Unreachable, Unsure, WindowClosed
from channels.emulators.messenger import MessengerEmulator
from channels.emulators.people import PEOPLE
from channels.emulators.platform import CannotDo
from channels.messages import Address, Attached, Choice, Chose, InboundMessage, Located, Reply, Said
from channels.messenger import Messenger
from tests.channels import of_meta
from tests.channels.emulators.hook import SECRET, TOKEN, VERIFY, Hook
from tests.channels.emulators.serving import WEBHOOK, serving

PAGE = "1093517484028"
ADA = "6000447700900123"
MESSAGES = f"/v25.0/{PAGE}/messages"
VALUES = {"page_token": TOKEN, "app_secret": SECRET, "verify_token": VERIFY, "page_id": PAGE}
MONDAY = datetime(2025, 3, 3, 9, 0, tzinfo=timezone.utc)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hook() -> Hook:
    return Hook()


@pytest.fixture
def emulator(hook: Hook, clock: Clock) -> MessengerEmulator:
    made = MessengerEmulator(dict(VALUES), WEBHOOK.format(kind="messenger"), hook.http, clock)
    made.receipt_waits = (0.0, 0.0, 0.0)
    made.webhooks.waits = (0.01, 0.01)
    return made


@pytest.fixture
async def api(emulator: MessengerEmulator) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        serving(emulator) as address,
        httpx.AsyncClient(base_url=address, headers=headers) as client,
    ):
        emulator.values = {**emulator.values, "api": address}
        yield client


@pytest.fixture
async def channel(api: httpx.AsyncClient) -> AsyncIterator[Messenger]:
    """Our own channel, whose API is the emulator."""
    async with httpx.AsyncClient() as http:
        account = of_meta.account({**VALUES, "api": str(api.base_url)})
        yield Messenger(type(account)("ashcombe", "", account.values, http, of_meta.WORDING))


def saying(text: str = "Hello", to: str = ADA, **more: Any) -> dict[str, Any]:
    message = {"text": text, **more.pop("message", {})}
    return {
        "recipient": {"id": to},
        "messaging_type": "RESPONSE",
        "message": message,
        **more,
    }


def quick(*titles: str, payload: str = "p") -> dict[str, Any]:
    rows = [{"content_type": "text", "title": title, "payload": payload} for title in titles]
    return saying(message={"quick_replies": rows})


async def error_of(api: httpx.AsyncClient, body: Any) -> tuple[int, int, int]:
    """Return the status, code and subcode that a call is refused with."""
    response = await api.post(MESSAGES, json=body)
    error = response.json()["error"]
    return response.status_code, error["code"], error.get("error_subcode", 0)


def shown(emulator: MessengerEmulator) -> list[str]:
    return [message.text for message in emulator.screen(ADA)]


def test_people_are_known_by_another_number_than_their_phone(emulator: MessengerEmulator) -> None:
    assert emulator.address_of(PEOPLE[0]) == ADA


async def test_a_message_is_shown_and_its_fate_comes_back_with_our_key(
    emulator: MessengerEmulator, hook: Hook, api: httpx.AsyncClient
) -> None:
    await emulator.say(ADA, "Hello")

    response = await api.post(MESSAGES, json=saying("Monday.", message={"metadata": "5e7c:4:0"}))
    await emulator.settled()

    mid = response.json()["message_id"]
    assert response.json()["recipient_id"] == ADA
    assert shown(emulator) == ["Hello", "Monday."]
    said, echo, delivery, read = hook.events()
    assert said["message"]["text"] == "Hello"
    assert (echo["sender"]["id"], echo["recipient"]["id"]) == (PAGE, ADA)
    assert echo["message"]["is_echo"]
    assert (echo["message"]["mid"], echo["message"]["metadata"]) == (mid, "5e7c:4:0")
    assert delivery["delivery"]["mids"] == [mid]
    assert read["read"]["watermark"] >= said["timestamp"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(saying(), id="words"),
        pytest.param(saying("x" * 2000), id="many words"),
        pytest.param(quick(*(f"Choice {at}" for at in range(13))), id="thirteen quick replies"),
        pytest.param(quick("t" * 20, payload="p" * 1000), id="long quick replies"),
        pytest.param(saying(messaging_type="UPDATE"), id="an update"),
        pytest.param(
            {
                **saying(),
                "message": {
                    "attachment": {
                        "type": "image",
                        "payload": {"url": "https://a.example/1.png", "is_reusable": True},
                    }
                },
            },
            id="a picture",
        ),
    ],
)
async def test_takes_what_the_documentation_shows(
    emulator: MessengerEmulator, api: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    await emulator.say(ADA, "Hello")

    assert (await api.post(MESSAGES, json=body)).status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param([], 100, id="no object"),
        pytest.param(saying(""), 100, id="no words"),
        pytest.param(saying("x" * 2001), 100, id="words that are too long"),
        pytest.param(quick(*(f"Choice {at}" for at in range(14))), 105, id="fourteen replies"),
        pytest.param(quick("x" * 21), 100, id="a long title"),
        pytest.param(quick("Yes", payload="x" * 1001), 100, id="a long payload"),
        pytest.param(saying(message={"metadata": "x" * 1001}), 100, id="a long key"),
        pytest.param(saying(messaging_type="REPLY"), 100, id="a type that there is not"),
        pytest.param(saying(messaging_type="MESSAGE_TAG"), 100, id="no tag"),
        pytest.param(saying(priority="high"), 100, id="a field that there is not"),
        pytest.param({"recipient": {"id": ADA}, "messaging_type": "RESPONSE"}, 100, id="nothing"),
    ],
)
async def test_refuses_what_the_send_api_refuses(
    emulator: MessengerEmulator, api: httpx.AsyncClient, body: Any, code: int
) -> None:
    await emulator.say(ADA, "Hello")

    assert await error_of(api, body) == (400, code, 0)
    assert shown(emulator) == ["Hello"]


async def test_refuses_another_token_and_another_page(api: httpx.AsyncClient) -> None:
    stranger = await api.post(MESSAGES, json=saying(), headers={"Authorization": "Bearer x"})
    elsewhere = await api.post("/v25.0/1/messages", json=saying())

    assert (stranger.status_code, stranger.json()["error"]["code"]) == (401, 190)
    assert elsewhere.json()["error"]["error_subcode"] == 33


async def test_refuses_words_to_somebody_who_has_not_written_for_a_day(
    emulator: MessengerEmulator, api: httpx.AsyncClient, clock: Clock
) -> None:
    assert await error_of(api, saying()) == (400, 10, 2018278)
    await emulator.say(ADA, "Hello")
    clock.now += timedelta(hours=24, seconds=1)
    assert await error_of(api, saying()) == (400, 10, 2018278)


async def test_takes_a_human_agents_words_for_a_week_when_the_page_may_send_them(
    emulator: MessengerEmulator, api: httpx.AsyncClient, clock: Clock
) -> None:
    tagged = saying(messaging_type="MESSAGE_TAG", tag="HUMAN_AGENT")
    await emulator.say(ADA, "Hello")
    clock.now += timedelta(days=2)

    assert await error_of(api, tagged) == (400, 10, 0)
    emulator.values = {**emulator.values, "human_agent": "yes"}
    assert (await api.post(MESSAGES, json=tagged)).status_code == 200
    clock.now += timedelta(days=6)
    assert await error_of(api, tagged) == (400, 10, 2018278)


async def test_refuses_nobody_and_people_who_blocked_the_page(
    emulator: MessengerEmulator, api: httpx.AsyncClient
) -> None:
    await emulator.say(ADA, "Hello")
    await emulator.block(ADA)

    assert await error_of(api, saying()) == (400, 551, 1545041)
    assert await error_of(api, saying(to="1")) == (400, 100, 2018001)


async def test_a_webhook_that_does_not_answer_the_challenge_gets_nothing(
    emulator: MessengerEmulator, hook: Hook
) -> None:
    hook.verify = "another token"

    with pytest.raises(CannotDo, match="challenge"):
        await emulator.say(ADA, "Hello")

    assert hook.updates == []


# With our own channel.


def last(channel: Messenger, hook: Hook) -> InboundMessage | Receipt:
    """Return what our channel reads in the last update, after checking it."""
    webhook = of_meta.posted(hook.bodies[-1])
    channel.verify(webhook)
    return channel.parse(webhook)[-1]


async def test_a_conversation(emulator: MessengerEmulator, hook: Hook, channel: Messenger) -> None:
    to = Address("messenger", ADA)
    offered = (Choice("Missed bin", "bin"), Choice("Something else", "else"))

    await emulator.say(ADA, "Hello")
    said = last(channel, hook)
    [payload] = channel.render(Reply("What is it about?", offered))
    mid = await channel.send(to, payload, "5e7c:4:0")
    assert emulator.screen(ADA)[1].buttons == ("Missed bin", "Something else")
    await emulator.press(ADA, "Missed bin")
    chose = last(channel, hook)
    await emulator.settled()

    assert isinstance(said, InboundMessage)
    assert (said.sender, said.content) == (to, Said("Hello"))
    assert isinstance(chose, InboundMessage)
    assert chose.content == Chose("bin", "Missed bin")
    read = [channel.parse(of_meta.posted(body)) for body in hook.bodies]
    receipts = [found for parsed in read for found in parsed if isinstance(found, Receipt)]
    assert [(each.platform_id, each.status, each.key) for each in receipts] == [
        (mid, "sent", "5e7c:4:0"),
        (mid, "delivered", ""),
    ]


async def test_quick_replies_go_away_when_anything_is_said(
    emulator: MessengerEmulator, channel: Messenger
) -> None:
    await emulator.say(ADA, "Hello")
    [payload] = channel.render(Reply("Sure?", (Choice("Yes", "yes"),)))
    await channel.send(Address("messenger", ADA), payload, "1")

    await emulator.say(ADA, "What?")

    with pytest.raises(CannotDo):
        await emulator.press(ADA, "Yes")


async def test_files_and_places(
    emulator: MessengerEmulator, hook: Hook, channel: Messenger
) -> None:
    await emulator.locate(ADA, 51.5014, -0.1419)
    place = last(channel, hook)
    await emulator.attach(ADA, b"\xff\xd8jpeg", "image/jpeg")
    picture = last(channel, hook)

    assert isinstance(place, InboundMessage)
    assert place.content == Located(51.5014, -0.1419)
    assert isinstance(picture, InboundMessage)
    assert isinstance(picture.content, Attached)
    assert await channel.fetch(picture.content.url, 100) == b"\xff\xd8jpeg"


async def test_words_that_go_with_a_file_are_a_message_of_their_own(
    emulator: MessengerEmulator, hook: Hook, api: httpx.AsyncClient
) -> None:
    await emulator.attach(ADA, b"%PDF", "application/pdf", "My letter")

    file, words = hook.events()
    assert file["message"]["attachments"][0]["type"] == "file"
    assert words["message"]["text"] == "My letter"


async def test_our_channel_waits_for_the_person_and_knows_who_cannot_be_reached(
    emulator: MessengerEmulator, channel: Messenger
) -> None:
    await emulator.say(ADA, "Hello")
    await emulator.close_window(ADA)

    with pytest.raises(WindowClosed):
        await channel.send(Address("messenger", ADA), {"text": "Done"}, "1")
    with pytest.raises(Unreachable):
        await channel.send(Address("messenger", "1"), {"text": "Done"}, "2")


async def test_a_lost_answer_is_settled_by_the_echo(
    emulator: MessengerEmulator, hook: Hook, channel: Messenger
) -> None:
    await emulator.say(ADA, "Hello")
    emulator.faults.set("lost", times=1)

    with pytest.raises(Unsure):
        await channel.send(Address("messenger", ADA), {"text": "Monday"}, "5e7c:9:0")
    await emulator.settled()

    parsed = [found for body in hook.bodies for found in channel.parse(of_meta.posted(body))]
    assert "5e7c:9:0" in [found.key for found in parsed if isinstance(found, Receipt)]
    assert shown(emulator) == ["Hello", "Monday"]
