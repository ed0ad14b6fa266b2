"""WhatsApp's Cloud API, from its documentation.

developers.facebook.com/documentation/business-messaging/whatsapp/messages/
interactive-reply-buttons-messages, .../interactive-list-messages, .../text-messages,
and .../support/error-codes
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from channels.channel import (
    DeliveryFailed,
    Payload,
    Refused,
    Transient,
    Unreachable,
    WindowClosed,
)
from tests.channels.case import Answer, Case, Failure

SECRET = "whatsapp-app-secret"
TEXT = 4096
BODY = 1024
BUTTONS, BUTTON_ID, BUTTON_TITLE = 3, 256, 20
ROWS, ROW_ID, ROW_TITLE, ROW_DESCRIPTION, LIST_BUTTON = 10, 200, 24, 72, 20


def sign(url: str, body: bytes) -> Mapping[str, str]:
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {"x-hub-signature-256": f"sha256={digest}"}


def refused(payload: Payload) -> Iterator[str]:
    kind = payload.get("type")
    if kind == "text":
        yield from _length("text.body", payload["text"]["body"], TEXT)
    elif kind == "image":
        if not str(payload["image"]["link"]).startswith("https://"):
            yield "image.link is not an https URL"
    elif kind == "interactive":
        interactive = payload["interactive"]
        yield from _length("body.text", interactive["body"]["text"], BODY)
        yield from _action(interactive["type"], interactive["action"])
    else:
        yield f"type {kind}"


def _action(kind: str, action: Mapping[str, Any]) -> Iterator[str]:
    if kind == "location_request_message":
        if action != {"name": "send_location"}:
            yield "not a location request"
    elif kind == "button":
        replies = [button["reply"] for button in action["buttons"]]
        if not 1 <= len(replies) <= BUTTONS:
            yield "not one to three buttons"
        yield from _options(replies, BUTTON_ID, BUTTON_TITLE)
    elif kind == "list":
        yield from _length("action.button", action["button"], LIST_BUTTON)
        rows = [row for section in action["sections"] for row in section["rows"]]
        if not 1 <= len(rows) <= ROWS:
            yield "not one to ten rows"
        if len(action["sections"]) > 1 and not all(s.get("title") for s in action["sections"]):
            yield "sections without titles"
        yield from _options(rows, ROW_ID, ROW_TITLE)
        for row in rows:
            if "description" in row:
                yield from _length("description", row["description"], ROW_DESCRIPTION)
    else:
        yield f"interactive type {kind}"


def _options(options: Sequence[Mapping[str, str]], longest_id: int, longest: int) -> Iterator[str]:
    for option in options:
        yield from _length("id", option["id"], longest_id)
        yield from _length("title", option["title"], longest)
    for name in ("id", "title"):
        if len({option[name] for option in options}) < len(options):
            yield f"two of one {name}"


def _length(name: str, text: str, longest: int) -> Iterator[str]:
    if not text.strip():
        yield f"{name} is empty"
    if len(text) > longest:
        yield f"{name} is longer than {longest}"


def shown(payload: Payload) -> str:
    if payload["type"] == "text":
        return str(payload["text"]["body"])
    if payload["type"] == "image":
        return str(payload["image"]["link"])
    interactive = payload["interactive"]
    action = interactive["action"]
    rows = [row for section in action.get("sections", ()) for row in section["rows"]]
    said = [interactive["body"]["text"]]
    said += [button["reply"]["title"] for button in action.get("buttons", ())]
    said += [f"{row['title']} {row.get('description', '')}" for row in rows]
    return "\n".join(said)


def failure(name: str, status: int, code: int, meaning: type[DeliveryFailed]) -> Failure:
    error = {"message": f"(#{code})", "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    return Failure(name, Answer.of(status, {"error": error}), meaning)


CASE = Case(
    kind="whatsapp",
    values={
        "access_token": "EAAwhatsapp-access-token",
        "app_secret": SECRET,
        "verify_token": "whatsapp-verify-token",
        "phone_number_id": "106540352242922",
    },
    user="447700900123",
    sign=sign,
    signature="x-hub-signature-256",
    signs_body=True,
    refused=lambda payload: list(refused(payload)),
    shown=shown,
    taken=Answer.of(
        200,
        {
            "messaging_product": "whatsapp",
            "contacts": [{"input": "447700900123", "wa_id": "447700900123"}],
            "messages": [{"id": "wamid.HBgMNDQ3NzAwOTAwMTIzFQIAERgS"}],
        },
    ),
    failures=[
        failure("24 hours are over", 400, 131047, WindowClosed),
        failure("undeliverable", 400, 131026, Unreachable),
        failure("opted out", 400, 131050, Unreachable),
        failure("a parameter is wrong", 400, 131009, Refused),
        failure("too many calls", 400, 130429, Transient),
        failure("too many to one person", 400, 131056, Transient),
        failure("the token has run out", 401, 190, Transient),
        failure("something went wrong", 500, 131000, Transient),
    ],
)
