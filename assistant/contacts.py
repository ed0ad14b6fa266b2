"""Addresses as the desk shows them: by whom linked, and what was last written from there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant import people
from assistant.people import Member
from assistant.tables import conversations, link_events, threads, transcript
from channels.messages import Address
from channels.telephone import read_number
from channels.transcript import Speaker
from handoff.floor import Agent
from handoff.people import Contact, LinkEvent
from handoff.tables import agents

MOST_EVENTS = 50
_CONVERSATION = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def members_with(connection: Connection, address: Address) -> Sequence[Member]:
    """Return all addresses of the person whose address that is; none when it is not linked."""
    person = people.person_of(connection, address)
    return () if person is None else people.members_of(connection, person)


def member_at(connection: Connection, address: Address) -> Member | None:
    """Return the address with what it was linked by; None when it is not linked."""
    return next((m for m in members_with(connection, address) if m.address == address), None)


def named(connection: Connection, authority: str, query: str) -> Iterable[Address]:
    """Yield the addresses that an agent's words name: by a whole telephone number, or by the id of
    a conversation with that council."""
    number = read_number(query)
    if number is not None:
        yield Address("sms", number)
        yield Address("whatsapp", number.removeprefix("+"))
    for conversation in _CONVERSATION.findall(query.lower()):
        for table, key in ((conversations, conversations.c.id), (threads, threads.c.conversation)):
            rows = connection.execute(
                sa.select(table.c.channel, table.c.user).where(
                    key == conversation, table.c.authority == authority
                )
            )
            yield from (Address(row.channel, row.user) for row in rows)


def has_written(connection: Connection, authority: str, address: Address) -> bool:
    """Whether that council ever had a message from there."""
    return any(
        connection.execute(
            sa.select(table.c.channel)
            .where(table.c.authority == authority, _one_of(table, (address,)))
            .limit(1)
        ).first()
        for table in (conversations, threads)
    )


def contact(
    connection: Connection, agent: Agent, address: Address, member: Member | None
) -> Contact:
    """Return the address as this agent may see it. `member` is it as a linked one, if it is."""
    taken_part = sa.select(threads.c.conversation).where(_one_of(threads, (address,)))
    conversation: str | None = connection.execute(
        sa.select(conversations.c.id)
        .where(
            conversations.c.authority.in_(agent.covers),
            sa.or_(_one_of(conversations, (address,)), conversations.c.id.in_(taken_part)),
        )
        .order_by(conversations.c.opened_at.desc())
        .limit(1)
    ).scalar()
    said = connection.execute(
        sa.select(transcript.c.at, transcript.c.text)
        .where(
            transcript.c.conversation == conversation,
            transcript.c.speaker == Speaker.RESIDENT.value,
            _one_of(transcript, (address,)),
        )
        .order_by(transcript.c.position.desc())
        .limit(1)
    ).first()
    return Contact(
        channel=address.channel,
        user=address.user,
        linked_at=member.linked_at if member else None,
        how=member.warrant.how if member else "",
        by=_first_name(connection, member.warrant.agent) if member else "",
        reason=member.warrant.reason if member else "",
        conversation=conversation or "",
        last_at=said.at if said else None,
        last_said=said.text if said else "",
    )


def history(connection: Connection, address: Address) -> Sequence[LinkEvent]:
    """Return what was done to that address and to its person's others, latest first; at most 50."""
    members = members_with(connection, address)
    about = _one_of(link_events, (address, *(member.address for member in members)))
    rows = connection.execute(
        sa.select(link_events, agents.c.first_name)
        .outerjoin(agents, agents.c.id == link_events.c.agent)
        .where(sa.or_(about, link_events.c.person.in_([member.person for member in members])))
        .order_by(link_events.c.id.desc())
        .limit(MOST_EVENTS)
    )
    return [
        LinkEvent(
            at=row.at,
            what=row.what,
            channel=row.channel,
            user=row.user,
            how=row.how,
            by=row.first_name or "",
            reason=row.reason,
        )
        for row in rows
    ]


def _first_name(connection: Connection, agent: int | None) -> str:
    name = connection.execute(sa.select(agents.c.first_name).where(agents.c.id == agent)).scalar()
    return name or ""


def _one_of(table: sa.Table, addresses: Iterable[Address]) -> Any:
    return sa.or_(
        *(sa.and_(table.c.channel == a.channel, table.c.user == a.user) for a in addresses)
    )
