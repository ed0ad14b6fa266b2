"""Groups of questions that we could not answer, as an officer looks at them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge.gaps import DISMISSED, DONE, OPEN, OUTCOMES
from knowledge.tables import gap_groups as table
from knowledge.tables import gaps

PERIODS = (7, 30, 180)
"""Days that may be looked back at."""
DAYS = 14
"""Of which the trend compares the second half with the first."""
PAGE = 20
EXAMPLES = 5
LOOKED_AT = 60


@dataclass(frozen=True)
class Wanted:
    """Which groups: "" for every council and outcome, days back, a state, and how many to skip."""

    authority: str = ""
    outcome: str = ""
    days: int = 30
    state: str = OPEN
    skip: int = 0


@dataclass(frozen=True)
class Example:
    """A question of a group, masked."""

    words: str
    outcome: str
    at: datetime


@dataclass(frozen=True)
class Group:
    """Questions that mean the same. `count` and `outcomes` are of the days that were asked for,
    `trend` is how many came on each of the last 14 days, today last. `topic` is the article that
    was told or likeliest most often, "" when there was none."""

    id: int
    authority: str
    words: str
    state: str
    changed_by: str
    changed_at: datetime | None
    count: int
    last_at: datetime
    outcomes: Mapping[str, int]
    trend: tuple[int, ...]
    topic: str
    examples: tuple[Example, ...]

    @property
    def this_week(self) -> int:
        return sum(self.trend[DAYS // 2 :])

    @property
    def week_before(self) -> int:
        return sum(self.trend[: DAYS // 2])


@dataclass(frozen=True)
class Listed:
    """One page of groups, most questions first; and whether there is another page."""

    groups: tuple[Group, ...]
    more: bool


def listed(
    connection: Connection, authorities: Collection[str], wanted: Wanted, now: datetime
) -> Listed:
    """Return the groups of these councils that are wanted."""
    councils = {wanted.authority} & set(authorities) if wanted.authority else set(authorities)
    since = now - timedelta(days=wanted.days)
    there = [gaps.c.at > since, table.c.state == wanted.state, table.c.authority.in_(councils)]
    if wanted.outcome in OUTCOMES:
        there.append(gaps.c.outcome == wanted.outcome)
    count = sa.func.count(gaps.c.id)
    query = (
        sa.select(table.c.id)
        .join(gaps, gaps.c.group == table.c.id)
        .where(*there)
        .group_by(table.c.id)
        .order_by(count.desc(), sa.func.max(gaps.c.at).desc(), table.c.id)
        .limit(PAGE + 1)
        .offset(wanted.skip)
    )
    keys = [row.id for row in connection.execute(query)]
    found = _groups(connection, keys[:PAGE], since, now)
    return Listed(tuple(found[key] for key in keys[:PAGE] if key in found), len(keys) > PAGE)


def get(connection: Connection, number: int, now: datetime) -> Group:
    """Return the group with all its questions. Raise KeyError when there is none."""
    return _groups(connection, [number], now - timedelta(days=max(PERIODS) + 1), now)[number]


def change(connection: Connection, number: int, state: str, by: str, now: datetime) -> str:
    """Set the group's state; return the one before. Raise KeyError when there is no such group."""
    assert state in (OPEN, DONE, DISMISSED)  # noqa: S101  # a programmer's mistake, nobody else's
    row = connection.execute(sa.select(table.c.state).where(table.c.id == number)).first()
    if row is None:
        raise KeyError(number)
    values = {"state": state, "changed_by": by, "changed_at": now}
    connection.execute(sa.update(table).where(table.c.id == number).values(values))
    return str(row.state)


def _groups(
    connection: Connection, keys: Sequence[int], since: datetime, now: datetime
) -> Mapping[int, Group]:
    rows = connection.execute(sa.select(table).where(table.c.id.in_(keys))).all()
    outcomes = _counts(connection, keys, since, gaps.c.outcome)
    topics = _counts(connection, keys, since, gaps.c.topic)
    trends = _trends(connection, keys, now)
    found = {}
    for row in rows:
        latest = _latest(connection, row.id)
        told = Counter({topic: n for topic, n in topics.get(row.id, {}).items() if topic})
        if not latest:
            continue
        found[row.id] = Group(
            id=row.id,
            authority=row.authority,
            words=row.words,
            state=row.state,
            changed_by=row.changed_by or "",
            changed_at=row.changed_at,
            count=sum(outcomes.get(row.id, {}).values()),
            last_at=max(example.at for example in latest),
            outcomes={o: n for o in OUTCOMES if (n := outcomes.get(row.id, {}).get(o, 0))},
            trend=trends.get(row.id, (0,) * DAYS),
            topic=told.most_common(1)[0][0] if told else "",
            examples=_different(latest)[:EXAMPLES],
        )
    return found


def _counts(
    connection: Connection, keys: Sequence[int], since: datetime, column: Any
) -> dict[int, dict[str, int]]:
    """Return how many questions of each group have each value of the column."""
    query = (
        sa.select(gaps.c.group, column, sa.func.count(gaps.c.id))
        .where(gaps.c.group.in_(keys), gaps.c.at > since)
        .group_by(gaps.c.group, column)
    )
    counts: dict[int, dict[str, int]] = {}
    for key, value, count in connection.execute(query):
        counts.setdefault(key, {})[value] = count
    return counts


def _trends(
    connection: Connection, keys: Sequence[int], now: datetime
) -> Mapping[int, tuple[int, ...]]:
    """Return each group's questions on each of the last 14 times 24 hours."""
    query = sa.select(gaps.c.group, gaps.c.at).where(
        gaps.c.group.in_(keys), gaps.c.at > now - timedelta(days=DAYS)
    )
    trends = {key: [0] * DAYS for key in keys}
    for key, at in connection.execute(query):
        ago = min(max((now - at) // timedelta(days=1), 0), DAYS - 1)
        trends[key][DAYS - 1 - ago] += 1
    return {key: tuple(days) for key, days in trends.items()}


def _different(examples: Sequence[Example]) -> tuple[Example, ...]:
    """Return the first of each that say the same."""
    found: dict[str, Example] = {}
    for example in examples:
        found.setdefault(example.words, example)
    return tuple(found.values())


def _latest(connection: Connection, key: int) -> list[Example]:
    query = sa.select(gaps).where(gaps.c.group == key).order_by(gaps.c.id.desc()).limit(LOOKED_AT)
    return [Example(row.words, row.outcome, row.at) for row in connection.execute(query)]
