"""What WhatsApp and Messenger share: Meta's signature, its hub challenge, and reading its JSON.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started
"""

from __future__ import annotations

import hmac
import json
import math
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from hashlib import sha256
from typing import Any

from channels.channel import Acknowledgement, Forged, Malformed, Webhook

LONGEST_ID, LONGEST_USER = 200, 120
"""Meta's ids of messages and of people are shorter; our tables keep no longer ones."""

# Meta sends a number. Nothing else is said back, so that nobody can make us show a page of theirs.
_CHALLENGE = re.compile(r"[0-9A-Za-z_-]{1,100}", re.ASCII)
# What PostgreSQL cannot keep (NUL) and what is no character at all (half of a surrogate pair).
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
_FIRST_MILLISECOND = 100_000_000_000


def check(webhook: Webhook, app_secret: str, verify_token: str) -> None:
    """Return if the call comes from Meta: signed with our app's secret over the raw body, or a GET
    that asks whether we are the webhook that was set up. Raise Forged."""
    if webhook.method == "GET":
        _check_hub(webhook.query, verify_token)
    elif webhook.method == "POST":
        _check_signature(webhook, app_secret)
    else:
        raise Forged(webhook.method)


def answer(webhook: Webhook) -> Acknowledgement:
    """Return the challenge of a GET that was checked, as plain text; nothing else for a POST."""
    if webhook.method != "GET":
        return Acknowledgement()
    return Acknowledgement(body=webhook.query.get("hub.challenge", ""), media_type="text/plain")


def update(webhook: Webhook, of: str) -> Iterator[Mapping[str, Any]]:
    """Return the entries of an update of one kind ("page"); none for another kind. Raise Malformed
    when the body is no JSON object."""
    try:
        body = json.loads(webhook.body)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if not isinstance(body, dict):
        raise Malformed("not an object")
    return rows(body, "entry") if text(body, "object") == of else iter(())


def rows(value: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """Return the objects of a list, without whatever else is in it."""
    found = value.get(name)
    return (row for row in found if isinstance(row, dict)) if isinstance(found, list) else iter(())


def part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object inside an object; an empty one when there is none."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def text(value: Mapping[str, Any], name: str) -> str:
    """Return a text that can be kept, or a whole number as text; "" when there is neither."""
    found = value.get(name)
    if isinstance(found, str):
        return _UNKEEPABLE.sub("\N{REPLACEMENT CHARACTER}", found)
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else ""


def number(value: Mapping[str, Any], name: str) -> float | None:
    """Return a finite number; None when there is none."""
    found = value.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    try:
        return float(found) if math.isfinite(found) else None
    except OverflowError:
        return None


def identity(value: Mapping[str, Any], name: str, longest: int = LONGEST_ID) -> str:
    """Return an id; "" when there is none that could be kept."""
    found = text(value, name)
    return found if len(found) <= longest else ""


def moment(value: Mapping[str, Any], name: str, otherwise: datetime) -> datetime:
    """Return a time, which Meta writes in seconds or milliseconds, as a number or as text."""
    digits = text(value, name)
    if not re.fullmatch(r"\d{1,14}", digits, re.ASCII):
        return otherwise
    since = int(digits)
    seconds = since / 1000 if since >= _FIRST_MILLISECOND else since
    return datetime.fromtimestamp(seconds, timezone.utc)


def length(words: str) -> int:
    """Return a text's length as Meta may count it at worst: in UTF-16, where an emoji is two."""
    return len(words.encode("utf-16-le")) // 2


def _check_signature(webhook: Webhook, app_secret: str) -> None:
    digest = hmac.new(app_secret.encode(), webhook.body, sha256).hexdigest()
    given = webhook.headers.get("x-hub-signature-256", "")
    if not _same(given, f"sha256={digest}"):
        raise Forged("signature")


def _check_hub(query: Mapping[str, str], verify_token: str) -> None:
    ours = _same(query.get("hub.verify_token", ""), verify_token)
    plain = _CHALLENGE.fullmatch(query.get("hub.challenge", ""))
    if not ours or query.get("hub.mode") != "subscribe" or plain is None:
        raise Forged("challenge")


def _same(given: str, expected: str) -> bool:
    """Compare in constant time, whatever characters a forger sends."""
    return hmac.compare_digest(
        given.encode(errors="backslashreplace"), expected.encode(errors="backslashreplace")
    )
