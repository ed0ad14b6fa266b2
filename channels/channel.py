"""The contract of a channel, and the closed list of ways that a send can fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from channels.messages import Address, InboundMessage, Reply

Payload = Mapping[str, Any]
"""What one call to one platform carries: JSON values only, so that it can wait in the outbox."""


@dataclass(frozen=True)
class Limits:
    """What a platform can show. Lengths are in characters; None means that there is no limit."""

    text: int | None = None
    choices: int | None = None
    choice_label: int | None = None
    inbound_text: int = 2000


@dataclass(frozen=True)
class Webhook:
    """A call from a platform, as it came: nothing has been believed or decoded yet."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """What a platform says became of a parcel. `status` is sent, delivered, read or failed."""

    platform_id: str
    status: str
    at: datetime
    reason: str = ""


class Forged(Exception):
    """The call does not come from the platform: answer 403 and keep nothing."""


class Malformed(Exception):
    """The call comes from the platform and cannot be read: answer 4xx and say why."""


class DeliveryFailed(Exception):
    """A parcel was not sent. `reason` is a word for the log and the desk, never what was said."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Transient(DeliveryFailed):
    """It may work later: try again, after `retry_after` when the platform says so."""

    def __init__(self, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Refused(DeliveryFailed):
    """The platform will never take this parcel: do not try again."""


class Unreachable(Refused):
    """The platform will never take anything for this address."""


class Channel(Protocol):
    """One platform. `parse` and `render` are pure; `send` is one call.

    A channel whose people come to read (web chat) renders nothing: the transcript is its outbox.
    """

    name: str
    limits: Limits

    def verify(self, webhook: Webhook) -> None:
        """Return if the call is from the platform; raise Forged if not."""

    def parse(self, webhook: Webhook) -> Sequence[InboundMessage | Receipt]:
        """Return what the call carries; what is unknown is left out. Raise Malformed."""

    def render(self, reply: Reply) -> Sequence[Payload]:
        """Return the calls that say this reply, in order."""

    async def send(self, to: Address, payload: Payload, key: str) -> str | None:
        """Make one call; return the platform's id of it. Raise DeliveryFailed."""
