"""`assistant telegram`: sets a bot's webhook, or brings its messages in without one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

import structlog

from assistant.wiring import Parts
from channels.channel import Channel, DeliveryFailed, Malformed, Receipt, Transient, Webhook
from channels.messages import InboundMessage
from channels.telegram import SECRET_HEADER, Telegram
from channels.telegram_polling import Polled

log = structlog.get_logger()

Take = Callable[[str, Channel, Sequence[InboundMessage | Receipt]], Awaitable[None]]
"""Arrivals.take: returns when all of it is committed."""

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(seconds=30)


class TelegramRefuses(Exception):
    """Telegram does not do what was asked. The text says what to do about it."""


_ADVICE = {
    "conflict": "this bot has a webhook, or is polled elsewhere; see --delete-webhook",
    "auth": "Telegram does not know the token",
}


@dataclass(frozen=True)
class Poll:
    """Asks for messages and takes them in as the webhook does, for one council's bot."""

    authority: str
    channel: Telegram
    take: Take
    now: Callable[[], datetime]

    async def run(self) -> NoReturn:
        """Go on until cancelled; wait and try again when Telegram is away. Raise TelegramRefuses.

        What is not committed is raised: Telegram then brings it again to the next who asks.
        """
        offset, wait = 0, FIRST_WAIT
        while True:
            try:
                offset = await self.once(offset)
                wait = FIRST_WAIT
            except Transient as failure:
                if failure.reason in _ADVICE:
                    raise TelegramRefuses(_ADVICE[failure.reason]) from None
                log.warning("telegram.away", reason=failure.reason)
                await asyncio.sleep((failure.retry_after or wait).total_seconds())
                wait = min(2 * wait, LONGEST_WAIT)

    async def once(self, offset: int) -> int:
        """Take in the updates from that number on; return the first number not taken in. The next
        call with it tells Telegram that those before are safe."""
        for update in await self.channel.polling.updates(offset):
            await self._take(update)
            offset = update.number + 1
        return offset

    async def _take(self, update: Polled) -> None:
        webhook = self._as_webhook(update)
        try:
            arrived = self.channel.parse(webhook)
        except Malformed:
            log.warning("webhook.malformed", channel=self.channel.name)
            return
        await self.take(self.authority, self.channel, arrived)
        if update.pressed:
            try:
                await self.channel.polling.end_spinner(update.pressed)
            except DeliveryFailed as failure:
                log.warning("telegram.spins_on", reason=failure.reason)

    def _as_webhook(self, update: Polled) -> Webhook:
        polling = self.channel.polling
        return Webhook(
            method="POST",
            url=polling.webhook_url,
            headers={SECRET_HEADER: polling.secret},
            body=update.body,
            received_at=self.now(),
        )


async def run(parts: Parts, council: str, action: str) -> str:
    """Do "poll", until cancelled, "set-webhook" or "delete-webhook", for a council's bot; return
    what to tell the operator. Raise TelegramRefuses and AccountsWrong."""
    try:
        channel = parts.channels.at(council, "telegram")
    except KeyError:
        raise TelegramRefuses(f"the accounts file has no telegram for {council}") from None
    if not isinstance(channel, Telegram):
        raise TypeError(council)
    async with parts.http:
        if action == "set-webhook":
            return f"Telegram now calls {await set_webhook(channel)}"
        if action == "delete-webhook":
            await delete_webhook(channel)
            return "Telegram now keeps messages until it is asked for them."
        nudges = parts.nudges("poll")
        try:
            take = parts.arrivals(nudges.tell).take
            return await Poll(council, channel, take, parts.now).run()
        finally:
            nudges.close()
            parts.store.close()


async def set_webhook(channel: Telegram) -> str:
    """Return the address that Telegram calls from now on. Raise TelegramRefuses."""
    await _settled(channel.polling.set_webhook(), "is FRONT_DOOR_PUBLIC_URL an https address?")
    return channel.polling.webhook_url


async def delete_webhook(channel: Telegram) -> None:
    """Raise TelegramRefuses."""
    await _settled(channel.polling.delete_webhook(), "try again")


async def _settled(call: Awaitable[None], advice: str) -> None:
    try:
        await call
    except DeliveryFailed as failure:
        said = _ADVICE.get(failure.reason) or f"it answers {failure.reason}; {advice}"
        raise TelegramRefuses(said) from None
