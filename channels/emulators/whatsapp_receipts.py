"""WhatsApp's news of one message of ours: sent, delivered, read, or failed.

Source: developers.facebook.com/documentation/business-messaging/whatsapp, the page "webhooks,
reference, messages, status".
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from channels.emulators.platform import CannotDo

if TYPE_CHECKING:
    from channels.emulators.whatsapp import WhatsAppEmulator

HELP = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"
PRICING = {
    "billable": False,
    "pricing_model": "PMP",
    "type": "free_customer_service",
    "category": "service",
}


@dataclass(frozen=True)
class Receipts:
    """`opaque` is what the sender wanted back with each."""

    emulator: WhatsAppEmulator
    user: str
    wamid: str
    opaque: str

    async def good(self, number: int) -> None:
        """Tell that the message was sent, that the phone has it, and that it was read."""
        waits = self.emulator.receipt_waits
        for status, wait in zip(("sent", "delivered", "read"), waits, strict=True):
            await asyncio.sleep(wait)
            self.emulator.change(self.user, number, ticks=status)
            more = {} if status == "read" else {"pricing": PRICING}
            await self._tell(status, **more)

    async def failed(self, code: int, title: str, details: str) -> None:
        """Tell that the message, which was taken, cannot be delivered."""
        error = {
            "code": code,
            "title": title,
            "message": title,
            "error_data": {"details": details},
            "href": HELP,
        }
        await self._tell("failed", errors=[error])

    async def _tell(self, status: str, **more: Any) -> None:
        told: dict[str, Any] = {
            "id": self.wamid,
            "status": status,
            "timestamp": str(int(self.emulator.clock().timestamp())),
            ("recipient_user_id" if "." in self.user else "recipient_id"): self.user,
            **more,
        }
        if self.opaque:
            told["biz_opaque_callback_data"] = self.opaque
        try:
            await self.emulator.update(self.emulator.envelope(statuses=[told]))
        except CannotDo:
            # The webhook is not verified: the news goes nowhere.
            return
