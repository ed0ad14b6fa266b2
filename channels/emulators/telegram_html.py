"""Telegram's HTML: a text and its entities, or the complaint that Telegram makes.

Source: core.telegram.org/bots/api#html-style and #messageentity.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_START = re.compile(
    r"<([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[\w-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'))?)*)\s*>"
)
_HOST = re.compile(r"[^\s@:]+\.[^\s@:]+")
_TAG = re.compile(r"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>?")
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_CHARACTER = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]+));")
MOST_ENTITIES = 100


class CannotParse(Exception):
    """The text is not Telegram's HTML. The words are Telegram's."""


@dataclass(frozen=True)
class Formatted:
    """A text as people see it, and its entities as the Bot API gives them."""

    text: str
    entities: tuple[dict[str, Any], ...] = ()


def length(text: str) -> int:
    """Return how long Telegram says that a text is: in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def parse_html(html: str) -> Formatted:
    """Return what the HTML says. Raise CannotParse."""
    reading = _Reading(html)
    at = 0
    for tag in _TAG.finditer(html):
        reading.words(html[at : tag.start()])
        reading.tag(tag)
        at = tag.end()
    reading.words(html[at:])
    return reading.formatted()


class _Reading:
    """How far the HTML has been read, and which tags are open."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._text: list[str] = []
        self._length = 0
        self._open: list[tuple[str, int, str]] = []
        self._entities: list[dict[str, Any]] = []

    def words(self, html: str) -> None:
        text = _plain(html)
        self._text.append(text)
        self._length += length(text)

    def tag(self, found: re.Match[str]) -> None:
        offset = len(self._html[: found.start()].encode())
        if found.group().startswith("</"):
            self._end(found.group(), offset)
        else:
            self._start(found.group(), offset)

    def _start(self, tag: str, offset: int) -> None:
        start = _START.fullmatch(tag)
        name = _name(tag)
        attributes = {
            key.lower(): _plain(first or second)
            for key, first, second in _ATTRIBUTE.findall(start.group(2) if start else "")
        }
        spoils = name != "span" or attributes.get("class") == "tg-spoiler"
        if start is None or name not in TAGS or not spoils:
            raise CannotParse(f'Unsupported start tag "{name}" at byte offset {offset}')
        self._open.append((name, self._length, link_url(attributes.get("href", ""))))

    def _end(self, tag: str, offset: int) -> None:
        if not self._open:
            raise CannotParse(f"Unexpected end tag at byte offset {offset}")
        name, began, link = self._open.pop()
        if _name(tag) != f"/{name}":
            raise CannotParse(
                f'Unmatched end tag at byte offset {offset}, expected "</{name}>", found "{tag}"'
            )
        if self._length > began and (name != "a" or link):
            entity = {"type": TAGS[name], "offset": began, "length": self._length - began}
            self._entities.append(entity | ({"url": link} if name == "a" else {}))

    def formatted(self) -> Formatted:
        if self._open:
            raise CannotParse(
                f'Can\'t find end tag corresponding to start tag "{self._open[-1][0]}"'
            )
        return _trimmed("".join(self._text), self._entities)


def link_url(url: str) -> str:
    """Return the address that a link may have, "" when Telegram drops the link and keeps its words:
    it knows http, https and tg, and no host without a dot."""
    if url.lower().startswith("tg://"):
        return url
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host = parts.hostname or ""
    except ValueError:
        return ""
    usable = parts.scheme.lower() in ("http", "https") and _HOST.fullmatch(host)
    return parts.geturl() if usable else ""


def _trimmed(text: str, entities: list[dict[str, Any]]) -> Formatted:
    """Telegram takes white space from both ends, and formats no more than 100 pieces."""
    before = length(text) - length(text.lstrip())
    whole = text.strip()
    end = length(whole)
    kept = []
    for entity in sorted(entities, key=lambda entity: (entity["offset"], -entity["length"])):
        first = max(entity["offset"] - before, 0)
        last = min(entity["offset"] - before + entity["length"], end)
        if last > first:
            kept.append(entity | {"offset": first, "length": last - first})
    return Formatted(whole, tuple(kept[:MOST_ENTITIES]))


def _name(tag: str) -> str:
    """Return "b" for <b>, "/b" for </b>, and "" when there is none."""
    words = tag.strip("<>").split()
    return words[0].lower() if words and not tag.startswith("< ") else ""


def _plain(value: str) -> str:
    return _CHARACTER.sub(_character, value)


def _character(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return _NAMED.get(name, found.group())
    number = int(decimal) if decimal else int(hexadecimal, 16)
    usable = 0 < number < 0x110000 and not 0xD800 <= number < 0xE000
    return chr(number) if usable else found.group()
