"""WhatsApp's emulator takes what the Cloud API takes, and refuses what it refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from channels.channel import Receipt, Unreachable, Unsure, WindowClosed
from channels.emulators.platform import CannotDo
from channels.emulators.whatsapp import WhatsAppEmulator
from channels.messages import Address, Attached, Choice, Chose, InboundMessage, Located, Reply, Said
from channels.whatsapp import WhatsApp
from tests.channels import of_meta
from tests.channels.emulators.hook import SECRET, TOKEN, VERIFY, Hook
from tests.channels.emulators.serving import WEBHOOK, serving

ADA = "447700900123"
NUMBER = "106540352242922"
MESSAGES = f"/v25.0/{NUMBER}/messages"
VALUES = {
    "access_token": TOKEN,
    "app_secret": SECRET,
    "verify_token": VERIFY,
    "phone_number_id": NUMBER,
    "template": "please_write",
}
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
def emulator(hook: Hook, clock: Clock) -> WhatsAppEmulator:
    made = WhatsAppEmulator(VALUES, WEBHOOK.format(kind="whatsapp"), hook.http, clock)
    made.receipt_waits = (0.0, 0.0, 0.0)
    made.webhooks.waits = (0.01, 0.01)
    return made


@pytest.fixture
async def api(emulator: WhatsAppEmulator) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        serving(emulator) as address,
        httpx.AsyncClient(base_url=address, headers=headers) as client,
    ):
        yield client


@pytest.fixture
async def channel(api: httpx.AsyncClient) -> AsyncIterator[WhatsApp]:
    """Our own channel, whose API is the emulator."""
    async with httpx.AsyncClient() as http:
        account = of_meta.account({**VALUES, "api": str(api.base_url)})
        yield WhatsApp(type(account)("ashcombe", "", account.values, http, of_meta.WORDING))


def text(body: str, to: str = ADA, **more: Any) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "to": to,
        "type": "text",
        "text": {"body": body},
        **more,
    }


def interactive(**asked: Any) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": ADA,
        "type": "interactive",
        "interactive": {"body": {"text": "Which one?"}, **asked},
    }


def buttons(*titles: str) -> dict[str, Any]:
    rows = [{"type": "reply", "reply": {"id": title, "title": title}} for title in titles]
    return interactive(type="button", action={"buttons": rows})


def rows(*titles: str, button: str = "Choose") -> dict[str, Any]:
    shown = [{"id": title, "title": title} for title in titles]
    return interactive(type="list", action={"button": button, "sections": [{"rows": shown}]})


def template(name: str) -> dict[str, Any]:
    called = {"name": name, "language": {"code": "en_GB"}}
    return {"messaging_product": "whatsapp", "to": ADA, "type": "template", "template": called}


async def error_of(api: httpx.AsyncClient, body: Any) -> tuple[int, int, int]:
    """Return the status, code and subcode that a call is refused with."""
    response = await api.post(MESSAGES, json=body)
    error = response.json()["error"]
    return response.status_code, error["code"], error.get("error_subcode", 0)


def shown(emulator: WhatsAppEmulator, user: str = ADA) -> list[str]:
    return [message.text for message in emulator.screen(user)]


# What it takes.


async def test_a_message_is_shown_and_its_fate_comes_back_with_our_key(
    emulator: WhatsAppEmulator, hook: Hook, api: httpx.AsyncClient
) -> None:
    await emulator.say(ADA, "Hello")

    response = await api.post(
        MESSAGES, json=text("It is *Monday*.", biz_opaque_callback_data="5e7c:4:0")
    )
    await emulator.settled()

    wamid = response.json()["messages"][0]["id"]
    assert response.json()["contacts"] == [{"input": ADA, "wa_id": ADA}]
    assert shown(emulator) == ["Hello", "It is Monday."]
    assert emulator.screen(ADA)[-1].ticks == "read"
    news = hook.statuses_of(wamid)
    assert [each["status"] for each in news] == ["sent", "delivered", "read"]
    assert {each["biz_opaque_callback_data"] for each in news} == {"5e7c:4:0"}
    assert {each["recipient_id"] for each in news} == {ADA}


DOCUMENTED = {
    "text": text("Hello", recipient_type="individual"),
    "a link with a preview": {
        **text(""),
        "text": {"body": "https://a.example", "preview_url": True},
    },
    "picture by link": {
        "messaging_product": "whatsapp",
        "to": ADA,
        "type": "image",
        "image": {"link": "https://a.example/bin.png", "caption": "A bin"},
    },
    "three buttons": buttons("Change", "Cancel", "Twenty letters long"),
    "ten rows": rows(*"abcdefghij"),
    "rows with descriptions": interactive(
        type="list",
        footer={"text": "Ashcombe Council"},
        action={
            "button": "Options",
            "sections": [
                {"title": "Bins", "rows": [{"id": "1", "title": "t" * 24, "description": "d" * 72}]}
            ],
        },
    ),
    "location request": interactive(
        type="location_request_message", action={"name": "send_location"}
    ),
    "template": template("please_write"),
}


@pytest.mark.parametrize("body", DOCUMENTED.values(), ids=DOCUMENTED.keys())
async def test_takes_what_the_documentation_shows(
    emulator: WhatsAppEmulator, api: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    await emulator.say(ADA, "Hello")

    assert (await api.post(MESSAGES, json=body)).status_code == 200


# What it refuses.


WRONG = {
    "no object": ([], 100),
    "another product": ({**text("Hello"), "messaging_product": "sms"}, 131009),
    "no recipient": ({key: value for key, value in text("Hello").items() if key != "to"}, 100),
    "a kind that there is not": ({**text("Hello"), "type": "poll"}, 100),
    "a field that there is not": ({**text("Hello"), "priority": "high"}, 100),
    "no words": (text(""), 100),
    "words that are too long": (text("x" * 4097), 100),
    "no body": ({**text(""), "text": {}}, 131008),
    "a long key": ({**text("Hello"), "biz_opaque_callback_data": "x" * 513}, 131009),
    "four buttons": (buttons("a", "b", "c", "d"), 131009),
    "a long title": (buttons("x" * 21), 131009),
    "an empty title": (buttons(""), 131009),
    "two buttons of one name": (buttons("a", "a"), 131009),
    "eleven rows": (rows(*"abcdefghijk"), 131009),
    "a long row": (rows("x" * 25), 131009),
    "two rows of one id": (rows("a", "a"), 131009),
    "a long list button": (rows("a", button="x" * 21), 131009),
    "a long interactive body": (
        interactive(
            type="location_request_message",
            action={"name": "send_location"},
            body={"text": "x" * 1025},
        ),
        131009,
    ),
    "a template that was not approved": (template("hello"), 132001),
}


@pytest.mark.parametrize(("body", "code"), WRONG.values(), ids=WRONG.keys())
async def test_refuses_what_the_cloud_api_refuses(
    emulator: WhatsAppEmulator, api: httpx.AsyncClient, body: Any, code: int
) -> None:
    await emulator.say(ADA, "Hello")

    assert await error_of(api, body) == (400, code, 0)
    assert shown(emulator) == ["Hello"]


async def test_refuses_another_token_and_another_number(api: httpx.AsyncClient) -> None:
    stranger = await api.post(MESSAGES, json=text("Hi"), headers={"Authorization": "Bearer x"})
    elsewhere = await api.post("/v25.0/1/messages", json=text("Hi"))

    assert (stranger.status_code, stranger.json()["error"]["code"]) == (401, 190)
    assert elsewhere.json()["error"]["error_subcode"] == 33


async def test_refuses_words_to_somebody_who_has_not_written_for_a_day(
    emulator: WhatsAppEmulator, api: httpx.AsyncClient, clock: Clock
) -> None:
    assert await error_of(api, text("Hello")) == (400, 131047, 0)
    await emulator.say(ADA, "Hello")
    clock.now += timedelta(hours=24)
    assert (await api.post(MESSAGES, json=text("In time"))).status_code == 200
    clock.now += timedelta(seconds=1)
    assert await error_of(api, text("Too late")) == (400, 131047, 0)
    assert (await api.post(MESSAGES, json=template("please_write"))).status_code == 200


async def test_refuses_numbers_without_whatsapp_and_people_who_blocked_us(
    emulator: WhatsAppEmulator, api: httpx.AsyncClient
) -> None:
    await emulator.say(ADA, "Hello")
    await emulator.block(ADA)

    assert await error_of(api, text("Hello")) == (400, 131026, 0)
    assert await error_of(api, text("Hello", to="447700900999")) == (400, 131026, 0)


async def test_refuses_more_to_one_person_than_the_pair_rate(
    emulator: WhatsAppEmulator, api: httpx.AsyncClient, clock: Clock
) -> None:
    await emulator.say(ADA, "Hello")
    for _ in range(45):
        assert (await api.post(MESSAGES, json=text("Hi"))).status_code == 200

    assert await error_of(api, text("Hi")) == (400, 131056, 0)
    clock.now += timedelta(seconds=6)
    assert (await api.post(MESSAGES, json=text("Hi"))).status_code == 200


async def test_can_take_a_message_first_and_say_later_that_it_failed(
    emulator: WhatsAppEmulator, hook: Hook, api: httpx.AsyncClient
) -> None:
    emulator.refuses_late = True

    response = await api.post(MESSAGES, json=text("Hello"))
    await emulator.settled()

    [news] = hook.statuses_of(response.json()["messages"][0]["id"])
    assert (news["status"], news["errors"][0]["code"]) == ("failed", 131047)


# Webhooks.


async def test_a_webhook_that_does_not_answer_the_challenge_gets_nothing(
    emulator: WhatsAppEmulator, hook: Hook
) -> None:
    hook.verify = "another token"

    with pytest.raises(CannotDo, match="challenge"):
        await emulator.say(ADA, "Hello")

    assert hook.updates == []
    assert emulator.screen(ADA)[0].ticks == "failed"


async def test_a_webhook_that_is_down_gets_its_updates_once_it_is_up(
    emulator: WhatsAppEmulator, hook: Hook
) -> None:
    hook.is_down = True
    emulator.webhooks.waits = (0.05, 0.05, 0.05)

    await emulator.say(ADA, "My bin")
    hook.is_down = False
    await emulator.settled()

    assert [message["text"]["body"] for message in hook.messages()] == ["My bin"]


async def test_an_update_comes_again_until_it_is_taken_the_same_byte_for_byte(
    emulator: WhatsAppEmulator, hook: Hook
) -> None:
    hook.statuses = [503, 503, 200]

    await emulator.say(ADA, "My bin")
    await emulator.settled()

    assert len(hook.bodies) == 3
    assert len(set(hook.bodies)) == 1
    assert [message["text"]["body"] for message in hook.messages()] == ["My bin"]


# With our own channel.


def last(channel: WhatsApp, hook: Hook) -> InboundMessage | Receipt:
    """Return what our channel reads in the last update, after checking it."""
    webhook = of_meta.posted(hook.bodies[-1])
    channel.verify(webhook)
    return channel.parse(webhook)[-1]


async def test_a_conversation(emulator: WhatsAppEmulator, hook: Hook, channel: WhatsApp) -> None:
    reply = Reply(
        "What is it about?",
        (Choice("Missed bin", "bin"), Choice("Collection of a large item", "bulky")),
    )
    to = Address("whatsapp", ADA)

    await emulator.say(ADA, "Hello")
    said = last(channel, hook)
    [payload] = channel.render(reply)
    wamid = await channel.send(to, payload, "5e7c:4:0")
    await emulator.settled()
    receipt = last(channel, hook)
    await emulator.press(ADA, "Collection of a large item")
    chose = last(channel, hook)

    assert isinstance(said, InboundMessage)
    assert (said.sender, said.content) == (to, Said("Hello"))
    assert isinstance(receipt, Receipt)
    assert (receipt.platform_id, receipt.key, receipt.status) == (wamid, "5e7c:4:0", "read")
    assert isinstance(chose, InboundMessage)
    assert chose.content == Chose("bulky", "Collection of a large item")
    assert emulator.screen(ADA)[1].menu == "Choose"


async def test_buttons_are_pressed_once_and_only_when_they_are_there(
    emulator: WhatsAppEmulator, hook: Hook, channel: WhatsApp
) -> None:
    await emulator.say(ADA, "Hello")
    [payload] = channel.render(Reply("Sure?", (Choice("Yes", "yes"), Choice("No", "no"))))
    await channel.send(Address("whatsapp", ADA), payload, "1")

    await emulator.press(ADA, "Yes")

    assert hook.messages()[-1]["interactive"]["button_reply"] == {"id": "yes", "title": "Yes"}
    with pytest.raises(CannotDo):
        await emulator.press(ADA, "No")


async def test_files_and_places(
    emulator: WhatsAppEmulator, hook: Hook, channel: WhatsApp, clock: Clock
) -> None:
    clock.now = datetime.now(timezone.utc)
    await emulator.locate(ADA, 51.5014, -0.1419)
    place = last(channel, hook)
    await emulator.attach(ADA, b"\xff\xd8jpeg", "image/jpeg", "It is still here")
    picture = last(channel, hook)

    assert isinstance(place, InboundMessage)
    assert place.content == Located(51.5014, -0.1419)
    assert isinstance(picture, InboundMessage)
    assert isinstance(picture.content, Attached)
    assert picture.content.caption == "It is still here"
    assert await channel.fetch(picture.content.url, 100) == b"\xff\xd8jpeg"


async def test_somebody_whose_number_is_hidden(
    emulator: WhatsAppEmulator, hook: Hook, channel: WhatsApp
) -> None:
    await emulator.say("GB.1349120865530274", "Hello")
    said = last(channel, hook)
    assert isinstance(said, InboundMessage)

    await channel.send(said.sender, channel.render(Reply("Hello"))[0], "1")

    assert shown(emulator, "GB.1349120865530274") == ["Hello", "Hello"]


async def test_our_channel_asks_people_to_write_with_the_template(
    emulator: WhatsAppEmulator, channel: WhatsApp
) -> None:
    await emulator.say(ADA, "Hello")
    await emulator.close_window(ADA)

    with pytest.raises(WindowClosed):
        await channel.send(Address("whatsapp", ADA), channel.render(Reply("Done"))[0], "1")

    assert shown(emulator) == ["Hello", "[please_write]"]
    assert emulator.screen(ADA)[-1].note == "template"


async def test_our_channel_knows_who_cannot_be_reached(channel: WhatsApp) -> None:
    with pytest.raises(Unreachable):
        await channel.send(Address("whatsapp", "447700900999"), text("Hi"), "1")


async def test_a_lost_answer_is_settled_by_the_receipt(
    emulator: WhatsAppEmulator, hook: Hook, channel: WhatsApp
) -> None:
    await emulator.say(ADA, "Hello")
    emulator.faults.set("lost", times=1)

    with pytest.raises(Unsure):
        await channel.send(Address("whatsapp", ADA), channel.render(Reply("Monday"))[0], "5e7c:9:0")
    await emulator.settled()

    receipt = last(channel, hook)
    assert isinstance(receipt, Receipt)
    assert receipt.key == "5e7c:9:0"
    assert shown(emulator) == ["Hello", "Monday"]
