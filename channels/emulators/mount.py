"""Puts a platform's API at its address, and its faults in front of it."""

from __future__ import annotations

import asyncio
from typing import Any

from sanic import Blueprint, Request
from sanic.response import BaseHTTPResponse, HTTPResponse, html, text

from channels.emulators.platform import Called, Emulator

GARBAGE = "<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>"


def mounted(emulator: Emulator, council: str) -> Blueprint:
    """Return the platform's API, to be served at /<council>/<kind>."""
    # Sanic takes no hyphen in a blueprint's name, and a council has one: west-wenshire.
    name = f"{council}_{emulator.kind}".replace("-", "_")
    blueprint = Blueprint(name, url_prefix=f"/{council}/{emulator.kind}")
    emulator.add_routes(blueprint)
    guard = _Guard(emulator)
    blueprint.middleware(guard.before, "request")
    blueprint.middleware(guard.after, "response")
    return blueprint


class _Guard:
    """Stands before and behind every call of one platform's API."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def before(self, request: Request) -> HTTPResponse | None:
        faults = self._emulator.faults
        request.ctx.fault = faults.take()
        answers: dict[str, Any] = {
            "down": lambda: text("Service Unavailable", 503),
            "rate": lambda: self._emulator.too_many(faults.retry_after),
            "error": self._emulator.broken,
            "garbage": lambda: html(GARBAGE),
        }
        make = answers.get(request.ctx.fault)
        return None if make is None else make()

    async def after(self, request: Request, response: BaseHTTPResponse) -> None:
        emulator, fault = self._emulator, getattr(request.ctx, "fault", "none")
        lost = fault == "lost"
        emulator.called(
            Called(
                emulator.clock(),
                emulator.name_of_call(request),
                None if lost else response.status,
                getattr(request.ctx, "refused", ""),
                fault,
            )
        )
        if fault == "slow":
            await asyncio.sleep(emulator.faults.delay)
        if lost:
            # The caller sees its connection end after the call was taken.
            abort = getattr(request.transport, "abort", None)
            if abort is not None:
                abort()
