"""GOV.UK Notify as it behaves: one service with a template "((text))", and callbacks."""

from __future__ import annotations

import asyncio
import json as plain_json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sanic import Blueprint, Request
from sanic.exceptions import InvalidUsage
from sanic.response import HTTPResponse, json

from channels.emulators import notify_rules as rules
from channels.emulators import notify_texts as texts
from channels.emulators.notify_texts import Received, Sent
from channels.emulators.phone import Shown
from channels.emulators.platform import Emulator
from channels.emulators.webhooks import Answered
from channels.gsm import parts


class NotifyEmulator(Emulator):
    """One service with a live key. Received texts and delivery receipts come to one address."""

    kind = "notify"
    phone_name = "sms"
    # Five more tries, five minutes apart.
    retry_waits = (300.0,) * 5
    webhook_seconds = 5.0

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.service = self.values["api_key"][-73:-37]
        number = self.values.get("number", "")
        self.number = f"0{number[3:]}" if number.startswith("+44") else number or "07700900998"
        self.template = self.values["template_id"]
        self.becomes = "delivered"
        """What the networks make of a text: delivered, or one of Notify's failures."""
        self._sent: list[Sent] = []
        self._received: list[Received] = []
        self._going: set[asyncio.Task[None]] = set()

    def add_routes(self, blueprint: Blueprint) -> None:
        self.route(blueprint, self._send, "/v2/notifications/sms")
        self.route(blueprint, self._list_sent, "/v2/notifications", ["GET"])
        self.route(blueprint, self._fetch, "/v2/notifications/<name>", ["GET"])
        self.route(blueprint, self._list_received, "/v2/received-text-messages", ["GET"])
        self.route(blueprint, self._template, "/v2/template/<name>", ["GET"])

    def name_of_call(self, request: Request) -> str:
        parts_of_path = str(request.path).partition("/v2/")[2].split("/")
        return f"{request.method} {parts_of_path[0]}"

    def tries_again(self, answered: Answered) -> bool:
        return answered.status is None or answered.status >= 500 or answered.status == 429

    def too_many(self, retry_after: int) -> HTTPResponse:
        return json(rules.RATE.as_json(), 429)

    def broken(self) -> HTTPResponse:
        return json(rules.BROKEN.as_json(), 500)

    async def close(self) -> None:
        for task in self._going:
            task.cancel()
        await super().close()

    # What the person does.

    async def say(self, user: str, text: str) -> None:
        await self._hear(user, text, times=1)

    async def say_twice(self, user: str, text: str) -> None:
        """The network hands the same text to Notify twice, and Notify takes it for two."""
        await self._hear(user, text, times=2)

    async def _hear(self, user: str, text: str, times: int) -> None:
        self.show(user, Shown(self.clock(), True, text, ticks="sent", note=_size(text)))
        sent_at = self.clock().replace(microsecond=0)
        for _ in range(times):
            received = Received(
                id=str(uuid4()),
                sender=user.removeprefix("+"),
                to=self.number,
                text=text,
                sent_at=sent_at,
                made_at=self.clock(),
            )
            self._received.append(received)
            del self._received[: -texts.MOST_KEPT]
            await self._call(texts.callback_json(received))

    async def _call(self, body: Mapping[str, Any]) -> None:
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.values['callback_token']}",
        }
        await self.deliver(plain_json.dumps(body).encode(), headers)

    # What we ask of Notify.

    async def _send(self, request: Request) -> HTTPResponse:
        refused = self._refused(request)
        if refused is not None:
            return refused
        try:
            asked = request.json
        except InvalidUsage:
            asked = None
        refusal = rules.refusal(asked, self.template)
        if refusal is not None:
            return self._refuse(request, refusal)
        text = Sent(
            id=str(uuid4()),
            to=str(asked["phone_number"]),
            body=rules.sent(str(asked["personalisation"]["text"])),
            reference=asked.get("reference"),
            template=self.template,
            made_at=self.clock(),
        )
        self._sent.append(text)
        del self._sent[: -texts.MOST_KEPT]
        task = asyncio.create_task(self._carry(text))
        self._going.add(task)
        task.add_done_callback(self._going.discard)
        content = {"body": text.body, "from_number": self.number}
        return json(
            {
                "id": text.id,
                "reference": text.reference,
                "content": content,
                "uri": f"{self._base}/v2/notifications/{text.id}",
                "template": texts.template_json(self.template, self._base),
                "scheduled_for": None,
            },
            201,
        )

    async def _carry(self, text: Sent) -> None:
        """Hand it to the networks, and tell what became of it."""
        text.status, text.sent_at = "sending", self.clock()
        if self.becomes == "delivered":
            user = rules.number_in_full(text.to)
            self.show(user, Shown(self.clock(), False, text.body, note=_size(text.body)))
        text.status, text.completed_at = self.becomes, self.clock()
        await self._call(texts.receipt_json(text))

    async def _list_sent(self, request: Request) -> HTTPResponse:
        refused = self._refused(request)
        if refused is not None:
            return refused
        asked = {name: values[0] for name, values in request.args.items()}
        wanted = [
            text
            for text in self._sent
            if asked.get("reference", text.reference) == text.reference
            and asked.get("status", text.status) == text.status
            and asked.get("template_type", "sms") == "sms"
        ]
        shown = texts.page(wanted, asked.get("older_than"), self.clock())
        entries = [texts.sent_json(text, self._base) for text in shown]
        return self._page("notifications", "notifications", entries)

    async def _fetch(self, request: Request, name: str) -> HTTPResponse:
        refused = self._refused(request)
        if refused is not None:
            return refused
        found = next((text for text in self._sent if text.id == name), None)
        if found is None:
            return self._refuse(request, rules.NOT_FOUND)
        return json(texts.sent_json(found, self._base))

    async def _list_received(self, request: Request) -> HTTPResponse:
        refused = self._refused(request)
        if refused is not None:
            return refused
        older_than = request.args.get("older_than")
        shown = texts.page(self._received, older_than, self.clock())
        entries = [texts.received_json(text, self.service) for text in shown]
        return self._page("received_text_messages", "received-text-messages", entries)

    async def _template(self, request: Request, name: str) -> HTTPResponse:
        refused = self._refused(request)
        if refused is not None:
            return refused
        if name != self.template:
            return self._refuse(request, rules.NOT_FOUND)
        return json({"id": name, "name": "text", "type": "sms", "version": 1, "body": "((text))"})

    @property
    def _base(self) -> str:
        return self.values.get("api", "").rstrip("/")

    def _page(self, name: str, path: str, entries: list[dict[str, Any]]) -> HTTPResponse:
        here = f"{self._base}/v2/{path}"
        links = {"current": here}
        if entries:
            links["next"] = f"{here}?older_than={entries[-1]['id']}"
        return json({name: entries, "links": links})

    def _refused(self, request: Request) -> HTTPResponse | None:
        header = request.headers.get("authorization", "")
        refusal = rules.refusal_of_token(header, self.values["api_key"], self.clock())
        return None if refusal is None else self._refuse(request, refusal)

    def _refuse(self, request: Request, refusal: rules.Refusal) -> HTTPResponse:
        return self.refuse(request, refusal.status, refusal.as_json(), refusal.kind)


def _size(text: str) -> str:
    count = parts(text)
    return f"{count} parts" if count > 1 else ""
