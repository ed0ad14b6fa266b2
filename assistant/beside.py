"""What a worker does beside its turns: sends parcels, fetches files, and does chores."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from assistant.chores import Chore, Chores
from assistant.delivery import Delivery, nobody_looks
from assistant.fetching import Fetching
from assistant.file_store import FileStore
from assistant.scanning import Scanner
from assistant.store import Store
from channels.channel import Channel

log = structlog.get_logger()

SENDERS = 4
SUBMITTERS = 2
"""A system that does not answer holds up one of them."""
LOOK = 1.0
"""Seconds between two looks for a parcel, or a file, that nobody told of."""
CHORES = 15.0
"""Seconds between two looks for a chore that is due."""
PATIENCE = 5.0
"""Seconds that calls to platforms have to end when the worker stops; the supervisor gives eight."""


async def nothing_to_do() -> bool:
    """Do nothing."""
    return False


@dataclass
class Beside:
    """`channels` gives a council's channel by the council's slug and the channel's name. Residents'
    files are fetched when there is a place for `files`."""

    store: Store
    channels: Callable[[str, str], Channel]
    holder: str
    now: Callable[[], datetime]
    files: FileStore | None = None
    scanner: Scanner | None = None
    chores: Sequence[Chore] = ()
    changed: Callable[[str, str], None] = nobody_looks
    """Wakes who looks at a conversation: its council's slug, and its id."""
    submit: Callable[[], Awaitable[bool]] = nothing_to_do
    """Takes the next step with a request that another system is to have."""
    _posted: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _posts: int = field(default=0, init=False)
    _stopped: bool = field(default=False, init=False)
    _senders: list[asyncio.Task[None]] = field(default_factory=list, init=False)
    _others: list[asyncio.Task[None]] = field(default_factory=list, init=False)

    def start(self) -> None:
        """Begin with all of it."""
        delivery = Delivery(self.store, self.channels, self.holder, self.now, changed=self.changed)
        sends = [self._call("delivery", delivery.deliver_one) for _ in range(SENDERS)]
        submits = [self._call("submissions", self.submit) for _ in range(SUBMITTERS)]
        self._senders = [asyncio.create_task(call) for call in (*sends, *submits)]
        chores = Chores(self.store, self.chores, self.now)
        self._others = [asyncio.create_task(self._repeat("chores", chores.do_one, CHORES))]
        if self.files is not None:
            fetching = Fetching(
                self.store,
                self.channels,
                self.files,
                self.scanner,
                self.holder,
                self.now,
                self.changed,
            )
            self._others.append(
                asyncio.create_task(self._repeat("files", fetching.fetch_one, LOOK))
            )

    def post(self) -> None:
        """Wake the senders: there may be a parcel."""
        self._posts += 1
        self._posted.set()
        self._posted.clear()

    async def end(self) -> None:
        """Stop. Calls to platforms under way have a few seconds to end: one that is cut off has to
        be asked after later."""
        self._stopped = True
        self.post()
        if self._senders:
            await asyncio.wait(self._senders, timeout=PATIENCE)
        tasks = (*self._senders, *self._others)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _call(self, what: str, call: Callable[[], Awaitable[bool]]) -> None:
        while not self._stopped:
            before = self._posts
            busy = await _safely(what, call)
            if not busy and before == self._posts:
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._posted.wait(), LOOK)

    async def _repeat(self, what: str, work: Callable[[], Awaitable[bool]], seconds: float) -> None:
        """Do all there is, then look again after so many seconds."""
        while True:
            if not await _safely(what, work):
                await asyncio.sleep(seconds)


async def _safely(what: str, work: Callable[[], Awaitable[bool]]) -> bool:
    """Work once; a fault is logged, its row stays, and the next one gets its chance."""
    try:
        return await work()
    except Exception as error:
        log.error(f"{what}.fault", error=type(error).__name__, where=where_raised(error))
        return False


def where_raised(error: BaseException) -> str:
    """Return the file and line that raised: an error's own words may hold what a resident wrote."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return ""
    return f"{os.path.basename(traceback.tb_frame.f_code.co_filename)}:{traceback.tb_lineno}"
