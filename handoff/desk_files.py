"""Residents' files: to save, and pictures to look at, for agents who answer for the council."""

from __future__ import annotations

import asyncio

from sanic import Blueprint
from sanic.response import HTTPResponse

from handoff.attached import PICTURES
from handoff.desk_room import Room, security
from handoff.desk_visit import Declined, Visit, signed_in
from handoff.files import Files, StoredFile

AT_ONCE = 64 * 1024
# A file that is opened by itself is a page of nobody's: no script, no form, no other file.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
PICTURE_POLICY = "default-src 'none'; img-src 'self'; sandbox; frame-ancestors 'none'"


def add(blueprint: Blueprint, room: Room, files: Files) -> None:
    """Put the files on the blueprint."""

    async def save(visit: Visit, attachment: str) -> None:
        found = await _found(visit, files, attachment)
        headers = {"Content-Disposition": f'attachment; filename="{found.name}"'}
        await _send(visit, found, headers | {"Content-Security-Policy": POLICY})

    async def look(visit: Visit, attachment: str) -> None:
        found = await _found(visit, files, attachment)
        if found.media_type not in PICTURES:
            raise _not_there()
        headers = {"Content-Disposition": "inline", "Content-Security-Policy": PICTURE_POLICY}
        await _send(visit, found, headers)

    place = "/attachments/<attachment:uuid>"
    blueprint.add_route(signed_in(room, save), place)
    blueprint.add_route(signed_in(room, look), f"{place}/picture")


async def _found(visit: Visit, files: Files, attachment: str) -> StoredFile:
    found = await files.open(visit.agent, attachment)
    if found is None:
        raise _not_there()
    return found


def _not_there() -> Declined:
    return Declined(
        404,
        "There is no such file",
        "It may have been deleted, or belong to a council that you do not answer for.",
    )


async def _send(visit: Visit, found: StoredFile, headers: dict[str, str]) -> HTTPResponse | None:
    """Send it piece by piece: a large file must not stand in memory once for each reader."""
    try:
        file = await asyncio.to_thread(found.path.open, "rb")
    except FileNotFoundError:
        raise _not_there() from None
    with file:
        out = await visit.request.respond(
            content_type=found.media_type,
            headers=security()
            | {
                "Cache-Control": "private, no-store",
                "Content-Length": str(found.size),
                "Cross-Origin-Resource-Policy": "same-origin",
            }
            | headers,
        )
        while piece := await asyncio.to_thread(file.read, AT_ONCE):
            await out.send(piece)
    await out.eof()
    return None
