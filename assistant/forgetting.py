"""Requests are deleted when they were closed for as long as their service says that they are kept.

UK GDPR, article 5(1)(e): kept no longer than is needed. One whose service is no longer in the
catalogue is kept as long as the longest that is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection

from assistant.chores import DAY, Chore
from assistant.store import Store
from knowledge import requests
from knowledge.services import Service
from knowledge.tables import requests as table

log = structlog.get_logger()


def forgetting(
    store: Store, services: Callable[[], Sequence[Service]], now: Callable[[], datetime]
) -> Chore:
    """Return the chore of a day. `services` is the catalogue as it is then."""

    def work(connection: Connection) -> int:
        kept = {one.slug: timedelta(days=one.retention_days) for one in services()}
        longest = max(kept.values(), default=None)
        held = connection.execute(sa.select(table.c.service).distinct()).scalars().all()
        known = [(slug, kept.get(slug, longest)) for slug in held]
        return sum(
            requests.forget(connection, slug, after, now())
            for slug, after in known
            if after is not None
        )

    async def do(last: datetime | None) -> None:
        gone = await store.run(work)
        if gone:
            log.info("requests.forgotten", number=gone)

    return Chore("forget-requests", DAY, do)
