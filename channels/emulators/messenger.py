"""Facebook Messenger's Send API and webhooks as they behave.

Sources: developers.facebook.com/docs/messenger-platform, the pages on the Send API, webhook events,
message tags and error codes.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, json, raw

from channels.emulators.graph import VERSION, WINDOW, MetaEmulator
from channels.emulators.messenger_rules import Call, Complaint, read
from channels.emulators.people import PEOPLE, Person
from channels.emulators.phone import Shown
from channels.emulators.platform import CannotDo

HUMAN_WINDOW = timedelta(days=7)
APP_ID = 1517776481860111


class MessengerEmulator(MetaEmulator):
    """One page. A person is a number that only this page knows them by."""

    kind = "messenger"
    phone_name = "messenger"
    token_name = "page_token"  # noqa: S105
    webhook_seconds = 5.0

    def add_routes(self, blueprint: Blueprint) -> None:
        self.route(blueprint, self.messages, f"/{VERSION}/<page>/messages")
        self.route(blueprint, self.file, "/attachments/<number>", ["GET"])

    def name_of_call(self, request: Request) -> str:
        return "messages" if request.path.endswith("/messages") else "attachment"

    def address_of(self, person: Person) -> str:
        return f"6{person.digits:0>15}"

    def too_many(self, retry_after: int) -> HTTPResponse:
        body = self.error_body(613, "Calls to this API have exceeded the rate limit.")
        return json(body, 429, headers={"Retry-After": str(retry_after)})

    # What we call.

    async def messages(self, request: Request, version: str, page: str) -> HTTPResponse:
        refused = self.unauthorised(request)
        if refused is not None:
            return refused
        if page not in ("me", self.values.get("page_id")):
            return self.no_such_object(request, page)
        try:
            call = read(request.json)
        except Complaint as complaint:
            return self.error(request, complaint.code, complaint.message)
        refused = self._refused(request, call)
        if refused is not None:
            return refused
        mid = f"m_{secrets.token_urlsafe(60)}"
        self.later(self._receipts(call, mid, self._show(call)))
        return json({"recipient_id": call.recipient.id, "message_id": mid})

    async def file(self, request: Request, number: str) -> HTTPResponse:
        """Hand out what a person sent, to whoever has its address, as Meta's file hosts do."""
        if number not in self.files:
            return self.refuse(request, 404, {}, "the address has run out")
        data, media_type = self.files[number]
        return raw(data, content_type=media_type)

    # What people do.

    async def say(self, user: str, text: str) -> None:
        await self._write(user, Shown(self.clock(), True, text), {"text": text})

    async def press(self, user: str, label: str) -> None:
        payloads = self.phone(user).private.get("quick_replies", {})
        if label not in payloads:
            raise CannotDo(f"Nothing on this screen says {label}.")
        message = {"text": label, "quick_reply": {"payload": payloads[label]}}
        await self._write(user, Shown(self.clock(), True, label), message)

    async def locate(self, user: str, latitude: float, longitude: float) -> None:
        place = {
            "title": "Pinned Location",
            "url": f"https://www.facebook.com/l.php?u=https://maps.example/{latitude},{longitude}",
            "type": "location",
            "payload": {"coordinates": {"lat": latitude, "long": longitude}},
        }
        shown = Shown(self.clock(), True, f"📍 {latitude:.5f}, {longitude:.5f}")
        await self._write(user, shown, {"attachments": [place]})

    async def attach(self, user: str, data: bytes, media_type: str, caption: str = "") -> None:
        """On this platform, words that go with a file are a message of their own."""
        number = self.keep_file(data, media_type)
        kind = media_type.partition("/")[0]
        attachment = {
            "type": kind if kind in ("image", "audio", "video") else "file",
            "payload": {"url": f"{self.values.get('api', '').rstrip('/')}/attachments/{number}"},
        }
        shown = Shown(self.clock(), True, "", media=number)
        await self._write(user, shown, {"attachments": [attachment]})
        if caption:
            await self.say(user, caption)

    async def _write(self, user: str, shown: Shown, message: Mapping[str, Any]) -> None:
        self.wrote(user)
        number = self.show(user, shown)
        self._take_away_quick_replies(user)
        event = {
            "sender": {"id": user},
            "recipient": {"id": self.values.get("page_id", "")},
            "timestamp": self._at(),
            "message": {"mid": f"m_{secrets.token_urlsafe(60)}", **message},
        }
        await self.update(self._envelope(event), shown=(user, number))

    # What the platform thinks of a message, and tells of it.

    def _refused(self, request: Request, call: Call) -> HTTPResponse | None:
        user = call.recipient.id
        if user not in self.users() and user not in map(self.address_of, PEOPLE):
            return self.error(request, 100, "No matching user found", subcode=2018001)
        if user in self.users() and self.phone(user).blocked:
            message = "This person isn't available right now."
            return self.error(request, 551, message, subcode=1545041)
        since = self.since_wrote(user)
        window = WINDOW
        if call.tag == "HUMAN_AGENT":
            if self.values.get("human_agent") != "yes":
                message = "To use 'Human Agent', your use of this endpoint must be reviewed."
                return self.error(request, 10, message)
            window = HUMAN_WINDOW
        if since is None or since > window:
            message = "This message is sent outside of allowed window."
            return self.error(request, 10, message, subcode=2018278)
        return None

    def _show(self, call: Call) -> int:
        """Put a message of ours on a phone; return its number there."""
        user, message = call.recipient.id, call.message
        self._take_away_quick_replies(user)
        quick = {reply.title: reply.payload for reply in message.quick_replies}
        self.phone(user).private["quick_replies"] = quick
        media = message.attachment.payload.url if message.attachment else ""
        shown = Shown(self.clock(), False, message.text or "", buttons=tuple(quick), media=media)
        return self.show(user, shown)

    def _take_away_quick_replies(self, user: str) -> None:
        """They stand until anything else is said, by either side."""
        phone = self.phone(user)
        phone.private["quick_replies"] = {}
        for number, shown in tuple(phone.entries.items()):
            if shown.buttons:
                self.change(user, number, buttons=())

    async def _receipts(self, call: Call, mid: str, number: int) -> None:
        user, page = {"id": call.recipient.id}, {"id": self.values.get("page_id", "")}
        at = self._at()
        message = call.message.dict(exclude_defaults=True, exclude={"quick_replies", "attachment"})
        if call.message.attachment is not None:
            message["attachments"] = [call.message.attachment.dict()]
        echo = {"is_echo": True, "app_id": APP_ID, "mid": mid, **message}
        delivery, read_until = {"mids": [mid], "watermark": at}, {"watermark": at}
        news: list[tuple[str, dict[str, Any]]] = [
            ("sent", {"sender": page, "recipient": user, "timestamp": at, "message": echo}),
            ("delivered", {"sender": user, "recipient": page, "delivery": delivery}),
            ("read", {"sender": user, "recipient": page, "read": read_until}),
        ]
        try:
            for (ticks, event), wait in zip(news, self.receipt_waits, strict=True):
                await asyncio.sleep(wait)
                self.change(user["id"], number, ticks=ticks)
                await self.update(self._envelope({"timestamp": self._at(), **event}))
        except CannotDo:
            # The webhook is not verified: the news goes nowhere.
            return

    def _envelope(self, event: Mapping[str, Any]) -> dict[str, Any]:
        entry = {"id": self.values.get("page_id", ""), "time": self._at(), "messaging": [event]}
        return {"object": "page", "entry": [entry]}

    def _at(self) -> int:
        return int(self.clock().timestamp() * 1000)
