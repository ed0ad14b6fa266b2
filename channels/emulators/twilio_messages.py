"""Twilio's Message resource: what it shows of each text, and how it lists them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from channels.gsm import parts

VERSION = "2010-04-01"
MOST_KEPT = 2000
DEFAULT_PAGE = 50
LARGEST_PAGE = 1000


@dataclass
class Message:
    """One text, received or sent. `media` are (id of the resource, id of the file, media type)."""

    sid: str
    direction: str
    to: str
    sender: str
    body: str
    status: str
    made_at: datetime
    sent_at: datetime | None = None
    service: str | None = None
    callback: str = ""
    media: list[tuple[str, str, str]] = field(default_factory=list)


def new_sid(prefix: str) -> str:
    """Return an id as Twilio makes them: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def path(account: str, *rest: str) -> str:
    return "/".join((f"/{VERSION}/Accounts/{account}", *rest))


def as_json(message: Message, account: str) -> dict[str, Any]:
    here = path(account, "Messages", message.sid)
    return {
        "account_sid": account,
        "api_version": VERSION,
        "body": message.body,
        "date_created": _written(message.made_at),
        "date_sent": message.sent_at and _written(message.sent_at),
        "date_updated": _written(message.sent_at or message.made_at),
        "direction": message.direction,
        "error_code": None,
        "error_message": None,
        "from": message.sender,
        "messaging_service_sid": message.service,
        "num_media": str(len(message.media)),
        "num_segments": "0" if message.service else str(max(parts(message.body), 1)),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{here}/Media.json"},
        "to": message.to,
        "uri": f"{here}.json",
    }


def media_as_json(message: Message, account: str) -> list[dict[str, Any]]:
    return [
        {
            "account_sid": account,
            "content_type": media_type,
            "date_created": _written(message.made_at),
            "date_updated": _written(message.made_at),
            "parent_sid": message.sid,
            "sid": sid,
            "uri": path(account, "Messages", message.sid, "Media", f"{sid}.json"),
        }
        for sid, _, media_type in message.media
    ]


def page(messages: Iterable[Message], account: str, query: Mapping[str, str]) -> dict[str, Any]:
    """Return a page of those that the query asks for, the newest first."""
    found = [message for message in messages if _asked_for(message, query)]
    found.sort(key=lambda message: message.made_at, reverse=True)
    size = min(_number(query.get("PageSize"), DEFAULT_PAGE) or DEFAULT_PAGE, LARGEST_PAGE)
    number = _number(query.get("Page"), 0)
    start, end = number * size, (number + 1) * size
    shown: Sequence[Message] = found[start:end]

    def uri(number: int) -> str:
        kept = {name: value for name, value in query.items() if name not in ("Page", "PageSize")}
        asked = urlencode({**kept, "PageSize": size, "Page": number})
        return f"{path(account, 'Messages.json')}?{asked}"

    return {
        "end": start + len(shown) - 1 if shown else start,
        "first_page_uri": uri(0),
        "messages": [as_json(message, account) for message in shown],
        "next_page_uri": uri(number + 1) if end < len(found) else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": uri(number - 1) if number else None,
        "start": start,
        "uri": uri(number),
    }


def _asked_for(message: Message, query: Mapping[str, str]) -> bool:
    if query.get("To", message.to) != message.to:
        return False
    if query.get("From", message.sender) != message.sender:
        return False
    for name in ("DateSent", "DateSent>", "DateSent<"):
        if name not in query:
            continue
        span = _span(query[name])
        # A text in the queue has not been sent on any day.
        if span is None or message.sent_at is None:
            return False
        if not name.endswith("<") and message.sent_at < span[0]:
            return False
        if not name.endswith(">") and message.sent_at > span[1]:
            return False
    return True


def _span(written: str) -> tuple[datetime, datetime] | None:
    """Return the first and the last moment of a day ("2026-11-02") or of a second in UTC."""
    try:
        if len(written) == len("2026-11-02"):
            first = datetime.combine(date.fromisoformat(written), time(), timezone.utc)
            return first, first + timedelta(days=1, microseconds=-1)
        first = datetime.fromisoformat(written.replace("Z", "+00:00"))
    except ValueError:
        return None
    if first.tzinfo is None:
        first = first.replace(tzinfo=timezone.utc)
    return first, first + timedelta(seconds=1, microseconds=-1)


def _number(written: str | None, default: int) -> int:
    return int(written) if written and written.isascii() and written.isdigit() else default


def _written(at: datetime) -> str:
    return format_datetime(at.astimezone(timezone.utc).replace(microsecond=0))
