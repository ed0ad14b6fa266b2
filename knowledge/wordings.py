"""What people say when they mean an article, added by officers since it was written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.engine import Connection

from knowledge.tables import insert
from knowledge.tables import wordings as table

SHORTEST = 3
LONGEST = 300

Mark = tuple[Any, ...]
"""What tells whether wordings have changed since."""


@dataclass(frozen=True)
class Wording:
    """One wording; `article` is a slug."""

    id: int
    article: str
    words: str
    added_by: str
    added_at: datetime


def add(connection: Connection, article: str, words: str, by: str, now: datetime) -> bool:
    """Add a wording; one that was withdrawn comes back. False when it is there already."""
    row = {"added_by": by, "added_at": now, "withdrawn_at": None}
    again = sa.update(table).where(
        table.c.article == article, table.c.words == words, table.c.withdrawn_at.is_not(None)
    )
    if connection.execute(again.values(row)).rowcount:
        return True
    new = insert(connection, table).values(article=article, words=words, **row)
    return bool(connection.execute(new.on_conflict_do_nothing()).rowcount)


def withdraw(connection: Connection, number: int, now: datetime) -> Wording:
    """Understand it no more. Raise KeyError when it is not there, or was withdrawn before."""
    there = sa.and_(table.c.id == number, table.c.withdrawn_at.is_(None))
    row = connection.execute(sa.select(table).where(there)).first()
    if row is None:
        raise KeyError(number)
    connection.execute(sa.update(table).where(there).values(withdrawn_at=now))
    return _wording(row)


def latest(connection: Connection, limit: int, skip: int = 0) -> Sequence[Wording]:
    """Return the wordings that are understood, the latest first."""
    query = _there().order_by(table.c.added_at.desc(), table.c.id.desc())
    return [_wording(row) for row in connection.execute(query.limit(limit).offset(skip))]


def by_article(connection: Connection) -> Mapping[str, tuple[str, ...]]:
    """Return all wordings by the article's slug, each article's in the order they were added."""
    found: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(_there().order_by(table.c.article, table.c.id)):
        found[row.article] = (*found.get(row.article, ()), row.words)
    return found


def mark(connection: Connection) -> Mark:
    """Return what is another when a wording was added or withdrawn: one look at a small table."""
    query = sa.select(
        sa.func.count(table.c.id),
        sa.func.count(table.c.withdrawn_at),
        sa.func.max(table.c.id),
        sa.func.max(table.c.added_at),
        sa.func.max(table.c.withdrawn_at),
    )
    return tuple(connection.execute(query).one())


def export(connection: Connection, known: Collection[str]) -> str:
    """Return the wordings as YAML, article by article, as lines to be put under its `ask`.

    An article that is not `known` any more is named in a comment.
    """
    parts = []
    for article, words in by_article(connection).items():
        if article not in known:
            parts.append(f"# {article}: there is no such article any more\n")
        listed: str = yaml.safe_dump(
            {article: {"ask": list(words)}}, allow_unicode=True, sort_keys=False, width=1000
        )
        parts.append(listed)
    return "".join(parts)


def _there() -> Any:
    return sa.select(table).where(table.c.withdrawn_at.is_(None))


def _wording(row: Any) -> Wording:
    return Wording(row.id, row.article, row.words, row.added_by, row.added_at)
