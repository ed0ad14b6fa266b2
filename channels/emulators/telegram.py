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

from channels.emulators.telegram_api import BotApi
from channels.emulators.telegram_phones import TelegramPhones
from channels.emulators.telegram_rules import Complaint, too_many
from channels.emulators.telegram_shapes import arguments
from channels.emulators.telegram_updates import Hook, Updates
from channels.emulators.webhooks import Answered

FIRST_UPDATE = 430_000_001


class TelegramEmulator(TelegramPhones):
    """One bot. Its webhook is set when it starts, as after `setWebhook`; take it away with
    `deleteWebhook` to poll.

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
        self.bot = self.api.me
        self._waiting: dict[int, tuple[str, int]] = {}
        """Whose message each update is, by the update's number: (user, number on their phone)."""

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

    # How the bot hears of it.

    def delivered(self, update: int) -> None:
        if update in self._waiting:
            user, number = self._waiting.pop(update)
            self.change(user, number, ticks="delivered")

    async def hooked(self) -> None:
        for number in sorted(self.updates.waiting):
            await self._call(number)

    def tries_again(self, answered: Answered) -> bool:
        return bool(self.hook.url) and not answered.good

    async def happened(
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
