"""Where the Cloud API keeps what people send: an id, and for five minutes an address.

Source: developers.facebook.com/docs/whatsapp/cloud-api/reference/media
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sanic import Request
from sanic.response import HTTPResponse, json, raw

if TYPE_CHECKING:
    from channels.emulators.graph import MetaEmulator

LIFE = timedelta(minutes=5)


class Media:
    """Both addresses want the token."""

    def __init__(self, emulator: MetaEmulator) -> None:
        self._emulator = emulator

    async def about(self, request: Request, version: str, media_id: str) -> HTTPResponse:
        """Say what a file is, and where it can be had."""
        refused = self._emulator.unauthorised(request)
        if refused is not None:
            return refused
        if media_id not in self._emulator.files:
            return self._emulator.no_such_object(request, media_id)
        data, media_type = self._emulator.files[media_id]
        expires = int((self._emulator.clock() + LIFE).timestamp())
        query = urlencode({"mid": media_id, "ext": expires, "hash": "A"})
        root = request.url.partition(f"/{version}/")[0]
        return json(
            {
                "messaging_product": "whatsapp",
                "url": f"{root}/whatsapp_business/attachments/?{query}",
                "mime_type": media_type,
                "sha256": sha256(data).hexdigest(),
                "file_size": len(data),
                "id": media_id,
            }
        )

    async def download(self, request: Request) -> HTTPResponse:
        refused = self._emulator.unauthorised(request)
        if refused is not None:
            return refused
        media_id, expires = request.args.get("mid", ""), request.args.get("ext", "")
        late = not expires.isdigit() or int(expires) < self._emulator.clock().timestamp()
        if media_id not in self._emulator.files or late:
            return self._emulator.refuse(request, 404, {}, "the address has run out")
        data, media_type = self._emulator.files[media_id]
        return raw(data, content_type=media_type)
