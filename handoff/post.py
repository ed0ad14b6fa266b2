"""What is on its way to residents, and what did not get there, as the desk sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handoff.floor import Agent


@dataclass(frozen=True)
class Failing:
    """A platform that fails: nothing is sent there before `next_at`. `reason` is a word."""

    since: datetime
    next_at: datetime
    reason: str


@dataclass(frozen=True)
class Backlog:
    """What waits for one council on one channel. `waiting` parcels go out by themselves, the oldest
    written at `oldest`; `undelivered` is how many were refused or given up. Each may be 0."""

    authority: str
    channel: str
    waiting: int = 0
    oldest: datetime | None = None
    undelivered: int = 0
    failing: Failing | None = None


@dataclass(frozen=True)
class Letter:
    """One parcel: one call to one platform. `state` is held (until the person writes again),
    refused, given_up or discarded.

    `said` is the text that it says or is a part of, "" when only the resident may read it. `part`
    of `parts` is which of the calls it is that say this text. `by` is who said it: assistant, agent
    or system. `reason` is a word for why it did not go out, `unsure` that it may have arrived all
    the same. `written_at` is when it was said, `tried_at` when it was tried last. Of a discarded
    one, `discarded_by` and `discarded_because` tell who did it and why, `tried_at` when.
    """

    parcel: int
    state: str
    authority: str
    channel: str
    user: str
    conversation: str
    said: str
    by: str
    written_at: datetime
    tried_at: datetime
    attempts: int
    reason: str = ""
    unsure: bool = False
    part: int = 1
    parts: int = 1
    discarded_by: str = ""
    discarded_because: str = ""


class Post(Protocol):
    """Letters of the councils that the agent covers; others look as if they did not exist."""

    async def count(self, agent: Agent) -> int:
        """Return how many letters are undelivered: refused or given up, and not yet looked at."""

    async def backlogs(self, agent: Agent) -> Sequence[Backlog]:
        """Return where anything waits, fails or is undelivered, by council and channel."""

    async def held(self, agent: Agent, limit: int = 50) -> Sequence[Letter]:
        """Return what waits until the person writes again, oldest first."""

    async def undelivered(
        self, agent: Agent, *, authority: str = "", channel: str = "", before: int = 0
    ) -> Sequence[Letter]:
        """Return what was refused or given up, latest first; at most 50. `authority` and `channel`
        narrow it down; with `before`, only parcels with a smaller number."""

    async def discarded(self, agent: Agent, limit: int = 20) -> Sequence[Letter]:
        """Return what staff discarded, latest first."""

    async def letter(self, agent: Agent, parcel: int) -> Letter:
        """Return one undelivered letter. Raise KeyError when it is not (or no longer) one."""

    async def replay(self, agent: Agent, parcel: int) -> bool:
        """Send it again, soon; False when it is no longer undelivered. Raise KeyError when there is
        no such parcel."""

    async def replay_all(self, agent: Agent, authority: str, channel: str) -> int:
        """Send again all that is undelivered there, in the old order; return how many. Addresses
        that can never be reached (opted out, no such number) are left out."""

    async def discard(self, agent: Agent, parcel: int, reason: str) -> bool:
        """Give it up for good, and keep who did it, when and why; False when it is no longer
        undelivered. Raise KeyError when there is no such parcel. `reason` has 1 to 200
        characters."""
