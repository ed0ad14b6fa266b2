"""The book of requests at the desk: whose each request is, on the day that it is looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

from assistant.news import News
from assistant.store import Store
from handoff.case_lists import CaseLists
from handoff.casework import Casework, as_it_is
from knowledge.library import Library
from knowledge.london import in_london
from knowledge.requests import Event, Filed

T = TypeVar("T")


@dataclass(frozen=True)
class Reading:
    """Looks into the database in a thread. Implements handoff.floor.Transactions for what does not
    write: a long list holds up nobody who does."""

    store: Store

    async def run(self, work: Callable[[Connection], T]) -> T:
        def in_thread() -> T:
            with self.store.read() as connection:
                return work(connection)

        return await asyncio.to_thread(in_thread)


def casework(
    store: Store,
    library: Library,
    owner: Callable[[str, str, Mapping[str, Any], datetime], str],
    news: News,
) -> Casework:
    """Return the book. `owner` is handoff.shelf.KnowledgeForDesk's."""

    def reads(filed: Filed, event: Event) -> str:
        """Return the message that they are sent; where none is, what they read when they ask."""
        return news.reads(filed, event) if filed.updates and filed.user else as_it_is(filed, event)

    def divided(authority: str, now: datetime) -> bool:
        """Whether what the council was asked for is now with one of several."""
        try:
            return len(library.authorities.current(authority, in_london(now).date())) > 1
        except KeyError:
            return False

    lists = CaseLists(library, owner, divided)
    return Casework(store, lists, news.told, reads, Reading(store))
