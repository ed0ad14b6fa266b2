"""The post, people and files of a desk, in memory, for tests of its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path

from handoff.files import StoredFile
from handoff.floor import Agent
from handoff.people import CannotLink, Contact, LinkEvent, NotLinked
from handoff.post import Backlog, Letter

AT = datetime(2026, 11, 23, 9, 30, tzinfo=timezone.utc)
UNDELIVERED = ("refused", "given_up")


def letter(parcel: int, **values: object) -> Letter:
    """Return a text message that the number's opt-out stopped."""
    plain = Letter(
        parcel=parcel,
        state="refused",
        authority="ashcombe",
        channel="sms",
        user="+447700900123",
        conversation="00000000-0000-4000-8000-00000000000a",
        said="Your next collection is on Tuesday.",
        by="assistant",
        written_at=AT,
        tried_at=AT,
        attempts=1,
        reason="opted_out",
    )
    return replace(plain, **values)  # type: ignore[arg-type]  # a test names fields of Letter


@dataclass
class FakePost:
    """Letters by number. What was done stands in `done`."""

    letters: dict[int, Letter] = field(default_factory=dict)
    lines: list[Backlog] = field(default_factory=list)
    done: list[tuple[object, ...]] = field(default_factory=list)
    over: set[int] = field(default_factory=set)

    def put(self, *letters: Letter) -> None:
        self.letters |= {letter.parcel: letter for letter in letters}

    async def count(self, agent: Agent) -> int:
        return len(self._of(agent, *UNDELIVERED))

    async def backlogs(self, agent: Agent) -> Sequence[Backlog]:
        return [line for line in self.lines if line.authority in agent.covers]

    async def held(self, agent: Agent, limit: int = 50) -> Sequence[Letter]:
        return self._of(agent, "held")[:limit]

    async def undelivered(
        self, agent: Agent, *, authority: str = "", channel: str = "", before: int = 0
    ) -> Sequence[Letter]:
        return [
            found
            for found in reversed(self._of(agent, *UNDELIVERED))
            if authority in ("", found.authority)
            and channel in ("", found.channel)
            and not (before and found.parcel >= before)
        ][:50]

    async def discarded(self, agent: Agent, limit: int = 20) -> Sequence[Letter]:
        return self._of(agent, "discarded")[:limit]

    async def letter(self, agent: Agent, parcel: int) -> Letter:
        return {found.parcel: found for found in self._of(agent, *UNDELIVERED)}[parcel]

    async def replay(self, agent: Agent, parcel: int) -> bool:
        if parcel in self.over:
            return False
        self.letters[parcel] = replace(self.letters[parcel], state="waiting")
        self.done.append(("replay", parcel, agent.username))
        return True

    async def replay_all(self, agent: Agent, authority: str, channel: str) -> int:
        found = await self.undelivered(agent, authority=authority, channel=channel)
        for one in found:
            await self.replay(agent, one.parcel)
        return len(found)

    async def discard(self, agent: Agent, parcel: int, reason: str) -> bool:
        if parcel in self.over:
            return False
        self.letters[parcel] = replace(
            self.letters[parcel],
            state="discarded",
            discarded_by=agent.first_name,
            discarded_because=reason,
        )
        self.done.append(("discard", parcel, agent.username, reason))
        return True

    def _of(self, agent: Agent, *states: str) -> list[Letter]:
        return [
            found
            for _, found in sorted(self.letters.items())
            if found.state in states and found.authority in agent.covers
        ]


@dataclass
class FakePeople:
    """The contacts of each conversation, and those who could be found by a query."""

    known: dict[str, list[Contact]] = field(default_factory=dict)
    strangers: dict[str, list[Contact]] = field(default_factory=dict)
    events: list[LinkEvent] = field(default_factory=list)
    refusal: str = ""

    async def contacts(self, agent: Agent, conversation: str) -> Sequence[Contact]:
        return self.known.get(conversation) or [Contact("webchat", "visitor-1")]

    async def candidates(self, agent: Agent, conversation: str, query: str) -> Sequence[Contact]:
        return self.strangers.get(query, [])

    async def link(
        self, agent: Agent, conversation: str, channel: str, user: str, reason: str
    ) -> None:
        if self.refusal:
            raise CannotLink(self.refusal)
        before = list(await self.contacts(agent, conversation))
        new = Contact(channel, user, AT, "agent", agent.first_name, reason)
        self.known[conversation] = [*before, new]
        self.events.insert(0, LinkEvent(AT, "linked", channel, user, "agent", "Priya", reason))

    async def unlink(
        self, agent: Agent, conversation: str, channel: str, user: str, reason: str
    ) -> None:
        if self.refusal:
            raise NotLinked
        before = await self.contacts(agent, conversation)
        self.known[conversation] = [c for c in before if (c.channel, c.user) != (channel, user)]
        self.events.insert(0, LinkEvent(AT, "unlinked", channel, user, "agent", "Priya", reason))

    async def history(self, agent: Agent, conversation: str) -> Sequence[LinkEvent]:
        return self.events


@dataclass
class FakeFiles:
    """Files in a folder, each of one council."""

    folder: Path
    kept: dict[str, tuple[str, StoredFile]] = field(default_factory=dict)

    def keep(self, attachment: str, data: bytes, media_type: str, name: str) -> None:
        path = self.folder / f"file-{len(self.kept)}"
        path.write_bytes(data)
        self.kept[attachment] = ("ashcombe", StoredFile(path, media_type, len(data), name))

    async def open(self, agent: Agent, attachment_id: str) -> StoredFile | None:
        authority, found = self.kept.get(attachment_id, ("", None))
        return found if authority in agent.covers else None
