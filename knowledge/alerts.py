"""What is happening now: a few words of a council about some topics, from one time to another."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge.tables import alerts as table

SHORTEST, LONGEST = 10, 200
"""Characters of an alert."""
FURTHEST = timedelta(days=366)
"""How far ahead an alert may begin, and end."""
KEPT = timedelta(days=30)
"""How long the desk lists what is over."""

_MARKDOWN = re.compile(r"[*`\[\]<>{}\\|~]|__|^\s*(?:[-+#]|\d+[.)]\s)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


class WrongAlert(ValueError):
    """It was not kept. `faults` says what is wrong, by field: text, starts_at or ends_at."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


@dataclass(frozen=True)
class Alert:
    """One alert. `topics` are slugs, none for everything that the council does. It holds from
    `starts_at` up to, and not at, `ends_at`, unless somebody withdraws it."""

    id: int
    authority: str
    topics: tuple[str, ...]
    text: str
    starts_at: datetime
    ends_at: datetime
    made_by: str
    made_at: datetime
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return self.withdrawn_at is None and self.starts_at <= now < self.ends_at

    def over(self, now: datetime) -> bool:
        return self.withdrawn_at is not None or self.ends_at <= now


@dataclass(frozen=True)
class Listed:
    """Alerts as the desk lists them: what ends first, what begins first, what was over last."""

    active: tuple[Alert, ...]
    coming: tuple[Alert, ...]
    past: tuple[Alert, ...]


def evened(text: str) -> str:
    """Return the words with single spaces between them. Line ends stay: they are a fault."""
    return re.sub(r"[^\S\r\n]+", " ", text).strip()


def faults_of(
    text: str, starts_at: datetime | None, ends_at: datetime | None, now: datetime
) -> dict[str, str]:
    """Return what is wrong with an alert, by field; empty when nothing is. A time that is None is
    not looked at."""
    faults: dict[str, str] = {}
    if _CONTROL.search(text):
        faults["text"] = "Write the alert as one paragraph."
    elif not SHORTEST <= len(text) <= LONGEST:
        faults["text"] = f"Write {SHORTEST} to {LONGEST} characters. There are {len(text)}."
    elif found := _MARKDOWN.search(text):
        faults["text"] = f"Write plain words, without the sign {found.group().strip()}"
    if starts_at is not None and starts_at > now + FURTHEST:
        faults["starts_at"] = "Choose a start within the next year."
    if ends_at is not None:
        if ends_at <= now:
            faults["ends_at"] = "Choose an end that is still to come."
        elif starts_at is not None and ends_at <= starts_at:
            faults["ends_at"] = "Choose an end after the start."
        elif ends_at > now + FURTHEST:
            faults["ends_at"] = "Choose an end within the next year."
    return faults


def add(
    connection: Connection,
    *,
    authority: str,
    topics: Collection[str],
    text: str,
    starts_at: datetime,
    ends_at: datetime,
    by: str,
    now: datetime,
) -> Alert:
    """Write a new alert. Space around and between its words is made even. Raise WrongAlert."""
    slugs = tuple(sorted(set(topics)))
    new = Alert(0, authority, slugs, evened(text), starts_at, ends_at, by[:60], now)
    faults = faults_of(new.text, starts_at, ends_at, now)
    if faults:
        raise WrongAlert(faults)
    values = {name: value for name, value in vars(new).items() if name != "id"}
    made = connection.execute(sa.insert(table).values(values | {"topics": list(slugs)}))
    return replace(new, id=int(made.inserted_primary_key[0]))


def withdraw(connection: Connection, alert: int, by: str, now: datetime) -> bool:
    """Show it no more; False when there is none of that number or it was over already."""
    changed = connection.execute(
        sa.update(table)
        .where(table.c.id == alert, table.c.withdrawn_at.is_(None), table.c.ends_at > now)
        .values(withdrawn_by=by[:60], withdrawn_at=now)
    )
    return bool(changed.rowcount)


def change(
    connection: Connection,
    alert: int,
    *,
    by: str,
    now: datetime,
    topics: Collection[str] | None = None,
    text: str | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Alert:
    """Withdraw the alert and write another like it, with what is given instead: so it stays known
    who said what, and who was told the old one is told the new one. Return the new one; the old
    one when it says all that already.

    Raise KeyError when there is none of that number or it is over, and WrongAlert.
    """
    before = get(connection, alert)
    wanted = replace(
        before,
        topics=before.topics if topics is None else tuple(sorted(set(topics))),
        text=before.text if text is None else evened(text),
        starts_at=starts_at or before.starts_at,
        ends_at=ends_at or before.ends_at,
    )
    if wanted == before and not before.over(now):
        return before
    if not withdraw(connection, alert, by, now):
        raise KeyError(alert)
    return add(
        connection,
        authority=wanted.authority,
        topics=wanted.topics,
        text=wanted.text,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        by=by,
        now=now,
    )


def get(connection: Connection, alert: int) -> Alert:
    """Return the alert of that number. Raise KeyError when there is none."""
    row = connection.execute(sa.select(table).where(table.c.id == alert)).first()
    if row is None:
        raise KeyError(alert)
    return _alert(row)


def current(
    connection: Connection,
    now: datetime,
    authority: str | None = None,
    topics: Collection[str] | None = None,
) -> tuple[Alert, ...]:
    """Return the alerts that hold at that moment, the newest first.

    With `authority`, that council's; with `topics`, those about one of them or about everything.
    """
    query = sa.select(table).where(
        table.c.withdrawn_at.is_(None), table.c.starts_at <= now, table.c.ends_at > now
    )
    if authority is not None:
        query = query.where(table.c.authority == authority)
    order = (table.c.starts_at.desc(), table.c.id.desc())
    found = map(_alert, connection.execute(query.order_by(*order)))
    if topics is None:
        return tuple(found)
    return tuple(a for a in found if not a.topics or set(a.topics) & set(topics))


def listed(connection: Connection, authorities: Sequence[str], now: datetime) -> Listed:
    """Return those councils' alerts. What has been over for 30 days is left out."""
    since = now - KEPT
    late = sa.func.coalesce(table.c.withdrawn_at, table.c.ends_at)
    query = sa.select(table).where(
        table.c.authority.in_(authorities),
        table.c.ends_at > since,
        sa.or_(table.c.withdrawn_at.is_(None), table.c.withdrawn_at > since),
    )
    found = [_alert(row) for row in connection.execute(query.order_by(late, table.c.id))]
    coming = [a for a in found if not a.over(now) and not a.holds(now)]
    return Listed(
        active=tuple(a for a in found if a.holds(now)),
        coming=tuple(sorted(coming, key=lambda alert: (alert.starts_at, alert.id))),
        past=tuple(a for a in reversed(found) if a.over(now)),
    )


def _alert(row: Any) -> Alert:
    return Alert(**{**row._mapping, "topics": tuple(row.topics)})
