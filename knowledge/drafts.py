"""Articles that an officer has begun: whole files, with what is not known yet left empty."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.engine import Connection

from knowledge.tables import drafts as table

TIERS = ("county", "district", "all")
SHORTEST_TITLE = 3
LONGEST_TITLE = 120
LONGEST_SLUG = 60
MOST_ASKS = 25


@dataclass(frozen=True)
class Begun:
    """What is known when an article is begun. `owner` is a team's slug, `tier` one of TIERS."""

    title: str
    tier: str
    owner: str
    ask: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """A draft as it is kept. `slug` is the file's name without its ending."""

    id: int
    authority: str
    title: str
    slug: str
    text: str
    made_by: str
    made_at: datetime


def slug_of(title: str) -> str:
    """Return the title as an article's slug, "" when nothing of it can stand in one."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:LONGEST_SLUG].strip("-")


def text_of(begun: Begun, today: date) -> str:
    """Return the article's file. It has no `short` and no answer yet, so that it can be published
    by nobody before both are written."""
    fields = {
        "slug": slug_of(begun.title),
        "title": begun.title,
        "tier": begun.tier,
        "owner": begun.owner,
        "audience": ["resident"],
        "sources": [],
        "reviewed_on": today,
        "valid_until": _a_year_after(today),
        "related": [],
        "service": None,
        "short": "",
        "ask": list(begun.ask),
    }
    written = "".join(_field(name, value) for name, value in fields.items())
    return f"---\n{written}---\n\n"


def add(connection: Connection, authority: str, begun: Begun, by: str, now: datetime) -> int:
    """Keep a new draft; return its number."""
    made = connection.execute(
        sa.insert(table).values(
            authority=authority,
            title=begun.title,
            text=text_of(begun, now.date()),
            made_by=by,
            made_at=now,
        )
    )
    return int(made.inserted_primary_key[0])


def listed(connection: Connection, authorities: Collection[str], limit: int) -> Sequence[Draft]:
    """Return these councils' drafts, the latest first."""
    query = sa.select(table).where(table.c.authority.in_(authorities)).order_by(table.c.id.desc())
    return [_draft(row) for row in connection.execute(query.limit(limit))]


def get(connection: Connection, number: int) -> Draft:
    """Return the draft. Raise KeyError when there is none of that number."""
    row = connection.execute(sa.select(table).where(table.c.id == number)).first()
    if row is None:
        raise KeyError(number)
    return _draft(row)


def delete(connection: Connection, number: int) -> bool:
    """Delete the draft; False when it was gone already."""
    return bool(connection.execute(sa.delete(table).where(table.c.id == number)).rowcount)


def _field(name: str, value: object) -> str:
    hints = {
        "sources": '# The source of each fact: {title: "Act, section", url: "https://..."}\n',
        "short": "# The answer in two text messages at most.\n",
    }
    flow = isinstance(value, list) and name != "ask"
    line = yaml.safe_dump({name: value}, allow_unicode=True, sort_keys=False, width=1000)
    if flow:
        items = ", ".join(map(str, value)) if isinstance(value, list) else ""
        line = f"{name}: [{items}]\n"
    return hints.get(name, "") + line


def _a_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def _draft(row: Any) -> Draft:
    return Draft(
        id=row.id,
        authority=row.authority,
        title=row.title,
        slug=slug_of(row.title),
        text=row.text,
        made_by=row.made_by,
        made_at=row.made_at,
    )
