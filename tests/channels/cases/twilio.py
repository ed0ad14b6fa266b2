"""Twilio's Programmable Messaging, from its documentation.

twilio.com/docs/usage/security, /docs/messaging/api/message-resource, /docs/api/errors
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

from channels.channel import DeliveryFailed, Payload, Refused, Transient, Unreachable
from tests.channels.case import Answer, Case, Failure

TOKEN = "twilio-auth-token"
HEADER = "x-twilio-signature"
LONGEST_BODY = 1600
"""'body ... can be up to 1,600 characters in length' (message-resource)"""


class Form(dict[str, list[str]]):
    """Fields as Twilio's library wants them: each with all its values."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def sign(url: str, body: bytes) -> Mapping[str, str]:
    """Sign as Twilio's own library does."""
    text = body.decode("utf-8", "surrogateescape")
    form = Form()
    for name, value in parse_qsl(text, keep_blank_values=True, errors="surrogateescape"):
        form.setdefault(name, []).append(value)
    try:
        return {HEADER: RequestValidator(TOKEN).compute_signature(url, form)}
    except UnicodeEncodeError:
        # The library cannot read bytes that are no text: the same sum over them.
        words = [name + value for name in sorted(form) for value in sorted(set(form[name]))]
        said = "".join([url, *words]).encode("utf-8", "surrogateescape")
        digest = hmac.new(TOKEN.encode(), said, hashlib.sha1).digest()
        return {HEADER: base64.b64encode(digest).decode()}


def refused(payload: Payload) -> Iterator[str]:
    if set(payload) != {"text"}:
        yield "not words"
    if not str(payload["text"]).strip():
        yield "21602: no body"
    if len(str(payload["text"])) > LONGEST_BODY:
        yield "21617: longer than 1,600 characters"


def failure(name: str, status: int, code: int, meaning: type[DeliveryFailed]) -> Failure:
    said = {"code": code, "message": "no", "more_info": "no", "status": status}
    return Failure(name, Answer.of(status, said), meaning)


CASE = Case(
    kind="twilio",
    values={
        "account_sid": "AC0123456789abcdef0123456789abcdef",
        "auth_token": TOKEN,
        "number": "+447700900001",
    },
    user="+447700900123",
    sign=sign,
    signature=HEADER,
    signs_body=True,
    refused=lambda payload: list(refused(payload)),
    shown=lambda payload: str(payload["text"]),
    taken=Answer.of(201, {"sid": "SM0123456789abcdef0123456789abcdef", "status": "queued"}),
    failures=[
        failure("the number has sent STOP", 400, 21610, Unreachable),
        failure("no such number", 400, 21211, Unreachable),
        failure("a landline", 400, 21614, Unreachable),
        failure("no words", 400, 21602, Refused),
        failure("something else wrong with it", 400, 21999, Refused),
        failure("wrong credentials", 401, 20003, Transient),
        failure("too many calls", 429, 20429, Transient),
        failure("the queue is full", 400, 21611, Transient),
    ],
    counts_parts=True,
    is_form=True,
)
