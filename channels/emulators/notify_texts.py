"""What GOV.UK Notify keeps for seven days: the texts that it sent, and those that it received."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

KEPT = timedelta(days=7)
PAGE = 250
MOST_KEPT = 5000


@dataclass
class Sent:
    """One notification: a text to a person."""

    id: str
    to: str
    body: str
    reference: str | None
    template: str
    made_at: datetime
    status: str = "created"
    sent_at: datetime | None = None
    completed_at: datetime | None = None


@dataclass(frozen=True)
class Received:
    """One text from a person. `sent_at` is the network's time, in seconds; `made_at` Notify's."""

    id: str
    sender: str
    to: str
    text: str
    sent_at: datetime
    made_at: datetime


T = TypeVar("T", Sent, Received)


def page(kept: Sequence[T], older_than: str | None, now: datetime) -> Sequence[T]:
    """Return the newest of the seven days, the newest first; or those that came before the one with
    that id: none when it is not there."""
    young = [text for text in reversed(kept) if now - text.made_at <= KEPT]
    if older_than is None:
        return young[:PAGE]
    ids = [text.id for text in young]
    if older_than not in ids:
        return []
    start = ids.index(older_than) + 1
    return young[start : start + PAGE]


def written(at: datetime | None) -> str | None:
    """Return a time as Notify writes it: 2017-05-14T12:15:30.000000Z."""
    return None if at is None else f"{at.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%S.%fZ}"


def template_json(template: str, base: str) -> dict[str, Any]:
    return {"id": template, "version": 1, "uri": f"{base}/v2/template/{template}/version/1"}


def sent_json(text: Sent, base: str) -> dict[str, Any]:
    lines = {f"line_{number}": None for number in range(1, 7)}
    return {
        "id": text.id,
        "reference": text.reference,
        "email_address": None,
        "phone_number": text.to,
        **lines,
        "postcode": None,
        "type": "sms",
        "status": text.status,
        "template": template_json(text.template, base),
        "body": text.body,
        "subject": None,
        "created_at": written(text.made_at),
        "created_by_name": None,
        "sent_at": written(text.sent_at),
        "completed_at": written(text.completed_at),
        "scheduled_for": None,
    }


def received_json(text: Received, service: str) -> dict[str, Any]:
    return {
        "id": text.id,
        "user_number": text.sender,
        "notify_number": text.to,
        "created_at": written(text.made_at),
        "service_id": service,
        "content": text.text,
    }


def receipt_json(text: Sent) -> dict[str, Any]:
    return {
        "id": text.id,
        "reference": text.reference,
        "to": text.to,
        "status": text.status,
        "created_at": written(text.made_at),
        "completed_at": written(text.completed_at),
        "sent_at": written(text.sent_at),
        "notification_type": "sms",
        "template_id": text.template,
        "template_version": 1,
    }


def callback_json(text: Received) -> dict[str, Any]:
    return {
        "id": text.id,
        "source_number": text.sender,
        "destination_number": text.to,
        "message": text.text,
        "date_received": written(text.sent_at),
    }
