"""Files for calendars: one appointment each, for who has its address."""

from __future__ import annotations

import re
from typing import Protocol

from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse, raw

PATH = "/chat/appointment"
_NAME = re.compile(r"([A-Z0-9]{2}-[A-Z0-9]{4}-[A-Z0-9]{4})\.ics")
_KEY = re.compile(r"[0-9a-f]{32}")


class CalendarFiles(Protocol):
    """Where the files come from."""

    async def file(self, reference: str, key: str) -> bytes | None:
        """Return the file; None when that is not its key, or there is no such appointment now."""


class Calendars:
    """The handler of their addresses."""

    def __init__(self, files: CalendarFiles) -> None:
        self._files = files

    async def appointment(self, request: Request, name: str) -> HTTPResponse:
        """Return the file. What is wrong with an address is not told: it may be guessed."""
        named, key = _NAME.fullmatch(name), request.args.get("key", "")
        if named is None or not _KEY.fullmatch(key):
            raise NotFound("There is no such file.")
        body = await self._files.file(named[1], key)
        if body is None:
            raise NotFound("There is no such file.")
        return raw(
            body,
            content_type="text/calendar; charset=utf-8; method=PUBLISH",
            headers={"Content-Disposition": 'attachment; filename="appointment.ics"'},
        )
