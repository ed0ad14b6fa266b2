"""The web chat as a channel: people come to read, so nothing is ever sent."""

from __future__ import annotations

from collections.abc import Sequence

from channels.channel import Channel, Limits, Payload, Receipt, Refused, Webhook
from channels.messages import Address, InboundMessage, Reply
from channels.webchat.incoming import LONGEST


class WebChat(Channel):
    """Its pages take messages in (blueprint.py), and the transcript is its outbox."""

    name = "webchat"
    limits = Limits(inbound_text=LONGEST)
    pushed = False

    def verify(self, webhook: Webhook) -> None:
        """Return: a visitor is known by a signed cookie, which blueprint.py reads."""

    def parse(self, webhook: Webhook) -> Sequence[InboundMessage | Receipt]:
        """Return nothing: no platform calls for this channel."""
        return ()

    def render(self, reply: Reply) -> Sequence[Payload]:
        """Return nothing: the page reads the transcript."""
        return ()

    async def send(self, to: Address, payload: Payload, key: str) -> str | None:
        """Raise Refused: nothing can be pushed to a page."""
        raise Refused("webchat has nothing to send")
