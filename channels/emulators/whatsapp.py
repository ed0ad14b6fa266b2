"""WhatsApp's Cloud API as it behaves.

Sources: developers.facebook.com/documentation/business-messaging/whatsapp, the pages on messages,
webhooks, media, throughput and error codes.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, json

from channels.emulators.graph import VERSION, WINDOW, MetaEmulator
from channels.emulators.people import PEOPLE, Person
from channels.emulators.phone import Phone, Shown
from channels.emulators.platform import CannotDo
from channels.emulators.whatsapp_media import Media
from channels.emulators.whatsapp_receipts import Receipts
from channels.emulators.whatsapp_rules import Complaint, Sendable, TemplateMessage, read
from channels.emulators.whatsapp_screen import put

# To one person: a message every 6 seconds, and up to 45 of those to come at once.
PAIR_SECONDS = 6.0
PAIR_BURST = 45

Refusal = tuple[int, str, str]
RE_ENGAGE: Refusal = (
    131047,
    "Re-engagement message",
    "More than 24 hours have passed since the recipient last replied to the sender number.",
)
UNDELIVERABLE: Refusal = (131026, "Message undeliverable", "Message Undeliverable.")
PAIR_RATE: Refusal = (
    131056,
    "(Business Account, Consumer Account) pair rate limit hit",
    "Too many messages sent from this phone number to the same phone number.",
)


class WhatsAppEmulator(MetaEmulator):
    """One business number. A person is their number in digits, or, when it is hidden, an id with a
    dot ("GB.1349120865530274")."""

    kind = "whatsapp"
    phone_name = "whatsapp"
    token_name = "access_token"  # noqa: S105
    webhook_seconds = 20.0
    refuses_late = False
    """Whether it takes what it cannot deliver, and says so in a status: Meta does both."""

    def add_routes(self, blueprint: Blueprint) -> None:
        self.route(blueprint, self.messages, f"/{VERSION}/<number>/messages")
        media = Media(self)
        self.route(blueprint, media.about, f"/{VERSION}/<media_id>", ["GET"])
        self.route(blueprint, media.download, "/whatsapp_business/attachments", ["GET"])

    def name_of_call(self, request: Request) -> str:
        return "messages" if request.path.endswith("/messages") else "media"

    def address_of(self, person: Person) -> str:
        return person.digits

    def too_many(self, retry_after: int) -> HTTPResponse:
        body = self.error_body(130429, "Rate limit hit", details="Throughput has been reached.")
        return json(body, 429, headers={"Retry-After": str(retry_after)})

    # What we call.

    async def messages(self, request: Request, version: str, number: str) -> HTTPResponse:
        refused = self.unauthorised(request)
        if refused is not None:
            return refused
        if number != self.values.get("phone_number_id"):
            return self.no_such_object(request, number)
        try:
            message = read(request.json)
            self._check_template(message)
        except Complaint as complaint:
            return self.error(request, complaint.code, complaint.message, details=complaint.details)
        refusal = self._refusal(message.user, template=isinstance(message, TemplateMessage))
        wamid = f"wamid.{b64encode(secrets.token_bytes(32)).decode()}"
        if refusal is not None and not self.refuses_late:
            code, words, details = refusal
            return self.error(request, code, words, details=details)
        receipts = Receipts(self, message.user, wamid, message.biz_opaque_callback_data)
        if refusal is None:
            self.later(receipts.good(put(self, message, wamid)))
        else:
            self.later(receipts.failed(*refusal))
        known_as = "wa_id" if message.to else "user_id"
        return json(
            {
                "messaging_product": "whatsapp",
                "contacts": [{"input": message.to or message.user, known_as: message.user}],
                "messages": [{"id": wamid}],
            }
        )

    # What people do.

    async def say(self, user: str, text: str) -> None:
        await self._write(user, Shown(self.clock(), True, text), "text", {"body": text})

    async def press(self, user: str, label: str) -> None:
        phone = self.phone(user)
        offers = [number for number, shown in phone.entries.items() if label in shown.buttons]
        if not offers:
            raise CannotDo(f"Nothing on this screen says {label}.")
        wamid, kind, replies = phone.private["offers"][offers[-1]]
        if kind == "button_reply":
            # Of reply buttons one can be pressed, once; a list opens again.
            self.change(user, offers[-1], buttons=())
        content = {"type": kind, kind: replies[label]}
        context = {"from": self.values.get("display_phone_number", "441632960000"), "id": wamid}
        shown = Shown(self.clock(), True, label)
        await self._write(user, shown, "interactive", content, context=context)

    async def locate(self, user: str, latitude: float, longitude: float) -> None:
        shown = Shown(self.clock(), True, f"📍 {latitude:.5f}, {longitude:.5f}")
        content = {"latitude": latitude, "longitude": longitude}
        await self._write(user, shown, "location", content)

    async def attach(self, user: str, data: bytes, media_type: str, caption: str = "") -> None:
        media_id = self.keep_file(data, media_type)
        kind = media_type.partition("/")[0]
        kind = kind if kind in ("image", "audio", "video") else "document"
        content: dict[str, Any] = {
            "mime_type": media_type,
            "sha256": b64encode(sha256(data).digest()).decode(),
            "id": media_id,
        }
        if kind == "document":
            content["filename"] = "file"
        if caption and kind != "audio":
            content["caption"] = caption
        shown = Shown(self.clock(), True, caption, media=media_id)
        await self._write(user, shown, kind, content)

    async def _write(
        self, user: str, shown: Shown, kind: str, content: Mapping[str, Any], **more: Any
    ) -> None:
        at = self.wrote(user)
        number = self.show(user, shown)
        hidden = "." in user
        message = {
            ("from_user_id" if hidden else "from"): user,
            "id": f"wamid.{b64encode(secrets.token_bytes(32)).decode()}",
            "timestamp": str(int(at.timestamp())),
            "type": kind,
            kind: content,
            **more,
        }
        contact = {
            "profile": {"name": self.name_of(user)},
            ("user_id" if hidden else "wa_id"): user,
        }
        body = self.envelope(contacts=[contact], messages=[message])
        await self.update(body, shown=(user, number))

    def envelope(self, **value: Any) -> dict[str, Any]:
        """Return an update about our number."""
        metadata = {
            "display_phone_number": self.values.get("display_phone_number", "441632960000"),
            "phone_number_id": self.values.get("phone_number_id", ""),
        }
        value = {"messaging_product": "whatsapp", "metadata": metadata, **value}
        change = {"value": value, "field": "messages"}
        account = self.values.get("business_account_id", "102290129340398")
        entry = {"id": account, "changes": [change]}
        return {"object": "whatsapp_business_account", "entry": [entry]}

    # What the platform thinks of a message.

    def _check_template(self, message: Sendable) -> None:
        if not isinstance(message, TemplateMessage):
            return
        approved = (self.values.get("template"), self.values.get("template_language", "en_GB"))
        if (message.template.name, message.template.language.code) != approved:
            details = f"template name ({message.template.name}) does not exist in the translation"
            raise Complaint(132001, "Template name does not exist in the translation", details)

    def _refusal(self, user: str, *, template: bool) -> Refusal | None:
        on_whatsapp = user in self.users() or user in map(self.address_of, PEOPLE)
        if not on_whatsapp or (user in self.users() and self.phone(user).blocked):
            return UNDELIVERABLE
        since = self.since_wrote(user)
        if not template and (since is None or since > WINDOW):
            return RE_ENGAGE
        return None if self._within_pair_rate(self.phone(user)) else PAIR_RATE

    def _within_pair_rate(self, phone: Phone) -> bool:
        """Whether this person may get one more message now. Counts it when they may."""
        now = self.clock().timestamp()
        owed, at = phone.private.get("pair", (0.0, now))
        owed = max(0.0, owed - (now - at) / PAIR_SECONDS)
        if owed + 1 > PAIR_BURST:
            return False
        phone.private["pair"] = (owed + 1, now)
        return True
