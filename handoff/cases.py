"""Requests as the desk shows them: one of a list, a page of them, one with all that is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from handoff.case_answers import CaseAnswer
from handoff.floor import Agent
from knowledge.request_lists import NO_DAY, After
from knowledge.requests import CLOSED, STATUSES, Event, Filed
from knowledge.submissions import Submission

MOST_COUNTED = 1_000
"""Where counting ends: "1,000 or more" tells an agent as much as the number."""
OPEN, CLOSED_ALL = "open", "closed"
STATES: Mapping[str, tuple[str, ...]] = {
    OPEN: tuple(status for status in STATUSES if status not in CLOSED),
    **{status: (status,) for status in STATUSES if status not in CLOSED},
    CLOSED_ALL: tuple(status for status in STATUSES if status in CLOSED),
    **{status: (status,) for status in STATUSES if status in CLOSED},
}
"""What may be looked at, each with its statuses."""
MINE, NOBODY = "me", "nobody"
CHANGED, DUE = "changed", "due"
"""What a list is ordered by: the latest change first, or the earliest target."""


@dataclass(frozen=True)
class Filters:
    """What a list shows. Empty is any; `assigned` is MINE or NOBODY."""

    state: str = OPEN
    council: str = ""
    service: str = ""
    assigned: str = ""
    overdue: bool = False
    order: str = CHANGED


@dataclass(frozen=True)
class Case:
    """A request as a list shows it. `council` is the slug of the one that has to do it now, `title`
    the service's, `where` one line or empty."""

    filed: Filed
    council: str
    title: str
    where: str


@dataclass(frozen=True)
class Cases:
    """One page. `counts` are by state, none above MOST_COUNTED; `after` is where the next page
    begins, None when this is the last. `names` are agents' first names by user name."""

    rows: tuple[Case, ...]
    counts: Mapping[str, int]
    after: After | None
    names: Mapping[str, str]


@dataclass(frozen=True)
class OpenCase:
    """One request with all that is known. `history` has the latest event first, `more` of them are
    left out; `added` are reports of the same thing. `colleagues` may work it. `elsewhere` is what
    another system was asked for it, None when none was."""

    case: Case
    answers: tuple[CaseAnswer, ...]
    history: tuple[Event, ...]
    more: int
    added: tuple[Filed, ...]
    colleagues: tuple[Agent, ...]
    names: Mapping[str, str]
    elsewhere: Submission | None = None


def mark_of(filed: Filed) -> str:
    """Return what another status changes: a page that carries another mark is out of date."""
    return filed.changed_at.isoformat()


def after_of(filed: Filed, order: str) -> After:
    """Return the place of a request in a list."""
    by: datetime | date = filed.changed_at
    return After((filed.due_on or NO_DAY) if order == DUE else by, filed.reference)
