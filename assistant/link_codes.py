"""Proves that two addresses are one person's: a code goes to one, and is typed in at the other."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant import people
from assistant.conversation import Conversation
from assistant.tables import link_codes as table
from channels.messages import Address

LASTS = timedelta(minutes=10)
TRIES = 5
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAUSE = timedelta(seconds=30)
"""How long to wait for a code before another can be asked for."""

# Codes that may be made: so many, within so long. Nobody's phone is to ring all day, and whoever
# asks again and again, under however many names, is not to run up the council's bill.
PER_ASKER = ((1, PAUSE), (5, HOUR), (10, DAY))
PER_DESTINATION = ((3, HOUR), (6, DAY))
PER_COUNCIL = (120, HOUR)
WRONG_A_DAY = 15
"""Wrong codes, of one asker and for one destination: a guess is right once in a million."""

_SPACES = re.compile(r"[\s-]")
_SIX_DIGITS = re.compile(r"[0-9]{6}")


class TooMany(Exception):
    """No code was made: too many were, or too many were wrong. It may work again after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"wait {wait}")
        self.wait = wait


class AlreadyLinked(Exception):
    """No code was made: both addresses are one person's already."""


@dataclass(frozen=True)
class Linked:
    """The code was right: the asker and `address` are now one person's. `conversations` changed
    with it: wake whoever reads them."""

    address: Address
    person: str
    conversations: Sequence[Conversation] = ()


@dataclass(frozen=True)
class WrongCode:
    """Not the code. `tries_left` is at least 1."""

    tries_left: int


@dataclass(frozen=True)
class Expired:
    """The code came too late. Another one can be asked for."""


@dataclass(frozen=True)
class NoCode:
    """No code was sent for this asker, or the last one has done its work."""


@dataclass(frozen=True)
class UsedUp:
    """There have been too many wrong codes. This one works no more, even when it is right."""


Answer = Linked | WrongCode | Expired | NoCode | UsedUp


@dataclass(frozen=True)
class LinkCodes:
    """Makes codes and reads them. `secret` keys what is kept of them; `draw` returns any number
    from 0 below the one it is given."""

    secret: str
    draw: Callable[[int], int] = secrets.randbelow

    def begin(
        self, connection: Connection, authority: str, asker: Address, to: Address, now: datetime
    ) -> str:
        """Return six digits that the caller sends to `to`, after the commit, and to nowhere else.

        An older code of the asker works no more. Raise TooMany or AlreadyLinked.
        """
        people.take_turns(connection)
        person = people.person_of(connection, asker)
        if asker == to or (person is not None and person == people.person_of(connection, to)):
            raise AlreadyLinked
        connection.execute(sa.delete(table).where(table.c.made_at <= now - DAY))
        for many, within in PER_ASKER:
            _bound(connection, _of_asker(authority, asker), many, within, now)
        for many, within in PER_DESTINATION:
            _bound(connection, _for(to), many, within, now)
        _bound(connection, table.c.authority == authority, *PER_COUNCIL, now)
        for condition in (_of_asker(authority, asker), _for(to)):
            if _wrong(connection, condition, now) >= WRONG_A_DAY:
                raise TooMany(_until_free(connection, condition, now))
        code = f"{self.draw(1_000_000):06}"
        connection.execute(
            sa.insert(table).values(
                authority=authority,
                **vars(asker),
                to_channel=to.channel,
                to_user=to.user,
                digest=self._digest(authority, asker, to, code),
                made_at=now,
                expires_at=now + LASTS,
                tries=0,
            )
        )
        return code

    def is_awaited(
        self, connection: Connection, authority: str, asker: Address, now: datetime
    ) -> bool:
        """Whether six digits from this asker are meant as a code: one was sent that works, or that
        has expired a short while ago, so that it has to be said that it came too late."""
        row = connection.execute(_latest(authority, asker)).first()
        if row is None or row.used_at is not None or row.tries >= TRIES:
            return False
        return bool(row.expires_at + LASTS > now)

    def confirm(
        self, connection: Connection, authority: str, asker: Address, typed: str, now: datetime
    ) -> Answer:
        """Say whether that is the code that was sent for this asker last; if so, link the two.

        Spaces and hyphens do not matter, and what is not six digits costs no try. It never raises
        for what was typed: the caller must commit, or a wrong try is not counted.
        """
        people.take_turns(connection)
        row = connection.execute(_latest(authority, asker)).first()
        if row is None or row.used_at is not None:
            return NoCode()
        to = Address(row.to_channel, row.to_user)
        if row.tries >= TRIES or self._guessed(connection, authority, asker, to, now):
            return UsedUp()
        if row.expires_at <= now:
            return Expired()
        code = _SPACES.sub("", typed)
        if not _SIX_DIGITS.fullmatch(code):
            return WrongCode(TRIES - row.tries)
        this = table.c.id == row.id
        if not hmac.compare_digest(self._digest(authority, asker, to, code), row.digest):
            connection.execute(sa.update(table).where(this).values(tries=row.tries + 1))
            left = TRIES - row.tries - 1
            return WrongCode(left) if left else UsedUp()
        connection.execute(sa.update(table).where(this).values(used_at=now))
        joined = people.link(connection, authority, asker, to, people.BY_CODE, now)
        return Linked(to, joined.person, joined.conversations)

    def _guessed(
        self, connection: Connection, authority: str, asker: Address, to: Address, now: datetime
    ) -> bool:
        conditions = (_of_asker(authority, asker), _for(to))
        return any(_wrong(connection, c, now) >= WRONG_A_DAY for c in conditions)

    def _digest(self, authority: str, asker: Address, to: Address, code: str) -> str:
        parts = (authority, asker.channel, asker.user, to.channel, to.user, code)
        message = "\0".join(("link code", *parts)).encode("utf-8", "replace")
        return hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()


def _bound(
    connection: Connection, condition: Any, many: int, within: timedelta, now: datetime
) -> None:
    """Raise TooMany when so many codes were made within that time."""
    times: Sequence[datetime] = (
        connection.execute(
            sa.select(table.c.made_at)
            .where(condition, table.c.made_at > now - within)
            .order_by(table.c.made_at.desc())
            .limit(many)
        )
        .scalars()
        .all()
    )
    if len(times) == many:
        raise TooMany(times[-1] + within - now)


def _wrong(connection: Connection, condition: Any, now: datetime) -> int:
    """Return how many wrong codes there were within a day."""
    query = sa.select(sa.func.coalesce(sa.func.sum(table.c.tries), 0))
    return int(connection.execute(query.where(condition, table.c.made_at > now - DAY)).scalar_one())


def _until_free(connection: Connection, condition: Any, now: datetime) -> timedelta:
    """Return how long until the oldest wrong code no longer counts."""
    query = sa.select(table.c.made_at).where(condition, table.c.made_at > now - DAY)
    oldest: datetime = connection.execute(
        query.where(table.c.tries > 0).order_by(table.c.made_at).limit(1)
    ).scalar_one()
    return oldest + DAY - now


def _of_asker(authority: str, asker: Address) -> Any:
    return sa.and_(
        table.c.authority == authority,
        table.c.channel == asker.channel,
        table.c.user == asker.user,
    )


def _latest(authority: str, asker: Address) -> Any:
    of_asker = sa.select(table).where(_of_asker(authority, asker))
    return of_asker.order_by(table.c.id.desc()).limit(1)


def _for(to: Address) -> Any:
    return sa.and_(table.c.to_channel == to.channel, table.c.to_user == to.user)
