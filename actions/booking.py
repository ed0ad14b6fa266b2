"""The question of a form that is answered by a time: which are free, and which is meant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from actions.form import Form
from actions.heard import UK, Heard
from actions.slots import booked, free, known_again, narrowed, provider, read_slot, shown, spread
from knowledge.authorities import Authority
from knowledge.library import Library
from knowledge.services import Field, Service
from knowledge.slots import Slot


def slot_field(service: Service) -> Field | None:
    """Return the field that asks for a time, None when the service books none."""
    return next((f for f in service.fields if f.type == "slot"), None)


def giver(form: Form, service: Service, heard: Heard, library: Library) -> Authority | None:
    """Return the council that gives such appointments to who writes at this door; None when none
    does, or it is not known yet what for."""
    field = slot_field(service)
    about = form.value(field.about) if field else ""
    slug = provider(library, heard.door, about, heard.today, form.district) if about else ""
    return library.authorities.get(slug) if slug else None


def free_times(form: Form, service: Service, heard: Heard, library: Library) -> Sequence[Slot]:
    """Return every time that is free, in order; none when nobody gives such appointments."""
    council, field = giver(form, service, heard, library), slot_field(service)
    if council is None or field is None:
        return ()
    about, now = form.value(field.about), now_of(heard)
    taken = booked(library, council, about, now)
    return free(library, council, about, now, taken, form.district)


def offered(form: Form, every: Sequence[Slot], heard: Heard) -> Sequence[Slot]:
    """Return the few that are offered: of those that fit what the person wishes, when any do."""
    fitting = narrowed(every, form.wish, heard.today) if form.wish else every
    return spread(fitting or every)


def read_time(
    said: str, form: Form, every: Sequence[Slot], heard: Heard, library: Library
) -> tuple[str, str] | None:
    """Return the value of the time that is meant and how it is read back; None when it is not
    clear, or not free."""
    slot = read_slot(said, offered(form, every, heard), heard.today)
    if slot is None:
        fitting = narrowed(every, said, heard.today)
        slot = fitting[0] if len(fitting) == 1 < len(every) else None
    return (slot.value, shown(slot, library, heard.today)) if slot else None


def chosen_time(
    value: str, form: Form, service: Service, heard: Heard, library: Library
) -> tuple[str, str] | None:
    """Return the time of a choice that was pressed; None when it is not free any more."""
    slot = known_again(value, free_times(form, service, heard, library))
    return (slot.value, shown(slot, library, heard.today)) if slot else None


def slot_of(form: Form, service: Service, heard: Heard, library: Library) -> dict[str, Any] | None:
    """Return the time of the form as it is sent, None when it has none."""
    field = slot_field(service)
    if field is None or not form.value(field.name):
        return None
    slot = known_again(form.value(field.name), free_times(form, service, heard, library))
    return slot.as_json() if slot else None


def now_of(heard: Heard) -> datetime:
    """When the message was sent; the morning of its day, when only that is known."""
    return heard.now or datetime.combine(heard.today, time(8), UK)
