"""An appointment as a file for calendars: iCalendar, RFC 5545."""

from __future__ import annotations

from datetime import datetime, timedelta

from knowledge.appointments import Appointment

MAKER = "-//Front Door//Appointments//EN"
ALARM = timedelta(hours=-2)
"""When a calendar tells of it, beside our own reminder the day before."""


def calendar_file(
    appointment: Appointment, summary: str, place: str, host: str, changes: int, now: datetime
) -> bytes:
    """Return the file, in UTF-8 with CRLF at each end of a line. Times are in UTC: a calendar shows
    them by the clock where its owner is.

    `host` is the council's, which makes the UID unique in the world; after `changes` of the time it
    is the same UID, so that a calendar moves what it has.
    """
    # Imported here: only who asks for such a file needs it.
    from icalendar import Alarm, Calendar, Event

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", ALARM)
    alarm.add("description", summary)
    event = Event()
    event.add("uid", f"{appointment.reference.lower()}@{host}")
    event.add("sequence", changes)
    event.add("dtstamp", now)
    event.add("dtstart", appointment.starts_at)
    event.add("dtend", appointment.slot.ends_at)
    event.add("summary", summary)
    event.add("location", place)
    event.add("description", appointment.reference)
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
