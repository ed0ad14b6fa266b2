"""Accounts of the two providers of text messages, and calls as each makes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlencode

import httpx
from twilio.request_validator import RequestValidator

from channels.account import Account
from channels.channel import Webhook
from channels.messages import Address
from channels.wording import Wording

FIXTURES = Path(__file__).parent / "fixtures"
NOW = datetime(2026, 11, 2, 9, 0, 30, tzinfo=timezone.utc)
ADA = Address("sms", "+447700900123")
SID = "AC0123456789abcdef0123456789abcdef"
TOKEN = "a twilio token"
TWILIO = {"account_sid": SID, "auth_token": TOKEN, "number": "+447700900999"}
SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
BEARER = "a callback token"
NOTIFY = {
    "api_key": f"front_door-{SERVICE}-3d844edf-8d35-48ac-975b-e847b4f122b0",
    "template_id": TEMPLATE,
    "callback_token": BEARER,
    "number": "+447700900999",
}
WORDING = Wording(
    choose_by_number="Reply with a number.",
    choose="Choose",
    read_more="Read more:",
    source="From {responsible}, checked on {date}.",
    share_location="Send my location",
    choose_by_letter="Reply with a letter.",
)


def url_of(kind: str) -> str:
    return f"https://front-door.example/webhooks/ashcombe/{kind}"


def silent(request: httpx.Request) -> httpx.Response:
    raise AssertionError("nothing is to be called")


def account(
    kind: str,
    values: Mapping[str, str],
    answering: Callable[[httpx.Request], httpx.Response] = silent,
) -> Account:
    http = httpx.AsyncClient(transport=httpx.MockTransport(answering))
    return Account("ashcombe", url_of(kind), values, http, WORDING)


def fixture(kind: str, name: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((FIXTURES / kind / f"{name}.json").read_bytes())
    return found


def from_twilio(form: Mapping[str, str], query: str = "", **headers: str) -> Webhook:
    """Return a call with those fields, signed by Twilio's own library, unless a header says
    otherwise."""
    url = url_of("twilio") + (f"?{query}" if query else "")
    signed = {
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        "x-twilio-signature": RequestValidator(TOKEN).compute_signature(url, form),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return Webhook("POST", url, signed, urlencode(form).encode(), NOW)


def from_notify(call: object, authorization: str = f"Bearer {BEARER}") -> Webhook:
    headers = {"content-type": "application/json", "authorization": authorization}
    return Webhook("POST", url_of("notify"), headers, json.dumps(call).encode(), NOW)
