"""Text messages by Twilio (Programmable Messaging).

Twilio has no key that makes a send happen once, so `find` looks for the words among those that it
has sent to the number. Its page: docs/messaging/api/message-resource.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from channels.account import Account, Incomplete
from channels.channel import (
    Acknowledgement,
    Channel,
    Forged,
    Limits,
    Payload,
    Receipt,
    Unsure,
    Webhook,
)
from channels.messages import Address, InboundMessage, Reply
from channels.sms import number, storable, texts
from channels.twilio_calls import Calls
from channels.twilio_reading import as_parameter, contents, is_signed, nth, read, text_of

API = "https://api.twilio.com"
MOST_PAGES = 50
CLOCKS = timedelta(seconds=5)
"""How far Twilio's clock may be from ours."""
MOST_KNOWN = 1000
LONG_AGO = datetime.min.replace(tzinfo=timezone.utc)
SAYS_NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


class Twilio(Channel):
    """One Twilio number, or one messaging service. Raises Incomplete for an account that lacks
    account_sid, auth_token, or both number and messaging_service_sid."""

    name = "sms"
    limits = Limits(
        text=1600,
        inbound_text=1600,
        counts_parts=True,
        per_second=10.0,
        # Messages that leave together arrive in any order.
        pause=timedelta(seconds=1),
    )

    def __init__(self, account: Account) -> None:
        self._account = account
        self._keys: dict[str, str] = {}
        """The parcel's key of each text that Twilio has lately named to this process."""
        self._token = account.need("auth_token")
        base = account.may("api", API).rstrip("/")
        self._calls = Calls(account.http, base, account.need("account_sid"), self._token)
        self._service = account.may("messaging_service_sid")
        self._number = number(account.may("number")) or ""
        if account.may("number") and not self._number:
            raise Incomplete("number is not one that people can answer")
        if not (self._number or self._service):
            raise Incomplete("number or messaging_service_sid is missing")

    def verify(self, webhook: Webhook) -> None:
        if not is_signed(webhook, self._account.webhook_url, self._token):
            raise Forged

    def parse(self, webhook: Webhook) -> Sequence[InboundMessage | Receipt]:
        return read(webhook)

    def acknowledge(self, webhook: Webhook) -> Acknowledgement:
        """TwiML that says nothing: the answer goes by the API when it is ready."""
        return Acknowledgement(200, SAYS_NOTHING, "text/xml")

    def render(self, reply: Reply) -> Sequence[Payload]:
        return [{"text": text} for text in texts(reply, self._account.wording)]

    async def send(self, to: Address, payload: Payload, key: str) -> str | None:
        sender = {"MessagingServiceSid": self._service} if self._service else {"From": self._number}
        callback = f"{self._account.webhook_url}?key={as_parameter(key)}"
        form = {"To": to.user, "Body": str(payload["text"]), "StatusCallback": callback, **sender}
        made = await self._calls.create("Messages", form)
        if not isinstance(made.get("sid"), str):
            raise Unsure("garbage")
        self._keys[str(made["sid"])] = key
        if len(self._keys) > MOST_KNOWN:
            del self._keys[next(iter(self._keys))]
        return str(made["sid"])

    async def find(self, to: Address, payload: Payload, key: str, since: datetime) -> str | None:
        """Twilio keeps no key of ours: the same words, to the same number, since then, are it, if
        this process does not know them as another parcel's. Should another process have sent equal
        words in the meantime, the two count as one, as they do to who reads them. The list is not
        narrowed by DateSent: a text that waits in Twilio's queue has none yet."""
        wanted = _words(payload["text"])
        for message in _list(await self._calls.read("Messages", To=to.user, PageSize="100")):
            sid = str(message.get("sid"))
            by_us = str(message.get("direction", "")).startswith("outbound")
            same = by_us and _words(message.get("body")) == wanted
            if same and _made(message) >= since - CLOCKS and self._keys.get(sid, key) == key:
                return sid
        return None

    async def fetch(self, url: str, most: int) -> bytes:
        return await self._calls.download(url, most)

    async def missed(self, since: datetime) -> Sequence[InboundMessage]:
        """Twilio tries a webhook twice and then never again. Its list of texts tells of those that
        came while we were down."""
        # "DateSent>" with a date means that day or later; days are UTC.
        query = {"DateSent>": f"{since.astimezone(timezone.utc):%Y-%m-%d}", "PageSize": "1000"}
        if self._number:
            query["To"] = self._number
        found: list[InboundMessage] = []
        page = await self._calls.read("Messages", **query)
        for _ in range(MOST_PAGES):
            for message in _list(page):
                if message.get("direction") == "inbound" and _made(message) >= since - CLOCKS:
                    found += await self._listed(message)
            if not page.get("next_page_uri"):
                break
            page = await self._calls.follow(str(page["next_page_uri"]))
        return sorted(found, key=lambda message: message.sent_at)

    async def _listed(self, message: Mapping[str, Any]) -> Sequence[InboundMessage]:
        sender, sid = number(str(message.get("from", ""))), str(message.get("sid", ""))
        if sender is None or not sid:
            return ()
        media: Sequence[tuple[str, str]] = ()
        if str(message.get("num_media", "0")) != "0":
            files = await self._calls.read(f"Messages/{quote(sid, safe='')}/Media")
            media = [
                (
                    f"{self._calls.base}{str(file.get('uri')).removesuffix('.json')}",
                    storable(str(file.get("content_type", ""))),
                )
                for file in _list(files, "media_list")
            ]
        said = text_of(str(message.get("body", "")))
        return [
            InboundMessage(Address(self.name, sender), nth(sid, place), content, _made(message))
            for place, content in enumerate(contents(said, media))
        ]


def _list(page: Mapping[str, Any], name: str = "messages") -> Sequence[Mapping[str, Any]]:
    entries = page.get(name)
    return [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else ()


def _made(message: Mapping[str, Any]) -> datetime:
    """Return when Twilio made it, to the second; long ago when it does not say."""
    try:
        return parsedate_to_datetime(str(message.get("date_created"))).astimezone(timezone.utc)
    except (TypeError, ValueError):
        return LONG_AGO


def _words(text: object) -> str:
    return " ".join(str(text).split())
