"""Telegram as it behaves: the Bot API on one side, people with the app on the other.

Source: core.telegram.org/bots/api.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import unquote

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, raw
from sanic.response import json as json_response

from channels.emulators.people import Person
from channels.emulators.phone import Phone, Shown
from channels.emulators.platform import CannotDo, Emulator
from channels.emulators.telegram_api import BotApi
from channels.emulators.telegram_rules import Complaint, too_many
from channels.emulators.telegram_shapes import (
    arguments,
    command,
    file,
    keys_of,
    links,
    marks,
    parts,
)
from channels.emulators.telegram_updates import Hook, Updates
from channels.emulators.webhooks import Answered

FIRST_UPDATE = 430_000_001


class TelegramEmulator(Emulator):
    """One bot. Its webhook is set when it starts, as after `setWebhook`; take it away with
    `deleteWebhook` to poll. Besides what every phone does, a message can be edited.

    `values`: token, secret_token, bot_username.
    """

    kind: ClassVar[str] = "telegram"
    phone_name: ClassVar[str] = "telegram"
    can: ClassVar[frozenset[str]] = frozenset({"press", "locate", "attach", "block"})
    # Telegram tries "a reasonable amount of attempts" and keeps updates for 24 hours.
    retry_waits: ClassVar[Sequence[float]] = (1, 2, 4, 8, 16, 32, *[60] * 20)
    webhook_seconds: ClassVar[float] = 60.0
    webhooks_in_order: ClassVar[bool] = True

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._token = self.values["token"]
        self.hook = Hook(self.webhook_url, self.values.get("secret_token", ""))
        self.updates = Updates(FIRST_UPDATE)
        username = self.values.get("bot_username") or "council_assistant_bot"
        self.api = BotApi(self._token, username, self, self.updates, self.hook)
        self._last_message = 0
        self._last_query = 0
        self._waiting: dict[int, tuple[str, int]] = {}
        """Whose message each update is, by the update's number: (user, number on their phone)."""
        self._pressed: dict[str, tuple[str, int]] = {}
        """Which message each pressed button stands under, while it spins."""

    # The API.

    def add_routes(self, blueprint: Blueprint) -> None:
        self.route(blueprint, self.take_call, "/<bot>/<method>", ["GET", "POST"])
        self.route(blueprint, self.hand_file, "/file/<bot>/<path:path>", ["GET"])

    async def take_call(self, request: Request, bot: str, method: str) -> HTTPResponse:
        try:
            self._check_token(bot)
            result = await self.api.call(method, arguments(request))
        except Complaint as complaint:
            return self.refuse(request, complaint.code, complaint.body(), complaint.words)
        return json_response({"ok": True, "result": result})

    async def hand_file(self, request: Request, bot: str, path: str) -> HTTPResponse:
        number = path.removeprefix("files/").partition(".")[0]
        try:
            self._check_token(bot)
            if number not in self.files:
                raise Complaint(404, "Not Found")
        except Complaint as complaint:
            return self.refuse(request, complaint.code, complaint.body(), complaint.words)
        return raw(self.files[number][0], content_type="application/octet-stream")

    def too_many(self, retry_after: int) -> HTTPResponse:
        return json_response(too_many(retry_after).body(), 429)

    def broken(self) -> HTTPResponse:
        return json_response(Complaint(500, "Internal Server Error").body(), 500)

    def _check_token(self, segment: str) -> None:
        bot = unquote(segment)
        if not bot.startswith("bot") or ":" not in bot:
            raise Complaint(404, "Not Found")
        if not hmac.compare_digest(bot.encode(), f"bot{self._token}".encode()):
            raise Complaint(401, "Unauthorized")

    # What people do.

    def address_of(self, person: Person) -> str:
        """Telegram gives every account a number, which says nothing of its telephone."""
        return f"5{person.digits[-9:]}"

    async def say(self, user: str, text: str) -> None:
        """A text that is too long is sent as several, as the app does."""
        for part in parts(text.strip()):
            await self._send(user, Shown(self.clock(), True, part), {"text": part, **command(part)})

    async def press(self, user: str, label: str) -> None:
        phone = self.phone(user)
        for number in sorted(phone.entries, reverse=True):
            if label in phone.entries[number].buttons:
                break
        else:
            raise CannotDo("There is no such button on this screen.")
        message = _kept(phone)[number]
        markup = message["reply_markup"]
        if "keyboard" in markup:
            self._used(phone)
            await self.say(user, label)
            return
        button = next(key for key in keys_of(markup) if key["text"] == label)
        self._last_query += 1
        query = str((int(user) << 20) + self._last_query)
        self._pressed[query] = (user, number)
        self.change(user, number, note="…")
        await self._happened(
            "callback_query",
            {
                "id": query,
                "from": self._person(user),
                "message": message,
                "chat_instance": str(int(user) * 7),
                "data": button["callback_data"],
            },
        )

    async def locate(self, user: str, latitude: float, longitude: float) -> None:
        self._used(self.phone(user))
        shown = Shown(self.clock(), True, f"📍 {latitude:.5f}, {longitude:.5f}")
        place = {"latitude": latitude, "longitude": longitude}
        await self._send(user, shown, {"location": place})

    async def attach(self, user: str, data: bytes, media_type: str, caption: str = "") -> None:
        number = self.keep_file(data, media_type)
        shown = Shown(self.clock(), True, caption, media=number)
        await self._send(user, shown, file(number, len(data), media_type, caption))

    async def edit(self, user: str, number: int, text: str) -> None:
        """The person corrects a message that their phone shows. Raise CannotDo for any other."""
        phone = self.phone(user)
        shown, message = phone.entries.get(number), _kept(phone).get(number)
        if shown is None or message is None or not shown.mine:
            raise CannotDo("Only one's own messages can be edited.")
        message = {**message, "edit_date": int(self.clock().timestamp())}
        message["caption" if "caption" in message else "text"] = text
        _kept(phone)[number] = message
        self.change(user, number, text=text, note="edited")
        await self._happened("edited_message", message)

    async def block(self, user: str, blocked: bool = True) -> None:
        self.phone(user).blocked = blocked
        member: Mapping[str, Any] = {"status": "member"}
        kicked: Mapping[str, Any] = {"status": "kicked", "until_date": 0}
        old, new = (member, kicked) if blocked else (kicked, member)
        await self._happened(
            "my_chat_member",
            {
                "chat": self.chat(user),
                "from": self._person(user),
                "date": int(self.clock().timestamp()),
                "old_chat_member": {"user": self.api.me, **old},
                "new_chat_member": {"user": self.api.me, **new},
            },
        )

    async def _send(self, user: str, shown: Shown, content: Mapping[str, Any]) -> None:
        if not user.isascii() or not user.isdecimal() or len(user) > 15:
            raise CannotDo("A Telegram account is a number.")
        phone = self.phone(user)
        if phone.blocked:
            raise CannotDo("This person has blocked the bot.")
        phone.wrote_at = self.clock()
        number = self.show(user, shown)
        message = {
            "message_id": self.next_message(),
            "from": self._person(user),
            "chat": self.chat(user),
            "date": int(shown.at.timestamp()),
            **content,
        }
        _kept(phone)[number] = message
        self.change(user, number, ticks="sent")
        await self._happened("message", message, (user, number))

    def _used(self, phone: Phone) -> None:
        """A keyboard that was made for one answer goes away with it."""
        number = phone.private.get("keyboard")
        if number in _kept(phone) and _kept(phone)[number]["reply_markup"].get("one_time_keyboard"):
            self._take_keyboard(phone)

    def _take_keyboard(self, phone: Phone) -> None:
        number = phone.private.pop("keyboard", None)
        if number is not None:
            self.change(phone.user, number, buttons=(), asks_location=False)

    def _person(self, user: str) -> Mapping[str, Any]:
        first, _, last = self.name_of(user).partition(" ")
        return {
            "id": int(user),
            "is_bot": False,
            "first_name": first,
            "last_name": last,
            "language_code": "en",
        }

    # What the API needs of the phones.

    def wrote(self, user: str) -> Phone | None:
        phone = self.phone(user) if user in self.users() else None
        return phone if phone is not None and phone.wrote_at is not None else None

    def chat(self, user: str) -> Mapping[str, Any]:
        first, _, last = self.name_of(user).partition(" ")
        return {"id": int(user), "first_name": first, "last_name": last, "type": "private"}

    def next_message(self) -> int:
        self._last_message += 1
        return self._last_message

    def put(self, user: str, message: Mapping[str, Any], shown: Shown) -> None:
        phone = self.phone(user)
        markup = message.get("reply_markup", {})
        keys = keys_of(markup)
        number = self.show(
            user,
            Shown(
                at=shown.at,
                mine=False,
                text=shown.text,
                marks=marks(message),
                media=shown.media,
                buttons=tuple(
                    key["text"]
                    for key in keys
                    if "url" not in key and not key.get("request_location")
                ),
                links=(
                    *links(message),
                    *((key["text"], key["url"]) for key in keys if "url" in key),
                ),
                asks_location=any(key.get("request_location") for key in keys),
            ),
        )
        _kept(phone)[number] = message
        if "keyboard" in markup:
            self._take_keyboard(phone)
            phone.private["keyboard"] = number
        elif markup.get("remove_keyboard"):
            self._take_keyboard(phone)

    def answered(self, query: str, words: str) -> bool:
        if query not in self._pressed:
            return False
        user, number = self._pressed.pop(query)
        self.change(user, number, note=words)
        return True

    def delivered(self, update: int) -> None:
        if update in self._waiting:
            user, number = self._waiting.pop(update)
            self.change(user, number, ticks="delivered")

    # How the bot hears of it.

    async def hooked(self) -> None:
        for number in sorted(self.updates.waiting):
            await self._call(number)

    def tries_again(self, answered: Answered) -> bool:
        return bool(self.hook.url) and not answered.good

    async def _happened(
        self, kind: str, what: Mapping[str, Any], shown: tuple[str, int] | None = None
    ) -> None:
        number = self.updates.add(kind, what)
        if number is None:
            return
        if shown is not None:
            self._waiting[number] = shown
        if self.hook.url:
            await self._call(number)

    async def _call(self, number: int) -> None:
        headers = {"content-type": "application/json"}
        if self.hook.secret:
            headers["x-telegram-bot-api-secret-token"] = self.hook.secret

        async def done(answered: Answered) -> None:
            await self._told(number, answered)

        body = json.dumps(self.updates.waiting[number], ensure_ascii=False).encode()
        await self.deliver(body, headers, url=self.hook.url, done=done)

    async def _told(self, number: int, answered: Answered) -> None:
        """The webhook took an update, and may have answered with a call; or it did not take it,
        and the update waits for the next webhook or poll."""
        if not answered.good:
            self.hook.last_error_at = int(answered.at.timestamp())
            self.hook.last_error = (
                "Connection timed out"
                if answered.status is None
                else f"Wrong response from the webhook: {answered.status}"
            )
            return
        self.updates.told(number)
        self.delivered(number)
        try:
            call = json.loads(answered.body)
            await self.api.call(str(call.pop("method")), call)
        except (Complaint, ValueError, LookupError, AttributeError, TypeError):
            pass  # Telegram does not say whether such a call worked.


def _kept(phone: Phone) -> dict[int, Mapping[str, Any]]:
    """Return the messages behind what a phone shows, by their number on it."""
    kept: dict[int, Mapping[str, Any]] = phone.private.setdefault("messages", {})
    for number in [number for number in kept if number not in phone.entries]:
        del kept[number]
    return kept
