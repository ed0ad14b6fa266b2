"""How WhatsApp shows a message of ours, and what each of its buttons sends back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from channels.emulators.phone import Mark, Shown
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
        text, marks = _seen(message.text.body)
        return emulator.show(user, Shown(now, False, text, marks=marks))
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
    text, marks = _seen(asked.body.text)
    replies: Mapping[str, Any]
    if isinstance(asked, ReplyButtons):
        replies = {each.reply.title: each.reply.dict() for each in asked.action.buttons}
        kind, shown = "button_reply", Shown(now, False, text, tuple(replies), marks=marks)
    elif isinstance(asked.action, Sections):
        rows = [row for section in asked.action.sections for row in section.rows]
        replies = {
            f"{row.title} {row.description}".strip(): row.dict(exclude_defaults=True)
            for row in rows
        }
        menu = asked.action.button
        shown = Shown(now, False, text, tuple(replies), menu=menu, marks=marks)
        kind = "list_reply"
    else:
        return emulator.show(message.user, Shown(now, False, text, asks_location=True, marks=marks))
    number = emulator.show(message.user, shown)
    offers = emulator.phone(message.user).private.setdefault("offers", {})
    offers[number] = (wamid, kind, replies)
    return number


def _seen(text: str) -> tuple[str, tuple[Mark, ...]]:
    """Return a text as people see it, without the signs that make it bold, and what is bold."""
    seen, marks, end = "", [], 0
    for found in BOLD.finditer(text):
        seen += text[end : found.start()]
        marks.append(Mark(_units(seen), _units(found[1]), "bold"))
        seen, end = seen + found[1], found.end()
    return seen + text[end:], tuple(marks)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
