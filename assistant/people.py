"""One person's addresses: which belong together, since when, and who said so.

Addresses are joined by a code that was sent to one and typed in at the other (link_codes.py), or by
an agent (contact_book.py): never because names or numbers look alike. Who has one address only is
in no table.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant import threads
from assistant.conversation import Conversation
from assistant.tables import contact_points, link_events
from channels.messages import Address

CODE, AGENT = "code", "agent"
LINKED, UNLINKED = "linked", "unlinked"

PROOF_LASTS = timedelta(days=180)
"""Networks give the number of somebody who left it to somebody else, after half a year or so."""

_ONE_AT_A_TIME = 7_264_106  # The number of our advisory lock in PostgreSQL.


class AnotherPerson(Exception):
    """The address belongs to another person who has several. Unlink it there first."""


@dataclass(frozen=True)
class Warrant:
    """What a link stands on: a code, or what an agent said. `agent` is None for a code."""

    how: str
    agent: int | None = None
    reason: str = ""


BY_CODE = Warrant(CODE)


@dataclass(frozen=True)
class Member:
    """One of a person's addresses, and what it was linked by."""

    address: Address
    person: str
    linked_at: datetime
    warrant: Warrant


@dataclass(frozen=True)
class Joined:
    """Who two addresses are now, and the conversations that changed: wake whoever reads them."""

    person: str
    conversations: Sequence[Conversation]


def person_of(connection: Connection, address: Address) -> str | None:
    """Return the id of the person whose address it is; None when it is linked to no other."""
    query = sa.select(contact_points.c.person).where(_is(address))
    person: str | None = connection.execute(query).scalar()
    return person


def addresses_of(connection: Connection, person: str) -> Sequence[Address]:
    """Return the person's addresses, first linked first; none when there is no such person."""
    return [member.address for member in members_of(connection, person)]


def members_of(connection: Connection, person: str) -> Sequence[Member]:
    """Return the person's addresses as addresses_of() does, with what they were linked by."""
    event = link_events.alias()
    last_link = (
        sa.select(sa.func.max(event.c.id))
        .where(
            event.c.person == contact_points.c.person,
            event.c.channel == contact_points.c.channel,
            event.c.user == contact_points.c.user,
            event.c.what == LINKED,
        )
        .correlate(contact_points)
        .scalar_subquery()
    )
    rows = connection.execute(
        sa.select(contact_points, link_events.c.how, link_events.c.agent, link_events.c.reason)
        .select_from(contact_points.outerjoin(link_events, link_events.c.id == last_link))
        .where(contact_points.c.person == person)
        .order_by(contact_points.c.linked_at, contact_points.c.channel, contact_points.c.user)
    )
    return [
        Member(
            Address(row.channel, row.user),
            row.person,
            row.linked_at,
            # The events may be gone sooner: then nobody vouches for it.
            Warrant(row.how or "", row.agent, row.reason or ""),
        )
        for row in rows
    ]


def take_turns(connection: Connection) -> None:
    """Wait until nobody else links or unlinks; until this transaction ends, nobody else does.

    SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))


def link(
    connection: Connection,
    authority: str,
    one: Address,
    other: Address,
    warrant: Warrant,
    now: datetime,
) -> Joined:
    """Make two addresses one person's. Their conversations go on as one.

    By an agent, `other` joins the person of `one`. Raise AnotherPerson when it has a person of its
    own: an agent decides about one address, not about all that somebody has.

    By a code, the persons of both become one. But the code proves these two addresses and no more,
    so some other addresses of their persons stay behind, together as they were: those that were
    linked longer ago than PROOF_LASTS, and, when both had a person, those that an agent had linked.
    Each can be linked again by its own code, or by an agent.
    """
    take_turns(connection)
    mine, theirs = person_of(connection, one), person_of(connection, other)
    if warrant.how == AGENT and theirs not in (None, mine):
        raise AnotherPerson
    persons = dict.fromkeys(person for person in (theirs, mine) if person is not None)
    before = {m.address: m for person in persons for m in members_of(connection, person)}
    guests = [member for address, member in before.items() if address not in (one, other)]
    staying: list[Member] = []
    if warrant.how == CODE:
        two = len(persons) == 2
        staying = [m for m in guests if (two and m.warrant.how != CODE) or _is_old(m, now)]
    person = next(iter(persons), None) if not staying else None
    person = person or str(uuid.uuid4())
    for address in (one, other):
        old = before.get(address)
        if warrant.how == CODE or old is None or old.person != person:
            _move(connection, authority, old, Member(address, person, now, warrant), now)
    for guest in guests:
        if guest not in staying and guest.person != person:
            moved = Member(guest.address, person, guest.linked_at, guest.warrant)
            _move(connection, authority, guest, moved, now)
    for left in persons:
        _free_the_last(connection, authority, left, warrant, now)
    changed: list[Conversation] = []
    for member in staying:
        changed += threads.parted(connection, authority, member.address, now)
    return Joined(person, (*changed, *threads.joined(connection, person, now)))


def unlink(
    connection: Connection, authority: str, address: Address, warrant: Warrant, now: datetime
) -> Sequence[Conversation]:
    """Take the address from its person; return the conversations that changed. Nothing happens
    when it was not linked. A person's last address is linked to nothing either. `link` puts it
    back.
    """
    take_turns(connection)
    person = person_of(connection, address)
    if person is None:
        return ()
    _remove(connection, authority, address, person, warrant, now)
    _free_the_last(connection, authority, person, warrant, now)
    return threads.parted(connection, authority, address, now)


def _is_old(member: Member, now: datetime) -> bool:
    return now - member.linked_at > PROOF_LASTS


def _move(
    connection: Connection, authority: str, old: Member | None, new: Member, now: datetime
) -> None:
    """Write where an address belongs now. Under the same person, that is a proof made anew."""
    if old is not None and old.person != new.person:
        _remove(connection, authority, new.address, old.person, new.warrant, now)
    elif old is not None:
        connection.execute(sa.delete(contact_points).where(_is(new.address)))
    connection.execute(
        sa.insert(contact_points).values(
            authority=authority,
            **vars(new.address),
            person=new.person,
            linked_at=new.linked_at,
        )
    )
    _note(connection, authority, LINKED, new.address, new.person, new.warrant, now)


def _free_the_last(
    connection: Connection, authority: str, person: str, warrant: Warrant, now: datetime
) -> None:
    left = addresses_of(connection, person)
    if len(left) == 1:
        _remove(connection, authority, left[0], person, warrant, now)


def _remove(
    connection: Connection,
    authority: str,
    address: Address,
    person: str,
    warrant: Warrant,
    now: datetime,
) -> None:
    connection.execute(sa.delete(contact_points).where(_is(address)))
    _note(connection, authority, UNLINKED, address, person, warrant, now)


def _note(
    connection: Connection,
    authority: str,
    what: str,
    address: Address,
    person: str,
    warrant: Warrant,
    now: datetime,
) -> None:
    connection.execute(
        sa.insert(link_events).values(
            authority=authority,
            person=person,
            **vars(address),
            what=what,
            at=now,
            **vars(warrant),
        )
    )


def _is(address: Address) -> Any:
    return sa.and_(
        contact_points.c.channel == address.channel, contact_points.c.user == address.user
    )
