"""Reads what Twilio sends to our webhook: its signature, texts from people, and receipts.

Twilio's pages: docs/usage/security, docs/messaging/guides/webhook-request and
docs/messaging/guides/outbound-message-status-in-status-callbacks.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlsplit

from channels.channel import Malformed, Receipt, Webhook
from channels.messages import Address, Attached, Content, InboundMessage, Said
from channels.sms import number, storable

MOST_FIELDS = 200
"""Twilio sends about thirty, and adds new ones without notice."""

MOST_MEDIA = 10
LONGEST_ID = 100

STATUSES = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
    "undelivered": "failed",
    "canceled": "failed",
}
"""What is not here (accepted, queued, sending) tells an agent nothing."""

REASONS = {
    "21610": "opted_out",
    "30001": "queue_full",
    "30002": "suspended",
    "30003": "unreachable",
    "30004": "blocked",
    "30005": "no_such_number",
    "30006": "landline",
    "30007": "filtered",
}
"""Why a text that Twilio took did not arrive (docs/api/errors)."""


def signature(url: str, fields: Sequence[tuple[str, str]], token: str) -> str:
    """Return the X-Twilio-Signature of a call of that URL with those form fields.

    A field that comes twice counts once for each different value, in the order of the values.
    """
    said = url + "".join(name + value for name, value in sorted(set(fields)))
    mac = hmac.new(token.encode(), said.encode("utf-8", "surrogateescape"), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()


def is_signed(webhook: Webhook, public_url: str, token: str) -> bool:
    """Whether Twilio signed the call, as one of `public_url` with the query string it came with.

    The host that the call names is not believed: behind a proxy it is not the one Twilio called.
    """
    query = _query(webhook)
    url = f"{public_url}?{query}" if query else public_url
    fields: Sequence[tuple[str, str]] = ()
    body_is_right = True
    if _is_json(webhook):
        # A JSON body is not in the signature. The URL is, and carries the body's digest.
        digest = parse_qs(query).get("bodySHA256", [""])[0]
        body_is_right = _same(hashlib.sha256(webhook.body).hexdigest(), digest)
    else:
        fields = _fields(webhook.body)
    given = webhook.headers.get("x-twilio-signature", "")
    rights = [_same(signature(variant, fields, token), given) for variant in _ports(url)]
    return body_is_right and any(rights)


def read(webhook: Webhook) -> Sequence[InboundMessage | Receipt]:
    """Return what a verified call carries; nothing for what is neither a text nor a receipt. Raise
    Malformed for a form that cannot be read."""
    if _is_json(webhook):
        return ()
    form = _form(webhook.body)
    if form.get("MessageStatus"):
        return _receipt(form, webhook)
    return _messages(form, webhook)


def text_of(body: str, opt_out: str = "") -> str:
    """Return what the person said. When Twilio has opted them out or in by a word of the operator's
    own choosing, it is said as STOP or START: that is what has happened."""
    return opt_out if opt_out in ("STOP", "START") else storable(body)


def contents(text: str, media: Sequence[tuple[str, str]]) -> Sequence[Content]:
    """Return what one text holds: words alone, or files (URL, media type), the first with the words
    as its caption. Nothing for a text without anything in it."""
    if not media:
        return (Said(text),) if text.strip() else ()
    return [
        Attached(url, media_type, caption=text if place == 0 else "")
        for place, (url, media_type) in enumerate(media)
    ]


def as_parameter(key: str) -> str:
    """Return a parcel's key for the query of an address that Twilio signs, without an escape in it:
    Twilio has been seen to sign ":" where it calls "%3A" (github.com/twilio/twilio-node/pull/621).
    """
    return quote(key, safe="").replace("~", "%7E").replace("%", "~")


def from_parameter(written: str) -> str:
    """Return the key that `as_parameter` wrote."""
    return unquote(written.replace("~", "%"))


def nth(name: str, place: int) -> str:
    """Return the id of one content of a message: the message's own for the first."""
    return f"{name}:{place}" if place else name


def _messages(form: Mapping[str, str], webhook: Webhook) -> Sequence[InboundMessage]:
    sid = storable(form.get("MessageSid") or form.get("SmsSid", ""))
    sender = number(form.get("From", ""))
    if not sid or len(sid) > LONGEST_ID or sender is None:
        return ()
    media = [
        (storable(form[f"MediaUrl{place}"]), storable(form.get(f"MediaContentType{place}", "")))
        for place in range(MOST_MEDIA)
        if f"MediaUrl{place}" in form
    ]
    # Each try of the same call carries the same token.
    token = storable(webhook.headers.get("i-twilio-idempotency-token", ""))[:LONGEST_ID]
    said = text_of(form.get("Body", ""), form.get("OptOutType", ""))
    return [
        InboundMessage(
            sender=Address("sms", sender),
            external_id=nth(sid, place),
            content=content,
            sent_at=webhook.received_at,
            also_known_as=(nth(f"twilio-try:{token}", place),) if token else (),
        )
        for place, content in enumerate(contents(said, media))
    ]


def _receipt(form: Mapping[str, str], webhook: Webhook) -> Sequence[Receipt]:
    status = STATUSES.get(form["MessageStatus"])
    key = from_parameter(parse_qs(_query(webhook)).get("key", [""])[0])
    sid = storable(form.get("MessageSid") or form.get("SmsSid", ""))
    if status is None or not (key or sid):
        return ()
    reason = ""
    if status == "failed":
        reason = REASONS.get(form.get("ErrorCode", ""), "not_delivered")
    return [Receipt(sid, status, webhook.received_at, reason, storable(key))]


def _form(body: bytes) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
        )
    except UnicodeDecodeError:
        raise Malformed("the form is not in UTF-8") from None
    except ValueError:
        raise Malformed("the form has too many fields") from None
    return dict(pairs)


def _fields(body: bytes) -> Sequence[tuple[str, str]]:
    """Read any bytes at all, so that a signature over them can be compared."""
    text = body.decode("utf-8", "surrogateescape")
    return parse_qsl(text, keep_blank_values=True, errors="surrogateescape")


def _query(webhook: Webhook) -> str:
    return webhook.url.partition("?")[2].partition("#")[0]


def _is_json(webhook: Webhook) -> bool:
    return "json" in webhook.headers.get("content-type", "").partition(";")[0].lower()


def _ports(url: str) -> Sequence[str]:
    """Return the URL with and without its port: Twilio signs either one."""
    parts = urlsplit(url)
    bare = parts.netloc
    if parts.port is not None:
        bare = parts.netloc.rpartition(":")[0]
    default = 443 if parts.scheme == "https" else 80
    ported = f"{bare}:{parts.port or default}"
    return [url.replace(parts.netloc, netloc, 1) for netloc in (bare, ported)]


def _same(one: str, other: str) -> bool:
    """Compare in constant time, whatever characters the other side sent."""
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "replace"))
