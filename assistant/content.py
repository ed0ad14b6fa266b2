"""Writes what a person sent, and what is said back, as JSON, and reads it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from channels.messages import (
    Attached,
    Choice,
    Chose,
    Content,
    Link,
    Located,
    Reply,
    Said,
    Source,
)

KINDS: Mapping[str, type[Said] | type[Chose] | type[Located] | type[Attached]] = {
    "said": Said,
    "chose": Chose,
    "located": Located,
    "attached": Attached,
}


def content_to_json(content: Content) -> dict[str, Any]:
    """Return the content with its kind."""
    kind = next(name for name, cls in KINDS.items() if isinstance(content, cls))
    return {"kind": kind, **asdict(content)}


def content_from_json(value: Mapping[str, Any]) -> Content:
    """Read what `content_to_json` wrote. Raise KeyError on an unknown kind."""
    rest = {key: part for key, part in value.items() if key != "kind"}
    return KINDS[value["kind"]](**rest)


def text_of(content: Content) -> str:
    """Return the line that a transcript shows for it."""
    if isinstance(content, Said):
        return content.text
    if isinstance(content, Chose):
        return content.label or content.value
    if isinstance(content, Located):
        return f"{content.latitude:.5f}, {content.longitude:.5f}"
    return content.caption or content.media_type


def source_to_json(source: Source | None) -> dict[str, Any] | None:
    if source is None:
        return None
    return {**asdict(source), "reviewed_on": source.reviewed_on.isoformat()}


def source_from_json(value: Mapping[str, Any] | None) -> Source | None:
    if not value:
        return None
    return Source(**{**value, "reviewed_on": date.fromisoformat(value["reviewed_on"])})


def more_of(reply: Reply) -> dict[str, Any]:
    """Return what a reply has besides its text; what is empty is left out."""
    more: dict[str, Any] = {
        "choices": [asdict(choice) for choice in reply.choices],
        "links": [asdict(link) for link in reply.links],
        "source": source_to_json(reply.source),
        "language": reply.language,
    }
    return {name: part for name, part in more.items() if part}


def choices_from(more: Mapping[str, Any]) -> tuple[Choice, ...]:
    return tuple(Choice(**choice) for choice in more.get("choices", ()))


def links_from(more: Mapping[str, Any]) -> tuple[Link, ...]:
    return tuple(Link(**link) for link in more.get("links", ()))
