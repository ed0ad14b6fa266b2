"""Step four, first half: one row is one call to one platform.

A parcel waits until it is sent, or refused, or given up; staff can send it again or discard it. The
first of an address goes first: one that waits for its next try, or that is held until the person
writes again, holds up those behind it. `next_at` is when a parcel may go, and of one that has ended
when that was.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from assistant import circuits
from assistant.conversation import Conversation
from assistant.retries import next_try
from assistant.tables import circuits as circuits_table
from assistant.tables import conversations, outbox
from channels.channel import DeliveryFailed, Payload, Transient, Unreachable, Unsure, WindowClosed
from channels.messages import Address

LEASE = timedelta(seconds=60)
"""How long a sender is believed to be in its calls: longer than both that it may make can take."""
WAITED = "awaits_receipt"
"""The failure of a parcel that has waited for the platform to tell of it by itself."""

_mine = outbox.c
# A bot's words that somebody else has overtaken hold up nobody, unless they are on their way now.
_earlier, _its = outbox.alias("earlier"), conversations.alias("its")


def _is_behind(state: str) -> Any:
    """Whether an earlier parcel of the address is in that state. Asked for each state by itself,
    because the database has an index for each."""
    overtaken = sa.and_(
        _earlier.c.epoch < _its.c.epoch,
        sa.or_(_earlier.c.held_until.is_(None), _earlier.c.held_until < sa.bindparam("now")),
    )
    return sa.exists(
        sa.select(sa.literal(1))
        .select_from(_earlier.join(_its, _its.c.id == _earlier.c.conversation))
        .where(
            _earlier.c.state == sa.literal_column(f"'{state}'"),
            _earlier.c.channel == _mine.channel,
            _earlier.c.user == _mine.user,
            _earlier.c.authority == _mine.authority,
            _earlier.c.id < _mine.id,
            sa.or_(_earlier.c.epoch.is_(None), sa.not_(overtaken)),
        )
    )


# Statements of the path are built once: building one takes SQLAlchemy longer than running it.
_PUT = {
    "sqlite": sqlite.insert(outbox).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(outbox).on_conflict_do_nothing(),
}
_WAITING = _mine.state == sa.literal_column("'waiting'")
_FREE = sa.or_(_mine.held_until.is_(None), _mine.held_until < sa.bindparam("now"))
_NEXT = (
    sa.select(
        outbox,
        conversations.c.epoch.label("epoch_now"),
        circuits_table.c.failures.label("circuit_failures"),
    )
    .select_from(
        outbox.join(conversations, conversations.c.id == _mine.conversation).outerjoin(
            circuits_table,
            sa.and_(
                circuits_table.c.authority == _mine.authority,
                circuits_table.c.channel == _mine.channel,
            ),
        )
    )
    .where(
        _WAITING,
        _mine.next_at <= sa.bindparam("now"),
        _FREE,
        sa.or_(
            circuits_table.c.open_until.is_(None),
            circuits_table.c.open_until <= sa.bindparam("now"),
        ),
        (_mine.authority + "/" + _mine.channel).not_in(sa.bindparam("busy", expanding=True)),
        sa.not_(_is_behind("waiting")),
        sa.not_(_is_behind("held")),
    )
    .order_by(_mine.next_at, _mine.id)
    .limit(1)
)
_NEXT_LOCKED = _NEXT.with_for_update(of=outbox, skip_locked=True)
_CLAIM = (
    sa.update(outbox)
    .where(_mine.id == sa.bindparam("parcel"))
    .values(
        held_by=sa.bindparam("holder"),
        held_until=sa.bindparam("until"),
        attempts=_mine.attempts + 1,
        # A sender that dies in its call leaves it so.
        unsure=True,
    )
)
_DROP = (
    sa.update(outbox)
    .where(_mine.id == sa.bindparam("parcel"))
    .values(state="dropped", failure="overtaken", held_by=None, held_until=None)
)
_SENT = (
    sa.update(outbox)
    .where(_mine.id == sa.bindparam("parcel"))
    .values(
        # A receipt may have come before the answer to the call, and know more.
        state=sa.case((_mine.receipt == "failed", _mine.state), else_="sent"),
        failure=sa.case((_mine.receipt == "failed", _mine.failure), else_=None),
        platform_id=sa.func.coalesce(sa.bindparam("its_id"), _mine.platform_id),
        sent_at=sa.func.coalesce(_mine.sent_at, sa.bindparam("now", type_=_mine.sent_at.type)),
        unsure=False,
        held_by=None,
        held_until=None,
    )
)
_SENT_AND_WIPED = _SENT.values(payload={})
_behind = outbox.alias("behind")
_PAUSE = (
    sa.update(outbox)
    .where(
        _mine.id
        == sa.select(sa.func.min(_behind.c.id))
        .where(
            _behind.c.state == sa.literal_column("'waiting'"),
            _behind.c.channel == sa.bindparam("to_channel"),
            _behind.c.user == sa.bindparam("to_user"),
            _behind.c.authority == sa.bindparam("of_authority"),
        )
        .scalar_subquery(),
        _mine.next_at < sa.bindparam("not_before"),
    )
    .values(next_at=sa.bindparam("not_before"))
)
_RELEASE = (
    sa.update(outbox)
    .where(
        _mine.state == sa.literal_column("'held'"),
        _mine.channel == sa.bindparam("to_channel"),
        _mine.user == sa.bindparam("to_user"),
    )
    .values(state="waiting", next_at=sa.bindparam("now"), failure=None)
)


@dataclass(frozen=True)
class Parcel:
    """One call that waits to be made. `key` is the same at each attempt.

    `attempts` counts this one. `unsure` says that an earlier one may have arrived, `has_waited`
    that the platform has had time to say so by itself. `is_probe`: its platform fails, and nothing
    else is sent there until it is known how this one goes. `holder` is of this claim alone.
    """

    id: int
    authority: str
    conversation: str
    to: Address
    payload: Payload
    key: str
    attempts: int
    epoch: int | None
    position: int | None
    unsure: bool
    has_waited: bool
    created_at: datetime
    is_probe: bool
    holder: str


def put(
    connection: Connection,
    conversation: Conversation,
    payload: Payload,
    key: str,
    now: datetime,
    *,
    epoch: int | None,
    to: Address | None = None,
    position: int | None = None,
) -> None:
    """Add a parcel, to the conversation's address or another; the same key is added once.

    `epoch` is the one that a bot's words were computed under, None for an agent's words.
    `position` is the entry of the transcript that it says. None for words that only this address
    may read, such as a code: they are wiped when they are sent.
    """
    to = to or conversation.address
    connection.execute(
        _PUT[connection.dialect.name],
        {
            "authority": conversation.authority,
            "conversation": conversation.id,
            "channel": to.channel,
            "user": to.user,
            "position": position,
            "key": key,
            "payload": dict(payload),
            "epoch": epoch,
            "state": "waiting",
            "attempts": 0,
            "unsure": False,
            "created_at": now,
            "next_at": now,
        },
    )


def is_due(connection: Connection, now: datetime, busy: Collection[str] = ()) -> bool:
    """Whether there is a parcel to claim: a look, which takes no lock."""
    return connection.execute(_NEXT, {"now": now, "busy": list(busy)}).first() is not None


def claim(
    connection: Connection, holder: str, now: datetime, busy: Collection[str] = ()
) -> Parcel | None:
    """Take the parcel whose time came first, among the first of each address; None when there is
    none. Nothing is taken for a platform whose circuit is open, and of `busy` ones, written as
    "authority/channel". Parcels of a bot whose conversation has moved on are dropped on the way.
    """
    asked = {"now": now, "busy": list(busy)}
    while (row := connection.execute(_NEXT_LOCKED, asked).first()) is not None:
        if row.epoch is None or row.epoch >= row.epoch_now:
            break
        connection.execute(_DROP, {"parcel": row.id})
    if row is None:
        return None
    fails = (row.circuit_failures or 0) >= circuits.OPENS_AFTER
    if fails and not circuits.probe(connection, row.authority, row.channel, now, now + LEASE):
        return None
    holder = f"{holder}:{secrets.token_hex(4)}"
    connection.execute(_CLAIM, {"parcel": row.id, "holder": holder, "until": now + LEASE})
    return Parcel(
        id=row.id,
        authority=row.authority,
        conversation=row.conversation,
        to=Address(row.channel, row.user),
        payload=row.payload,
        key=row.key,
        attempts=row.attempts + 1,
        epoch=row.epoch,
        position=row.position,
        unsure=row.unsure,
        has_waited=row.failure == WAITED,
        created_at=row.created_at,
        is_probe=fails,
        holder=holder,
    )


def sent(
    connection: Connection,
    parcel: Parcel,
    platform_id: str | None,
    now: datetime,
    pause: timedelta = timedelta(0),
) -> None:
    """Note that the platform has it, whatever was done to the parcel meanwhile. The next one to
    that address waits for the pause."""
    statement = _SENT_AND_WIPED if parcel.position is None else _SENT
    connection.execute(statement, {"parcel": parcel.id, "its_id": platform_id, "now": now})
    if pause:
        connection.execute(_PAUSE, {**_of(parcel), "not_before": now + pause})


def failed(
    connection: Connection,
    parcel: Parcel,
    failure: DeliveryFailed,
    now: datetime,
    *,
    dice: float = 1.0,
    open_until: datetime | None = None,
) -> timedelta | None:
    """Put the parcel back for later, or end it; return the wait, None when it has ended or is held.

    `dice` lies between 0 and 1 (see `next_try`). `open_until` is set when the platform as a whole
    fails: the attempt then does not count against the parcel, which waits for the platform. After
    Unreachable, what waits behind it for that address ends with it: staff can send it again.
    """
    if isinstance(failure, WindowClosed):
        # The platform looked at it and said no: that is no failed attempt.
        attempts = parcel.attempts - 1
        _end(
            connection, parcel, state="held", failure=failure.reason, attempts=attempts, next_at=now
        )
        return None
    if not isinstance(failure, Transient):
        _end(
            connection, parcel, state=_refusal(parcel, failure), failure=failure.reason, next_at=now
        )
        if isinstance(failure, Unreachable):
            _refuse_all(connection, parcel, failure.reason, now)
        return None
    unsure = parcel.unsure or isinstance(failure, Unsure)
    attempts = parcel.attempts - (1 if open_until else 0)
    wait = next_try(attempts, now - parcel.created_at, failure, dice)
    if wait is None:
        _end(
            connection,
            parcel,
            state="given_up",
            failure=failure.reason,
            unsure=unsure,
            next_at=now,
        )
        return None
    if open_until is not None:
        wait = max(wait, open_until - now)
    _end(
        connection,
        parcel,
        next_at=now + wait,
        failure=failure.reason,
        unsure=unsure,
        attempts=attempts,
    )
    return wait


def _refusal(parcel: Parcel, failure: DeliveryFailed) -> str:
    """What our own words to somebody who stopped us are: staff have nothing to do about them."""
    ours = parcel.epoch is not None
    return "dropped" if ours and failure.reason == "opted_out" else "refused"


def wait_for_receipt(connection: Connection, parcel: Parcel, until: datetime) -> None:
    """Give the platform time to say by itself that an earlier attempt arrived."""
    _end(
        connection,
        parcel,
        next_at=until,
        failure=WAITED,
        unsure=True,
        attempts=parcel.attempts - 1,
    )


def released(connection: Connection, address: Address, now: datetime) -> None:
    """Send what was held until this person wrote: they have."""
    whose = {"to_channel": address.channel, "to_user": address.user}
    connection.execute(_RELEASE, {**whose, "now": now})


def free_all(connection: Connection, worker: str) -> None:
    """Let go of the parcels that an earlier worker of that name was sending when it died."""
    connection.execute(
        sa.update(outbox)
        .where(_mine.held_by.startswith(f"{worker}:", autoescape=True))
        .values(held_by=None, held_until=None)
    )


def waiting_by_channel(connection: Connection) -> Mapping[tuple[str, str], int]:
    """Return how many parcels wait or are held, by channel and state."""
    counted = (
        sa.select(_mine.channel, _mine.state, sa.func.count())
        .where(_mine.state.in_(["waiting", "held"]))
        .group_by(_mine.channel, _mine.state)
    )
    return {(channel, state): number for channel, state, number in connection.execute(counted)}


def _end(connection: Connection, parcel: Parcel, **values: Any) -> None:
    """End an attempt. Nothing is changed when a receipt or staff have ended the parcel meanwhile,
    or another sender holds it."""
    connection.execute(
        sa.update(outbox)
        .where(_mine.id == parcel.id, _mine.held_by == parcel.holder, _WAITING)
        .values(held_by=None, held_until=None, **{"unsure": parcel.unsure, **values})
    )


def _refuse_all(connection: Connection, parcel: Parcel, reason: str, now: datetime) -> None:
    connection.execute(
        sa.update(outbox)
        .where(
            _mine.channel == parcel.to.channel,
            _mine.user == parcel.to.user,
            _mine.authority == parcel.authority,
            _mine.state.in_(["waiting", "held"]),
        )
        .values(state="refused", failure=reason, next_at=now)
    )


def _of(parcel: Parcel) -> dict[str, str]:
    return {
        "to_channel": parcel.to.channel,
        "to_user": parcel.to.user,
        "of_authority": parcel.authority,
    }
