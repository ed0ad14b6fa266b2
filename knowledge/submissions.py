"""The ledger of requests that another system was asked to do: one row each, until they say that it
is closed.

A row is PENDING until it is sent, and SENDING while it is: a sender that dies leaves it so, and
nobody knows then whether they have it. UNSURE says the same of an answer that never came, ACCEPTED
that they gave a token and no id yet, LODGED that their id is known. Staff decide about REFUSED.
`next_at` is when something is to be done next.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge.tables import insert
from knowledge.tables import submissions as table

PENDING, SENDING, UNSURE, ACCEPTED = "pending", "sending", "unsure", "accepted"
LODGED, CLOSED, REFUSED = "lodged", "closed", "refused"
STATES = (PENDING, SENDING, UNSURE, ACCEPTED, LODGED, CLOSED, REFUSED)

LEASE = timedelta(seconds=90)
"""How long a sender is believed to be in its calls: longer than all that it may make can take."""
SAMPLE = 5
"""How many requests there must have shown how late they are listed."""
LISTED_WITHIN = timedelta(days=7)
"""A request that is not in their list after so long is hidden there: it is not looked for again."""
LONGEST_ID = 200
LONGEST_WORDS = 2_000

_its = table.c
_FREE = sa.or_(_its.held_until.is_(None), _its.held_until < sa.bindparam("now"))
_NEXT = (
    sa.select(table)
    .where(
        _its.state.in_([PENDING, SENDING, UNSURE, ACCEPTED]),
        _its.next_at <= sa.bindparam("now"),
        _FREE,
        _its.endpoint.not_in(sa.bindparam("busy", expanding=True)),
    )
    .order_by(_its.next_at, _its.reference)
    .limit(1)
)
_NEXT_LOCKED = _NEXT.with_for_update(skip_locked=True)


class NotOpen(Exception):
    """Nothing is left to decide about it: they have it, or somebody was sooner."""


@dataclass(frozen=True)
class Submission:
    """One request at one endpoint. `attempts` counts the tries to send it, then to learn its id,
    with the one under way. `posted_at` is when it was last begun to send. `holder` is of one claim
    alone."""

    reference: str
    authority: str
    endpoint: str
    state: str
    attempts: int = 0
    next_at: datetime | None = None
    posted_at: datetime | None = None
    listed_at: datetime | None = None
    token: str = ""
    their_id: str = ""
    their_status: str = ""
    their_words: str = ""
    error: str = ""
    changed_at: datetime | None = None
    holder: str = ""


def put(
    connection: Connection, reference: str, authority: str, endpoint: str, now: datetime
) -> bool:
    """Ask that endpoint for it, in the transaction that lodged the request; False when it has been
    asked."""
    written = connection.execute(
        insert(connection, table)
        .values(
            reference=reference,
            authority=authority,
            endpoint=endpoint,
            state=PENDING,
            attempts=0,
            next_at=now,
            token="",
            their_id="",
            their_status="",
            their_words="",
            error="",
            changed_at=now,
        )
        .on_conflict_do_nothing()
    )
    return bool(written.rowcount)


def find(connection: Connection, reference: str) -> Submission | None:
    """Return what another system was asked for that request; None when none was."""
    row = connection.execute(sa.select(table).where(_its.reference == reference)).first()
    return _read(row) if row else None


def undecided(connection: Connection, authorities: Collection[str]) -> Sequence[Submission]:
    """Return those of these councils that staff may have to decide about, oldest first."""
    rows = connection.execute(
        sa.select(table)
        .where(_its.authority.in_(list(authorities)), _its.state.in_([REFUSED, UNSURE]))
        .order_by(_its.changed_at, _its.reference)
    )
    return [_read(row) for row in rows]


def is_due(connection: Connection, now: datetime, busy: Collection[str] = ()) -> bool:
    """Whether there is one to claim: a look, which takes no lock."""
    return connection.execute(_NEXT, {"now": now, "busy": list(busy)}).first() is not None


def claim(
    connection: Connection, holder: str, now: datetime, busy: Collection[str] = ()
) -> Submission | None:
    """Take the one whose time came first, of no busy endpoint; None when there is none.

    What was PENDING comes back as SENDING, to be posted, and is marked so. What another sender left
    SENDING comes back as UNSURE.
    """
    row = connection.execute(_NEXT_LOCKED, {"now": now, "busy": list(busy)}).first()
    if row is None:
        return None
    values = {
        "state": {PENDING: SENDING, SENDING: UNSURE}.get(row.state, row.state),
        "attempts": row.attempts + 1,
        "posted_at": now if row.state == PENDING else row.posted_at,
        "held_by": f"{holder[:60]}:{secrets.token_hex(4)}",
        "held_until": now + LEASE,
        "changed_at": now if row.state in (PENDING, SENDING) else row.changed_at,
    }
    connection.execute(sa.update(table).where(_its.reference == row.reference).values(**values))
    return _read({**row._mapping, **values})


def about_to_post(connection: Connection, claimed: Submission, now: datetime) -> bool:
    """Mark an UNSURE one as SENDING, because they certainly do not have it, or can tell it from a
    second one; False when the claim has passed to somebody else."""
    changed = connection.execute(
        _of(claimed).values(state=SENDING, posted_at=now, held_until=now + LEASE, changed_at=now)
    )
    return bool(changed.rowcount)


def accepted(
    connection: Connection, claimed: Submission, token: str, now: datetime, wait: timedelta
) -> None:
    """Note their token, whoever holds it by now; the id is asked for after the wait."""
    connection.execute(
        sa.update(table)
        .where(_its.reference == claimed.reference, _its.state.in_([PENDING, SENDING, UNSURE]))
        .values(state=ACCEPTED, token=token[:LONGEST_ID], attempts=0, **_free(now, now + wait))
    )


def lodged(
    connection: Connection, claimed: Submission, their_id: str, now: datetime, wait: timedelta
) -> None:
    """Note that they have it, whoever holds it by now; news are looked for after the wait. The
    first id stays."""
    connection.execute(
        sa.update(table)
        .where(_its.reference == claimed.reference, _its.state.not_in([LODGED, CLOSED]))
        .values(state=LODGED, their_id=their_id[:LONGEST_ID], attempts=0, **_free(now, now + wait))
    )


def again(
    connection: Connection,
    claimed: Submission,
    state: str,
    error: str,
    now: datetime,
    wait: timedelta | None,
) -> bool:
    """Put it back in that state for later, or without a wait until staff decide; False when the
    claim has passed to somebody else."""
    next_at = None if wait is None else now + wait
    values = {"state": state, "error": error, "next_at": next_at, "changed_at": now}
    changed = connection.execute(_of(claimed).values(held_by=None, held_until=None, **values))
    return bool(changed.rowcount)


def refused(connection: Connection, claimed: Submission, error: str, now: datetime) -> bool:
    """Leave it to staff; False when the claim has passed to somebody else."""
    values = {**_free(now, None), "error": error}
    return bool(connection.execute(_of(claimed).values(state=REFUSED, **values)).rowcount)


def pause(connection: Connection, endpoint: str, until: datetime) -> None:
    """Send that endpoint nothing new until then: it cannot be reached."""
    connection.execute(
        sa.update(table)
        .where(_its.endpoint == endpoint, _its.state == PENDING, _its.next_at < until)
        .values(next_at=until)
    )


def send_again(connection: Connection, reference: str, now: datetime) -> None:
    """Send it, because staff have looked and they do not have it. Raise NotOpen unless it was
    REFUSED or UNSURE."""
    _decide(connection, reference, now, state=PENDING, attempts=0, error="", next_at=now)


def settle(connection: Connection, reference: str, their_id: str, now: datetime) -> None:
    """Note the id under which staff have found it there. Raise NotOpen as above."""
    their_id = their_id[:LONGEST_ID]
    _decide(connection, reference, now, state=LODGED, their_id=their_id, attempts=0, next_at=now)


def to_look_up(
    connection: Connection, endpoint: str, now: datetime, most: int
) -> Sequence[Submission]:
    """Return those whose news it is time to look for, longest waited for first."""
    rows = connection.execute(
        sa.select(table)
        .where(_its.endpoint == endpoint, _its.state == LODGED, _its.next_at <= now)
        .order_by(_its.next_at, _its.reference)
        .limit(most)
    )
    return [_read(row) for row in rows]


def looked_up(connection: Connection, references: Collection[str], next_at: datetime) -> None:
    """Look for their news again then."""
    connection.execute(
        sa.update(table).where(_its.reference.in_(list(references))).values(next_at=next_at)
    )


def news(
    connection: Connection, reference: str, status: str, words: str, closed: bool, now: datetime
) -> bool:
    """Note what they say of it; False when they had said the same before."""
    words = words[:LONGEST_WORDS]
    changed = connection.execute(
        sa.update(table)
        .where(
            _its.reference == reference,
            _its.state == LODGED,
            sa.or_(_its.their_status != status, _its.their_words != words),
        )
        .values(
            their_status=status,
            their_words=words,
            state=CLOSED if closed else LODGED,
            changed_at=now,
        )
    )
    return bool(changed.rowcount)


def unlisted(connection: Connection, endpoint: str, now: datetime) -> Sequence[Submission]:
    """Return what is known to be there and was not seen in their list yet, oldest first."""
    rows = connection.execute(
        sa.select(table)
        .where(
            _its.endpoint == endpoint,
            _its.state.in_([LODGED, CLOSED]),
            _its.listed_at.is_(None),
            _its.posted_at > now - LISTED_WITHIN,
        )
        .order_by(_its.posted_at)
    )
    return [_read(row) for row in rows]


def listed(connection: Connection, references: Collection[str], now: datetime) -> None:
    """Note that they were seen in the endpoint's list."""
    connection.execute(
        sa.update(table)
        .where(_its.reference.in_(list(references)), _its.listed_at.is_(None))
        .values(listed_at=now)
    )


def lists_within(connection: Connection, doubtful: Submission) -> timedelta | None:
    """Return the longest that one of the last few requests before this one took to show up in its
    endpoint's list, or of the first few after it when it is the first; None while not all of them
    did."""
    of = sa.select(_its.posted_at, _its.listed_at).where(
        _its.endpoint == doubtful.endpoint, _its.state.in_([LODGED, CLOSED])
    )
    before = of.where(_its.posted_at <= doubtful.posted_at).order_by(_its.posted_at.desc())
    after = of.where(_its.posted_at > doubtful.posted_at).order_by(_its.posted_at)
    rows = (
        connection.execute(before.limit(SAMPLE)).all()
        or connection.execute(after.limit(SAMPLE)).all()
    )
    if not rows or any(row.listed_at is None for row in rows):
        return None
    longest: timedelta = max(row.listed_at - row.posted_at for row in rows)
    return longest


def _of(claimed: Submission) -> Any:
    """An UPDATE of what this claim still holds."""
    return sa.update(table).where(
        _its.reference == claimed.reference,
        _its.held_by == claimed.holder,
        _its.state == claimed.state,
    )


def _free(now: datetime, next_at: datetime | None) -> dict[str, Any]:
    return {
        "held_by": None,
        "held_until": None,
        "next_at": next_at,
        "error": "",
        "changed_at": now,
    }


def _decide(connection: Connection, reference: str, now: datetime, **values: Any) -> None:
    changed = connection.execute(
        sa.update(table)
        .where(
            _its.reference == reference,
            _its.state.in_([REFUSED, UNSURE]),
            sa.or_(_its.held_until.is_(None), _its.held_until < now),
        )
        .values(held_by=None, held_until=None, changed_at=now, **values)
    )
    if not changed.rowcount:
        raise NotOpen(reference)


def _read(row: Any) -> Submission:
    found = row if isinstance(row, dict) else row._mapping
    values = {name: found[name] for name in Submission.__dataclass_fields__ if name != "holder"}
    return Submission(**values, holder=found["held_by"] or "")
