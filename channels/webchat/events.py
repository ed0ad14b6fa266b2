"""What happens in a conversation, in the wire format of server-sent events."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.transcript import Entry, Speaker
from channels.webchat.pages import Pages
from channels.webchat.service import Council, Happened, Status
from channels.webchat.standing import standing

RETRY_MILLISECONDS = 2000
_JSON = json.JSONEncoder(ensure_ascii=False)
HEARTBEAT = ": still here\n\n"
_CURSOR = re.compile(r"([A-Za-z0-9-]{0,64})\.([0-9]{1,9})")


@dataclass(frozen=True)
class Cursor:
    """How far a page has read: that position of that conversation."""

    conversation: str = ""
    position: int = 0


def read_cursor(value: str) -> Cursor:
    """Read an event's id. What is no id of ours reads from the beginning: nothing is lost."""
    found = _CURSOR.fullmatch(value)
    return Cursor(found[1], int(found[2])) if found else Cursor()


def event(name: str, data: Any, identifier: str = "") -> str:
    """Return one event. JSON keeps the data in one line."""
    head = f"id: {identifier}\n" if identifier else ""
    return f"{head}event: {name}\ndata: {_JSON.encode(data)}\n\n"


def happened(what: Happened, pages: Pages, council: Council, now: datetime) -> str:
    """Return the events for what happened, entries first; the empty text for nothing to show."""
    parts = [
        event("entry", _entry(what.conversation, shown, pages, council, now), _id(what, shown))
        for shown in what.entries
        if shown.speaker is not Speaker.NOTE
    ]
    if what.status is not None:
        parts.append(event("status", _status(what.conversation, what.status)))
    if what.typing:
        parts.append(event("typing", {"name": what.typing}))
    return "".join(parts)


async def stream(
    happenings: AsyncIterator[Happened | None],
    known: bool,
    pages: Pages,
    council: Council,
    clock: Callable[[], datetime],
) -> AsyncIterator[str]:
    """Yield the text of a stream, from its opening on, for as long as there are happenings.

    `known` is whether the visitor's cookie came: a page that sees False twice has none.
    """
    yield f"retry: {RETRY_MILLISECONDS}\n\n" + event("ready", {"known": known})
    async for what in happenings:
        text = HEARTBEAT if what is None else happened(what, pages, council, clock())
        if text:
            yield text


def _id(what: Happened, entry: Entry) -> str:
    return f"{what.conversation}.{entry.position}"


def _entry(
    conversation: str, entry: Entry, pages: Pages, council: Council, now: datetime
) -> dict[str, Any]:
    shown = pages.row(conversation, entry, now)
    return {
        "conversation": conversation,
        "position": entry.position,
        "speaker": entry.speaker.value,
        "name": entry.name,
        "at": entry.at.isoformat(),
        "client_id": shown.client_id,
        "html": pages.entry(council, shown),
    }


def _status(conversation: str, status: Status) -> dict[str, Any]:
    words = standing(status)
    return {
        "conversation": conversation,
        "state": words.state,
        "who": words.who,
        "title": words.title,
        "text": words.text,
        "keeper": status.keeper,
        "agent_name": status.agent_name,
        "place": status.place,
        "closed": status.closed,
        "ready": status.ready,
        "alerts": status.alerts,
    }
