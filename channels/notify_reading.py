"""Reads what GOV.UK Notify sends to our webhook, and its list of received texts.

Notify's page: docs.notifications.service.gov.uk/rest-api.html, callbacks and received texts.

The networks sometimes hand Notify the same text twice, and Notify gives each its own id. In the
callback both carry the network's own time (`date_received`), so sender, time and words tell that
they are one. The list has no such time, only when Notify itself got each (`created_at`, different
for both): there, the same words from the same number within TWINS are one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from channels.channel import Malformed, Receipt, Webhook
from channels.messages import Address, InboundMessage, Said
from channels.sms import number, storable

TWINS = timedelta(seconds=30)
LONGEST_ID = 100

STATUSES = {
    "sent": "sent",
    "delivered": "delivered",
    "permanent-failure": "failed",
    "temporary-failure": "failed",
    "technical-failure": "failed",
}


def read(webhook: Webhook) -> Sequence[InboundMessage | Receipt]:
    """Return the text or the receipt that a verified call carries; nothing for anything else.
    Raise Malformed for what is not a JSON object."""
    try:
        call = json.loads(webhook.body)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise Malformed("the body is not JSON") from None
    if not isinstance(call, dict):
        raise Malformed("the body is not a JSON object")
    # Both kinds of call come to the same address.
    if isinstance(call.get("message"), str):
        return _message(call, webhook.received_at)
    if isinstance(call.get("status"), str):
        return _receipt(call, webhook.received_at)
    return ()


def received(texts: Sequence[Mapping[str, Any]], since: datetime) -> Sequence[InboundMessage]:
    """Return the entries of Notify's list as messages, oldest first, one for texts that are one:
    it is known as the others too. Those that were all received before `since` are left out."""
    readable = [text for text in texts if _time(text.get("created_at")) is not None]
    groups: list[list[Mapping[str, Any]]] = []
    for text in sorted(readable, key=lambda text: str(text["created_at"])):
        twins = next((group for group in reversed(groups) if _are_one(group[0], text)), None)
        if twins is None:
            groups.append([text])
        else:
            twins.append(text)
    found = [_group(group) for group in groups if _at(group[-1]) >= since]
    return [message for message in found if message is not None]


def _message(call: Mapping[str, Any], received_at: datetime) -> Sequence[InboundMessage]:
    name, sender, text = call.get("id"), number(str(call.get("source_number", ""))), call["message"]
    if not _is_id(name) or sender is None or not text.strip():
        return ()
    date, to = str(call.get("date_received", "")), str(call.get("destination_number", ""))
    digest = hashlib.sha256(json.dumps([sender, to, date, text]).encode()).hexdigest()
    return [
        InboundMessage(
            sender=Address("sms", sender),
            external_id=storable(str(name)),
            content=Said(storable(text)),
            sent_at=_time(date) or received_at,
            also_known_as=(f"notify-text:{digest}",) if date else (),
        )
    ]


def _receipt(call: Mapping[str, Any], received_at: datetime) -> Sequence[Receipt]:
    status = STATUSES.get(call["status"])
    platform_id, key = call.get("id"), call.get("reference")
    if status is None or call.get("notification_type", "sms") != "sms":
        return ()
    if not _is_id(platform_id):
        return ()
    return [
        Receipt(
            platform_id=storable(str(platform_id)),
            status=status,
            at=_time(call.get("completed_at")) or received_at,
            reason=call["status"].replace("-", "_") if status == "failed" else "",
            key=storable(key) if isinstance(key, str) else "",
        )
    ]


def _are_one(first: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    same = all(first.get(name) == other.get(name) for name in ("user_number", "content"))
    return same and _at(other) - _at(first) <= TWINS


def _group(texts: Sequence[Mapping[str, Any]]) -> InboundMessage | None:
    first = texts[0]
    ids = [storable(str(text.get("id"))) for text in texts if _is_id(text.get("id"))]
    sender, content = number(str(first.get("user_number", ""))), first.get("content")
    if sender is None or not ids or not isinstance(content, str) or not content.strip():
        return None
    return InboundMessage(
        sender=Address("sms", sender),
        external_id=ids[0],
        content=Said(storable(content)),
        sent_at=_at(first),
        also_known_as=tuple(ids[1:]),
    )


def _is_id(name: object) -> bool:
    return isinstance(name, str) and 0 < len(storable(name)) <= LONGEST_ID


def _at(text: Mapping[str, Any]) -> datetime:
    at = _time(text.get("created_at"))
    assert at is not None  # noqa: S101 - `received` has left out those without
    return at


def _time(written: object) -> datetime | None:
    """Return a time such as 2017-05-14T12:15:30.000000Z; None for anything else."""
    if not isinstance(written, str):
        return None
    try:
        at = datetime.fromisoformat(written.replace("Z", "+00:00"))
    except ValueError:
        return None
    return at.replace(tzinfo=timezone.utc) if at.tzinfo is None else at.astimezone(timezone.utc)
