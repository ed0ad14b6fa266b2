"""What was said in a conversation, as a page or an agent reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from channels.messages import Choice, Link, Source


class Speaker(str, Enum):
    """Who said an entry. A NOTE is between agents: a resident never sees one."""

    RESIDENT = "resident"
    ASSISTANT = "assistant"
    AGENT = "agent"
    SYSTEM = "system"
    NOTE = "note"


@dataclass(frozen=True)
class Delivery:
    """What became of an entry on a channel that is pushed. `state` is waiting, held (until the
    person writes again), sent, delivered, read, refused, given_up, dropped (somebody took over
    first) or discarded (by staff); `at` is when that was known, `reason` a word for why. Of an
    entry that took several calls it is the worst."""

    state: str
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file that a resident sent. `state` is waiting (being fetched), kept, refused or given_up;
    `reason` is a word for why it was not kept. `size` is in bytes, 0 until it is known."""

    id: str
    state: str
    media_type: str = ""
    size: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Entry:
    """One line of a transcript. `position` counts from 1 in its conversation without gaps.

    `name` is an agent's first name, empty for others. `client_id` is the id that the resident's
    own device gave the message, so that its page can tell which of its messages this is.
    `helpful` is what the resident said of an answer, None until then.

    `language` is the ISO 639-1 code of what the assistant wrote it in, "" for English and for what
    people typed.

    `channel` and `user` are the person's address that wrote it or reads it. `delivery` and
    `attachment` are for the desk, None where there is no such thing.
    """

    position: int
    speaker: Speaker
    text: str
    at: datetime
    name: str = ""
    choices: tuple[Choice, ...] = ()
    links: tuple[Link, ...] = ()
    source: Source | None = None
    client_id: str = ""
    helpful: bool | None = None
    channel: str = ""
    user: str = ""
    delivery: Delivery | None = None
    attachment: Attachment | None = None
    language: str = ""


def is_written(entry: Entry) -> bool:
    """Whether the text is Markdown: the assistant's is, and an article's that an agent put in. What
    people type is what it looks like."""
    by_agent = entry.speaker is Speaker.AGENT and entry.source is not None
    return entry.speaker is Speaker.ASSISTANT or by_agent
