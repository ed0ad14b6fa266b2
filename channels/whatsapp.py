"""WhatsApp, by Meta's Cloud API.

https://developers.facebook.com/documentation/business-messaging/whatsapp/about-the-platform
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from channels import meta, whatsapp_reading, whatsapp_writing
from channels.account import Account
from channels.channel import (
    Acknowledgement,
    Channel,
    DeliveryFailed,
    Limits,
    Payload,
    Receipt,
    Refused,
    Unreachable,
    Unsure,
    Webhook,
    WindowClosed,
)
from channels.graph import Graph, GraphError
from channels.messages import Address, InboundMessage, Reply

log = structlog.get_logger()

FILES_HOST = "lookaside.fbsbx.com"

# https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
# 131047: the person wrote more than 24 hours ago.
_WINDOW = frozenset({131047})
# 130497: their country is closed to us. 131021: our own number. 131026: no WhatsApp, or one too
# old, or they have not agreed to its terms, or have blocked us. 131050: they opted out.
_UNREACHABLE = frozenset({130497, 131021, 131026, 131050})
# 131030: a test number writes only to those on its list. 131052 and 131053: the picture.
_REFUSED = frozenset({131030, 131052, 131053})


class WhatsApp(Channel):
    """One council's number. A person is their number in digits, or an id with a dot when their
    number is hidden ("GB.1349120865530274").

    Meta takes no idempotency key and tells of no earlier call: our key goes out with each and comes
    back with the news of it, which settles a call whose answer was lost.
    """

    name = "whatsapp"
    # To one person, Meta takes a message every 6 seconds on average, and up to 45 at once against
    # those to come: no talk needs more, so that there is no pause, and 131056 is waited out.
    # https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput
    limits = Limits(
        text=whatsapp_writing.TEXT,
        choices=whatsapp_writing.ROWS,
        choice_label=whatsapp_writing.ROW_TITLE + whatsapp_writing.ROW_MORE,
        per_second=80,
    )

    def __init__(self, account: Account) -> None:
        self._app_secret = account.need("app_secret")
        self._verify_token = account.need("verify_token")
        self._phone_number_id = account.need("phone_number_id")
        self._template = account.may("template")
        self._language = account.may("template_language", "en_GB")
        self._wording = account.wording
        self._graph = Graph(account, account.need("access_token"))

    def verify(self, webhook: Webhook) -> None:
        meta.check(webhook, self._app_secret, self._verify_token)

    def parse(self, webhook: Webhook) -> Sequence[InboundMessage | Receipt]:
        if webhook.method == "GET":
            return ()
        return tuple(whatsapp_reading.read(webhook, self._phone_number_id))

    def acknowledge(self, webhook: Webhook) -> Acknowledgement:
        return meta.answer(webhook)

    def render(self, reply: Reply) -> Sequence[Payload]:
        return tuple(whatsapp_writing.payloads(reply, self._wording))

    async def send(self, to: Address, payload: Payload, key: str) -> str:
        """Outside the 24 hours, the account's template goes instead: it asks the person to write,
        and the parcel waits until they do."""
        try:
            return await self._send(to, payload, key)
        except WindowClosed:
            if self._template:
                await self._ask_to_write(to, key)
            raise

    async def fetch(self, url: str, most: int) -> bytes:
        """`url` is a media id: its address lives for five minutes, so it is asked for each time."""
        if not url.isalnum() or not url.isascii():
            raise Refused("gone")
        about = await self._graph.get(f"{url}?phone_number_id={self._phone_number_id}")
        size = meta.number(about, "file_size")
        if size is not None and size > most:
            raise Refused("too_large")
        address = meta.text(about, "url")
        # Our token is shown to nobody else.
        if not self._graph.keeps(address, FILES_HOST):
            raise Refused("host")
        return await self._graph.download(address, most, with_token=True)

    async def _send(self, to: Address, payload: Payload, key: str) -> str:
        # A number goes in `to`, the id of somebody whose number is hidden in `recipient`.
        whom = {"to": to.user} if to.user.isdigit() else {"recipient": to.user}
        body = {
            **payload,
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **whom,
            "biz_opaque_callback_data": key,
        }
        answer = await self._graph.post(f"{self._phone_number_id}/messages", body, _meaning)
        platform_id = next((meta.identity(row, "id") for row in meta.rows(answer, "messages")), "")
        if not platform_id:
            raise Unsure("unreadable")
        return platform_id

    async def _ask_to_write(self, to: Address, key: str) -> None:
        """Send the template, once: one that fails is not tried again, and the parcel waits. Raise
        Unreachable."""
        template: Mapping[str, Any] = {
            "name": self._template,
            "language": {"policy": "deterministic", "code": self._language},
        }
        try:
            await self._send(to, {"type": "template", "template": template}, f"{key}:template")
        except Unreachable:
            raise
        except DeliveryFailed as failure:
            log.warning("whatsapp.template_failed", reason=failure.reason)


def _meaning(error: GraphError) -> DeliveryFailed | None:
    word = whatsapp_reading.reason(error.code)
    if error.code in _WINDOW:
        return WindowClosed(word)
    if error.code in _UNREACHABLE:
        return Unreachable(word)
    return Refused(word) if error.code in _REFUSED else None
