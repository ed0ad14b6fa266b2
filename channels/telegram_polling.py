"""How a Telegram bot is told of messages: it sets its webhook, or asks for what is new."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Bot
from telegram.constants import UpdateType

from channels.channel import Transient
from channels.telegram_line import READ, ask
from channels.telegram_reading import pressed

KINDS = (UpdateType.MESSAGE, UpdateType.EDITED_MESSAGE, UpdateType.CALLBACK_QUERY)
"""The updates that we read; Telegram need not send us others."""

MOST_CONNECTIONS = 40
POLL_SECONDS = 25


@dataclass(frozen=True)
class Polled:
    """An update that was asked for: its number, what a webhook would have brought, and the id of
    the button press that waits for an answer, "" when none does."""

    number: int
    body: bytes
    pressed: str


@dataclass(frozen=True)
class Polling:
    """One bot. Telegram hands out updates in one way at a time: as long as a webhook is set, asking
    is refused with Transient("conflict")."""

    bot: Bot
    webhook_url: str
    secret: str

    async def updates(self, offset: int) -> Sequence[Polled]:
        """Return the updates from that number on, as soon as there are any; none after 25 seconds.
        Telegram forgets those before. Raise DeliveryFailed."""
        # The library's own `get_updates` refuses them all when it cannot read one, and gives none
        # as it came. Telegram takes the names of its methods in any case.
        updates = await ask(
            self.bot.do_api_request(
                "GetUpdates",
                {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": KINDS},
                read_timeout=POLL_SECONDS + READ,
            )
        )
        if not isinstance(updates, list):
            raise Transient("garbage")
        return [_polled(update) for update in updates]

    async def end_spinner(self, query: str) -> None:
        """A pressed button spins until the press is answered. Raise DeliveryFailed."""
        await ask(self.bot.answer_callback_query(query))

    async def set_webhook(self) -> None:
        """Let Telegram call us from now on. Raise DeliveryFailed."""
        await ask(
            self.bot.set_webhook(
                self.webhook_url,
                secret_token=self.secret,
                allowed_updates=KINDS,
                max_connections=MOST_CONNECTIONS,
            )
        )

    async def delete_webhook(self) -> None:
        """Let Telegram keep what is new until it is asked for. Raise DeliveryFailed."""
        await ask(self.bot.delete_webhook())


def _polled(update: object) -> Polled:
    if not isinstance(update, dict) or type(update.get("update_id")) is not int:
        raise Transient("garbage")
    return Polled(update["update_id"], json.dumps(update).encode(), pressed(update))
