"""Facebook Messenger: a council's page, by Meta's Send API.

https://developers.facebook.com/docs/messenger-platform/reference/send-api
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from channels import messenger_reading, meta
from channels.account import Account
from channels.channel import (
    Acknowledgement,
    Channel,
    DeliveryFailed,
    Limits,
    Payload,
    Receipt,
    Refused,
    Transient,
    Unreachable,
    Unsure,
    Webhook,
    WindowClosed,
)
from channels.graph import Graph, GraphError
from channels.lowering import pieces
from channels.messages import Address, Choice, InboundMessage, Reply

TEXT = 2000
QUICK_REPLIES, TITLE, VALUE = 13, 20, 1000

# Where Meta keeps what people send.
FILES_HOSTS = (".fbcdn.net", ".fbsbx.com")

# https://developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes
# Outside the 24 hours, or the seven days of the human agent's tag.
_WINDOW = frozenset({(10, 2018065), (10, 2018278), (10, 2534022)})
# Nobody by that id; they have blocked the page, or closed their account.
_UNREACHABLE = frozenset({(10, 2018108), (100, 2018001), (200, 1545041), (551, 1545041)})
# 1200: "Temporary send message failure. Please try again later."
_PASSING = frozenset({1200})


class Messenger(Channel):
    """One council's page. A person is a number that only this page knows them by.

    Meta takes no idempotency key and tells of no earlier call: our key goes out with each as
    metadata and comes back with its echo, which settles a call whose answer was lost. So the page's
    app subscribes to messages, messaging_postbacks, message_echoes and message_deliveries.
    """

    name = "messenger"
    # https://developers.facebook.com/documentation/business-messaging/messenger-platform/overview/rate-limiting
    limits = Limits(text=TEXT, choices=QUICK_REPLIES, choice_label=TITLE, per_second=300)

    def __init__(self, account: Account) -> None:
        self._app_secret = account.need("app_secret")
        self._verify_token = account.need("verify_token")
        self._page_id = account.need("page_id")
        self._human_agent = account.may("human_agent") == "yes"
        self._wording = account.wording
        self._graph = Graph(account, account.need("page_token"))

    def verify(self, webhook: Webhook) -> None:
        meta.check(webhook, self._app_secret, self._verify_token)

    def parse(self, webhook: Webhook) -> Sequence[InboundMessage | Receipt]:
        if webhook.method == "GET":
            return ()
        return tuple(messenger_reading.read(webhook, self._page_id))

    def acknowledge(self, webhook: Webhook) -> Acknowledgement:
        return meta.answer(webhook)

    def render(self, reply: Reply) -> Sequence[Payload]:
        return tuple(self._payloads(reply))

    async def send(self, to: Address, payload: Payload, key: str) -> str:
        """Outside the 24 hours, an account with `human_agent: "yes"` says that a person writes.
        Meta grants that to pages whose people answer, and takes it for seven days."""
        message = {**payload, "metadata": key}
        body = {"recipient": {"id": to.user}, "message": message}
        try:
            return await self._send({**body, "messaging_type": "RESPONSE"})
        except WindowClosed:
            if not self._human_agent:
                raise
        return await self._send({**body, "messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"})

    async def fetch(self, url: str, most: int) -> bytes:
        if not self._graph.keeps(url, *FILES_HOSTS):
            raise Refused("host")
        return await self._graph.download(url, most, with_token=False)

    def _payloads(self, reply: Reply) -> Iterator[Payload]:
        if reply.image_url and reply.image_url.startswith("https://"):
            image = {"url": reply.image_url, "is_reusable": True}
            yield {"attachment": {"type": "image", "payload": image}}
            reply = replace(reply, image_url=None)
        quick = _quick_replies(reply.choices)
        texts = pieces(reply, self._wording, TEXT, choices=not quick, measure=meta.length)
        texts = tuple(filter(None, texts)) or ((self._wording.choose,) if quick else ())
        for at, piece in enumerate(texts, start=1):
            # They stand above the keyboard, until something else is said.
            under = {"quick_replies": quick} if quick and at == len(texts) else {}
            yield {"text": piece, **under}

    async def _send(self, body: Mapping[str, Any]) -> str:
        answer = await self._graph.post(f"{self._page_id}/messages", body, _meaning)
        platform_id = meta.identity(answer, "message_id")
        if not platform_id:
            raise Unsure("unreadable")
        return platform_id


def _quick_replies(choices: Sequence[Choice]) -> Sequence[Mapping[str, str]]:
    """Return the choices as quick replies; none when Messenger would cut or refuse one."""
    fits = len(choices) <= QUICK_REPLIES and all(
        choice.label.strip()
        and meta.length(choice.label) <= TITLE
        and 0 < meta.length(choice.value) <= VALUE
        for choice in choices
    )
    return [
        {"content_type": "text", "title": choice.label, "payload": choice.value}
        for choice in choices
        if fits
    ]


def _meaning(error: GraphError) -> DeliveryFailed | None:
    codes = (error.code, error.subcode)
    if codes in _WINDOW:
        return WindowClosed("window")
    if codes in _UNREACHABLE or error.code == 551:
        return Unreachable("unreachable")
    return Transient("busy", error.retry_after) if error.code in _PASSING else None
