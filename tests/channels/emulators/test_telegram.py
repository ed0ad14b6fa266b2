"""Telegram's emulator, driven by python-telegram-bot as an independent client, and by ourselves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    MessageEntity,
    ReplyKeyboardMarkup,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter
from telegram.request import HTTPXRequest

from assistant.telegram_command import Poll, TelegramRefuses, delete_webhook, set_webhook
from channels.account import Account
from channels.channel import Channel, Receipt, Transient, Unsure, Webhook
from channels.emulators.people import PEOPLE
from channels.emulators.platform import CannotDo
from channels.emulators.telegram import TelegramEmulator
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
)
from channels.telegram import Telegram
from channels.wording import Wording
from tests.channels.emulators.serving import WEBHOOK, Receiver, serving

TOKEN, SECRET = "7012345678:AAH-made_up_token", "made-up_secret"
VALUES = {"token": TOKEN, "secret_token": SECRET, "bot_username": "ashcombe_council_bot"}
ADA = "5700900123"
MONDAY = datetime(2025, 3, 3, 9, 0, tzinfo=timezone.utc)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@dataclass
class Clock:
    """A time that a test moves on."""

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def later(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def emulator(receiver: Receiver, clock: Clock) -> TelegramEmulator:
    made = TelegramEmulator(VALUES, WEBHOOK.format(kind="telegram"), receiver.http, clock)
    made.webhooks.waits = (0.01, 0.01)
    return made


@pytest.fixture
async def api(emulator: TelegramEmulator) -> AsyncIterator[str]:
    async with serving(emulator) as address:
        yield address


@pytest.fixture
async def bot(api: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    # Without it the library warns of its own next version whenever it is told to wait.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    async with library_bot(api, TOKEN) as made:
        yield made


def library_bot(api: str, token: str) -> Bot:
    requests = [HTTPXRequest(httpx_kwargs={"trust_env": False}) for _ in range(2)]
    return Bot(
        token,
        base_url=f"{api}/bot",
        base_file_url=f"{api}/file/bot",
        request=requests[0],
        get_updates_request=requests[1],
    )


@pytest.fixture
async def channel(api: str) -> AsyncIterator[Telegram]:
    async with httpx.AsyncClient(trust_env=False) as http:
        yield our_channel(api, http)


def our_channel(api: str, http: httpx.AsyncClient, token: str = TOKEN) -> Telegram:
    return Telegram(
        Account(
            authority="ashcombe",
            webhook_url=WEBHOOK.format(kind="telegram"),
            values={**VALUES, "token": token, "api": api},
            http=http,
            wording=Wording(
                choose_by_number="Reply with a number.",
                choose="Choose",
                read_more="Read more:",
                source="From {responsible}, checked on {date}.",
                share_location="Send my location",
            ),
        )
    )


def last_update(receiver: Receiver) -> Update:
    """Return what came last, as the library reads it: nothing in it is unknown to the library."""
    said = json.loads(receiver.calls[-1].content)
    update = Update.de_json(said, None)
    assert update.api_kwargs == {}
    assert update.effective_message is None or update.effective_message.api_kwargs == {}
    assert _holds(json.loads(update.to_json()), said)
    return update


def _holds(whole: Any, part: Any) -> bool:
    """Whether all of the part is there, whatever the library fills in of its own."""
    if isinstance(part, dict):
        return all(key in whole and _holds(whole[key], value) for key, value in part.items())
    if isinstance(part, list):
        return len(whole) == len(part) and all(map(_holds, whole, part))
    return bool(whole == part)


async def test_the_library_knows_the_bot(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.is_bot) == (7012345678, "ashcombe_council_bot", True)


async def test_words_come_to_the_webhook_with_the_secret(
    emulator: TelegramEmulator, receiver: Receiver
) -> None:
    await emulator.say(ADA, "When is my bin collected?")

    message = last_update(receiver).message
    assert message is not None
    assert message.from_user is not None
    assert message.text == "When is my bin collected?"
    assert (message.chat.id, message.chat.type) == (int(ADA), "private")
    assert message.from_user.full_name == "Ada Marsh"
    assert message.date == MONDAY
    assert receiver.calls[0].headers["x-telegram-bot-api-secret-token"] == SECRET
    assert str(receiver.calls[0].url) == "https://front-door.example/webhooks/ashcombe/telegram"
    assert [(shown.mine, shown.text, shown.ticks) for shown in emulator.screen(ADA)] == [
        (True, "When is my bin collected?", "delivered")
    ]


async def test_a_command_is_marked_as_one(emulator: TelegramEmulator, receiver: Receiver) -> None:
    await emulator.say(ADA, "/start now")
    message = last_update(receiver).message
    assert message is not None
    assert message.parse_entities([MessageEntity.BOT_COMMAND]) == {message.entities[0]: "/start"}


async def test_a_place_a_picture_and_a_paper_come_as_the_library_knows_them(
    emulator: TelegramEmulator, receiver: Receiver
) -> None:
    await emulator.locate(ADA, 51.5, -0.14)
    place = last_update(receiver).message
    await emulator.attach(ADA, PNG, "image/png", "This pothole")
    picture = last_update(receiver).message
    await emulator.attach(ADA, b"%PDF-", "application/pdf")
    paper = last_update(receiver).message
    await emulator.attach(ADA, b"OggS", "audio/ogg")
    voice = last_update(receiver).message

    assert place is not None
    assert place.location is not None
    assert (place.location.latitude, place.location.longitude) == (51.5, -0.14)
    assert picture is not None
    assert [(size.width, size.height) for size in picture.photo] == [(90, 67), (1280, 960)]
    assert picture.caption == "This pothole"
    assert paper is not None
    assert paper.document is not None
    assert (paper.document.mime_type, paper.document.file_size) == ("application/pdf", 5)
    assert voice is not None
    assert voice.voice is not None


async def test_an_edited_message_comes_with_both_its_times(
    emulator: TelegramEmulator, receiver: Receiver, clock: Clock
) -> None:
    await emulator.say(ADA, "brwn bin")
    clock.later(30)
    await emulator.edit(ADA, 1, "brown bin")

    edited = last_update(receiver).edited_message
    assert edited is not None
    assert (edited.text, edited.date, edited.edit_date) == (
        "brown bin",
        MONDAY,
        MONDAY + timedelta(seconds=30),
    )
    assert [(shown.text, shown.note) for shown in emulator.screen(ADA)] == [("brown bin", "edited")]


async def test_the_bot_writes_as_the_app_shows_it(emulator: TelegramEmulator, bot: Bot) -> None:
    await emulator.say(ADA, "Hello")
    sent = await bot.send_message(
        int(ADA),
        'Put it <b>out</b> &amp; <a href="https://ashcombe.example/bins">read 😀</a>',
        parse_mode="HTML",
    )

    assert sent.text == "Put it out & read 😀"
    assert sent.parse_entities() == {sent.entities[0]: "out", sent.entities[1]: "read 😀"}
    assert sent.entities[1].url == "https://ashcombe.example/bins"
    shown = emulator.screen(ADA)[-1]
    assert (shown.mine, shown.text, shown.links) == (
        False,
        "Put it out & read 😀",
        (("read 😀", "https://ashcombe.example/bins"),),
    )


async def test_a_pressed_button_spins_until_it_is_answered(
    emulator: TelegramEmulator, receiver: Receiver, bot: Bot
) -> None:
    await emulator.say(ADA, "Hello")
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="/yes")]])
    await bot.send_message(int(ADA), "Is it red?", reply_markup=keyboard)
    await emulator.press(ADA, "Yes")

    query = last_update(receiver).callback_query
    assert query is not None
    assert query.data == "/yes"
    assert isinstance(query.message, Message)
    assert query.message.reply_markup == keyboard
    assert emulator.screen(ADA)[-1].note == "…"
    assert await bot.answer_callback_query(query.id)
    assert emulator.screen(ADA)[-1].note == ""
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_callback_query(query.id)


async def test_the_answer_to_a_webhook_can_end_the_spinner(channel: Telegram) -> None:
    def acknowledge(request: httpx.Request) -> httpx.Response:
        call = Webhook("POST", str(request.url), request.headers, request.content, MONDAY)
        channel.verify(call)
        return httpx.Response(200, content=channel.acknowledge(call).body)

    webhook = httpx.AsyncClient(transport=httpx.MockTransport(acknowledge))
    answered = TelegramEmulator(VALUES, WEBHOOK.format(kind="telegram"), webhook)
    async with serving(answered) as api, httpx.AsyncClient(trust_env=False) as http:
        sends = our_channel(api, http)
        await answered.say(ADA, "Hello")
        [payload] = sends.render(Reply("Is it red?", choices=(Choice("Yes", "/yes"),)))
        await sends.send(Address("telegram", ADA), payload, "key")
        await answered.press(ADA, "Yes")
        await answered.webhooks.settled()

    assert [shown.note for shown in answered.screen(ADA)] == ["", ""]


async def test_a_keyboard_types_and_goes_away(
    emulator: TelegramEmulator, receiver: Receiver, bot: Bot
) -> None:
    await emulator.say(ADA, "Hello")
    keyboard = ReplyKeyboardMarkup(
        [[KeyboardButton("Send my place", request_location=True)], ["I do not know"]],
        one_time_keyboard=True,
    )
    await bot.send_message(int(ADA), "Where is it?", reply_markup=keyboard)
    shown = emulator.screen(ADA)[-1]
    assert (shown.buttons, shown.asks_location) == (("I do not know",), True)

    await emulator.press(ADA, "I do not know")

    message = last_update(receiver).message
    assert message is not None
    assert message.text == "I do not know"
    asked = emulator.screen(ADA)[1]
    assert (asked.buttons, asked.asks_location) == ((), False)
    with pytest.raises(CannotDo):
        await emulator.press(ADA, "I do not know")


@pytest.mark.parametrize(
    ("send", "complaint"),
    [
        pytest.param(
            lambda bot: bot.send_message(int(ADA), "x" * 4097), "message is too long", id="too long"
        ),
        pytest.param(
            lambda bot: bot.send_message(int(ADA), "😀" * 2049), "too long", id="too many emojis"
        ),
        pytest.param(
            lambda bot: bot.send_message(int(ADA), " "), "message text is empty", id="empty"
        ),
        pytest.param(
            lambda bot: bot.send_message(int(ADA), "<b>x", parse_mode="HTML"),
            "can't parse entities: Can't find end tag",
            id="a tag that stays open",
        ),
        pytest.param(
            lambda bot: bot.send_message(int(ADA), "<p>x</p>", parse_mode="HTML"),
            'Unsupported start tag "p" at byte offset 0',
            id="a tag that Telegram has not",
        ),
        pytest.param(
            lambda bot: bot.send_message(int(ADA), "a < b", parse_mode="HTML"),
            "can't parse entities",
            id="a sign that is not written for HTML",
        ),
        pytest.param(
            lambda bot: bot.send_message(int(ADA), "x", reply_markup=buttons(1, data="é" * 33)),
            "BUTTON_DATA_INVALID",
            id="a button that holds too much",
        ),
        pytest.param(
            lambda bot: bot.send_message(int(ADA), "x", reply_markup=buttons(101)),
            "reply markup is too long",
            id="too many buttons",
        ),
        pytest.param(
            lambda bot: bot.send_message(999, "x"), "chat not found", id="nobody who ever wrote"
        ),
        pytest.param(
            lambda bot: bot.send_photo(int(ADA), "nowhere"),
            "wrong file identifier/HTTP URL specified",
            id="a picture that there is not",
        ),
        pytest.param(
            lambda bot: bot.send_photo(
                int(ADA), "https://ashcombe.example/a.jpg", caption="x" * 1025
            ),
            "message caption is too long",
            id="too long under a picture",
        ),
        pytest.param(
            lambda bot: bot.get_file("nothing"), "wrong file_id", id="a file that there is not"
        ),
        pytest.param(
            lambda bot: bot.set_webhook("http://front-door.example/"),
            "An HTTPS URL must be provided",
            id="a webhook without https",
        ),
        pytest.param(
            lambda bot: bot.set_webhook("https://front-door.example:8080/"),
            "only on ports 80, 88, 443 or 8443",
            id="a webhook on another port",
        ),
        pytest.param(
            lambda bot: bot.set_webhook("https://front-door.example/", secret_token="a b"),
            "secret token contains unallowed characters",
            id="a secret with a space",
        ),
    ],
)
async def test_refuses_what_telegram_refuses(
    emulator: TelegramEmulator, bot: Bot, send: Callable[[Bot], Any], complaint: str
) -> None:
    await emulator.say(ADA, "Hello")
    with pytest.raises(BadRequest, match=f"(?i){complaint}"):
        await send(bot)
    assert len(emulator.screen(ADA)) == 1


def buttons(number: int, data: str = "x") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(f"Button {at}", callback_data=data)] for at in range(number)]
    )


async def test_a_bot_that_is_blocked_is_told_so(emulator: TelegramEmulator, bot: Bot) -> None:
    await emulator.say(ADA, "/stop")
    await bot.send_message(int(ADA), "We stop.")
    await emulator.block(ADA)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(int(ADA), "Hello?")
    await emulator.block(ADA, False)
    await bot.send_message(int(ADA), "Welcome back.")
    assert [shown.text for shown in emulator.screen(ADA)] == ["/stop", "We stop.", "Welcome back."]


async def test_a_flood_to_one_chat_is_refused_until_time_has_passed(
    emulator: TelegramEmulator, bot: Bot, clock: Clock
) -> None:
    await emulator.say(ADA, "Hello")
    for at in range(5):
        await bot.send_message(int(ADA), f"Part {at}")
    with pytest.raises(RetryAfter) as raised:
        await bot.send_message(int(ADA), "Part 5")
    assert raised.value.retry_after == timedelta(seconds=1)
    clock.later(1)
    await bot.send_message(int(ADA), "Part 5")


@pytest.mark.parametrize("token", ["7012345678:AAH-wrong", "nonsense"])
async def test_an_unknown_token_is_refused(
    api: str, emulator: TelegramEmulator, token: str
) -> None:
    bot = library_bot(api, token)
    with pytest.raises(InvalidToken):
        await bot.get_me()
    await bot.request.shutdown()
    async with httpx.AsyncClient(trust_env=False) as http:
        file = await http.get(f"{api}/file/bot{token}/files/x")
    assert file.status_code in (401, 404)


async def test_the_file_of_a_person_can_be_fetched(
    emulator: TelegramEmulator, receiver: Receiver, bot: Bot
) -> None:
    await emulator.attach(ADA, PNG, "image/png")
    message = last_update(receiver).message
    assert message is not None
    file = await bot.get_file(message.photo[-1].file_id)
    assert (file.file_size, bytes(await file.download_as_bytearray())) == (len(PNG), PNG)


async def test_updates_wait_until_they_are_confirmed(
    emulator: TelegramEmulator, receiver: Receiver, bot: Bot
) -> None:
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    await emulator.say(ADA, "one")
    await emulator.say(ADA, "two")

    first = await bot.get_updates(limit=1)
    again = await bot.get_updates()
    rest = await bot.get_updates(offset=first[0].update_id + 1)

    assert receiver.calls == []
    assert [update.message and update.message.text for update in first] == ["one"]
    assert [update.message and update.message.text for update in again] == ["one", "two"]
    assert [update.message and update.message.text for update in rest] == ["two"]
    assert await bot.get_updates(offset=rest[-1].update_id + 1) == ()
    assert [shown.ticks for shown in emulator.screen(ADA)] == ["delivered", "delivered"]


async def test_who_asks_hears_of_a_message_as_soon_as_it_comes(
    emulator: TelegramEmulator, bot: Bot
) -> None:
    await bot.delete_webhook()
    waiting = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    await emulator.say(ADA, "Hello")
    [update] = await asyncio.wait_for(waiting, 2)
    assert update.message is not None
    assert update.message.text == "Hello"


async def test_only_one_can_ask_at_a_time(emulator: TelegramEmulator, bot: Bot) -> None:
    await bot.delete_webhook()
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    assert await bot.get_updates(timeout=0) == ()
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first


async def test_a_webhook_that_fails_is_called_again_and_then_kept_for_later(
    emulator: TelegramEmulator, receiver: Receiver, bot: Bot
) -> None:
    receiver.statuses = [503, 200]
    await emulator.say(ADA, "one")
    await emulator.webhooks.settled()
    receiver.statuses = [503]
    await emulator.say(ADA, "two")
    await emulator.webhooks.settled()

    info = await bot.get_webhook_info()
    assert len(receiver.calls) == 5
    assert (info.pending_update_count, info.last_error_message) == (
        1,
        "Wrong response from the webhook: 503",
    )
    receiver.statuses = [200]
    await bot.set_webhook(
        WEBHOOK.format(kind="telegram"), secret_token="new", allowed_updates=["message"]
    )
    await emulator.webhooks.settled()
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.allowed_updates) == (0, ("message",))
    assert receiver.calls[-1].headers["x-telegram-bot-api-secret-token"] == "new"
    await emulator.edit(ADA, 1, "uno")
    assert len(receiver.calls) == 6


@pytest.mark.parametrize(
    ("fault", "failure", "reason"),
    [
        pytest.param("down", Transient, "http_503", id="down"),
        pytest.param("error", Transient, "http_500", id="an error of its own"),
        pytest.param("rate", Transient, "rate", id="too many calls"),
        pytest.param("garbage", Unsure, "garbage", id="garbage"),
        pytest.param("lost", Unsure, "connection_lost", id="an answer that is lost"),
    ],
)
async def test_our_channel_knows_each_fault(
    emulator: TelegramEmulator,
    channel: Telegram,
    fault: Any,
    failure: type[Transient],
    reason: str,
) -> None:
    await emulator.say(ADA, "Hello")
    emulator.faults.set(fault, times=1, retry_after=7)
    [payload] = channel.render(Reply("Hi"))
    with pytest.raises(Transient) as raised:
        await channel.send(Address("telegram", ADA), payload, "key")
    assert (type(raised.value), raised.value.reason) == (failure, reason)
    assert raised.value.retry_after == (timedelta(seconds=7) if fault == "rate" else None)
    if fault != "lost":
        await channel.send(Address("telegram", ADA), payload, "key")
    assert [shown.text for shown in emulator.screen(ADA)] == ["Hello", "Hi"]


async def test_our_replies_are_on_the_phone_as_people_expect_them(
    emulator: TelegramEmulator, channel: Telegram
) -> None:
    await emulator.say(ADA, "Hello")
    reply = Reply(
        "Put it out by **7am**.",
        choices=(Choice("Report it", "/request missed-bin"), Choice("Something else", "x" * 70)),
        links=(Link("Bin days", "https://ashcombe.example/bins"),),
        image_url="https://ashcombe.example/bin.jpg",
    )
    for payload in channel.render(reply):
        await channel.send(Address("telegram", ADA), payload, "key")

    picture, words = emulator.screen(ADA)[1:]
    assert picture.media == "https://ashcombe.example/bin.jpg"
    assert words.text == "Put it out by 7am.\n\nBin days"
    assert words.links == (("Bin days", "https://ashcombe.example/bins"),)
    assert words.buttons == ("Report it", "Something else")


async def test_our_channel_reads_what_people_do(
    emulator: TelegramEmulator, receiver: Receiver, channel: Telegram
) -> None:
    contents: list[Content] = []

    async def read() -> None:
        call = receiver.calls[-1]
        webhook = Webhook("POST", str(call.url), call.headers, call.content, MONDAY)
        channel.verify(webhook)
        for message in channel.parse(webhook):
            assert isinstance(message, InboundMessage)
            contents.append(message.content)

    await emulator.say(ADA, "/start")
    await read()
    await emulator.locate(ADA, 51.5, -0.14)
    await read()
    await emulator.attach(ADA, PNG, "image/png", "A pothole")
    await read()
    [payload] = channel.render(Reply("Is it?", choices=(Choice("Yes", "x" * 70),)))
    await channel.send(Address("telegram", ADA), payload, "key")
    await emulator.press(ADA, "Yes")
    await read()
    await emulator.block(ADA)
    await read()

    [hello, place, picture, press] = contents
    assert (hello, place, press) == (Said("START"), Located(51.5, -0.14), Chose("#1", "Yes"))
    assert isinstance(picture, Attached)
    assert await channel.fetch(picture.url, 1000) == PNG


async def test_polling_takes_in_what_waits_and_confirms_it_once_it_is_kept(
    emulator: TelegramEmulator, channel: Telegram
) -> None:
    kept: list[Content] = []
    faults = [OSError("the database is away")]

    async def take(authority: str, at: Channel, arrived: Any) -> None:
        if faults and kept:
            raise faults.pop()
        assert (authority, at) == ("ashcombe", channel)
        kept.extend(message.content for message in arrived if not isinstance(message, Receipt))

    poll = Poll("ashcombe", channel, take, lambda: MONDAY)
    await emulator.say(ADA, "Hello")
    [payload] = channel.render(Reply("Is it?", choices=(Choice("Yes", "/yes"),)))
    await channel.send(Address("telegram", ADA), payload, "key")
    with pytest.raises(TelegramRefuses, match="--delete-webhook"):
        await poll.run()
    await delete_webhook(channel)
    await emulator.say(ADA, "bins")
    await emulator.press(ADA, "Yes")

    with pytest.raises(OSError, match="away"):
        await poll.once(0)
    offset = await poll.once(0)

    assert kept == [Said("bins"), Said("bins"), Chose("/yes", "Yes")]
    assert len(emulator.updates.waiting) == 2
    assert emulator.screen(ADA)[1].note == ""
    await emulator.say(ADA, "last")
    await poll.once(offset)
    assert list(emulator.updates.waiting) == [offset]


async def test_polling_waits_for_a_platform_that_is_away(
    emulator: TelegramEmulator, channel: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.telegram_command.FIRST_WAIT", timedelta(seconds=0.01))
    heard = asyncio.Event()

    async def take(authority: str, at: Channel, arrived: Any) -> None:
        heard.set()

    await delete_webhook(channel)
    emulator.faults.set("down", times=2)
    running = asyncio.create_task(Poll("ashcombe", channel, take, lambda: MONDAY).run())
    await emulator.say(ADA, "Hello")
    await asyncio.wait_for(heard.wait(), 5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_our_command_sets_the_webhook(
    emulator: TelegramEmulator, channel: Telegram, bot: Bot
) -> None:
    await delete_webhook(channel)
    assert (await bot.get_webhook_info()).url == ""
    assert await set_webhook(channel) == WEBHOOK.format(kind="telegram")
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections, info.allowed_updates) == (
        WEBHOOK.format(kind="telegram"),
        40,
        ("message", "edited_message", "callback_query"),
    )
    assert emulator.hook.secret == SECRET


async def test_our_command_says_why_telegram_refuses(api: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        stranger = our_channel(api, http, token="7012345678:AAH-wrong")
        with pytest.raises(TelegramRefuses, match="does not know the token"):
            await set_webhook(stranger)


async def test_every_person_of_the_page_has_an_account(emulator: TelegramEmulator) -> None:
    for person in PEOPLE:
        await emulator.say(emulator.address_of(person), "Hello")
    assert len(emulator.users()) == len(PEOPLE)
    assert emulator.users()[0] == ADA
