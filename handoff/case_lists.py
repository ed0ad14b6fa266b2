"""Which requests are an agent's to see, one by one and in lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.engine import Connection

from handoff.case_answers import where_of
from handoff.cases import CHANGED, DUE, MINE, MOST_COUNTED, NOBODY, STATES, Case, Filters, after_of
from handoff.covering import one_queue
from handoff.floor import Agent
from knowledge import request_lists
from knowledge.london import in_london
from knowledge.request_lists import Wanted
from knowledge.requests import Filed
from knowledge.services import Service


class Catalogue(Protocol):
    """What can be requested."""

    def services(self) -> Sequence[Service]: ...

    def service(self, slug: str) -> Service:
        """Raise KeyError when nothing of that name can be requested (any more)."""


@dataclass(frozen=True)
class CaseLists:
    """`owner` returns the slug of the council that has now what `authority` was asked for, by
    service, authority and fields; `divided` whether that depends on the fields: the council was
    split."""

    catalogue: Catalogue
    owner: Callable[[str, str, Mapping[str, Any], datetime], str]
    divided: Callable[[str, datetime], bool] = lambda authority, now: False

    def seen(self, filed: Filed, owners: Sequence[str], now: datetime) -> Case | None:
        """Return the request for whoever answers for these councils, None when it is not theirs."""
        council = self.council_of(filed, now)
        if council not in owners:
            return None
        service = self.service(filed.service)
        title = service.title if service else filed.service.replace("-", " ").capitalize()
        return Case(filed, council, title, where_of(filed, service))

    def council_of(self, filed: Filed, now: datetime) -> str:
        return self.owner(filed.service, filed.authority, filed.fields, now)

    def service(self, slug: str) -> Service | None:
        try:
            return self.catalogue.service(slug)
        except KeyError:
            return None

    def wanted(self, agent: Agent, filters: Filters, now: datetime) -> tuple[Wanted, Sequence[str]]:
        """Return what to look for, and whose it must be now."""
        owners = list(agent.covers)
        asked = owners
        if filters.council:
            owners = [slug for slug in one_queue(filters.council, now) if slug in agent.covers]
            divided = [slug for slug in agent.covers if self.divided(slug, now)]
            asked = list(dict.fromkeys([*owners, *divided]))
        wanted = Wanted(
            authorities=asked,
            statuses=STATES[filters.state],
            service=filters.service,
            assigned={MINE: agent.username, NOBODY: ""}.get(filters.assigned),
            due_before=in_london(now).date() if filters.overdue else None,
            by_due=filters.order == DUE,
        )
        return wanted, owners

    def walk(
        self,
        connection: Connection,
        wanted: Wanted,
        owners: Sequence[str],
        limit: int,
        now: datetime,
    ) -> Iterator[Case]:
        """Give `limit` requests at most. Of a council that was split, some are not theirs."""
        found = 0
        while found < limit:
            batch = request_lists.listed(connection, wanted, limit)
            for filed in batch:
                case = self.seen(filed, owners, now)
                if case is not None and found < limit:
                    found += 1
                    yield case
            if len(batch) < limit:
                return
            order = DUE if wanted.by_due else CHANGED
            wanted = replace(wanted, after=after_of(batch[-1], order))

    def counts(
        self,
        connection: Connection,
        wanted: Wanted,
        owners: Sequence[str],
        now: datetime,
        states: Sequence[str] = tuple(STATES),
    ) -> Mapping[str, int]:
        """Count by state. Where each request must be looked at to know whose it is, it is."""
        every = tuple(dict.fromkeys(status for state in states for status in STATES[state]))
        parted = [slug for slug in wanted.authorities if self.divided(slug, now)]
        whole = [slug for slug in wanted.authorities if slug not in parted]
        counts = dict(
            request_lists.counted(
                connection, replace(wanted, authorities=whole, statuses=every), MOST_COUNTED
            )
        )
        for status in every if parted else ():
            mixed = replace(wanted, authorities=parted, statuses=(status,))
            left = MOST_COUNTED - counts[status]
            counts[status] += sum(1 for _ in self.walk(connection, mixed, owners, left, now))
        return {
            state: min(MOST_COUNTED, sum(counts[status] for status in STATES[state]))
            for state in states
        }
