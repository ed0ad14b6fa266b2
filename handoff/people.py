"""One person's addresses, as agents see, link and unlink them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handoff.floor import Agent


@dataclass(frozen=True)
class Contact:
    """An address of a person: `channel` and `user` as they are kept, in full.

    `linked_at` is when it was linked to other addresses, None when it never was. `how` is then code
    or agent (empty before), `by` that agent's first name and `reason` what they gave as the reason.
    `conversation` is the latest conversation that was written from there with a council that the
    agent covers, empty when there is none; `last_at` and `last_said` are its latest message of the
    resident.
    """

    channel: str
    user: str
    linked_at: datetime | None = None
    how: str = ""
    by: str = ""
    reason: str = ""
    conversation: str = ""
    last_at: datetime | None = None
    last_said: str = ""


@dataclass(frozen=True)
class LinkEvent:
    """Something that was done to a person's addresses. `what` is linked or unlinked, `how` is code
    or agent, `by` an agent's first name or empty."""

    at: datetime
    what: str
    channel: str
    user: str
    how: str
    by: str = ""
    reason: str = ""


class CannotLink(Exception):
    """The two stay apart, and nothing was changed. `why` is one of:

    unknown: nobody has written to this council from that address;
    same: it is this person's own already;
    another: it belongs to another person who has several addresses. It must be unlinked there
    first, because two people become one only by a decision about each address.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotLinked(Exception):
    """The address is not one of this person's linked ones (any more). Nothing was changed."""


class People(Protocol):
    """Who is who. A conversation stands for the person whose it is. Each call raises KeyError for a
    conversation that does not exist or that the agent's councils do not cover."""

    async def contacts(self, agent: Agent, conversation: str) -> Sequence[Contact]:
        """Return all addresses of the person, the one they wrote from last first. Never empty:
        somebody who was never linked has the one that the conversation is from."""

    async def candidates(self, agent: Agent, conversation: str, query: str) -> Sequence[Contact]:
        """Return addresses that could be linked: those that have written to the conversation's own
        council and are not this person's. At most 20, latest first; empty for an empty query.

        `query` is what an agent typed: a telephone number as people write it ("07700 900123", "+44
        7700 900123"), which must be whole (never a part of one, which would let somebody page
        through strangers), or the id or the address on the desk of a conversation of that council.
        """

    async def link(
        self, agent: Agent, conversation: str, channel: str, user: str, reason: str
    ) -> None:
        """Make that address one of this person's, and keep who did it, when and why. From then on
        both write in one conversation. Raise CannotLink.

        `reason` has 1 to 200 characters.
        """

    async def unlink(
        self, agent: Agent, conversation: str, channel: str, user: str, reason: str
    ) -> None:
        """Take that address from this person, and keep who did it, when and why. What was said
        stays where it was said; its next message begins a conversation of its own. Raise
        NotLinked.
        """

    async def history(self, agent: Agent, conversation: str) -> Sequence[LinkEvent]:
        """Return what was linked to this person and unlinked, by codes and by agents, latest
        first; at most 50."""
