"""Text messages by GOV.UK Notify.

Notify sends templates only. Ours has one placeholder and nothing else, `((text))`, so that it says
whatever we say; its id is the account's `template_id`. Notify keeps our key as the reference of
what it sends, so `find` can ask for it.
"""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from notifications_python_client.errors import APIError, InvalidResponse
from notifications_python_client.notifications import NotificationsAPIClient
from urllib3.exceptions import MaxRetryError

from channels.account import Account, Incomplete
from channels.channel import (
    Channel,
    DeliveryFailed,
    Forged,
    Limits,
    Payload,
    Receipt,
    Refused,
    Transient,
    Unreachable,
    Unsure,
    Webhook,
)
from channels.messages import Address, InboundMessage, Reply
from channels.notify_reading import TWINS, read, received
from channels.sms import texts

API = "https://api.notifications.service.gov.uk"
TIMEOUT = (5.0, 10.0)
"""Seconds to connect and to wait for an answer."""

MOST_PAGES = 200
DAILY = timedelta(hours=1)
"""How long to wait when the day's texts are used up: the count starts again at midnight."""

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_API_KEY = re.compile(rf".*{_UUID}-{_UUID}", re.IGNORECASE)

REFUSALS: tuple[tuple[str, type[Refused], str], ...] = (
    ("phone_number", Unreachable, "no_such_number"),
    ("international", Refused, "international"),
    ("team-only", Refused, "team_only"),
    ("trial mode", Refused, "trial_mode"),
    ("longer than", Refused, "too_long"),
    ("template", Refused, "template"),
    ("personalisation", Refused, "template"),
)
"""Notify has no codes below its few kinds of error, so what it says is looked at for these. It may
change its words: then a parcel is still refused, with a reason that says less."""

T = TypeVar("T")


class Client(NotificationsAPIClient):
    """Notify's own client, for an API that may stand below a path, as an emulator's does."""

    def __init__(self, api_key: str, api: str) -> None:
        # It says that it is typed, and its functions carry no types.
        super().__init__(api_key, base_url=api, timeout=TIMEOUT)  # type: ignore[no-untyped-call]
        self._path = urlsplit(api).path

    def request(self, method: str, url: str, data: Any = None, params: Any = None) -> Any:
        url = f"{self._path}{url}"
        return super().request(method, url, data, params)  # type: ignore[no-untyped-call]


class Notify(Channel):
    """One Notify service. Raises Incomplete for an account that lacks api_key, template_id or
    callback_token, or whose api_key is not one of Notify's."""

    name = "sms"
    limits = Limits(
        text=918,
        counts_parts=True,
        # Notify takes 3,000 calls a minute.
        per_second=50.0,
        # Messages that leave together arrive in any order.
        pause=timedelta(seconds=1),
    )

    def __init__(self, account: Account) -> None:
        self._account = account
        self._api_key = account.need("api_key")
        self._template = account.need("template_id")
        self._token = account.need("callback_token")
        self._api = account.may("api", API).rstrip("/")
        if not _API_KEY.fullmatch(self._api_key):
            raise Incomplete("api_key is not a key of GOV.UK Notify")

    def verify(self, webhook: Webhook) -> None:
        scheme, _, token = webhook.headers.get("authorization", "").partition(" ")
        same = hmac.compare_digest(token.encode("utf-8", "replace"), self._token.encode())
        if not same or scheme.lower() != "bearer":
            raise Forged

    def parse(self, webhook: Webhook) -> Sequence[InboundMessage | Receipt]:
        return read(webhook)

    def render(self, reply: Reply) -> Sequence[Payload]:
        return [{"text": text} for text in texts(reply, self._account.wording)]

    async def send(self, to: Address, payload: Payload, key: str) -> str | None:
        made = await self._call(
            lambda client: client.send_sms_notification(
                phone_number=to.user,
                template_id=self._template,
                personalisation={"text": payload["text"]},
                reference=key,
            )
        )
        if not isinstance(made, dict) or not isinstance(made.get("id"), str):
            raise Unsure("garbage")
        return str(made["id"])

    async def find(self, to: Address, payload: Payload, key: str, since: datetime) -> str | None:
        for sent in await self._list(
            lambda client: client.get_all_notifications(reference=key), "notifications"
        ):
            if sent.get("reference") == key:
                return str(sent.get("id"))
        return None

    async def missed(self, since: datetime) -> Sequence[InboundMessage]:
        """Notify keeps what it received for seven days, 250 to a page, the newest first."""
        found: list[Mapping[str, Any]] = []
        # A text may be the twin of one just before.
        start = f"{(since - TWINS).astimezone(timezone.utc):%Y-%m-%dT%H:%M:%S}"
        older_than: str | None = None
        for _ in range(MOST_PAGES):
            page = await self._list(
                partial(_received_texts, older_than=older_than), "received_text_messages"
            )
            found += [text for text in page if str(text.get("created_at")) >= start]
            last = str(page[-1].get("id")) if page else older_than
            if not page or last == older_than or str(page[-1].get("created_at")) < start:
                break
            older_than = last
        return received(found, since)

    async def _list(self, ask: Callable[[Any], Any], name: str) -> Sequence[Mapping[str, Any]]:
        """Return a page of one of Notify's lists. Nothing is sent, so nothing is unsure."""
        try:
            page = await self._call(ask)
        except Unsure as error:
            raise Transient(error.reason) from error
        entries = page.get(name) if isinstance(page, dict) else None
        if not isinstance(entries, list):
            raise Transient("garbage")
        return [entry for entry in entries if isinstance(entry, dict)]

    async def _call(self, ask: Callable[[Any], T]) -> T:
        """Ask Notify, in a thread, for its client blocks. Raise DeliveryFailed."""
        return await asyncio.to_thread(self._ask, ask)

    def _ask(self, ask: Callable[[Any], T]) -> T:
        # The client says that threads must not share it.
        client = Client(self._api_key, self._api)
        with closing(client.request_session):
            try:
                return ask(client)
            except APIError as error:
                raise failure(error) from error


def _received_texts(client: Any, older_than: str | None) -> Any:
    return client.get_received_texts(older_than)


def failure(error: APIError) -> DeliveryFailed:
    """Return what the client's error means for a parcel."""
    if isinstance(error, InvalidResponse):
        return Unsure("garbage")
    if error.response is None:
        return _unanswered(error.__cause__)
    status, (kind, said) = error.response.status_code, _said(error)
    if status == 429:
        daily = kind == "TooManyRequestsError"
        return Transient("daily_limit", DAILY) if daily else Transient("rate")
    if status in (401, 403):
        # A wrong key is the operator's to mend; the parcel waits for that.
        return Transient("auth")
    if status in (502, 504):
        # A gateway gave up; what stands behind it may have taken the call.
        return Unsure(f"http_{status}")
    if status >= 500 or status in (404, 408):
        return Transient(f"http_{status}")
    for words, refusal, reason in REFUSALS:
        if words in said:
            return refusal(reason)
    return Refused(f"http_{status}")


def _unanswered(cause: BaseException | None) -> DeliveryFailed:
    if isinstance(cause, requests.ConnectTimeout):
        return Transient("connect")
    if isinstance(cause, requests.Timeout):
        return Unsure("timeout")
    wrapped = cause.args[0] if cause is not None and cause.args else None
    if isinstance(wrapped, MaxRetryError):
        # What went wrong before the call was made; the rest comes as it was.
        return Transient("connect")
    return Unsure("lost")


def _said(error: APIError) -> tuple[str, str]:
    """Return the kind of Notify's first error and what it says, in small letters."""
    errors: Any = error.message
    first = errors[0] if isinstance(errors, list) and errors else {}
    if not isinstance(first, dict):
        return "", ""
    return str(first.get("error", "")), str(first.get("message", "")).lower()
