"""What can be looked at: phones, platforms, files, and a stream of what changes."""

from __future__ import annotations

import json as plain_json

from sanic import Request
from sanic.exceptions import InvalidUsage, NotFound
from sanic.response import HTTPResponse, json, raw

from channels.emulators.changes import Watcher
from channels.emulators.stand import Stand, people, platform, screen

HEARTBEAT_SECONDS = 15.0


class Reading:
    """Changes nothing. Raises NotFound for what is not there."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    async def council(self, request: Request, council: str) -> HTTPResponse:
        """Return a council's platforms, what their phones can do and whose they are."""
        return json(
            [
                {**platform(each), "can": sorted(each.can), "people": people(each)}
                for each in self._stand.of(council)
            ]
        )

    async def platform(self, request: Request, council: str, kind: str) -> HTTPResponse:
        """Return how one platform is."""
        return json(platform(self._stand.get(council, kind)))

    async def screen(self, request: Request, council: str, kind: str, user: str) -> HTTPResponse:
        """Return what one phone shows; `?after=` is the number of the last message known."""
        after = request.args.get("after", "0")
        if not after.isdigit():
            raise InvalidUsage("after is the number of a message.")
        return json(screen(self._stand.get(council, kind), council, user, int(after)))

    async def file(self, request: Request, council: str, kind: str, number: str) -> HTTPResponse:
        """Return a file that a phone shows."""
        kept = self._stand.get(council, kind).files.get(number)
        if kept is None:
            raise NotFound("There is no such file.")
        data, media_type = kept
        safe = media_type if media_type.startswith(("image/", "audio/", "video/")) else ""
        if safe == "image/svg+xml":
            safe = ""
        return raw(
            data,
            content_type=safe or "application/octet-stream",
            headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "max-age=3600"},
        )

    async def stream(self, request: Request, council: str) -> None:
        """Send an event for every change: {kind, user}, or user "" for the platform itself."""
        watcher = Watcher()
        emulators = self._stand.of(council)
        for emulator in emulators:
            emulator.changes.watch(watcher, emulator.kind)
        try:
            response = await request.respond(
                content_type="text/event-stream", headers={"Cache-Control": "no-store"}
            )
            await response.send("retry: 1000\n\nevent: ready\ndata: {}\n\n")
            while True:
                changes = await watcher.next(HEARTBEAT_SECONDS)
                lines = [
                    f"event: changed\ndata: {plain_json.dumps({'kind': kind, 'user': user})}\n\n"
                    for kind, user in sorted(changes)
                ]
                await response.send("".join(lines) or ": still here\n\n")
        finally:
            for emulator in emulators:
                emulator.changes.leave(watcher)
