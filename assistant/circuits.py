"""A platform that fails is left alone for a while, and then tried with one parcel at a time.

A row says that calls for one council's account at one platform fail in a row: every worker sees it,
and the desk. It goes with the first call that succeeds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant.retries import LONGEST_ASKED
from assistant.tables import circuits
from channels.channel import Transient
from knowledge.tables import insert

OPENS_AFTER = 3
"""Failures in a row."""
IN_A_ROW = timedelta(hours=1)
"""Failures that lie further apart are none in a row. It is longer than a parcel waits between two
tries, so that a platform where only one parcel waits is known to fail too."""
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(seconds=60)

OF_ONE_PERSON = frozenset({"pair_rate"})
"""Reasons that say nothing of the platform: it has heard too much for one person."""
RATE = "rate"

_its = circuits.c
_OF = sa.and_(
    _its.authority == sa.bindparam("of_authority"), _its.channel == sa.bindparam("of_channel")
)
_READ = sa.select(circuits).where(_OF).with_for_update()
_PROBE = (
    sa.update(circuits)
    .where(_OF, _its.open_until <= sa.bindparam("now"))
    .values(open_until=sa.bindparam("until"))
)
_GIVE_BACK = sa.update(circuits).where(_OF).values(open_until=sa.bindparam("until"))
_CLOSE = sa.delete(circuits).where(
    _OF, sa.or_(_its.failures < OPENS_AFTER, sa.bindparam("is_probe", type_=sa.Boolean))
)


@dataclass(frozen=True)
class Circuit:
    """How a council's account at one platform fails: `failures` in a row since `since`."""

    failures: int
    since: datetime
    open_until: datetime
    reason: str

    def is_open(self, now: datetime) -> bool:
        """Whether nothing is sent there now, but for a probe that may be under way."""
        return self.failures >= OPENS_AFTER and self.open_until > now


def after(
    circuit: Circuit | None, failure: Transient, now: datetime, *, is_probe: bool = False
) -> Circuit:
    """Return the circuit as it is after one more failure.

    It opens after OPENS_AFTER failures in a row, or at once when the platform says how long to
    wait: for 5 seconds, and twice as long after each probe that fails, up to 60.
    """
    if circuit is None or (not is_probe and _is_over(circuit, now)):
        circuit = Circuit(0, now, now, failure.reason)
    was_open = circuit.failures >= OPENS_AFTER
    asked = min(failure.retry_after or timedelta(0), LONGEST_ASKED)
    failures = circuit.failures + 1
    if failure.reason == RATE and asked:
        failures = max(failures, OPENS_AFTER)
    if failures < OPENS_AFTER:
        return replace(circuit, failures=failures, reason=failure.reason)
    if was_open and not is_probe:
        # A call that began before it opened: it tells nothing new, unless a longer wait.
        until = max(circuit.open_until, now + asked)
        return replace(circuit, open_until=until)
    wait = min(FIRST_WAIT * 2 ** min(failures - OPENS_AFTER, 10), LONGEST_WAIT)
    return replace(
        circuit, failures=failures, open_until=now + max(wait, asked), reason=failure.reason
    )


def _is_over(circuit: Circuit, now: datetime) -> bool:
    return circuit.failures < OPENS_AFTER and now - circuit.since > IN_A_ROW


def failed(
    connection: Connection,
    authority: str,
    channel: str,
    failure: Transient,
    now: datetime,
    *,
    is_probe: bool = False,
) -> datetime | None:
    """Count a failure; return until when the circuit is open, None while it is closed."""
    of = {"of_authority": authority, "of_channel": channel}
    if failure.reason in OF_ONE_PERSON:
        if is_probe:
            # The platform works: it told one person's messages from others'.
            closed(connection, authority, channel, is_probe=True)
        return None
    row = connection.execute(_READ, of).first()
    before = Circuit(row.failures, row.since, row.open_until, row.reason) if row else None
    circuit = after(before, failure, now, is_probe=is_probe)
    connection.execute(
        insert(connection, circuits)
        .values(authority=authority, channel=channel, **vars(circuit))
        .on_conflict_do_update(index_elements=["authority", "channel"], set_=vars(circuit))
    )
    return circuit.open_until if circuit.is_open(now) else None


def probe(
    connection: Connection, authority: str, channel: str, now: datetime, until: datetime
) -> bool:
    """Take the turn to try a failing platform; False when another sender has it. The turn ends with
    the call, or at `until`."""
    of = {"of_authority": authority, "of_channel": channel}
    return bool(connection.execute(_PROBE, {**of, "now": now, "until": until}).rowcount)


def not_tried(connection: Connection, authority: str, channel: str, now: datetime) -> None:
    """Give the turn back: no call was made."""
    of = {"of_authority": authority, "of_channel": channel}
    connection.execute(_GIVE_BACK, {**of, "until": now})


def closed(connection: Connection, authority: str, channel: str, *, is_probe: bool = False) -> None:
    """Note a success. One that began before the circuit opened does not close it."""
    of = {"of_authority": authority, "of_channel": channel}
    connection.execute(_CLOSE, {**of, "is_probe": is_probe})
