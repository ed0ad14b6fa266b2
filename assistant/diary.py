"""Gives booked times to people's calendars, each at an address that cannot be guessed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy.engine import Connection

from assistant.store import Store
from channels.webchat.calendars import PATH
from knowledge import appointments, requests
from knowledge.appointments import MOVED, Appointment
from knowledge.authorities import Authorities
from knowledge.calendar_file import calendar_file
from knowledge.slots import kind_of

_KEY_LENGTH = 32


@dataclass(frozen=True)
class Diary:
    """Implements channels.webchat.calendars.CalendarFiles. `base` is where residents reach us, as
    https://chat.ashcombe.example."""

    store: Store
    authorities: Callable[[], Authorities]
    secret: str = field(repr=False)
    base: str
    now: Callable[[], datetime]

    def address(self, reference: str) -> str:
        """Return the address of that appointment's file."""
        return f"{self.base}{PATH}/{reference}.ics?key={self._key(reference)}"

    async def file(self, reference: str, key: str) -> bytes | None:
        """Return the file as it is now; None when the key is another one's, or when there is no
        appointment any more."""
        if not hmac.compare_digest(key.encode(), self._key(reference).encode()):
            return None
        return await self.store.look(lambda connection: self._file(connection, reference))

    def _file(self, connection: Connection, reference: str) -> bytes | None:
        found = appointments.of_reference(connection, reference)
        if found is None:
            return None
        changes = sum(e.what == MOVED for e in requests.history(connection, reference))
        summary, place = described(self.authorities(), found)
        council = self.authorities().get(found.authority)
        host = urlsplit(council.website).hostname or council.slug
        return calendar_file(found, summary, place, host, changes, self.now())

    def _key(self, reference: str) -> str:
        message = f"appointment file\n{reference}".encode()
        return hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()[:_KEY_LENGTH]


def described(authorities: Authorities, appointment: Appointment) -> tuple[str, str]:
    """Return what it is about, with the council, and where it is: "Housing, Ashcombe Borough
    Council" and the office's address. What a council no longer gives is called by its slug."""
    council = authorities.get(appointment.authority)
    kind = kind_of(council, appointment.about, appointment.office)
    office = council.office(appointment.office)
    title = kind.title if kind else appointment.about.replace("-", " ").capitalize()
    return f"{title}, {council.name}", office.address if office else council.name
