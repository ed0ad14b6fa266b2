"""Who asked to get no more messages, and the few words that say so.

The rules of the networks: a message that is nothing but STOP (or STOPALL, UNSUBSCRIBE) ends all
messages to that address, START or UNSTOP begins them again. CANCEL, END, QUIT and YES stand on some
lists of such words too, but in a conversation they are answers: YES counts only from somebody who
has stopped us, the others never.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant.tables import opt_outs, outbox
from channels.messages import Address, Content, Said
from knowledge.tables import insert

STOP_WORDS = frozenset({"stop", "stopall", "stop all", "unsubscribe"})
START_WORDS = frozenset({"start", "unstop"})
WHO_WORDS = frozenset({"help", "info"})


class Wish(Enum):
    """What a person wants of the messages themselves."""

    STOP = "stop"
    START = "start"
    WHO = "who"
    """Who is it that I write to?"""


def wish_of(content: Content, *, stopped: bool) -> Wish | None:
    """Return what a message that is nothing but one of the words asks for, None for any other."""
    if not isinstance(content, Said) or len(content.text) > 40:
        return None
    word = " ".join(re.sub(r"[^\w\s]", " ", content.text.casefold()).split())
    if word in STOP_WORDS:
        return Wish.STOP
    if word in START_WORDS or (stopped and word == "yes"):
        return Wish.START
    return Wish.WHO if word in WHO_WORDS else None


def has_stopped(connection: Connection, authority: str, address: Address) -> bool:
    """Whether this address asked that council to send nothing more."""
    query = sa.select(opt_outs.c.at).where(*_of(authority, address))
    return connection.execute(query).first() is not None


def stop(connection: Connection, authority: str, address: Address, now: datetime) -> None:
    """Send nothing more to this address. Stopping twice is stopping once."""
    connection.execute(
        insert(connection, opt_outs)
        .values(authority=authority, told=False, at=now, **vars(address))
        .on_conflict_do_nothing()
    )


def refuse_parcels(
    connection: Connection,
    authority: str,
    address: Address,
    now: datetime,
    *,
    entry: tuple[str, int] | None = None,
) -> None:
    """End what still waits to be sent to this address: what an agent wrote as refused, which staff
    look after; our own words are dropped. With `entry` (a conversation and a position in it), only
    what says that entry."""
    by_agent = sa.and_(outbox.c.epoch.is_(None), outbox.c.position.is_not(None))
    those = sa.true()
    if entry is not None:
        those = sa.and_(outbox.c.conversation == entry[0], outbox.c.position == entry[1])
    connection.execute(
        sa.update(outbox)
        .where(
            outbox.c.authority == authority,
            outbox.c.channel == address.channel,
            outbox.c.user == address.user,
            outbox.c.state.in_(["waiting", "held"]),
            those,
        )
        .values(
            state=sa.case((by_agent, "refused"), else_="dropped"),
            failure="opted_out",
            next_at=now,
            held_by=None,
            held_until=None,
        )
    )


def start(connection: Connection, authority: str, address: Address) -> None:
    """Send to this address again."""
    connection.execute(sa.delete(opt_outs).where(*_of(authority, address)))


def tell_once(connection: Connection, authority: str, address: Address) -> bool:
    """Return True the first time that somebody who has stopped us writes again."""
    result = connection.execute(
        sa.update(opt_outs)
        .where(*_of(authority, address), opt_outs.c.told.is_(False))
        .values(told=True)
    )
    return bool(result.rowcount)


def _of(authority: str, address: Address) -> tuple[sa.sql.ColumnElement, ...]:
    columns = opt_outs.c
    return (
        columns.authority == authority,
        columns.channel == address.channel,
        columns.user == address.user,
    )
