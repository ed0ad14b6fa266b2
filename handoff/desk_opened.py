"""A conversation on the desk: everything that the page says of it, read in one place."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from channels.transcript import Entry
from handoff import queue
from handoff.briefing import Briefing, brief
from handoff.desk_visit import Visit
from handoff.floor import Card
from handoff.handover import Handover
from handoff.lists import council_hours, council_name, whole_transcript
from handoff.lodged import Lodged, lodged_in


@dataclass(frozen=True)
class Opened:
    """A conversation on the desk. `state` is mine, theirs, waiting, bot or closed: it decides what
    the agent can do, and the page changes its reply box only when it changes. `hours` is what
    residents are told when advisers are not there, empty when they are."""

    card: Card
    council: str
    transcript: tuple[Entry, ...]
    briefing: Briefing
    state: str
    hours: str


async def open_conversation(visit: Visit, conversation: str) -> Opened:
    """Read everything the page says of a conversation. Raise Declined when there is none."""
    room = visit.room
    card = await visit.card(conversation)
    transcript = await whole_transcript(room.floor, visit.agent, conversation)
    earlier = await room.floor.earlier(visit.agent, conversation)
    keys = [conversation, *(other.conversation for other in earlier)]
    handover, lodged = await room.store.run(lambda connection: _kept(connection, keys))
    return Opened(
        card=card,
        council=council_name(room.knowledge, card.authority),
        transcript=transcript,
        briefing=brief(card, handover, transcript, earlier, lodged, room.limits.get(card.channel)),
        state=_state(card, visit),
        hours=council_hours(room.knowledge, card.authority, visit.now),
    )


def _kept(
    connection: Connection, conversations: list[str]
) -> tuple[Handover | None, tuple[Lodged, ...]]:
    handover = queue.latest_handover(connection, conversations[0])
    return handover, tuple(lodged_in(connection, conversations))


def _state(card: Card, visit: Visit) -> str:
    if card.closed_at is not None:
        return "closed"
    if card.keeper == "agent":
        return "mine" if card.agent == visit.agent.id else "theirs"
    return "waiting" if card.keeper == "queue" else "bot"
