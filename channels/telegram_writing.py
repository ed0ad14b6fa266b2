"""What is said to a person on Telegram: a reply as messages, buttons and a picture."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import unescape
from typing import Any

from channels.channel import Payload
from channels.lowering import TELEGRAM_HTML, pieces
from channels.messages import Choice, Reply, Source
from channels.wording import Wording

LONGEST_TEXT = 4096
MOST_BUTTONS = 100
LONGEST_DATA = 64
"""What a button can bring back, in bytes."""

MOST_FORMATTED = 98
"""Telegram formats 100 pieces of a message and shows the rest without its links; the source is two
of them."""

SHORT_LABEL = 16
"""Two buttons of so many characters stand side by side on a phone."""

_LONGEST_SOURCE = 1000
_TAG = re.compile(r"<[^>]*>")
_NO_KEYBOARD = {"remove_keyboard": True}


def payloads(reply: Reply, wording: Wording) -> Sequence[Payload]:
    """Return the calls that say a reply: {"photo": url} or {"text": html, "markup": buttons}.

    Choices are buttons under the last message. A keyboard that asks for a place stays until it is
    used, or until a message comes that has no buttons of its own: that one takes it away.
    """
    picture = reply.image_url if _is_web(reply.image_url) else None
    texts = _texts(replace(reply, image_url=None) if picture else reply, wording)
    said: list[Payload] = [{"text": text, "markup": _NO_KEYBOARD} for text in texts]
    markup = _markup(reply, wording)
    if markup:
        said[-1] = {"text": texts[-1], "markup": markup}
    return [{"photo": picture}, *said] if picture else said


def visible_length(html: str) -> int:
    """Return how long Telegram finds a text of ours: without tags, in UTF-16 code units."""
    return len(unescape(_TAG.sub("", html)).encode("utf-16-le", "surrogatepass")) // 2


def data_of(choice: Choice, number: int) -> str:
    """Return what the button of a choice brings back: its value, or "#2" for the second when
    Telegram has no room for the value."""
    if choice.value.startswith("#") or not 0 < len(choice.value.encode()) <= LONGEST_DATA:
        return f"#{number}"
    return choice.value


def _texts(reply: Reply, wording: Wording) -> Sequence[str]:
    """The words in pieces, the last with the source in italics: Telegram has no smaller type."""
    by_number = len(reply.choices) > MOST_BUTTONS
    source = _source(reply.source, wording) if reply.source else ""
    if visible_length(source) > _LONGEST_SOURCE:
        source = ""
    cut = pieces(
        replace(reply, source=None) if source else reply,
        wording,
        LONGEST_TEXT - (visible_length(source) + 2 if source else 0),
        style=TELEGRAM_HTML,
        choices=by_number,
        measure=_measured,
    )
    texts = list(cut) or [TELEGRAM_HTML.escape(wording.choose)]
    if source:
        texts[-1] = f"{texts[-1]}\n\n{source}"
    return texts


def _measured(html: str) -> int:
    formatted = html.count("</") <= MOST_FORMATTED
    return visible_length(html) if formatted else LONGEST_TEXT + 1


def _source(source: Source, wording: Wording) -> str:
    day = f"{source.reviewed_on.day} {source.reviewed_on:%B %Y}"
    words = wording.source.format(responsible=source.responsible, date=day)
    title = TELEGRAM_HTML.link(TELEGRAM_HTML.escape(source.title), source.url)
    return f"<i>{TELEGRAM_HTML.escape(words)} {title}</i>"


def _markup(reply: Reply, wording: Wording) -> Mapping[str, Any] | None:
    """A message has buttons of one sort only: when a place is asked for, a choice beside it is a
    key that types its label."""
    choices = reply.choices if len(reply.choices) <= MOST_BUTTONS else ()
    if reply.asks_location:
        place = {"text": wording.share_location, "request_location": True}
        keys = [{"text": choice.label} for choice in choices]
        return {
            "keyboard": [[place], *_rows(keys)],
            "resize_keyboard": True,
            "one_time_keyboard": True,
        }
    if choices:
        buttons = [
            {"text": choice.label, "callback_data": data_of(choice, number)}
            for number, choice in enumerate(choices, start=1)
        ]
        return {"inline_keyboard": _rows(buttons)}
    return None


def _rows(buttons: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    side_by_side = 2 if all(len(button["text"]) <= SHORT_LABEL for button in buttons) else 1
    return [list(buttons[at : at + side_by_side]) for at in range(0, len(buttons), side_by_side)]


def _is_web(url: str | None) -> bool:
    return url is not None and url.startswith(("https://", "http://"))
