"""Looks for a request of ours in another system's list; tells when it is certainly not there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.open311.client import Client
from assistant.open311.format import ServiceRequest

CLOCKS = timedelta(minutes=10)
"""How far their clock may be from ours."""
LONGEST_SPAN = timedelta(days=89)
SETTLES = timedelta(minutes=1)
"""A request that they are still about to make shows up within this, if they list at once."""
FULL = 50
"""So many in one answer may be a page of more: half the time is then asked for, twice."""
MOST_CALLS = 8


@dataclass(frozen=True)
class Seen:
    """What a list showed: every request of that time and service, or only some of them."""

    requests: tuple[ServiceRequest, ...]
    is_all: bool

    def ids_of(self, reference: str) -> tuple[str, ...]:
        """Return the ids of those that name that reference of ours: one, if all is well."""
        ours = (one for one in self.requests if reference in one.description)
        return tuple(one.service_request_id for one in ours)


async def look(client: Client, code: str, since: datetime, until: datetime) -> Seen:
    """Read their list of that service between those times. Raise Transient."""
    spans, found, calls = [(since, until)], dict[str, ServiceRequest](), 0
    is_all = True
    while spans:
        if calls == MOST_CALLS:
            return Seen(tuple(found.values()), False)
        begin, end = spans.pop()
        listed = await client.listed(code, begin, end)
        calls += 1
        found |= {one.service_request_id: one for one in listed}
        if len(listed) >= FULL:
            half = (end - begin) / 2
            if half < timedelta(seconds=2):
                is_all = False
                continue
            spans += [(begin + half, end), (begin, begin + half)]
    return Seen(tuple(found.values()), is_all)


def is_absent(posted_at: datetime, shows_within: timedelta | None, now: datetime) -> bool:
    """Whether a request that their list does not show was certainly not made. `shows_within` is how
    long others took to show up; None when they are not known to."""
    if shows_within is None:
        return False
    return now - posted_at >= max(SETTLES, 2 * shows_within)


def span_of(received_at: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Return the time in which they may have made a request of ours. Theirs may not be asked for
    more than 90 days."""
    return max(received_at - CLOCKS, now - LONGEST_SPAN), now + CLOCKS
