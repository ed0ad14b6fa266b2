"""Where platforms call: verify, parse, accept, and only then acknowledge."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import structlog
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, text

from channels.bucket import Buckets
from channels.channel import Channel, Forged, Malformed, Receipt, Webhook
from channels.messages import InboundMessage

log = structlog.get_logger()

LARGEST = 3 * 1024 * 1024
"""Bytes of a call: the largest that WhatsApp sends."""
AT_ONCE = 400
PER_SECOND = 200.0
"""Calls of one platform to one council that a process takes. Beyond, it asks to come again later:
platforms do, within seconds to minutes."""


class Arrivals(Protocol):
    """Keeps what arrived."""

    def channel(self, authority: str, kind: str) -> Channel:
        """Raise KeyError when the council has no such account."""

    async def take(
        self, authority: str, channel: Channel, arrived: Sequence[InboundMessage | Receipt]
    ) -> None:
        """Return when all of it is committed. What came before is not kept again."""


def webhooks(
    arrivals: Arrivals,
    public_url: str,
    now: Callable[[], datetime],
    clock: Callable[[], float] = time.monotonic,
    at_once: int = AT_ONCE,
) -> Blueprint:
    """Return the addresses /webhooks/<council>/<kind>. `public_url` is how platforms reach us:
    some sign the whole address, which behind a proxy is not the one that we see."""
    buckets = Buckets(at_once, PER_SECOND)

    async def called(request: Request, authority: str, kind: str) -> HTTPResponse:
        try:
            channel = arrivals.channel(authority, kind)
        except KeyError:
            return text("no such channel\n", 404)
        body = await _body(request)
        if body is None:
            return text("too large\n", 413)
        webhook = Webhook(
            method=request.method,
            url=_with_query(f"{public_url}/webhooks/{authority}/{kind}", request.query_string),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
            received_at=now(),
            query={name: values[0] for name, values in request.get_args(True).items()},
        )
        try:
            channel.verify(webhook)
        except Forged:
            log.warning("webhook.forged", channel=kind)
            return text("forged\n", 403)
        except Exception as error:
            return _fault(kind, error)
        wait = buckets.take((authority, kind), clock())
        if wait:
            log.warning("webhook.busy", channel=kind)
            return text("busy\n", 503, headers={"Retry-After": str(int(wait) + 1)})
        return await _keep(arrivals, authority, channel, webhook)

    blueprint = Blueprint("webhooks", url_prefix="/webhooks")
    # A streaming handler reads its own body: how much of it is our decision, not the server's.
    blueprint.add_route(called, "/<authority:str>/<kind:str>", methods=["GET", "POST"], stream=True)
    return blueprint


async def _keep(
    arrivals: Arrivals, authority: str, channel: Channel, webhook: Webhook
) -> HTTPResponse:
    try:
        arrived = channel.parse(webhook)
        await arrivals.take(authority, channel, arrived)
        answer = channel.acknowledge(webhook)
    except Malformed:
        log.warning("webhook.malformed", channel=channel.name)
        return text("cannot be read\n", 400)
    except Exception as error:
        return _fault(channel.name, error)
    return HTTPResponse(answer.body or None, answer.status, content_type=answer.media_type)


def _fault(channel: str, error: Exception) -> HTTPResponse:
    """Ask the platform to come again: it does after a 503, and not after a 4xx. What was kept all
    the same is known by its id."""
    log.error("webhook.fault", channel=channel, error=type(error).__name__)
    return text("try again\n", 503, headers={"Retry-After": "5"})


async def _body(request: Request) -> bytes | None:
    """Return the whole body, None when it is too large."""
    body = bytearray()
    if request.stream is None:
        return bytes(body)
    while (chunk := await request.stream.read()) is not None:
        body += chunk
        if len(body) > LARGEST:
            # The rest is not read, so the connection cannot go on: the answer says so.
            request.stream.keep_alive = False
            return None
    return bytes(body)


def _with_query(url: str, query: str) -> str:
    return f"{url}?{query}" if query else url
