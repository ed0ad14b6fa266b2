"""What a Telegram update says: the messages of one person, and nothing of groups and bots."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from telegram import CallbackQuery, Message, Update

from channels.channel import Malformed, Webhook
from channels.messages import Address, Attached, Chose, Content, InboundMessage, Located, Said

CORRECTION = timedelta(minutes=5)
"""How long after it was sent a message that is edited is read again: long enough for a slip of the
finger, too short for an old message to open a conversation."""

COMMANDS = {"start": "hello", "help": "HELP", "agent": "PERSON", "stop": "STOP"}
"""What a command stands for, in the words that every channel reads."""

_COMMAND = re.compile(r"/(\w+)(?:@\w+)?(?:\s|$)")
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


def read_update(webhook: Webhook) -> Update:
    """Return the update that a call carries. Raise Malformed when it is none."""
    try:
        said = json.loads(webhook.body, parse_constant=_refuse_constant)
        _id(said["update_id"])
        return Update.de_json(said, None)
    except _UNREADABLE as error:
        raise Malformed("not an update") from error


def messages(update: Update, bot: str, received_at: datetime) -> Sequence[InboundMessage]:
    """Return the message that an update carries, or nothing: of groups, channels and bots, of
    edits that come late, and of kinds that say nothing to a council. Raise Malformed.

    `bot` is the number of the bot. It is part of the ids, because two councils' bots count a
    person's messages apart. Updates are numbered too, but a message's own id is what stays.
    """
    try:
        if update.callback_query is not None:
            found = _press(update.callback_query, bot, received_at)
        elif update.message is not None:
            found = _message(update.message, bot)
        elif update.edited_message is not None:
            found = _correction(update.edited_message, bot)
        else:
            found = None
    except _UNREADABLE as error:
        raise Malformed("not an update") from error
    return () if found is None else (found,)


def _press(query: CallbackQuery, bot: str, received_at: datetime) -> InboundMessage | None:
    if query.data is None or query.message is None or query.message.chat.type != "private":
        return None
    data = _text(query.data)
    label = ""
    # The message is without its buttons when it is too old for Telegram to show it to a bot.
    if isinstance(query.message, Message) and query.message.reply_markup is not None:
        for row in query.message.reply_markup.inline_keyboard:
            label = next((_text(button.text) for button in row if button.callback_data == data), "")
            if label:
                break
    return InboundMessage(
        sender=Address("telegram", str(_id(query.message.chat.id))),
        external_id=f"{bot}:press:{_text(query.id)[:100]}",
        content=Chose(data, label),
        sent_at=received_at,
    )


def _message(message: Message, bot: str) -> InboundMessage | None:
    content = _content(message) if _from_a_person(message) else None
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
        content=_said(words),
        sent_at=message.edit_date,
    )


def _from_a_person(message: Message) -> bool:
    by_bot = message.from_user is not None and message.from_user.is_bot
    return message.chat.type == "private" and not by_bot


def _content(message: Message) -> Content | None:
    """A venue is read as its place, and a sticker as the emoji that it stands for."""
    if message.text:
        return _said(message.text)
    if message.location is not None:
        return _located(message.location.latitude, message.location.longitude)
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return _attached(message, largest.file_id, "image/jpeg")
    for file, usually in (
        (message.document, "application/octet-stream"),
        (message.voice, "audio/ogg"),
        (message.audio, "audio/mpeg"),
        (message.video, "video/mp4"),
        (message.video_note, "video/mp4"),
    ):
        if file is not None:
            return _attached(message, file.file_id, getattr(file, "mime_type", None) or usually)
    if message.contact is not None:
        who = message.contact
        parts = (who.first_name, who.last_name, who.phone_number)
        return Said(" ".join(_text(part) for part in parts if part))
    if message.sticker is not None and message.sticker.emoji:
        return Said(_text(message.sticker.emoji))
    return None


def _said(words: str) -> Said:
    text = _text(words)
    command = _COMMAND.match(text)
    return Said(COMMANDS.get(command.group(1).lower(), text) if command else text)


def _attached(message: Message, file_id: str, media_type: str) -> Attached:
    return Attached(_text(file_id), _text(media_type), _text(message.caption or ""))


def _located(latitude: float, longitude: float) -> Located:
    if not (math.fabs(latitude) <= 90 and math.fabs(longitude) <= 180):
        raise ValueError("not a place")
    return Located(float(latitude), float(longitude))


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


def _text(value: object) -> str:
    """Return the text without what no database takes: half characters and NUL."""
    if not isinstance(value, str):
        raise TypeError("not a text")
    whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "")


def _refuse_constant(name: str) -> float:
    raise ValueError(name)
