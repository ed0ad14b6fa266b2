"""What WhatsApp's updates say: messages of people, and what became of ours.

https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from channels import meta
from channels.channel import Receipt, Webhook
from channels.messages import Address, Attached, Chose, Content, InboundMessage, Located, Said

STATUSES = frozenset({"sent", "delivered", "read", "failed"})
FILES = frozenset({"audio", "document", "image", "sticker", "video"})

# Why a message could not be delivered. What is not here is told by its number.
REASONS = {
    130429: "rate",
    130497: "country",
    131021: "own_number",
    131026: "unreachable",
    131030: "not_allowed",
    131047: "window",
    131050: "opted_out",
    131052: "media",
    131053: "media",
    131056: "pair_rate",
}


def reason(code: int) -> str:
    """Return a word for one of WhatsApp's error codes."""
    return REASONS.get(code, f"meta_{code}")


def read(webhook: Webhook, phone_number_id: str) -> Iterator[InboundMessage | Receipt]:
    """Return what an update says about our number; raise Malformed when it is no JSON object."""
    for entry in meta.update(webhook, "whatsapp_business_account"):
        for change in meta.rows(entry, "changes"):
            value = meta.part(change, "value")
            ours = meta.text(meta.part(value, "metadata"), "phone_number_id") == phone_number_id
            if ours and meta.text(change, "field") == "messages":
                yield from _messages(value, webhook.received_at)
                yield from _receipts(value, webhook.received_at)


def _messages(value: Mapping[str, Any], now: datetime) -> Iterator[InboundMessage]:
    for message in meta.rows(value, "messages"):
        # Somebody whose number is hidden has an id that only we see: "GB.1349120865530274".
        user = _user(message, "from") or _user(message, "from_user_id")
        external_id = meta.identity(message, "id")
        content = _content(message)
        # What is written in a group was not written to us alone.
        if not user or not external_id or content is None or "group_id" in message:
            continue
        sent_at = meta.moment(message, "timestamp", otherwise=now)
        yield InboundMessage(Address("whatsapp", user), external_id, content, sent_at)


def _user(message: Mapping[str, Any], name: str) -> str:
    return meta.identity(message, name, meta.LONGEST_USER)


def _content(message: Mapping[str, Any]) -> Content | None:
    """Return what a message says; None for a reaction, an edit, an order, a filled-in form, a
    system notice, and what WhatsApp itself calls unsupported."""
    kind = meta.text(message, "type")
    body = meta.part(message, kind)
    if kind == "text":
        return _said(meta.text(body, "body"))
    if kind == "button":
        return _chose(meta.text(body, "payload"), meta.text(body, "text"))
    if kind == "interactive":
        return _pressed(body)
    if kind == "location":
        return _located(body)
    if kind == "contacts":
        return _said("\n".join(_contact(row) for row in meta.rows(message, "contacts")))
    if kind in FILES:
        return _attached(body)
    return None


def _pressed(body: Mapping[str, Any]) -> Content | None:
    button, row = meta.part(body, "button_reply"), meta.part(body, "list_reply")
    if button:
        return _chose(meta.text(button, "id"), meta.text(button, "title"))
    # A long label stands in a row as its title and, below it, its rest.
    label = f"{meta.text(row, 'title')} {meta.text(row, 'description')}".strip()
    return _chose(meta.text(row, "id"), label)


def _located(body: Mapping[str, Any]) -> Content | None:
    latitude, longitude = meta.number(body, "latitude"), meta.number(body, "longitude")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return Located(latitude, longitude)


def _attached(body: Mapping[str, Any]) -> Content | None:
    # "audio/ogg; codecs=opus"
    media_type = meta.text(body, "mime_type").partition(";")[0].strip()
    media_id = meta.identity(body, "id")
    return Attached(media_id, media_type, meta.text(body, "caption")) if media_id else None


def _contact(contact: Mapping[str, Any]) -> str:
    name = meta.text(meta.part(contact, "name"), "formatted_name")
    numbers = [meta.text(phone, "phone") for phone in meta.rows(contact, "phones")]
    return ", ".join(filter(None, [name, *numbers]))


def _said(words: str) -> Content | None:
    return Said(words) if words.strip() else None


def _chose(value: str, label: str) -> Content | None:
    return Chose(value, label) if value else _said(label)


def _receipts(value: Mapping[str, Any], now: datetime) -> Iterator[Receipt]:
    for status in meta.rows(value, "statuses"):
        platform_id, word = meta.identity(status, "id"), meta.text(status, "status")
        if not platform_id or word not in STATUSES:
            continue
        codes = (meta.number(error, "code") for error in meta.rows(status, "errors"))
        code = next((code for code in codes if code is not None), None)
        failed = word == "failed" and code is not None
        yield Receipt(
            platform_id=platform_id,
            status=word,
            at=meta.moment(status, "timestamp", otherwise=now),
            reason=reason(int(code)) if failed and code is not None else "",
            key=meta.identity(status, "biz_opaque_callback_data"),
        )
