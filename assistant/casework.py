"""The book of requests at the desk: whose each request is, on the day that it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from assistant.news import News
from handoff.case_lists import CaseLists
from handoff.casework import Casework, as_it_is
from handoff.floor import Transactions
from knowledge.library import Library
from knowledge.london import in_london
from knowledge.requests import Event, Filed


def casework(
    store: Transactions,
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

    return Casework(store, CaseLists(library, owner, divided), news.told, reads)
