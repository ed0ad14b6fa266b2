"""How WhatsApp shows a message of ours, and what each of its buttons sends back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from channels.emulators.phone import Shown
from channels.emulators.platform import Emulator
from channels.emulators.whatsapp_rules import (
    ImageMessage,
    InteractiveMessage,
    ReplyButtons,
    Sections,
    Sendable,
    TextMessage,
)

BOLD = re.compile(r"(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])")


def put(emulator: Emulator, message: Sendable, wamid: str) -> int:
    """Put a message on a phone; return its number there."""
    now, user = emulator.clock(), message.user
    if isinstance(message, TextMessage):
        return emulator.show(user, Shown(now, False, _seen(message.text.body)))
    if isinstance(message, ImageMessage):
        image = message.image
        shown = Shown(now, False, image.caption, media=image.link or image.id or "")
        return emulator.show(user, shown)
    if isinstance(message, InteractiveMessage):
        return _put_interactive(emulator, message, wamid)
    # What the template says was written in Meta's dashboard.
    text = emulator.values.get("template_text", f"[{message.template.name}]")
    return emulator.show(user, Shown(now, False, text, note="template"))


def _put_interactive(emulator: Emulator, message: InteractiveMessage, wamid: str) -> int:
    asked, now = message.interactive, emulator.clock()
    text = _seen(asked.body.text)
    replies: Mapping[str, Any]
    if isinstance(asked, ReplyButtons):
        replies = {each.reply.title: each.reply.dict() for each in asked.action.buttons}
        kind, shown = "button_reply", Shown(now, False, text, buttons=tuple(replies))
    elif isinstance(asked.action, Sections):
        rows = [row for section in asked.action.sections for row in section.rows]
        replies = {
            f"{row.title} {row.description}".strip(): row.dict(exclude_defaults=True)
            for row in rows
        }
        shown = Shown(now, False, text, buttons=tuple(replies), menu=asked.action.button)
        kind = "list_reply"
    else:
        return emulator.show(message.user, Shown(now, False, text, asks_location=True))
    number = emulator.show(message.user, shown)
    offers = emulator.phone(message.user).private.setdefault("offers", {})
    offers[number] = (wamid, kind, replies)
    return number


def _seen(text: str) -> str:
    """Return a text as people see it, without the signs that make it bold."""
    return BOLD.sub(r"\1", text)
