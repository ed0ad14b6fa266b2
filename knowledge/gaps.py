"""Questions that we could not answer: kept without who asked, and grouped by what they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge.embedding import Vectors
from knowledge.masking import mask, says_something
from knowledge.tables import gap_groups as groups_table
from knowledge.tables import gaps as table

KEPT = timedelta(days=180)
ALIKE = 0.55
"""The cosine to a group's middle from which a question belongs to it. On data/eval/tuning, nine of
ten questions then stand with their like; at 0.6 half as many find any like them."""
SAME = timedelta(hours=12)
"""How far apart two outcomes of one question can be."""
AT_ONCE = 500

UNANSWERED = "unanswered"
NOT_HELPFUL = "not_helpful"
PERSON = "person"
OUTCOMES = (UNANSWERED, NOT_HELPFUL, PERSON)

OPEN = "open"
DONE = "done"
DISMISSED = "dismissed"
STATES = (OPEN, DONE, DISMISSED)

Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True)
class Gap:
    """A question as it was typed, the likeliest topic ("" when there is none), and what became of
    it. `before` is the outcome under which the same question was kept already, "" if it was not."""

    words: str
    topic: str
    outcome: str
    before: str = ""


@dataclass(frozen=True)
class Asked:
    """A kept question that is in no group yet."""

    id: int
    authority: str
    words: str
    at: datetime


@dataclass(frozen=True)
class Middle:
    """A group's middle: the mean direction of its `count` questions, and the one nearest to it."""

    group: int
    authority: str
    words: str
    centre: Vectors
    count: int
    state: str
    changed_at: datetime | None


def record(connection: Connection, authority: str, gap: Gap, at: datetime) -> None:
    """Keep the question, masked. One that was kept with an outcome before gets the new outcome; one
    that says nothing once it is masked is not kept."""
    words = mask(gap.words)
    if not says_something(words):
        return
    values = {"outcome": gap.outcome, "topic": gap.topic, "at": at}
    if gap.before:
        same = (
            sa.select(sa.func.max(table.c.id))
            .where(
                table.c.authority == authority,
                table.c.words == words,
                table.c.outcome == gap.before,
                table.c.at > at - SAME,
            )
            .scalar_subquery()
        )
        if connection.execute(sa.update(table).where(table.c.id == same).values(values)).rowcount:
            return
    connection.execute(sa.insert(table).values(authority=authority, words=words, **values))


def ungrouped(connection: Connection, limit: int = AT_ONCE) -> Sequence[Asked]:
    """Return the oldest questions that are in no group yet."""
    query = sa.select(table).where(table.c.group.is_(None)).order_by(table.c.id).limit(limit)
    return [Asked(r.id, r.authority, r.words, r.at) for r in connection.execute(query)]


def middles(connection: Connection, authority: str) -> list[Middle]:
    """Return the middles of that council's groups."""
    counted = (
        sa.select(table.c.group, sa.func.count(table.c.id).label("count"))
        .where(table.c.authority == authority, table.c.group.is_not(None))
        .group_by(table.c.group)
        .subquery()
    )
    query = (
        sa.select(groups_table, sa.func.coalesce(counted.c.count, 0).label("count"))
        .outerjoin(counted, counted.c.group == groups_table.c.id)
        .where(groups_table.c.authority == authority)
        .order_by(groups_table.c.id)
    )
    return [
        Middle(
            group=row.id,
            authority=row.authority,
            words=row.words,
            centre=np.frombuffer(row.centre, dtype="<f4"),
            count=row.count,
            state=row.state,
            changed_at=row.changed_at,
        )
        for row in connection.execute(query)
    ]


def group(connection: Connection, asked: Sequence[Asked], vectors: Mapping[str, Vectors]) -> int:
    """Put each question into the group that it means, or a new one; return how many are new.

    `vectors` are the embeddings, of unit length, by words: of these questions, and of the words of
    the groups that they may join. A question that comes after its group was done opens it again.
    """
    made = 0
    for authority in sorted({one.authority for one in asked}):
        known = middles(connection, authority)
        for one in (one for one in asked if one.authority == authority):
            vector = vectors[one.words]
            place = _nearest(known, vector)
            if place is None:
                place = len(known)
                known.append(_new_group(connection, one, vector))
                made += 1
            else:
                known[place] = _joined(known[place], one, vectors)
                _save(connection, known[place])
            connection.execute(
                sa.update(table).where(table.c.id == one.id).values(group=known[place].group)
            )
    return made


def nearest_words(
    connection: Connection, asked: Sequence[Asked], vectors: Mapping[str, Vectors]
) -> set[str]:
    """Return the words of the groups that these questions may join, which `group` compares with."""
    found = set()
    for authority in {one.authority for one in asked}:
        known = middles(connection, authority)
        for one in asked:
            place = _nearest(known, vectors[one.words]) if one.authority == authority else None
            if place is not None:
                found.add(known[place].words)
    return found


def forget(connection: Connection, now: datetime) -> int:
    """Delete what is older than 180 days, and groups that nothing is left of; return how many
    questions were deleted."""
    gone: int = connection.execute(sa.delete(table).where(table.c.at < now - KEPT)).rowcount
    left = sa.exists().where(table.c.group == groups_table.c.id)
    connection.execute(sa.delete(groups_table).where(~left))
    return gone


def _nearest(known: Sequence[Middle], vector: Vectors) -> int | None:
    """Return the place of the group that is alike enough, None when none is."""
    if not known:
        return None
    cosines = np.stack([middle.centre for middle in known]) @ vector
    place = int(cosines.argmax())
    return place if cosines[place] >= ALIKE else None


def _new_group(connection: Connection, one: Asked, vector: Vectors) -> Middle:
    made = connection.execute(
        sa.insert(groups_table).values(
            authority=one.authority, words=one.words, centre=_bytes(vector), state=OPEN
        )
    )
    key = int(made.inserted_primary_key[0])
    return Middle(key, one.authority, one.words, vector, 1, OPEN, None)


def _joined(middle: Middle, one: Asked, vectors: Mapping[str, Vectors]) -> Middle:
    vector = vectors[one.words]
    total = middle.centre * middle.count + vector
    centre = np.asarray(total / np.linalg.norm(total), dtype=np.float32)
    stands = vectors.get(middle.words)
    nearer = stands is not None and float(vector @ centre) > float(stands @ centre)
    again = middle.state == DONE and middle.changed_at is not None and one.at > middle.changed_at
    return Middle(
        group=middle.group,
        authority=middle.authority,
        words=one.words if nearer else middle.words,
        centre=centre,
        count=middle.count + 1,
        state=OPEN if again else middle.state,
        changed_at=middle.changed_at,
    )


def _save(connection: Connection, middle: Middle) -> None:
    connection.execute(
        sa.update(groups_table)
        .where(groups_table.c.id == middle.group)
        .values(words=middle.words, centre=_bytes(middle.centre), state=middle.state)
    )


def _bytes(vector: Vectors) -> bytes:
    return bytes(np.asarray(vector, dtype="<f4").tobytes())
