"""What Messenger's updates say: messages of people, and what became of ours.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from channels import meta
from channels.channel import Receipt, Webhook
from channels.messages import Address, Attached, Chose, Content, InboundMessage, Located, Said

# What each kind of attachment is, as far as Meta says; what it really is shows once it is fetched.
FILES = {
    "image": "image/*",
    "audio": "audio/*",
    "video": "video/*",
    "file": "application/octet-stream",
}
# Something of Facebook's that was passed on: a link, to us.
SHARES = frozenset({"fallback", "ig_post", "ig_reel", "post", "reel"})


def read(webhook: Webhook, page_id: str) -> Iterator[InboundMessage | Receipt]:
    """Return what an update says about our page; raise Malformed when it is no JSON object.

    What another app of the page has the thread for (`standby`), and the handing over of threads
    between apps, is left to that app. Reactions, edits, referrals and opt-ins are no messages.
    """
    for entry in meta.update(webhook, "page"):
        if meta.text(entry, "id") != page_id:
            continue
        for event in meta.rows(entry, "messaging"):
            yield from _event(event, page_id, webhook.received_at)


def _event(
    event: Mapping[str, Any], page_id: str, now: datetime
) -> Iterator[InboundMessage | Receipt]:
    sender = meta.identity(meta.part(event, "sender"), "id", meta.LONGEST_USER)
    recipient = meta.identity(meta.part(event, "recipient"), "id")
    at = meta.moment(event, "timestamp", otherwise=now)
    message, delivery = meta.part(event, "message"), meta.part(event, "delivery")
    if message.get("is_echo") is True:
        yield from _echo(message, at)
    elif sender and sender != page_id and recipient == page_id:
        user = Address("messenger", sender)
        yield from _messages(message, user, at)
        yield from _postback(event, user, at)
        yield from _deliveries(delivery, at)


def _messages(message: Mapping[str, Any], user: Address, at: datetime) -> Iterator[InboundMessage]:
    mid = meta.identity(message, "mid")
    # Room for the mark of a further content.
    if not mid or len(mid) > meta.LONGEST_ID - 5:
        return
    for place, content in enumerate(_contents(message)):
        yield InboundMessage(user, f"{mid}:{place}" if place else mid, content, at)


def _contents(message: Mapping[str, Any]) -> Iterator[Content]:
    """Return what one message carries: its words or choice first, then each file and place."""
    words, payload = (
        meta.text(message, "text"),
        meta.text(meta.part(message, "quick_reply"), "payload"),
    )
    if payload:
        yield Chose(payload, words)
    elif words.strip():
        yield Said(words)
    for attachment in meta.rows(message, "attachments"):
        content = _attachment(attachment, alone=not words.strip())
        if content is not None:
            yield content


def _attachment(attachment: Mapping[str, Any], *, alone: bool) -> Content | None:
    """Return a file, a place or what was passed on. None for a sticker, which says no more than a
    reaction, and for a link that stands in the words as well (`alone` says that there are none)."""
    kind, payload = meta.text(attachment, "type"), meta.part(attachment, "payload")
    url = meta.text(payload, "url")
    if kind == "location":
        return _located(meta.part(payload, "coordinates"))
    if kind in SHARES:
        return Said(url) if alone and url else None
    if kind not in FILES or "sticker_id" in payload or not url:
        return None
    return Attached(url, FILES[kind])


def _located(coordinates: Mapping[str, Any]) -> Content | None:
    latitude, longitude = meta.number(coordinates, "lat"), meta.number(coordinates, "long")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return Located(latitude, longitude)


def _postback(event: Mapping[str, Any], user: Address, at: datetime) -> Iterator[InboundMessage]:
    postback = meta.part(event, "postback")
    payload, title = meta.text(postback, "payload"), meta.text(postback, "title")
    # Older apps of people send no id with a press.
    pressed = f"postback:{user.user}:{meta.text(event, 'timestamp')}"[: meta.LONGEST_ID]
    external_id = meta.identity(postback, "mid") or pressed
    if payload:
        yield InboundMessage(user, external_id, Chose(payload, title), at)
    elif title.strip():
        yield InboundMessage(user, external_id, Said(title), at)


def _echo(message: Mapping[str, Any], at: datetime) -> Iterator[Receipt]:
    """What the page said comes back to it, with our key when it was us: what staff write in
    Facebook's own inbox has none, and is not ours to tell."""
    mid, key = meta.identity(message, "mid"), meta.identity(message, "metadata")
    if mid and key:
        yield Receipt(mid, "sent", at, key=key)


def _deliveries(delivery: Mapping[str, Any], at: datetime) -> Iterator[Receipt]:
    """A delivery names our messages, or only a time, like all readings: a time names none."""
    mids = delivery.get("mids")
    for mid in mids if isinstance(mids, list) else ():
        if isinstance(mid, str) and 0 < len(mid) <= meta.LONGEST_ID:
            yield Receipt(meta.text({"mid": mid}, "mid"), "delivered", at)
