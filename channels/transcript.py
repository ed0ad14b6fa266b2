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
class Entry:
    """One line of a transcript. `position` counts from 1 in its conversation without gaps.

    `name` is an agent's first name, empty for others. `client_id` is the id that the resident's
    own device gave the message, so that its page can tell which of its messages this is.
    `helpful` is what the resident said of an answer, None until then.
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
