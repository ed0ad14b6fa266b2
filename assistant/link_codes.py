"""Proves that two addresses are one person's: a code goes to one, and is typed in at the other."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

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
        sides = _made(connection, authority, asker, to, now)
        for rows, bounds in zip(sides, (PER_ASKER, PER_DESTINATION), strict=True):
            for many, within in bounds:
                _bound([row.made_at for row in rows], many, within, now)
        many, within = PER_COUNCIL
        of_council = {"authority": authority, "since": now - within, "many": many}
        _bound(connection.execute(_OF_COUNCIL, of_council).scalars().all(), many, within, now)
        for rows in sides:
            if _wrong(rows) >= WRONG_A_DAY:
                raise TooMany(min(row.made_at for row in rows if row.tries) + DAY - now)
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
        row = _latest(connection, authority, asker)
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
        row = _latest(connection, authority, asker)
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
        sides = _made(connection, authority, asker, to, now)
        return any(_wrong(rows) >= WRONG_A_DAY for rows in sides)

    def _digest(self, authority: str, asker: Address, to: Address, code: str) -> str:
        parts = (authority, asker.channel, asker.user, to.channel, to.user, code)
        message = "\0".join(("link code", *parts)).encode("utf-8", "replace")
        return hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()


Rows = Sequence[Row]

_BY_ASKER = sa.and_(
    table.c.authority == sa.bindparam("authority"),
    table.c.channel == sa.bindparam("channel"),
    table.c.user == sa.bindparam("user"),
)
_SINCE = table.c.made_at > sa.bindparam("since")
_LATEST = sa.select(table).where(_BY_ASKER).order_by(table.c.id.desc()).limit(1)
_MADE = sa.select(table.c.made_at, table.c.tries).order_by(table.c.made_at.desc())
_MADE_FOR_ASKER = _MADE.where(_BY_ASKER, _SINCE)
_MADE_FOR_DESTINATION = _MADE.where(
    table.c.to_channel == sa.bindparam("to_channel"),
    table.c.to_user == sa.bindparam("to_user"),
    _SINCE,
)
_OF_COUNCIL = (
    sa.select(table.c.made_at)
    .where(table.c.authority == sa.bindparam("authority"), _SINCE)
    .order_by(table.c.made_at.desc())
    .limit(sa.bindparam("many"))
)


def _made(
    connection: Connection, authority: str, asker: Address, to: Address, now: datetime
) -> tuple[Rows, Rows]:
    """Return when the codes of the last day were made and how many wrong ones were typed for each,
    the newest first: those of the asker, and those sent to that destination."""
    since = {"since": now - DAY}
    of_asker = {"authority": authority, **vars(asker), **since}
    sent_to = {"to_channel": to.channel, "to_user": to.user, **since}
    return (
        connection.execute(_MADE_FOR_ASKER, of_asker).all(),
        connection.execute(_MADE_FOR_DESTINATION, sent_to).all(),
    )


def _bound(made: Sequence[datetime], many: int, within: timedelta, now: datetime) -> None:
    """Raise TooMany when so many codes were made within that time. The newest come first."""
    recent = [at for at in made if at > now - within]
    if len(recent) >= many:
        raise TooMany(recent[many - 1] + within - now)


def _wrong(rows: Rows) -> int:
    """Return how many wrong codes were typed."""
    return sum(row.tries for row in rows)


def _latest(connection: Connection, authority: str, asker: Address) -> Row | None:
    of_asker = {"authority": authority, **vars(asker)}
    return connection.execute(_LATEST, of_asker).first()
