"""The book of requests at the desk: agents look through it, and work what their councils have to
do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy.engine import Connection

from handoff import agents
from handoff.case_answers import answers_of
from handoff.case_lists import CaseLists
from handoff.cases import NOBODY, OPEN, Case, Cases, Filters, OpenCase, after_of, mark_of
from handoff.covering import on_day, one_queue
from handoff.floor import Agent, Transactions
from knowledge import request_lists, requests, submissions
from knowledge.request_lists import After
from knowledge.requests import ADDED, ASSIGNED, STATUS, STATUSES, Event, Filed
from knowledge.services import Service

T = TypeVar("T")

PAGE = 30
MOST_TAKEN_AWAY = 5_000
AT_ONCE = 500
MOST_EVENTS = 200
LONGEST_WORDS, LONGEST_NOTE = 500, 2_000
"""Characters, of what a resident reads and of what colleagues do."""


SENT_AGAIN = "Sent to the other system again."
FOUND_THERE = "The other system has it as {number}."


class Meanwhile(Exception):
    """Somebody else was sooner, and nothing was changed. `event` is what they did."""

    def __init__(self, event: Event) -> None:
        super().__init__(event.what)
        self.event = event


def nobody_is_told(connection: Connection, filed: Filed, event: Event) -> None:
    """Tell nobody: what a book does where nothing else was said."""


def as_it_is(filed: Filed, event: Event) -> str:
    """Return the new status, and the agent's words."""
    return "\n\n".join(filter(None, (f"{STATUSES[event.status]}.", event.words)))


@dataclass(frozen=True)
class Casework:
    """The book, for the agents of the councils that have to do it. Another council's request is as
    if it were not there: KeyError.

    `told` is called after a change of status, in its transaction, to tell the resident; `reads`
    returns what they will then read. `reading` runs what only reads, where that need not wait for
    those who write.
    """

    store: Transactions
    lists: CaseLists
    told: Callable[[Connection, Filed, Event], None] = nobody_is_told
    reads: Callable[[Filed, Event], str] = as_it_is
    reading: Transactions | None = None

    def councils(self, agent: Agent, now: datetime) -> Sequence[str]:
        """Return the councils that a list may be of, each for all that it took over from."""
        return list(dict.fromkeys(one_queue(slug, now)[0] for slug in agent.covers))

    def services(self) -> Sequence[Service]:
        """Return all that can be requested, by title."""
        return sorted(self.lists.catalogue.services(), key=lambda one: one.title.casefold())

    async def listed(
        self, agent: Agent, filters: Filters, after: After | None, now: datetime
    ) -> Cases:
        """Return the page that begins after that request, the first when it is None."""

        def work(connection: Connection) -> Cases:
            wanted, owners = self.lists.wanted(agent, filters, now)
            further = replace(wanted, after=after)
            found = [*self.lists.walk(connection, further, owners, PAGE + 1, now)]
            return Cases(
                rows=tuple(found[:PAGE]),
                counts=self.lists.counts(connection, wanted, owners, now),
                after=after_of(found[PAGE - 1].filed, filters.order) if found[PAGE:] else None,
                names=agents.first_names(connection),
            )

        return await self._look(work)

    async def unassigned(self, agent: Agent, now: datetime) -> int:
        """Return how many are open and nobody's, at most MOST_COUNTED."""

        def work(connection: Connection) -> int:
            wanted, owners = self.lists.wanted(agent, Filters(assigned=NOBODY), now)
            return self.lists.counts(connection, wanted, owners, now, (OPEN,))[OPEN]

        return await self._look(work)

    async def taken_away(
        self, agent: Agent, filters: Filters, now: datetime
    ) -> AsyncIterator[tuple[Case, Mapping[str, str]]]:
        """Yield every request of the list, MOST_TAKEN_AWAY at most, with agents' first names. Each
        few hundred are a transaction of their own: nobody waits for the whole list."""
        names = await self._look(agents.first_names)
        after, left = None, MOST_TAKEN_AWAY
        while left:
            rows = await self._some(agent, filters, after, min(AT_ONCE, left), now)
            for case in rows:
                yield case, names
            left -= len(rows)
            if len(rows) < AT_ONCE:
                return
            after = after_of(rows[-1].filed, filters.order)

    async def _some(
        self, agent: Agent, filters: Filters, after: After | None, size: int, now: datetime
    ) -> Sequence[Case]:
        def work(connection: Connection) -> Sequence[Case]:
            wanted, owners = self.lists.wanted(agent, filters, now)
            further = replace(wanted, after=after)
            return [*self.lists.walk(connection, further, owners, size, now)]

        return await self._look(work)

    async def case(self, agent: Agent, reference: str, now: datetime) -> OpenCase:
        """Raise KeyError."""

        def work(connection: Connection) -> OpenCase:
            case = self._theirs(requests.find(connection, reference), agent, now)
            history = requests.history(connection, reference)
            also = [event.words for event in history if event.what == ADDED]
            return OpenCase(
                case=case,
                answers=answers_of(case.filed, self.lists.service(case.filed.service)),
                history=tuple(reversed(history[-MOST_EVENTS:])),
                more=max(0, len(history) - MOST_EVENTS),
                added=tuple(request_lists.named(connection, also[-MOST_EVENTS:])),
                colleagues=_colleagues(connection, case.council, now),
                names=agents.first_names(connection),
                elsewhere=submissions.find(connection, reference),
            )

        return await self._look(work)

    async def change(
        self, agent: Agent, reference: str, status: str, words: str, seen: str, now: datetime
    ) -> bool:
        """Give it that status, with words for the resident, and tell them; False when the same
        agent has just done so: it was pressed twice. `seen` is the mark of the request as the
        agent saw it. Raise KeyError, and Meanwhile when it has another status since."""

        def work(connection: Connection) -> bool:
            filed = self._held(connection, agent, reference, now)
            if mark_of(filed) != seen or filed.status == status:
                latest = _latest(connection, filed, STATUS)
                if (latest.by, latest.status, latest.words) == (agent.username, status, words):
                    return False
                raise Meanwhile(latest)
            changed = requests.set_status(
                connection, reference, status, now, by=agent.username, words=words
            )
            event = Event(now, STATUS, status, words, agent.username, shown=True)
            self.told(connection, changed, event)
            return True

        return await self.store.run(work)

    async def note(self, agent: Agent, reference: str, words: str, now: datetime) -> None:
        """Write down what only staff read. Raise KeyError."""

        def work(connection: Connection) -> None:
            self._held(connection, agent, reference, now)
            requests.add_note(connection, reference, words, now, by=agent.username)

        await self.store.run(work)

    async def assign(self, agent: Agent, reference: str, to: str, seen: str, now: datetime) -> None:
        """Say who works it: a colleague's user name, "" for nobody. `seen` is who did as the agent
        saw it. Raise KeyError, Meanwhile when somebody else does since, and ValueError when `to`
        does not answer for the council."""

        def work(connection: Connection) -> None:
            filed = self._held(connection, agent, reference, now)
            if filed.assigned_to == to:
                return
            if filed.assigned_to != seen:
                raise Meanwhile(_latest(connection, filed, ASSIGNED))
            council = self.lists.council_of(filed, now)
            if to and to not in {one.username for one in _colleagues(connection, council, now)}:
                raise ValueError(to)
            requests.assign(connection, reference, to, now, by=agent.username)

        await self.store.run(work)

    async def send_again(self, agent: Agent, reference: str, now: datetime) -> None:
        """Send it to the other system again. Raise KeyError, and NotOpen when there is nothing to
        decide about it any more."""

        def work(connection: Connection) -> None:
            self._held(connection, agent, reference, now)
            submissions.send_again(connection, reference, now)
            requests.add_note(connection, reference, SENT_AGAIN, now, by=agent.username)

        await self.store.run(work)

    async def found_there(self, agent: Agent, reference: str, their_id: str, now: datetime) -> None:
        """Write down the number that it has in the other system. Raise KeyError and NotOpen as
        above."""

        def work(connection: Connection) -> None:
            self._held(connection, agent, reference, now)
            submissions.settle(connection, reference, their_id, now)
            words = FOUND_THERE.format(number=their_id)
            requests.add_note(connection, reference, words, now, by=agent.username)

        await self.store.run(work)

    async def _look(self, work: Callable[[Connection], T]) -> T:
        return await (self.reading or self.store).run(work)

    def _held(self, connection: Connection, agent: Agent, reference: str, now: datetime) -> Filed:
        return self._theirs(request_lists.held(connection, reference), agent, now).filed

    def _theirs(self, filed: Filed | None, agent: Agent, now: datetime) -> Case:
        case = self.lists.seen(filed, agent.covers, now) if filed else None
        if case is None:
            raise KeyError("no such request")
        return case


def _latest(connection: Connection, filed: Filed, what: str) -> Event:
    """Return the last event of that kind; what stands in the request where none was kept."""
    for event in reversed(requests.history(connection, filed.reference)):
        if event.what == what:
            return event
    return Event(filed.changed_at, what, filed.status, filed.assigned_to)


def _colleagues(connection: Connection, council: str, now: datetime) -> tuple[Agent, ...]:
    found = (on_day(agent, now) for agent in agents.everybody(connection))
    return tuple(agent for agent in found if council in agent.covers)
