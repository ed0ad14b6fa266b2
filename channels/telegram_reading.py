"""What a Telegram update says: the messages of one person, and nothing of groups and bots."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from telegram import CallbackQuery, Message, Update

from channels.channel import Malformed, Webhook
from channels.messages import Address, Chose, InboundMessage
from channels.telegram_content import clean, content_of, said

CORRECTION = timedelta(minutes=5)
"""How long after it was sent a message that is edited is read again: long enough for a slip of the
finger, too short for an old message to open a conversation."""

_LARGEST_ID = 2**53  # "at most 52 significant bits": core.telegram.org/bots/api#chat
_UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What the library raises, here and there, on JSON that is no update."""

_OF_A_MESSAGE = (
    *("message_id", "from", "chat", "date", "edit_date", "text", "caption", "photo", "document"),
    *("voice", "audio", "video", "video_note", "location", "contact", "sticker"),
)
_OF_A_QUERY = ("id", "from", "message", "chat_instance", "data")
"""What we read. The library refuses a whole update for one part that is newer or older than it."""


class Unreadable(Exception):
    """An update has a part of ours in a shape that Telegram does not describe."""


def read_update(webhook: Webhook) -> Mapping[str, Any]:
    """Return the update that a call carries, as it came. Raise Malformed when it is none."""
    try:
        raw = json.loads(webhook.body, parse_constant=_refuse_constant)
        _id(raw["update_id"])
    except _UNREADABLE as error:
        raise Malformed("not an update") from error
    update: Mapping[str, Any] = raw
    return update


def pressed(raw: Mapping[str, Any]) -> str:
    """Return the id of the button press that an update is, "" when it is none."""
    query = raw.get("callback_query")
    number = query.get("id") if isinstance(query, dict) else None
    return number if isinstance(number, str) else ""


def messages(raw: Mapping[str, Any], bot: str, received_at: datetime) -> Sequence[InboundMessage]:
    """Return the message that an update carries, or nothing: of groups, channels and bots, of
    edits that come late, and of kinds that say nothing to a council. Raise Unreadable.

    `bot` is the number of the bot. It is part of the ids, because two councils' bots count a
    person's messages apart. Updates are numbered too, but a message's own id is what stays.
    """
    try:
        update = Update.de_json(_ours(raw), None)
        if update.callback_query is not None:
            found = _press(update.callback_query, bot, received_at)
        elif update.message is not None:
            found = _message(update.message, bot)
        elif update.edited_message is not None:
            found = _correction(update.edited_message, bot)
        else:
            found = None
    except _UNREADABLE as error:
        raise Unreadable from error
    return () if found is None else (found,)


def _ours(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of an update that we read."""
    ours: dict[str, Any] = {"update_id": raw["update_id"]}
    for kind in ("message", "edited_message"):
        if kind in raw:
            ours[kind] = _only(_OF_A_MESSAGE, raw[kind])
    if "callback_query" in raw:
        query = ours["callback_query"] = _only(_OF_A_QUERY, raw["callback_query"])
        if "message" in query:
            buttons = _buttons(query["message"])
            query["message"] = _only(("message_id", "chat", "date"), query["message"])
            query["message"]["reply_markup"] = {"inline_keyboard": buttons}
    return ours


def _buttons(message: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    # The message is without its buttons when it is too old for Telegram to show it to a bot.
    rows = message.get("reply_markup", {}).get("inline_keyboard", ())
    return [[_only(("text", "callback_data"), button) for button in row] for row in rows]


def _only(names: Collection[str], raw: Mapping[str, Any]) -> dict[str, Any]:
    return {name: raw[name] for name in names if name in raw}


def _press(query: CallbackQuery, bot: str, received_at: datetime) -> InboundMessage | None:
    if query.data is None or query.message is None or query.message.chat.type != "private":
        return None
    return InboundMessage(
        sender=Address("telegram", str(_id(query.message.chat.id))),
        external_id=f"{bot}:press:{clean(query.id)[:100]}",
        content=Chose(clean(query.data), clean(_label(query))),
        sent_at=received_at,
    )


def _label(query: CallbackQuery) -> str:
    if not isinstance(query.message, Message) or query.message.reply_markup is None:
        return ""
    buttons = (button for row in query.message.reply_markup.inline_keyboard for button in row)
    return next((button.text for button in buttons if button.callback_data == query.data), "")


def _message(message: Message, bot: str) -> InboundMessage | None:
    content = content_of(message) if _from_a_person(message) else None
    if content is None:
        return None
    return InboundMessage(
        sender=Address("telegram", str(_id(message.chat.id))),
        external_id=_external_id(message, bot),
        content=content,
        sent_at=_time(message.date),
    )


def _correction(message: Message, bot: str) -> InboundMessage | None:
    """Return the new words of a message edited soon after it was sent. A place that moves (a live
    location) comes as edits too: only words are read again."""
    words = message.text or message.caption
    if not words or message.edit_date is None or not _from_a_person(message):
        return None
    if message.edit_date - message.date > CORRECTION:
        return None
    edited_at = int(message.edit_date.timestamp())
    return InboundMessage(
        sender=Address("telegram", str(_id(message.chat.id))),
        external_id=f"{_external_id(message, bot)}:edit:{edited_at}",
        content=said(words),
        sent_at=message.edit_date,
    )


def _from_a_person(message: Message) -> bool:
    by_bot = message.from_user is not None and message.from_user.is_bot
    return message.chat.type == "private" and not by_bot


def _external_id(message: Message, bot: str) -> str:
    return f"{bot}:{_id(message.chat.id)}:{_id(message.message_id)}"


def _time(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError("not a time")
    return value


def _id(value: object) -> int:
    if type(value) is not int or abs(value) >= _LARGEST_ID:
        raise ValueError("not an id")
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(name)
