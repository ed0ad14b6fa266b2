"""Twilio as it behaves: its Messages API, its signed webhooks, TwiML, and its own opt-outs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4
from xml.etree import ElementTree

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, empty, json, raw

from channels.emulators import twilio_rules as rules
from channels.emulators.phone import Shown
from channels.emulators.platform import CannotDo, Emulator
from channels.emulators.twilio_messages import (
    MOST_KEPT,
    VERSION,
    Message,
    as_json,
    media_as_json,
    new_sid,
    page,
    path,
)
from channels.emulators.webhooks import Answered
from channels.gsm import parts


class TwilioEmulator(Emulator):
    """One account with one number, or one messaging service with one number in it.

    `values` needs `api` for files: their addresses stand in webhooks.
    """

    kind = "twilio"
    phone_name = "sms"
    can = frozenset({"attach"})
    # One more try when no answer came, and none after any answer.
    retry_waits = (1.0,)
    webhook_seconds = 15.0

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.account = self.values["account_sid"]
        self.number = self.values.get("number") or "+447700900999"
        self.opted_out: set[str] = set()
        self._messages: dict[str, Message] = {}
        self._going: set[asyncio.Task[None]] = set()

    def add_routes(self, blueprint: Blueprint) -> None:
        base = f"/{VERSION}/Accounts/<account>"
        self.route(blueprint, self._create, f"{base}/Messages.json")
        self.route(blueprint, self._list, f"{base}/Messages.json", ["GET"])
        self.route(blueprint, self._fetch, f"{base}/Messages/<name>", ["GET"])
        self.route(blueprint, self._list_media, f"{base}/Messages/<sid>/Media.json", ["GET"])
        self.route(blueprint, self._media, f"{base}/Messages/<sid>/Media/<name>", ["GET"])
        self.route(blueprint, self._stored, "/stored/<name>", ["GET"])

    def name_of_call(self, request: Request) -> str:
        what = "Media" if "Media" in request.path else "Messages"
        return f"{request.method} {what if VERSION in request.path else 'file'}"

    def tries_again(self, answered: Answered) -> bool:
        return answered.status is None

    def too_many(self, retry_after: int) -> HTTPResponse:
        return json(rules.TOO_MANY.as_json(), 429, headers={"Retry-After": str(retry_after)})

    def broken(self) -> HTTPResponse:
        return json(rules.BROKEN.as_json(), 500)

    async def close(self) -> None:
        for task in self._going:
            task.cancel()
        await super().close()

    # What the person does.

    async def say(self, user: str, text: str) -> None:
        self.show(user, Shown(self.clock(), True, text, ticks="sent", note=_size(text)))
        word = text.strip().upper()
        if word in rules.OPT_OUT:
            self.opted_out.add(user)
            self._show(user, rules.STOPPED)
        elif word in rules.OPT_IN and user in self.opted_out:
            self.opted_out.discard(user)
            self._show(user, rules.STARTED)
        elif word in rules.HELP and user not in self.opted_out:
            self._show(user, rules.HELPED)
        await self._receive(user, text, [])

    async def attach(self, user: str, data: bytes, media_type: str, caption: str = "") -> None:
        if len(data) > rules.LARGEST_MEDIA:
            raise CannotDo("A text message carries 5 MB at most.")
        file = self.keep_file(data, media_type)
        self.show(user, Shown(self.clock(), True, caption, media=file, ticks="sent"))
        await self._receive(user, caption, [(new_sid("ME"), file, media_type)])

    async def _receive(self, user: str, text: str, media: Sequence[tuple[str, str, str]]) -> None:
        now = self.clock()
        message = Message(
            sid=new_sid("MM" if media else "SM"),
            direction="inbound",
            to=self.number,
            sender=user,
            body=text,
            status="received",
            made_at=now,
            sent_at=now,
            media=list(media),
        )
        self._keep(message)
        form = {
            "ToCountry": "GB",
            "ToState": "",
            "SmsMessageSid": message.sid,
            "NumMedia": str(len(media)),
            "ToCity": "",
            "FromZip": "",
            "SmsSid": message.sid,
            "FromState": "",
            "SmsStatus": "received",
            "FromCity": "",
            "Body": text,
            "FromCountry": "GB",
            "To": self.number,
            "ToZip": "",
            "NumSegments": str(max(parts(text), 1)),
            "MessageSid": message.sid,
            "AccountSid": self.account,
            "From": user,
            "ApiVersion": VERSION,
        }
        if self.values.get("messaging_service_sid"):
            form["MessagingServiceSid"] = self.values["messaging_service_sid"]
        for place, (sid, _, media_type) in enumerate(media):
            address = path(self.account, "Messages", message.sid, "Media", sid)
            form[f"MediaUrl{place}"] = f"{self.values.get('api', '').rstrip('/')}{address}"
            form[f"MediaContentType{place}"] = media_type

        async def answered(answer: Answered) -> None:
            if answer.good:
                self._obey(user, answer.body)

        await self._call(self.webhook_url, form, answered)

    async def _call(self, url: str, form: Mapping[str, str], done: Any = None) -> None:
        # A connection override in the fragment is for Twilio, and neither sent nor signed.
        url = urlsplit(url)._replace(fragment="").geturl()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": rules.signed(url, form, self.values["auth_token"]),
            "I-Twilio-Idempotency-Token": str(uuid4()),
        }
        await self.deliver(urlencode(form).encode(), headers, url=url, done=done)

    def _obey(self, user: str, twiml: bytes) -> None:
        """Send the texts that our answer holds."""
        if not twiml.strip():
            return
        try:
            answer = ElementTree.fromstring(twiml)  # noqa: S314 - our own assistant's answer
        except ElementTree.ParseError:
            return
        for verb in answer.iter("Message"):
            inner = verb.find("Body")
            text = (verb.text if inner is None else inner.text) or ""
            if text.strip() and user not in self.opted_out:
                self._send(user, text.strip(), "outbound-reply")

    # What we ask of Twilio.

    async def _create(self, request: Request, account: str) -> HTTPResponse:
        refused = self._refused(request, account)
        if refused is not None:
            return refused
        form = {name: values[0] for name, values in request.form.items()}
        refusal = rules.refusal(form, {**self.values, "number": self.number}, self.opted_out)
        if refusal is not None:
            return self._refuse(request, refusal)
        message = self._send(
            form["To"],
            form["Body"],
            "outbound-api",
            form.get("MessagingServiceSid"),
            form.get("StatusCallback", ""),
        )
        return json(as_json(message, self.account), 201)

    async def _list(self, request: Request, account: str) -> HTTPResponse:
        refused = self._refused(request, account)
        if refused is not None:
            return refused
        query = {name: values[0] for name, values in request.args.items()}
        return json(page(self._messages.values(), self.account, query))

    async def _fetch(self, request: Request, account: str, name: str) -> HTTPResponse:
        message = self._messages.get(name.removesuffix(".json"))
        refused = self._refused(request, account)
        if refused is not None:
            return refused
        if message is None:
            return self._refuse(request, rules.UNKNOWN)
        return json(as_json(message, self.account))

    async def _list_media(self, request: Request, account: str, sid: str) -> HTTPResponse:
        refused = self._refused(request, account)
        if refused is not None:
            return refused
        if sid not in self._messages:
            return self._refuse(request, rules.UNKNOWN)
        return json({"media_list": media_as_json(self._messages[sid], self.account)})

    async def _media(self, request: Request, account: str, sid: str, name: str) -> HTTPResponse:
        """Lead on to where the file is, which needs no password and knows no account."""
        refused = self._refused(request, account)
        if refused is not None:
            return refused
        media = self._messages[sid].media if sid in self._messages else []
        for known, file, _ in media:
            if known == name and file in self.files:
                at = f"{self.values.get('api', '').rstrip('/')}/stored/{file}"
                return empty(307, headers={"Location": at})
        return self._refuse(request, rules.UNKNOWN)

    async def _stored(self, request: Request, name: str) -> HTTPResponse:
        if name not in self.files:
            return self._refuse(request, rules.UNKNOWN)
        data, media_type = self.files[name]
        return raw(data, content_type=media_type)

    def _refused(self, request: Request, account: str) -> HTTPResponse | None:
        header = request.headers.get("authorization", "")
        if not rules.is_authorised(header, self.account, self.values["auth_token"]):
            return self._refuse(request, rules.UNAUTHORISED)
        if account != self.account:
            return self._refuse(request, rules.UNKNOWN)
        return None

    def _refuse(self, request: Request, refusal: rules.Refusal) -> HTTPResponse:
        return self.refuse(request, refusal.status, refusal.as_json(), f"error {refusal.code}")

    # What becomes of a text.

    def _send(
        self, user: str, text: str, direction: str, service: str | None = None, callback: str = ""
    ) -> Message:
        message = Message(
            sid=new_sid("SM"),
            direction=direction,
            to=user,
            sender=self.number,
            body=text,
            status="accepted" if service else "queued",
            made_at=self.clock(),
            service=service,
            callback=callback,
        )
        self._keep(message)
        self._show(user, text)
        task = asyncio.create_task(self._report(message))
        self._going.add(task)
        task.add_done_callback(self._going.discard)
        return message

    async def _report(self, message: Message) -> None:
        """Send it, and call back for each new status: not for the first, which we answered."""
        for status in ("sent", "delivered"):
            message.status, message.sent_at = status, message.sent_at or self.clock()
            form = {
                "SmsSid": message.sid,
                "SmsStatus": status,
                "MessageStatus": status,
                "To": message.to,
                "MessageSid": message.sid,
                "AccountSid": self.account,
                "From": message.sender,
                "ApiVersion": VERSION,
            }
            if message.service:
                form["MessagingServiceSid"] = message.service
            if message.callback:
                await self._call(message.callback, form)

    def _keep(self, message: Message) -> None:
        self._messages[message.sid] = message
        if len(self._messages) > MOST_KEPT:
            del self._messages[next(iter(self._messages))]

    def _show(self, user: str, text: str) -> None:
        self.show(user, Shown(self.clock(), False, text, note=_size(text)))


def _size(text: str) -> str:
    count = parts(text)
    return f"{count} parts" if count > 1 else ""
