"""What people say when they are asked whether a request was sorted out, and how many say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge import requests
from knowledge.masking import mask
from knowledge.requests import ANSWERED
from knowledge.tables import request_events
from knowledge.tables import requests as table

YES, NO = "yes", "no"


@dataclass(frozen=True)
class Opinion:
    """Whether the request of that reference was sorted out, "yes" or "no", and in what words."""

    reference: str
    answer: str
    words: str = ""


@dataclass(frozen=True)
class Satisfaction:
    """How many requests of a service people called sorted out, and how many not."""

    service: str
    sorted_out: int
    not_sorted_out: int


def keep(connection: Connection, opinion: Opinion, now: datetime) -> None:
    """Note it with its request, masked. Answering again changes one's mind: the last one counts.
    Raise NoSuchRequest, or ValueError for an answer that is none."""
    if opinion.answer not in (YES, NO):
        raise ValueError(opinion.answer)
    said = f"{opinion.answer}: {mask(opinion.words)}" if opinion.words else opinion.answer
    requests.add_note(connection, opinion.reference, said, now, by="", what=ANSWERED)


def satisfaction(
    connection: Connection, authorities: Sequence[str], since: datetime
) -> Sequence[Satisfaction]:
    """Return what people said since then of requests to those councils, by service. A request
    counts once, as it was called last."""
    rows = connection.execute(
        sa.select(table.c.service, request_events.c.reference, request_events.c.words)
        .join(table, table.c.reference == request_events.c.reference)
        .where(
            request_events.c.what == ANSWERED,
            request_events.c.at >= since,
            request_events.c.authority.in_(authorities),
        )
        .order_by(request_events.c.id)
    )
    last = {row.reference: (row.service, row.words.partition(":")[0]) for row in rows}
    answers = list(last.values())
    return [
        Satisfaction(service, answers.count((service, YES)), answers.count((service, NO)))
        for service in sorted({service for service, _ in answers})
    ]
