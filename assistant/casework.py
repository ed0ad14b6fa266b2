"""The book of requests at the desk: whose each request is, on the day that it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from handoff.case_lists import CaseLists
from handoff.casework import Casework
from handoff.floor import Transactions
from knowledge.library import Library
from knowledge.london import in_london


def casework(
    store: Transactions,
    library: Library,
    owner: Callable[[str, str, Mapping[str, Any], datetime], str],
) -> Casework:
    """Return the book. `owner` is handoff.shelf.KnowledgeForDesk's."""

    def divided(authority: str, now: datetime) -> bool:
        """Whether what the council was asked for is now with one of several."""
        try:
            return len(library.authorities.current(authority, in_london(now).date())) > 1
        except KeyError:
            return False

    return Casework(store, CaseLists(library, owner, divided))
