"""Says first what is happening now: before an answer that it concerns, and to who has just come."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from assistant.bot import LANGUAGE, Bot, DialogueState, Turn
from assistant.conversation import Conversation
from assistant.store import Store
from channels.lowering import escaped
from channels.messages import Address, InboundMessage, Reply
from knowledge import alerts
from knowledge.alerts import Alert
from knowledge.happening import at_the_door, own_council, provider, with_answer
from knowledge.library import Library

LOOK = 0.5
"""Seconds for which a process believes what it has read."""
TOLD = "alerts"
"""Where a dialogue state keeps the numbers of the alerts that were told. No slot of Rasa's."""
MOST_TOLD = 20
URGENT = "urgent"


@dataclass
class CurrentAlerts:
    """The alerts that hold now, of all councils, read from the database twice a second at most."""

    store: Store
    now: Callable[[], datetime]
    clock: Callable[[], float] = time.monotonic
    _read: tuple[Alert, ...] = field(default=(), init=False)
    _look_at: float = field(default=float("-inf"), init=False)

    def __call__(self) -> tuple[Alert, ...]:
        if self.clock() >= self._look_at:
            with self.store.read() as connection:
                self._read = alerts.current(connection, self.now())
            self._look_at = self.clock() + LOOK
        return self._read


@dataclass(frozen=True)
class Herald:
    """A bot that says what another bot says, with the alerts first. Implements assistant.bot.Bot.

    `alerts` returns those that hold now, newest first; `shows` whether somebody at an address of a
    council's channel sees them already, because the channel has a first screen. Each is told once
    in a conversation. Nothing comes before what is said in an emergency, and nobody who has just
    come is greeted in English by it who wrote in another language.
    """

    bot: Bot
    alerts: Callable[[], Sequence[Alert]]
    library: Library
    now: Callable[[], datetime]
    shows: Callable[[str, Address], bool] = lambda authority, address: False

    async def answer(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn:
        turn = await self.bot.answer(conversation, state, message)
        told = tuple(state.slots.get(TOLD, ()))
        new = [alert for alert in self.alerts() if alert.id not in told]
        if new and turn.replies and not self._is_urgent(turn):
            sees = self.shows(conversation.authority, message.sender)
            comes = _is_greeting(turn) or (not sees and _is_new(state))
            greeted = comes and not turn.state.slots.get(LANGUAGE)
            turn, told = self._with(new, turn, conversation.authority, state, greeted, told)
        return replace(turn, state=_remembering(turn.state, told)) if told else turn

    def _with(
        self,
        new: Sequence[Alert],
        turn: Turn,
        door: str,
        before: DialogueState,
        greeted: bool,
        told: tuple[int, ...],
    ) -> tuple[Turn, tuple[int, ...]]:
        now = self.now()
        replies = []
        for place, reply in enumerate(turn.replies):
            wanted = list(self._about(new, reply, door, now))
            if place == 0:
                wanted += self._at_the_beginning(new, turn, door, before, greeted, now)
            first = [alert for alert in dict.fromkeys(wanted) if alert.id not in told]
            told += tuple(alert.id for alert in first)
            replies.append(_after(first, reply))
        return replace(turn, replies=tuple(replies)), told

    def _about(
        self, new: Sequence[Alert], reply: Reply, door: str, now: datetime
    ) -> Sequence[Alert]:
        """Return what concerns this answer; nothing for a reply that is none."""
        source = reply.source
        if source is None:
            return ()
        councils = self.library.authorities.all()
        slug = next((a.slug for a in councils if a.name == source.responsible), "")
        return with_answer(new, source.article, slug, own_council(self.library, door, now))

    def _at_the_beginning(
        self,
        new: Sequence[Alert],
        turn: Turn,
        door: str,
        before: DialogueState,
        greeted: bool,
        now: datetime,
    ) -> Iterator[Alert]:
        """Give what is said before all else: to who asks for a service, and to who has come."""
        request = turn.state.slots.get("request")
        if isinstance(request, Mapping) and not before.slots.get("request"):
            service = str(request.get("service") or "")
            place = (turn.state.slots.get("place") or {}).get("district")
            here = own_council(self.library, door, now)
            whose = provider(self.library, service, door, place, now)
            yield from with_answer(new, service, whose or "", here)
        if greeted:
            yield from at_the_door(new, self.library, door, now)

    def _is_urgent(self, turn: Turn) -> bool:
        """Whether it answers an emergency, or asks whether one is meant."""
        if turn.understood.intent == URGENT:
            return True
        told = [reply.source.article for reply in turn.replies if reply.source]
        likeliest = [topic.slug for topic in turn.understood.topics[:1]]
        return any(map(self._is_emergency, told + likeliest))

    def _is_emergency(self, slug: str) -> bool:
        try:
            return self.library.article(slug).urgent
        except KeyError:
            return False


def _is_greeting(turn: Turn) -> bool:
    return turn.understood.intent == "greet" and not turn.state.slots.get("request")


def _is_new(state: DialogueState) -> bool:
    return not state.slots and not state.events


def _after(first: Sequence[Alert], reply: Reply) -> Reply:
    """Return the reply with the alerts before it, each a paragraph of its own."""
    if not first:
        return reply
    words = [alert.text for alert in first]
    return replace(
        reply,
        text="\n\n".join([*map(escaped, words), reply.text]),
        short=" ".join([*words, reply.short]) if reply.short else "",
    )


def _remembering(state: DialogueState, told: Sequence[int]) -> DialogueState:
    return replace(state, slots={**state.slots, TOLD: list(told[-MOST_TOLD:])})
