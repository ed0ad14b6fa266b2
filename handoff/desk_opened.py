"""A conversation on the desk: everything that the page says of it, read in one place."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection

from channels.transcript import Entry
from handoff import queue
from handoff.addresses import channel_name
from handoff.briefing import Briefing, brief
from handoff.desk_visit import Visit
from handoff.floor import Card
from handoff.handover import Handover
from handoff.lists import council_hours, council_name, whole_transcript
from handoff.lodged import Lodged, lodged_in
from handoff.people import Contact, LinkEvent
from handoff.threads import Thread, threads_of


@dataclass(frozen=True)
class Opened:
    """A conversation on the desk. `state` is mine, theirs, waiting, bot or closed: it decides what
    the agent can do, and the page changes its reply box only when it changes. `hours` is what
    residents are told when advisers are not there, empty when they are. `threads` are where the
    person can be answered, where they wrote last first; `contacts` and `history` are empty when
    nobody keeps who is who."""

    card: Card
    council: str
    transcript: tuple[Entry, ...]
    briefing: Briefing
    state: str
    hours: str
    threads: tuple[Thread, ...]
    contacts: tuple[Contact, ...]
    history: tuple[LinkEvent, ...]

    @property
    def on(self) -> list[str]:
        """The channels on which something was said here, the one they wrote on last first."""
        last = self.threads[0].channel
        said = (entry.channel for entry in reversed(self.transcript) if entry.channel)
        return list(dict.fromkeys(channel_name(channel) for channel in (last, *said)))

    @property
    def spoken(self) -> int:
        """On how many addresses something was said here."""
        return len({(entry.channel, entry.user) for entry in self.transcript if entry.channel})


async def open_conversation(visit: Visit, conversation: str) -> Opened:
    """Read everything the page says of a conversation. Raise Declined when there is none."""
    room = visit.room
    card = await visit.card(conversation)
    transcript = await whole_transcript(room.floor, visit.agent, conversation)
    earlier = await room.floor.earlier(visit.agent, conversation)
    keys = [conversation, *(other.conversation for other in earlier)]
    handover, made = await room.store.run(lambda connection: _kept(connection, keys))
    lodged = [
        replace(
            one,
            authority=room.knowledge.owner(one.service, one.authority, one.fields, visit.now),
        )
        for one in made
    ]
    contacts, history = await _known(visit, conversation)
    threads = threads_of(card.channel, transcript, contacts if room.people else None, room.limits)
    can = room.limits.get(threads[0].channel)
    return Opened(
        card=card,
        council=council_name(room.knowledge, card.authority),
        transcript=transcript,
        briefing=brief(card, handover, transcript, earlier, lodged, can),
        state=_state(card, visit),
        hours=council_hours(room.knowledge, card.authority, visit.now),
        threads=threads,
        contacts=contacts,
        history=history,
    )


async def threads_for(visit: Visit, card: Card) -> tuple[Thread, ...]:
    """Return where the person of a conversation can be answered."""
    room = visit.room
    transcript = await whole_transcript(room.floor, visit.agent, card.conversation)
    contacts, _ = await _known(visit, card.conversation)
    return threads_of(card.channel, transcript, contacts if room.people else None, room.limits)


async def _known(
    visit: Visit, conversation: str
) -> tuple[tuple[Contact, ...], tuple[LinkEvent, ...]]:
    people = visit.room.people
    if people is None:
        return (), ()
    contacts = await people.contacts(visit.agent, conversation)
    return tuple(contacts), tuple(await people.history(visit.agent, conversation))


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
