"""Telegram's Bot API, from its documentation: core.telegram.org/bots/api"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from channels.channel import DeliveryFailed, Payload, Refused, Transient, Unreachable
from tests.channels.case import Answer, Case, Failure

SECRET = "telegram-secret_token"
TAGS = {"a", "b", "code", "i", "s", "u"}
"""Some of those that formatting-options names."""
LONGEST_TEXT = 4096
"""sendMessage: 'Text of the message to be sent, 1-4096 characters after entities parsing'"""
LONGEST_DATA = 64
"""InlineKeyboardButton: 'callback_data ... 1-64 bytes'"""
MOST_BUTTONS = 100
"""Of one inline keyboard: BadRequest 'reply markup is too long' beyond. No page says so."""
MOST_ENTITIES = 100
"""core.telegram.org/method/messages.sendMessage: more than 100 are ignored."""


class Reader(HTMLParser):
    """Reads parse_mode HTML as Telegram does: strict about its tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.addresses: list[str] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.entities = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.entities += 1
        if tag not in TAGS:
            self.wrong.append(f'Unsupported start tag "{tag}"')
        self.addresses += [value for name, value in attrs if name == "href" and value]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f'Unmatched end tag "{tag}"')

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def buttons(payload: Payload) -> list[Mapping[str, Any]]:
    markup = payload.get("markup") or {}
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
    return [button for row in rows for button in row]


def refused(payload: Payload) -> Iterator[str]:
    if "photo" in payload:
        if not str(payload["photo"]).startswith(("http://", "https://")):
            yield "wrong HTTP URL specified"
        return
    reader = read(payload["text"])
    yield from reader.wrong
    yield from (f'Can\'t find end tag corresponding to start tag "{tag}"' for tag in reader.open)
    if not reader.text.strip():
        yield "message text is empty"
    if len(reader.text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
        yield "message is too long"
    if reader.entities > MOST_ENTITIES:
        yield "more than 100 entities"
    markup = payload.get("markup") or {}
    pressed = [button for button in buttons(payload) if "callback_data" in button]
    if len(pressed) > MOST_BUTTONS:
        yield "reply markup is too long"
    for button in buttons(payload):
        if not str(button.get("text", "")).strip():
            yield "Text buttons must be non-empty"
    for button in pressed:
        if not 1 <= len(str(button["callback_data"]).encode()) <= LONGEST_DATA:
            yield "BUTTON_DATA_INVALID"
    if "inline_keyboard" in markup and len(pressed) != len(buttons(payload)):
        yield "an inline button that does nothing"


def shown(payload: Payload) -> str:
    if "photo" in payload:
        return str(payload["photo"])
    reader = read(payload["text"])
    labels = [str(button["text"]) for button in buttons(payload)]
    return "\n".join([reader.text, *reader.addresses, *labels])


def failure(
    name: str,
    status: int,
    description: str,
    meaning: type[DeliveryFailed],
    retry_after: int | None = None,
) -> Failure:
    said: dict[str, object] = {"ok": False, "error_code": status, "description": description}
    if retry_after is None:
        return Failure(name, Answer.of(status, said), meaning)
    said["parameters"] = {"retry_after": retry_after}
    return Failure(name, Answer.of(status, said), meaning, timedelta(seconds=retry_after))


CASE = Case(
    kind="telegram",
    values={
        "token": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
        "secret_token": SECRET,
        "bot_username": "ashcombe_bot",
    },
    user="7700900123",
    sign=lambda url, body: {"x-telegram-bot-api-secret-token": SECRET},
    signature="x-telegram-bot-api-secret-token",
    signs_body=False,
    refused=lambda payload: list(refused(payload)),
    shown=shown,
    taken=Answer.of(
        200,
        {
            "ok": True,
            "result": {
                "message_id": 7,
                "date": 1763803800,
                "chat": {"id": 7700900123, "type": "private", "first_name": "Ada"},
                "text": "Hello",
            },
        },
    ),
    failures=[
        failure("blocked", 403, "Forbidden: bot was blocked by the user", Unreachable),
        failure("account closed", 403, "Forbidden: user is deactivated", Unreachable),
        failure("no such chat", 400, "Bad Request: chat not found", Unreachable),
        failure("too long", 400, "Bad Request: message is too long", Refused),
        failure("bad markup", 400, "Bad Request: can't parse entities: Unsupported", Refused),
        failure("wrong token", 401, "Unauthorized", Transient),
        failure("too many calls", 429, "Too Many Requests: retry after 7", Transient, 7),
        failure("trouble at Telegram", 500, "Internal Server Error", Transient),
    ],
)
