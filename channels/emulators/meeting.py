"""How one call of ours meets the platform's faults, and is kept for the page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sanic import Request
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse, empty, html, text

if TYPE_CHECKING:
    from channels.emulators.platform import Emulator

GARBAGE = "<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>"


@dataclass(frozen=True)
class Called:
    """One call that we made. `name` is the platform's word for it, without secrets or numbers.

    `status` is None when the answer was lost. `refused` says in a few words why it was refused, ""
    when it was taken. `fault` is the fault that the call met.
    """

    at: datetime
    name: str
    status: int | None
    refused: str = ""
    fault: str = "none"


async def met(
    emulator: Emulator, request: Request, handle: Callable[[], Awaitable[HTTPResponse]]
) -> HTTPResponse:
    """Answer one call as the platform does now: with `handle`, unless a fault stands before it."""
    fault = emulator.faults.take()
    name = emulator.name_of_call(request)
    try:
        response = _instead(emulator, fault) or await handle()
    except Exception as error:
        status = (isinstance(error, SanicException) and error.status_code) or 500
        emulator.called(Called(emulator.clock(), name, status, type(error).__name__, fault))
        raise
    refused = getattr(request.ctx, "refused", "")
    answered = None if fault == "lost" else response.status
    emulator.called(Called(emulator.clock(), name, answered, refused, fault))
    if fault == "slow":
        await asyncio.sleep(emulator.faults.delay)
    if fault == "lost":
        return _hang_up(request)
    return response


def _instead(emulator: Emulator, fault: str) -> HTTPResponse | None:
    if fault == "down":
        return text("Service Unavailable", 503)
    if fault == "rate":
        return emulator.too_many(emulator.faults.retry_after)
    if fault == "error":
        return emulator.broken()
    if fault == "garbage":
        return html(GARBAGE)
    return None


def _hang_up(request: Request) -> HTTPResponse:
    """End the connection of a call that was taken: its caller never hears what became of it."""
    abort = getattr(request.transport, "abort", None)
    if abort is not None:
        abort()
    return empty()
