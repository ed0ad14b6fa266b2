"""News for an open desk: server-sent events that say what to look at again."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator

from sanic import Blueprint
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse

from handoff.desk_room import Room, security
from handoff.desk_visit import Visit, find_session, signed_in


def add(blueprint: Blueprint, room: Room) -> None:
    """Put the stream on the blueprint."""
    blueprint.add_route(signed_in(room, stream, active=False), "/stream")


async def stream(visit: Visit) -> HTTPResponse | None:
    """Say "hello", then each change as it happens, then "signed-out" when the session ends.

    The page looks at everything again on "hello", so a dropped connection loses nothing.
    """
    changes = visit.room.floor.changes(visit.agent)
    headers = security() | {"X-Accel-Buffering": "no"}  # nginx would hold the news back
    out = await visit.request.respond(content_type="text/event-stream", headers=headers)
    try:
        await _send(out, "hello", {})
        async for change in changes:
            if change is not None:
                await _send(
                    out, "change", {"kind": change.kind, "conversation": change.conversation}
                )
            elif await _still_signed_in(visit.room, visit.request):
                await out.send(": still here\n\n")
            else:
                await _send(out, "signed-out", {})
                break
    finally:
        if isinstance(changes, AsyncGenerator):
            await changes.aclose()
    await out.eof()
    return None


async def _send(out: BaseHTTPResponse, event: str, data: dict[str, str]) -> None:
    await out.send(f"event: {event}\ndata: {json.dumps(data)}\n\n")


async def _still_signed_in(room: Room, request: Request) -> bool:
    return await find_session(room, request, room.clock(), active=False) is not None
