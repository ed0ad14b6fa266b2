"""Fetches the files that residents sent, looks at what they are, and has them scanned."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from assistant import attachments
from assistant.attachments import Wanted
from assistant.delivery import nobody_looks
from assistant.file_kinds import media_type_of
from assistant.file_store import FileStore
from assistant.photos import NoPhoto, without_metadata
from assistant.scanning import Scanner, Unscanned
from assistant.store import Store
from channels.channel import Channel, DeliveryFailed, Refused, Transient

log = structlog.get_logger()

MOST = 10 * 1024 * 1024
"""Bytes: more than a phone's photo, less than what fills a disk."""
LONGEST_FETCH = 60.0


@dataclass(frozen=True)
class Fetching:
    """Fetches one file after the other. `channels` gives a council's channel by the council's slug
    and the channel's name. Without a `scanner`, files are kept and marked as unscanned; with one,
    nothing is kept before it has said that the file is clean."""

    store: Store
    channels: Callable[[str, str], Channel]
    files: FileStore
    scanner: Scanner | None
    holder: str
    now: Callable[[], datetime]
    changed: Callable[[str, str], None] = nobody_looks

    async def fetch_one(self) -> bool:
        """See one file through; False when there is none to fetch now."""
        if not await self.store.look(lambda c: attachments.is_due(c, self.now())):
            return False
        wanted = await self.store.run(lambda c: attachments.claim(c, self.holder, self.now()))
        if wanted is None:
            return False
        try:
            media_type, size = await self._fetch(wanted)
        except Transient as failure:
            await self._later(wanted, failure)
        except DeliveryFailed as failure:
            await self._refuse(wanted, failure.reason)
        else:
            scanned = self.scanner is not None
            await self.store.run(
                lambda c: attachments.kept(c, wanted, media_type, size, scanned=scanned)
            )
            log.info("file.kept", channel=wanted.channel, media_type=media_type, scanned=scanned)
        self.changed(wanted.authority, wanted.conversation)
        return True

    async def _fetch(self, wanted: Wanted) -> tuple[str, int]:
        """Put the file in its place; return its media type and size. Raise DeliveryFailed."""
        data = await self._bytes(wanted)
        if not data:
            raise Refused("empty")
        if len(data) > MOST:
            raise Refused("too_large")
        found = media_type_of(data)
        if found is None:
            raise Refused("media_type")
        if self.scanner is not None:
            try:
                clean = await asyncio.to_thread(self.scanner.is_clean, data)
            except Unscanned as error:
                raise Transient("scanner") from error
            if not clean:
                raise Refused("virus")
        try:
            data, media_type = await asyncio.to_thread(without_metadata, data, found)
        except NoPhoto as error:
            raise Refused("media_type") from error
        await asyncio.to_thread(self.files.write, wanted.file, data)
        return media_type, len(data)

    async def _bytes(self, wanted: Wanted) -> bytes:
        channel = self.channels(wanted.authority, wanted.channel)
        try:
            return await asyncio.wait_for(channel.fetch(wanted.url, MOST), LONGEST_FETCH)
        except asyncio.TimeoutError as error:
            raise Transient("timeout") from error
        except DeliveryFailed:
            raise
        except Exception as error:
            # A fault of ours in one channel must not stop the others.
            log.error("file.raised", channel=wanted.channel, error=type(error).__name__)
            raise Transient(type(error).__name__) from error

    async def _later(self, wanted: Wanted, failure: Transient) -> None:
        reason, after = failure.reason, failure.retry_after
        wait = await self.store.run(
            lambda c: attachments.failed(c, wanted, reason, self.now(), after)
        )
        again_in = wait.total_seconds() if wait is not None else None
        log.warning("file.failed", channel=wanted.channel, reason=reason, again_in=again_in)

    async def _refuse(self, wanted: Wanted, reason: str) -> None:
        if await self.store.run(lambda c: attachments.refused(c, wanted, reason)):
            # An earlier attempt may have died between the file and its row.
            await asyncio.to_thread(self.files.remove, wanted.file)
        log.warning("file.refused", channel=wanted.channel, reason=reason)
