"""Telegram: a council's bot, called by webhook or polled, answering with text and buttons.

Source: core.telegram.org/bots/api.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Sequence
from datetime import timedelta

import httpx
import structlog
from telegram import InlineKeyboardMarkup, LinkPreviewOptions, ReplyKeyboardMarkup
from telegram import ReplyKeyboardRemove as NoKeyboard
from telegram.constants import ParseMode

from channels import telegram_line as line
from channels.account import Account, Incomplete
from channels.channel import (
    Acknowledgement,
    Channel,
    Forged,
    Limits,
    Payload,
    Receipt,
    Refused,
    Transient,
    Unreachable,
    Webhook,
)
from channels.messages import Address, InboundMessage, Reply
from channels.telegram_polling import Polling
from channels.telegram_reading import Unreadable, messages, pressed, read_update
from channels.telegram_writing import LONGEST_TEXT, MOST_BUTTONS, payloads

log = structlog.get_logger()

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 (the name of a header)
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class Telegram(Channel):
    """A bot in private chats. `values` of the account: token, secret_token, api.

    Telegram knows no idempotency key and no way to ask what was sent: a call whose answer was lost
    may be made twice.
    """

    name = "telegram"
    limits = Limits(
        text=LONGEST_TEXT, choices=MOST_BUTTONS, per_second=30, pause=timedelta(seconds=1)
    )

    def __init__(self, account: Account) -> None:
        """Raise Incomplete."""
        self._bot_number = line.bot_number(account)
        self._secret = account.need("secret_token").encode()
        if not _SECRET.fullmatch(account.need("secret_token")):
            raise Incomplete("secret_token may have letters, digits, _ and -, up to 256 of them")
        self._wording = account.wording
        self._http = account.http
        self._bot = line.open_line(account)
        self.polling = Polling(self._bot, account.webhook_url, account.need("secret_token"))

    def verify(self, webhook: Webhook) -> None:
        token = webhook.headers.get(SECRET_HEADER, "").encode(errors="replace")
        if not hmac.compare_digest(token, self._secret):
            raise Forged

    def parse(self, webhook: Webhook) -> Sequence[InboundMessage | Receipt]:
        """What cannot be read is let go: Telegram would send it again for a day, and keep from us
        what else that person writes."""
        update = read_update(webhook)
        try:
            return messages(update, self._bot_number, webhook.received_at)
        except Unreadable:
            log.warning("telegram.unreadable")
            return ()

    def acknowledge(self, webhook: Webhook) -> Acknowledgement:
        """Answer a pressed button with the call that ends its spinner: Telegram reads a call from
        the answer to a webhook, so that none has to be made."""
        query = pressed(read_update(webhook))
        if not query:
            return Acknowledgement()
        call = {"method": "answerCallbackQuery", "callback_query_id": query}
        return Acknowledgement(body=json.dumps(call), media_type="application/json")

    def render(self, reply: Reply) -> Sequence[Payload]:
        return payloads(reply, self._wording)

    async def send(self, to: Address, payload: Payload, key: str) -> str | None:
        try:
            chat = int(to.user)
        except ValueError:
            raise Unreachable("no_such_chat") from None
        if "photo" in payload:
            sent = await line.ask(self._bot.send_photo(chat, payload["photo"]))
        else:
            sent = await line.ask(
                self._bot.send_message(
                    chat,
                    payload["text"],
                    parse_mode=ParseMode.HTML,
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                    reply_markup=_markup(payload["markup"]),
                )
            )
        return str(sent.message_id)

    async def fetch(self, url: str, most: int) -> bytes:
        """Telegram lets bots fetch files of 20 MB at most."""
        file = await line.ask(self._bot.get_file(url))
        if (file.file_size or 0) > most:
            raise Refused("too_large")
        if not (file.file_path or "").startswith(f"{self._bot.base_file_url}/"):
            raise Refused("gone")
        return await self._download(str(file.file_path), most)

    async def _download(self, url: str, most: int) -> bytes:
        timeout = httpx.Timeout(line.READ, connect=line.CONNECT)
        data = bytearray()
        try:
            async with self._http.stream("GET", url, timeout=timeout) as answer:
                if answer.status_code in (400, 404):
                    raise Refused("gone")
                if not answer.is_success:
                    raise Transient(f"http_{answer.status_code}")
                async for chunk in answer.aiter_bytes():
                    data += chunk
                    if len(data) > most:
                        raise Refused("too_large")
        except httpx.HTTPError as error:
            raise Transient("connection_lost") from error
        return bytes(data)


def _markup(markup: Payload) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | NoKeyboard:
    if "inline_keyboard" in markup:
        return InlineKeyboardMarkup.de_json(dict(markup), None)
    if "keyboard" in markup:
        return ReplyKeyboardMarkup.de_json(dict(markup), None)
    return NoKeyboard()
