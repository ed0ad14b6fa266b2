"""How WhatsApp says a reply: reply buttons, a list, a location request, or words alone.

https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from channels.channel import Payload
from channels.lowering import WHATSAPP, as_markdown, pieces, write
from channels.messages import Choice, Reply
from channels.meta import length
from channels.wording import Wording

TEXT = 4096
BODY = 1024
BUTTONS, BUTTON_TITLE = 3, 20
ROWS, ROW_TITLE, ROW_MORE = 10, 24, 72
ID = 200
"""Of a row; a button's may be 256 long."""


def payloads(reply: Reply, wording: Wording) -> Iterator[Payload]:
    """Return the calls that say this reply, in order: the picture, what is too long to stand above
    buttons, and the rest with its buttons."""
    if reply.image_url and reply.image_url.startswith("https://"):
        yield {"type": "image", "image": {"link": reply.image_url}}
        reply = replace(reply, image_url=None)
    if reply.asks_location:
        # Nothing else can be pressed beside it, so that choices are told by number.
        locate = {"type": "location_request_message", "action": {"name": "send_location"}}
        yield from _pressable(reply, wording, locate, otherwise=wording.share_location)
    elif (ask := _choosing(reply.choices, wording)) is not None:
        yield from _pressable(replace(reply, choices=()), wording, ask, otherwise=wording.choose)
    else:
        yield from _texts(reply, wording)


def _texts(reply: Reply, wording: Wording) -> Iterator[Payload]:
    for piece in pieces(reply, wording, TEXT, style=WHATSAPP, measure=length):
        if piece:
            yield {"type": "text", "text": {"body": piece, "preview_url": False}}


def _pressable(
    reply: Reply, wording: Wording, ask: Mapping[str, Any], otherwise: str
) -> Iterator[Payload]:
    """Say a reply with something to press under it. Of a long one the last paragraph stands there,
    and a few other words when that is too long as well."""
    markdown = as_markdown(reply, wording)
    body = write(markdown, WHATSAPP)
    if length(body) > BODY:
        before, _, last = markdown.rpartition("\n\n")
        body = write(last, WHATSAPP)
        if not before or not body or length(body) > BODY:
            before, body = markdown, otherwise
        yield from _texts(Reply(before), wording)
    yield {"type": "interactive", "interactive": {**ask, "body": {"text": body or otherwise}}}


def _choosing(choices: Sequence[Choice], wording: Wording) -> Mapping[str, Any] | None:
    """Return what offers these choices; None when only words can. WhatsApp refuses two titles or
    two ids that are the same."""
    rows = [row for row in map(_row, choices[: ROWS + 1]) if row is not None]
    titles, values = {row["title"] for row in rows}, {row["id"] for row in rows}
    if not choices or not len(choices) == len(titles) == len(values) <= ROWS:
        return None
    if len(rows) <= BUTTONS and all(_fits_button(row) for row in rows):
        buttons = [{"type": "reply", "reply": row} for row in rows]
        return {"type": "button", "action": {"buttons": buttons}}
    return {"type": "list", "action": {"button": wording.choose, "sections": [{"rows": rows}]}}


def _fits_button(row: Mapping[str, str]) -> bool:
    return "description" not in row and length(row["title"]) <= BUTTON_TITLE


def _row(choice: Choice) -> Mapping[str, str] | None:
    """Return a choice as a row: its label as title, or the beginning of a longer one and below it
    the rest. None when it does not fit."""
    label, value = " ".join(choice.label.split()), choice.value
    if not label or not value or value != value.strip() or length(value) > ID:
        return None
    if length(label) <= ROW_TITLE:
        return {"id": value, "title": label}
    words = label.split(" ")
    fitting = [at for at in range(1, len(words)) if length(" ".join(words[:at])) <= ROW_TITLE]
    if not fitting:
        return None
    title, rest = " ".join(words[: fitting[-1]]), " ".join(words[fitting[-1] :])
    return {"id": value, "title": title, "description": rest} if length(rest) <= ROW_MORE else None
