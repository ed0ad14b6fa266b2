"""Calls as Meta makes them, signed updates and the hub challenge, and accounts that read them."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from channels.account import Account
from channels.channel import Webhook
from channels.wording import Wording

FIXTURES = Path(__file__).parent / "fixtures"
NOW = datetime(2025, 3, 9, 9, 0, 30, tzinfo=timezone.utc)
SECRET = "an app's secret"
VERIFY = "a verify token"
TOKEN = "EAAtoken"
WORDING = Wording(
    choose_by_number="Reply with a number.",
    choose="Choose",
    read_more="Read more:",
    source="From {responsible}, checked on {date}.",
    share_location="Send my location",
    choose_by_letter="Reply with a letter.",
)
Answering = Callable[[httpx.Request], httpx.Response]


def silent(request: httpx.Request) -> httpx.Response:
    raise AssertionError("nothing is to be called")


def account(values: Mapping[str, str], answering: Answering = silent) -> Account:
    http = httpx.AsyncClient(transport=httpx.MockTransport(answering))
    url = "https://front-door.example/webhooks/ashcombe/meta"
    return Account("ashcombe", url, values, http, WORDING)


def fixture(kind: str, name: str) -> bytes:
    return (FIXTURES / kind / f"{name}.json").read_bytes()


def signature(body: bytes, secret: str = SECRET) -> str:
    return f"sha256={hmac.new(secret.encode(), body, sha256).hexdigest()}"


def posted(body: bytes, **headers: str) -> Webhook:
    """Return an update, signed as Meta signs it unless another header is given."""
    signed = headers or {"x-hub-signature-256": signature(body)}
    named = {name.replace("_", "-"): value for name, value in signed.items()}
    return Webhook("POST", "https://front-door.example/webhooks/ashcombe/meta", named, body, NOW)


def asked(**query: str) -> Webhook:
    """Return the GET that comes when the webhook is set up."""
    hub = {"mode": "subscribe", "verify_token": VERIFY, "challenge": "1158201444", **query}
    named = {f"hub.{name}": value for name, value in hub.items()}
    url = "https://front-door.example/webhooks/ashcombe/meta"
    return Webhook("GET", url, {}, b"", NOW, query=named)


def refusal(status: int, code: int = 0, subcode: int = 0, **headers: str) -> httpx.Response:
    """Return an error of the Graph API."""
    error: dict[str, Any] = {"message": "no", "type": "OAuthException", "fbtrace_id": "A1"}
    error |= {"code": code} if code else {}
    error |= {"error_subcode": subcode} if subcode else {}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json={"error": error}, headers=named)


def body_of(request: httpx.Request) -> Any:
    return json.loads(request.content)
