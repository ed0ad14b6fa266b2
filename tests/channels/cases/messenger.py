"""Messenger's Send API, from its documentation.

developers.facebook.com/docs/messenger-platform/reference/send-api,
.../send-messages/quick-replies and .../reference/send-api/error-codes
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping

from channels.channel import (
    DeliveryFailed,
    Payload,
    Refused,
    Transient,
    Unreachable,
    WindowClosed,
)
from tests.channels.case import Answer, Case, Failure

SECRET = "messenger-app-secret"
TEXT = 2000
QUICK_REPLIES, TITLE, VALUE = 13, 20, 1000


def sign(url: str, body: bytes) -> Mapping[str, str]:
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {"x-hub-signature-256": f"sha256={digest}"}


def refused(payload: Payload) -> Iterator[str]:
    quick = payload.get("quick_replies", ())
    if "attachment" in payload:
        if not str(payload["attachment"]["payload"]["url"]).startswith("https://"):
            yield "not an https URL"
    elif not str(payload["text"]).strip():
        yield "text is empty"
    elif len(str(payload["text"])) > TEXT:
        yield "text is longer than 2,000"
    if "quick_replies" in payload and not 1 <= len(quick) <= QUICK_REPLIES:
        yield "not one to thirteen quick replies"
    for reply in quick:
        if reply.get("content_type") != "text":
            yield "a quick reply of another kind"
        elif not str(reply["title"]).strip() or len(str(reply["title"])) > TITLE:
            yield "a title that is empty or cut"
        elif not 1 <= len(str(reply["payload"])) <= VALUE:
            yield "a payload that is empty or too long"


def shown(payload: Payload) -> str:
    if "attachment" in payload:
        return str(payload["attachment"]["payload"]["url"])
    titles = [str(reply["title"]) for reply in payload.get("quick_replies", ())]
    return "\n".join([str(payload["text"]), *titles])


def failure(
    name: str, status: int, code: int, subcode: int, meaning: type[DeliveryFailed]
) -> Failure:
    error = {"message": f"(#{code})", "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    if subcode:
        error["error_subcode"] = subcode
    return Failure(name, Answer.of(status, {"error": error}), meaning)


CASE = Case(
    kind="messenger",
    values={
        "page_token": "EAAmessenger-page-token",
        "app_secret": SECRET,
        "verify_token": "messenger-verify-token",
        "page_id": "1093517484028",
    },
    user="6447700900123001",
    sign=sign,
    signature="x-hub-signature-256",
    signs_body=True,
    refused=lambda payload: list(refused(payload)),
    shown=shown,
    taken=Answer.of(200, {"recipient_id": "6447700900123001", "message_id": "m_AG5Hz2Uq7tuwNEhX"}),
    failures=[
        failure("24 hours are over", 400, 10, 2018278, WindowClosed),
        failure("nobody by that id", 400, 100, 2018001, Unreachable),
        failure("not available", 400, 551, 1545041, Unreachable),
        failure("a parameter is wrong", 400, 100, 0, Refused),
        failure("too many calls", 400, 613, 0, Transient),
        failure("a passing failure", 400, 1200, 0, Transient),
        failure("the token has run out", 401, 190, 0, Transient),
        failure("something went wrong", 500, 2, 0, Transient),
    ],
)
