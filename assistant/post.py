"""The desk's side of the outbox: what waits for residents, what did not get there, and what staff
do about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant import dead_letters
from assistant.circuits import OPENS_AFTER
from assistant.dead_letters import UNDELIVERED
from assistant.hub import Hub
from assistant.nudge import Nudge
from assistant.store import Store
from assistant.tables import circuits, outbox, transcript
from handoff.floor import Agent
from handoff.post import Backlog, Failing, Letter
from handoff.reasons import LASTING
from handoff.tables import agents

AT_ONCE = 50
REPLAYED_AT_ONCE = 200
"""In one transaction: other writers wait for it."""

_its = outbox.c
_LETTER = sa.select(
    outbox,
    transcript.c.text,
    transcript.c.speaker,
    agents.c.first_name.label("discarded_by"),
).select_from(
    outbox.outerjoin(
        transcript,
        sa.and_(
            transcript.c.conversation == _its.conversation,
            transcript.c.position == _its.position,
        ),
    ).outerjoin(agents, agents.c.id == _its.agent)
)


@dataclass(frozen=True)
class PostRoom:
    """Implements handoff.post.Post on the database."""

    store: Store
    hub: Hub
    now: Callable[[], datetime]

    async def count(self, agent: Agent) -> int:
        query = sa.select(sa.func.count()).where(_covered(agent), _undelivered())
        return await self.store.look(lambda connection: int(connection.execute(query).scalar_one()))

    async def backlogs(self, agent: Agent) -> Sequence[Backlog]:
        return await self.store.look(lambda connection: _backlogs(connection, agent))

    async def held(self, agent: Agent, limit: int = AT_ONCE) -> Sequence[Letter]:
        held = sa.and_(_covered(agent), _its.state == sa.literal_column("'held'"))
        return await self._letters(_LETTER.where(held).order_by(_its.id).limit(limit))

    async def undelivered(
        self, agent: Agent, *, authority: str = "", channel: str = "", before: int = 0
    ) -> Sequence[Letter]:
        query = _LETTER.where(_covered(agent), _undelivered())
        if authority:
            query = query.where(_its.authority == authority)
        if channel:
            query = query.where(_its.channel == channel)
        if before:
            query = query.where(_its.id < before)
        return await self._letters(query.order_by(_its.id.desc()).limit(AT_ONCE))

    async def discarded(self, agent: Agent, limit: int = 20) -> Sequence[Letter]:
        query = _LETTER.where(_covered(agent), _its.state == "discarded")
        return await self._letters(query.order_by(_its.next_at.desc(), _its.id).limit(limit))

    async def letter(self, agent: Agent, parcel: int) -> Letter:
        found = await self._letters(_LETTER.where(_one(agent, parcel), _undelivered()))
        if not found:
            raise KeyError(parcel)
        return found[0]

    async def replay(self, agent: Agent, parcel: int) -> bool:
        def work(connection: Connection) -> Nudge | None:
            row = _must_exist(connection, agent, parcel)
            return _about(row) if dead_letters.replay(connection, parcel, self.now()) else None

        return self._tell(await self.store.run(work))

    async def replay_all(self, agent: Agent, authority: str, channel: str) -> int:
        query = (
            sa.select(_its.id)
            .where(
                _covered(agent),
                _undelivered(),
                _its.authority == authority,
                _its.channel == channel,
                sa.or_(_its.failure.is_(None), _its.failure.not_in(LASTING)),
            )
            .order_by(_its.id)
            .limit(REPLAYED_AT_ONCE)
        )
        replayed, last = 0, 0

        def work(connection: Connection) -> tuple[int, int]:
            ids = connection.execute(query.where(_its.id > last)).scalars().all()
            now = self.now()
            again = sum(dead_letters.replay(connection, parcel, now) for parcel in ids)
            return again, ids[-1] if len(ids) == REPLAYED_AT_ONCE else 0

        while True:
            again, last = await self.store.run(work)
            replayed += again
            if not last:
                # One nudge is enough to make everybody look.
                self._tell(Nudge("entry", authority=authority) if replayed else None)
                return replayed

    async def discard(self, agent: Agent, parcel: int, reason: str) -> bool:
        def work(connection: Connection) -> Nudge | None:
            row = _must_exist(connection, agent, parcel)
            if row.state not in UNDELIVERED:
                return None
            done = dead_letters.discard(connection, parcel, agent.id, reason, self.now())
            return _about(row) if done else None

        return self._tell(await self.store.run(work))

    def _tell(self, changed: Nudge | None) -> bool:
        """Wake who looks at the conversation, and the workers. Return whether anything changed."""
        if changed is not None:
            self.hub.tell(changed)
        return changed is not None

    async def _letters(self, query: Any) -> Sequence[Letter]:
        def work(connection: Connection) -> Sequence[Letter]:
            letters = [_letter(row) for row in connection.execute(query)]
            return _numbered(connection, letters)

        return await self.store.look(work)


def _covered(agent: Agent) -> Any:
    return _its.authority.in_(agent.covers)


def _undelivered() -> Any:
    # Written out, because the index is of just these states.
    return _its.state.in_([sa.literal_column(f"'{state}'") for state in UNDELIVERED])


def _one(agent: Agent, parcel: int) -> Any:
    return sa.and_(_its.id == parcel, _covered(agent))


def _must_exist(connection: Connection, agent: Agent, parcel: int) -> Any:
    """Return the parcel's row, locked. Raise KeyError when it is none of the agent's councils."""
    row = connection.execute(sa.select(outbox).where(_one(agent, parcel)).with_for_update()).first()
    if row is None:
        raise KeyError(parcel)
    return row


def _about(row: Any) -> Nudge:
    return Nudge("entry", row.conversation, row.authority, row.channel, row.user)


def _backlogs(connection: Connection, agent: Agent) -> Sequence[Backlog]:
    found: dict[tuple[str, str], Backlog] = {}

    def add(row: Any, **values: Any) -> None:
        key = (row.authority, row.channel)
        found[key] = replace(found.get(key) or Backlog(*key), **values)

    for row in connection.execute(_by_account(agent, _its.state == sa.literal_column("'waiting'"))):
        add(row, waiting=row.number, oldest=row.oldest)
    for row in connection.execute(_by_account(agent, _undelivered())):
        add(row, undelivered=row.number)
    failing = sa.select(circuits).where(
        circuits.c.authority.in_(agent.covers), circuits.c.failures >= OPENS_AFTER
    )
    for row in connection.execute(failing):
        add(row, failing=Failing(row.since, row.open_until, row.reason))
    return sorted(found.values(), key=lambda backlog: (backlog.authority, backlog.channel))


def _by_account(agent: Agent, condition: Any) -> Any:
    return (
        sa.select(
            _its.authority,
            _its.channel,
            sa.func.count().label("number"),
            sa.func.min(_its.created_at, type_=_its.created_at.type).label("oldest"),
        )
        .where(_covered(agent), condition)
        .group_by(_its.authority, _its.channel)
    )


def _letter(row: Any) -> Letter:
    return Letter(
        parcel=row.id,
        state=row.state,
        authority=row.authority,
        channel=row.channel,
        user=row.user,
        conversation=row.conversation,
        said=row.text or "",
        by=row.speaker or "",
        written_at=row.created_at,
        # Of what has ended, and of what is held, this is when that was.
        tried_at=row.next_at,
        attempts=row.attempts,
        reason=row.failure or "",
        unsure=row.unsure,
        discarded_by=row.discarded_by or "",
        discarded_because=row.reason or "",
    )


def _numbered(connection: Connection, letters: Iterable[Letter]) -> Sequence[Letter]:
    """Say of letters whose words took several calls which of them they are."""
    letters = list(letters)
    entries = sa.select(_its.conversation, _its.position).where(
        _its.id.in_([letter.parcel for letter in letters]), _its.position.is_not(None)
    )
    together = defaultdict[tuple[str, int], list[int]](list)
    rows = connection.execute(
        sa.select(_its.id, _its.conversation, _its.position)
        .where(sa.tuple_(_its.conversation, _its.position).in_(entries))
        .order_by(_its.id)
    )
    for row in rows:
        together[row.conversation, row.position].append(row.id)
    places = {
        parcel: (place, len(ids))
        for ids in together.values()
        for place, parcel in enumerate(ids, start=1)
    }
    numbered = []
    for letter in letters:
        part, parts = places.get(letter.parcel, (1, 1))
        numbered.append(replace(letter, part=part, parts=parts))
    return numbered
