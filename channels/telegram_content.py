"""What one Telegram message says: words, a command, a place or a file."""

from __future__ import annotations

import math
import re

from telegram import Message

from channels.messages import Attached, Content, Located, Said

COMMANDS = {"start": "START", "help": "HELP", "agent": "PERSON", "stop": "STOP"}
"""What a command stands for, in the words that every channel reads."""

_COMMAND = re.compile(r"/(\w+)(?:@\w+)?(?:\s|$)")


def content_of(message: Message) -> Content | None:
    """Return what a message says, None when that is nothing to a council. A venue is read as its
    place, and a sticker as the emoji that it stands for."""
    if message.text:
        return said(message.text)
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
        return Said(" ".join(clean(part) for part in parts if part))
    if message.sticker is not None and message.sticker.emoji:
        return Said(clean(message.sticker.emoji))
    return None


def said(words: str) -> Said:
    """Return words as they are, or what a command stands for."""
    text = clean(words)
    command = _COMMAND.match(text)
    return Said(COMMANDS.get(command.group(1).lower(), text) if command else text)


def _attached(message: Message, file_id: str, media_type: str) -> Attached:
    return Attached(clean(file_id), clean(media_type), clean(message.caption or ""))


def _located(latitude: float, longitude: float) -> Located:
    if not (math.fabs(latitude) <= 90 and math.fabs(longitude) <= 180):
        raise ValueError("not a place")
    return Located(float(latitude), float(longitude))


def clean(value: object) -> str:
    """Return the text without what no database takes: half characters and NUL."""
    if not isinstance(value, str):
        raise TypeError("not a text")
    whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "")
