"""Reminds people of their appointments, the day before, where they booked them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.engine import Connection

from assistant import consent
from assistant import conversations as book
from assistant.chores import Chore
from assistant.conversation import Conversation
from assistant.diary import described
from assistant.news import conversation_with, door_of
from assistant.nudge import Nudge, about
from assistant.store import Store
from assistant.turn import Committer
from channels.messages import Address, Reply
from channels.transcript import Speaker
from knowledge import appointments, requests
from knowledge.appointments import Appointment
from knowledge.authorities import Authorities
from knowledge.hours import clock_time, day_name

log = structlog.get_logger()

EVERY = timedelta(minutes=10)


@dataclass(frozen=True)
class Reminders:
    """`tell` wakes whoever reads a conversation or sends parcels."""

    store: Store
    committer: Committer
    authorities: Callable[[], Authorities]
    tell: Callable[[Nudge], None]
    now: Callable[[], datetime]

    def chore(self) -> Chore:
        return Chore("appointments", EVERY, self._do)

    async def _do(self, last: datetime | None) -> None:
        freed = await self.store.run(lambda c: appointments.free_closed(c, self.now()))
        due = await self.store.look(lambda c: appointments.due_reminders(c, self.now()))
        told = 0
        for one in due:
            # One transaction each: whom the next one fails has been told all the same, once.
            where = await self.store.run(lambda c: self._remind(c, one))  # noqa: B023 - run at once
            if where is not None:
                self.tell(about(where, "entry"))
                told += 1
        if freed or told:
            log.info("appointments.done", reminded=told, freed=freed)

    def _remind(self, connection: Connection, appointment: Appointment) -> Conversation | None:
        """Tell one person; return the conversation, None when nothing was said: somebody else has
        just told them, they moved or cancelled it, or they asked us to stop."""
        now = self.now()
        if not appointments.remind(connection, appointment, now):
            return None
        filed = requests.find(connection, appointment.reference)
        if filed is None or not filed.user:
            return None
        door, to = door_of(connection, filed), Address(filed.channel, filed.user)
        if consent.has_stopped(connection, door, to):
            return None
        conversation = conversation_with(connection, door, to, now)
        words = self._words(appointment)
        said = self.committer.say(
            connection, conversation, words, now, Speaker.SYSTEM, to=to, stands=True
        )
        book.save(connection, said, now)
        return said

    def _words(self, appointment: Appointment) -> Reply:
        title, place = described(self.authorities(), appointment)
        starts = appointment.slot.starts
        return self.committer.words.say(
            "utter_appointment_tomorrow",
            day=day_name(starts.date()),
            time=clock_time(starts.time()),
            title=title,
            place=place,
            reference=appointment.reference,
        )
