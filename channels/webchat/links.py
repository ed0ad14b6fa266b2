"""What the chat page needs to let a resident carry on by text message or WhatsApp."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True)
class Started:
    """A code is on its way. Another one can be asked for after `again_after`."""

    again_after: timedelta


@dataclass(frozen=True)
class Problem:
    """No code was sent. `kind` is

    too_many: too many codes were asked for, or too many were wrong; it may work after `wait`;
    linked: that number and this chat belong together already;
    unreachable: we may not or cannot write to this number (who owns it has opted out, say);
    down: the platform does not answer.
    """

    kind: str
    wait: timedelta = timedelta(0)


@dataclass(frozen=True)
class Linked:
    """The chat and the number now belong together."""


@dataclass(frozen=True)
class NotLinked:
    """`kind` is wrong (with `tries_left`, at least 1), expired, used_up (too many wrong tries) or
    none (no code was sent for this chat, or it was used already)."""

    kind: str
    tries_left: int = 0


class LinkService(Protocol):
    """Links a visitor's chat to a telephone, by a code that is sent there."""

    def channels(self, authority: str) -> tuple[str, ...]:
        """Return the channels that a code can be sent by: sms, whatsapp, both or none."""

    async def start(
        self, authority: str, visitor: str, channel: str, number: str
    ) -> Started | Problem:
        """Send a code by that channel. `number` is written as +447700900123."""

    async def confirm(self, authority: str, visitor: str, code: str) -> Linked | NotLinked:
        """Link the two if that is the code that was sent last. `code` is as it was typed."""
