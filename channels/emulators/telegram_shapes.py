"""The shapes that Telegram gives what people and bots send."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Mapping, Sequence
from typing import Any

from sanic import Request

from channels.emulators.phone import Mark
from channels.emulators.platform import CannotDo
from channels.emulators.telegram_html import length
from channels.emulators.telegram_rules import LONGEST_TEXT, Complaint


def photo_sizes(number: str, size: int) -> list[Mapping[str, Any]]:
    """Return a picture as Telegram describes it: the same one in several sizes."""
    unique = number[-8:]
    return [
        {"file_id": number, "file_unique_id": f"{unique}s", "width": 90, "height": 67},
        {
            "file_id": number,
            "file_unique_id": unique,
            "width": 1280,
            "height": 960,
            "file_size": size,
        },
    ]


def parts(text: str) -> Sequence[str]:
    """Return what the app makes of what a person types. Raise CannotDo for nothing."""
    if not text:
        raise CannotDo("There is nothing to send.")
    half = LONGEST_TEXT // 2  # a character counts two at most
    if length(text) <= LONGEST_TEXT:
        return (text,)
    return tuple(text[at : at + half] for at in range(0, len(text), half))


def command(text: str) -> Mapping[str, Any]:
    """Return what a message says of the command that it begins with, {} when there is none."""
    if not text.startswith("/"):
        return {}
    entity = {"type": "bot_command", "offset": 0, "length": length(text.split()[0])}
    return {"entities": [entity]}


def keys_of(markup: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the buttons of either sort of keyboard, row by row."""
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
    return [{"text": key} if isinstance(key, str) else key for row in rows for key in row]


def links(message: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Return the words of a message that are links, each with its address."""
    text = (message.get("text") or message.get("caption") or "").encode("utf-16-le")
    entities = message.get("entities") or message.get("caption_entities") or ()
    return [
        (
            text[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode("utf-16-le"),
            each["url"],
        )
        for each in entities
        if each["type"] == "text_link"
    ]


def marks(message: Mapping[str, Any]) -> tuple[Mark, ...]:
    """Return what stands out in a message's words: its entities, as a phone shows them."""
    entities = message.get("entities") or message.get("caption_entities") or ()
    return tuple(
        Mark(
            each["offset"],
            each["length"],
            "link" if each["type"] == "text_link" else each["type"],
            each.get("url", ""),
        )
        for each in entities
    )


def file(number: str, size: int, media_type: str, caption: str) -> Mapping[str, Any]:
    """Return the part of a message that a file is: the app sends pictures as photos."""
    sent = {
        "file_id": number,
        "file_unique_id": number[:8],
        "file_size": size,
        "mime_type": media_type,
    }
    said = {"caption": caption} if caption else {}
    if media_type in ("image/jpeg", "image/png", "image/webp"):
        return {"photo": photo_sizes(number, size), **said}
    if media_type == "audio/ogg":
        return {"voice": {**sent, "duration": 4}, **said}
    if media_type == "video/mp4":
        return {"video": {**sent, "duration": 4, "width": 640, "height": 480}, **said}
    name = f"file{mimetypes.guess_extension(media_type) or ''}"
    return {"document": {**sent, "file_name": name}, **said}


def arguments(request: Request) -> Mapping[str, Any]:
    """Return what a call says, wherever it says it: address, form, JSON or uploads."""
    said: dict[str, Any] = {name: values[0] for name, values in request.args.items()}
    if request.content_type.startswith("application/json"):
        try:
            given = json.loads(request.body or b"{}")
        except ValueError:
            raise Complaint(400, "Bad Request: can't parse request JSON object") from None
        return {**said, **given} if isinstance(given, dict) else said
    said |= {name: values[0] for name, values in (request.form or {}).items()}
    return said | {
        name: (files[0].body, files[0].type) for name, files in (request.files or {}).items()
    }
