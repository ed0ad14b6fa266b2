"""The words that no channel owns: what a person sent, and what is said back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Address:
    """Where a person can be reached: one user of one channel."""

    channel: str
    user: str


@dataclass(frozen=True)
class Said:
    """Words that a person typed."""

    text: str


@dataclass(frozen=True)
class Chose:
    """A choice that a person took from those a reply offered. `value` is the choice's own value."""

    value: str
    label: str = ""


@dataclass(frozen=True)
class Located:
    """A point that a person shared, in WGS 84 degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Attached:
    """A file that a person sent. `url` is the platform's address of it."""

    url: str
    media_type: str
    caption: str = ""


Content = Said | Chose | Located | Attached


@dataclass(frozen=True)
class InboundMessage:
    """One message from a person.

    `external_id` is the platform's own id: the same pair of channel and id is one message, however
    often it comes. `sent_at` is an aware time in UTC.
    """

    sender: Address
    external_id: str
    content: Content
    sent_at: datetime
    also_known_as: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """Something that a person can answer with one press. `value` is what comes back as `Chose`."""

    label: str
    value: str


@dataclass(frozen=True)
class Link:
    """An address to read on, and the words that say what is there."""

    label: str
    url: str


@dataclass(frozen=True)
class Source:
    """Where an answer comes from: shown under it, and told to the agent."""

    article: str
    title: str
    url: str
    responsible: str
    reviewed_on: date


RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def direction(language: str) -> str:
    """Return "rtl" or "ltr", as HTML says it. The code is of ISO 639-1, "" for English."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True)
class Reply:
    """Something said to a person. `text` makes sense alone; it is Markdown of four kinds only:
    paragraphs, lists, **bold** and [links](https://...).

    `short` says the same in two text-message parts, for channels that count them. `language` is the
    ISO 639-1 code of what it is written in, "" for English.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    links: tuple[Link, ...] = ()
    image_url: str | None = None
    asks_location: bool = False
    source: Source | None = None
    short: str = ""
    language: str = ""
