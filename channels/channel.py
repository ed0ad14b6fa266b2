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
    """What a platform can show and take. Lengths are in characters; None means that there is no
    limit.

    `counts_parts`: the length of a text is counted and paid in text-message parts. `per_second` is
    how many calls the platform takes in all, `pause` how long to wait between two to one person.
    """

    text: int | None = None
    choices: int | None = None
    choice_label: int | None = None
    inbound_text: int = 2000
    counts_parts: bool = False
    per_second: float | None = None
    pause: timedelta = timedelta(0)


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
class Acknowledgement:
    """What the platform wants to hear once all that its call carried is kept."""

    status: int = 200
    body: str = ""
    media_type: str = "text/plain"


@dataclass(frozen=True)
class Receipt:
    """What a platform says became of a parcel. `status` is sent, delivered, read or failed.

    `key` is the parcel's own key, from platforms that hand it back; `platform_id` what `send`
    returned. One of the two is enough.
    """

    platform_id: str
    status: str
    at: datetime
    reason: str = ""
    key: str = ""


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


class Unsure(Transient):
    """It may have been sent: the call was made and the answer did not come, or made no sense. Ask
    the platform (`find`) before trying again."""


class WindowClosed(DeliveryFailed):
    """The platform takes it only once the person has written again: keep it until then."""


class Refused(DeliveryFailed):
    """The platform will never take this parcel: do not try again."""


class Unreachable(Refused):
    """The platform will never take anything for this address."""


class Channel(Protocol):
    """One platform, for one council. `verify`, `parse`, `acknowledge` and `render` are pure; each
    of the others is one call to the platform, or a few. A class that names Channel as its base has
    those that are written out here, until it writes its own.

    A channel whose people come to read (web chat) is not `pushed` and renders nothing: the
    transcript is its outbox. `introduced`: the first words to a new address say who we are.
    """

    name: str
    limits: Limits
    pushed: bool = True
    introduced: bool = True

    def verify(self, webhook: Webhook) -> None:
        """Return if the call is from the platform; raise Forged if not. Compares in constant
        time."""

    def parse(self, webhook: Webhook) -> Sequence[InboundMessage | Receipt]:
        """Return what the call carries; what is unknown is left out. Raise Malformed."""

    def acknowledge(self, webhook: Webhook) -> Acknowledgement:
        """Return what to answer a call that was verified, and whose messages are committed."""
        return Acknowledgement()

    def render(self, reply: Reply) -> Sequence[Payload]:
        """Return the calls that say this reply, in order."""

    async def send(self, to: Address, payload: Payload, key: str) -> str | None:
        """Make one call; return the platform's id of it. Raise DeliveryFailed."""

    async def find(self, to: Address, payload: Payload, key: str, since: datetime) -> str | None:
        """Return the platform's id of an earlier `send` of this, made at `since` or later. None
        when there was none, or when the platform cannot tell. Raise DeliveryFailed."""
        return None

    async def fetch(self, url: str, most: int) -> bytes:
        """Return the file that a person sent (`Attached.url`). Raise Refused when it is larger than
        `most` bytes or gone, Transient when it may work later."""
        raise Refused("no_files")

    async def missed(self, since: datetime) -> Sequence[InboundMessage]:
        """Return what the platform has received since then, for those that keep a list: what came
        by webhook too is known by its id. Raise DeliveryFailed."""
        return ()
