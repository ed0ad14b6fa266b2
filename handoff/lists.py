"""The left side of the desk: who waits, what is mine, and everything that is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.engine import Connection

from channels.transcript import Entry, Speaker
from handoff import queue, sessions
from handoff.addresses import channel_name
from handoff.briefing import shortened
from handoff.floor import Agent, Card, Floor, Transactions
from handoff.handover import Handover
from handoff.shelf import KnowledgeForDesk
from knowledge.languages import open_languages
from knowledge.urgent import title_of

NAMES = {"queue": "Queue", "mine": "Mine", "open": "All open"}


@dataclass(frozen=True)
class Row:
    """One conversation in a list. `state` is waiting, unanswered (mine, and the resident wrote
    last), agent or bot; `since` is when it joined the queue, when the resident began to wait for
    an answer, or when something was last said. `language` is what the resident writes in, as
    "Polish (Polski)", "" for English. `urgent` is the emergency that was recognised, as "Smell of
    gas", "" for none."""

    conversation: str
    title: str
    reason: str
    said: str
    council: str
    channel: str
    state: str
    who: str
    since: datetime
    language: str = ""
    urgent: str = ""


@dataclass(frozen=True)
class Listing:
    """One of the lists, and what the heads of all of them say. `calling` are the conversations
    in any list that want the agent now: those that wait, and their own unanswered ones."""

    name: str
    rows: tuple[Row, ...]
    calling: tuple[Row, ...]
    waiting: int
    oldest: datetime | None
    mine: int
    on_shift: int


@dataclass(frozen=True)
class _Known:
    waiting: Sequence[queue.Waiting]
    on_shift: int


async def listing(
    floor: Floor,
    store: Transactions,
    knowledge: KnowledgeForDesk,
    agent: Agent,
    name: str,
    now: datetime,
) -> Listing:
    """Return the list of that name, one of NAMES: emergencies first, and of those in the queue the
    longest wait."""
    known = await store.run(lambda connection: _known(connection, agent, now))
    queued = await _queue_rows(floor, knowledge, agent, known.waiting)
    mine = await _rows(floor, store, knowledge, agent, await floor.mine(agent), known.waiting)
    rows = {"queue": queued, "mine": mine}.get(name)
    if rows is None:
        cards = await floor.recent(agent)
        rows = await _rows(floor, store, knowledge, agent, cards, known.waiting)
    return Listing(
        name=name,
        rows=_urgent_first(rows),
        calling=_urgent_first((*queued, *(row for row in mine if row.state == "unanswered"))),
        waiting=len(queued),
        oldest=min((row.since for row in queued), default=None),
        mine=len(mine),
        on_shift=known.on_shift,
    )


def _urgent_first(rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: not row.urgent))


def unanswered_since(transcript: Sequence[Entry]) -> datetime | None:
    """Return since when the resident waits for a person's answer, None when a person spoke last.

    That is the first message since then; or, when the assistant handed over and nobody has said
    anything yet, what the assistant said last. Notes and who came or went answer nobody.
    """
    since = None
    for entry in reversed(transcript):
        if entry.speaker is Speaker.AGENT:
            return since
        if entry.speaker is Speaker.ASSISTANT:
            return since or entry.at
        if entry.speaker is Speaker.RESIDENT:
            since = entry.at
    return since


def council_name(knowledge: KnowledgeForDesk, authority: str) -> str:
    """Return the council's short name, or its slug when nobody knows it any more."""
    try:
        return knowledge.council(authority)
    except KeyError:
        return authority


def council_hours(knowledge: KnowledgeForDesk, authority: str, now: datetime) -> str:
    """Return what residents are told while advisers are away; "" for an unknown council."""
    try:
        return knowledge.hours(authority, now)
    except KeyError:
        return ""


async def whole_transcript(floor: Floor, agent: Agent, conversation: str) -> tuple[Entry, ...]:
    """Return every entry, however many readings it takes."""
    entries: list[Entry] = []
    while True:
        after = entries[-1].position if entries else 0
        more = await floor.transcript(agent, conversation, after)
        if not more:
            return tuple(entries)
        entries.extend(more)


def _known(connection: Connection, agent: Agent, now: datetime) -> _Known:
    at_the_desk = sessions.at_the_desk(connection, now)
    return _Known(
        waiting=queue.waiting(connection, agent.covers),
        on_shift=sum(bool(set(a.covers) & set(agent.covers)) for a in at_the_desk),
    )


async def _queue_rows(
    floor: Floor, knowledge: KnowledgeForDesk, agent: Agent, waiting: Sequence[queue.Waiting]
) -> list[Row]:
    cards = {card.conversation: card for card in await floor.recent(agent, 200)} if waiting else {}
    rows = []
    for place in waiting:
        card = cards.get(place.conversation)
        try:
            card = card or await floor.card(agent, place.conversation)
        except KeyError:
            continue
        rows.append(_row(card, place.handover, place.joined_at, knowledge))
    return rows


async def _rows(
    floor: Floor,
    store: Transactions,
    knowledge: KnowledgeForDesk,
    agent: Agent,
    cards: Sequence[Card],
    waiting: Sequence[queue.Waiting],
) -> list[Row]:
    keys = [card.conversation for card in cards]
    handovers = await store.run(lambda connection: queue.handovers(connection, keys))
    joined = {place.conversation: place.joined_at for place in waiting}
    rows = []
    for card in cards:
        row = _row(card, handovers.get(card.conversation), joined.get(card.conversation), knowledge)
        if row.state == "agent" and card.agent == agent.id:
            since = unanswered_since(await whole_transcript(floor, agent, card.conversation))
            row = replace(row, state="unanswered", since=since) if since else row
        rows.append(row)
    return rows


def _row(
    card: Card, handover: Handover | None, joined: datetime | None, knowledge: KnowledgeForDesk
) -> Row:
    wants = (handover.wants or handover.form) if handover else ""
    state = "waiting" if joined else "agent" if card.keeper == "agent" else "bot"
    return Row(
        conversation=card.conversation,
        title=wants or shortened(card.last_said, 60) or "New conversation",
        reason=handover.reason.value if handover and state == "waiting" else "",
        said=shortened(card.last_said, 90),
        council=council_name(knowledge, card.authority),
        channel=channel_name(card.channel),
        state=state,
        who={"agent": card.agent_name, "bot": "Assistant"}.get(state, ""),
        since=joined or card.last_at,
        language=open_languages().named(handover.language) if handover else "",
        urgent=title_of(handover.urgent) if handover and state != "bot" else "",
    )
