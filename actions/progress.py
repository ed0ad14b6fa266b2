"""Tell what became of a request: where it stands, since when, by when, and what was said last."""

from __future__ import annotations

from datetime import date, datetime

from actions.dates import spoken
from actions.outcome import Line, say
from knowledge.book import Progress
from knowledge.library import Library
from knowledge.london import in_london
from knowledge.requests import Filed


def told(progress: Progress, door: str, today: date, library: Library) -> tuple[Line, ...]:
    """Return what may be said of it to whoever has its reference: nothing that was answered.

    `door` is the council whose chat it is: of another's request it is said whose it is.
    """
    filed = progress.filed
    lines = [
        say(
            f"utter_progress_{filed.status}",
            title=title_of(filed, library),
            reference=filed.reference,
        ),
        *_whose(filed, door, library),
        _dates(filed, today),
    ]
    said = [event for event in progress.events if event.words]
    if said:
        day = spoken_day(said[-1].at, today)
        lines.append(say("utter_progress_words", day=day, words=said[-1].words))
    if filed.is_open and filed.updates and progress.own:
        lines.append(say("utter_progress_updates"))
    return tuple(lines)


def title_of(filed: Filed, library: Library) -> str:
    """Return the service's title; of one that is no longer in the catalogue, its slug as words."""
    try:
        return library.service(filed.service).title
    except KeyError:
        return filed.service.replace("-", " ").capitalize()


def spoken_day(moment: datetime, today: date) -> str:
    """Return the day that it was in London, as it is read back."""
    return spoken(in_london(moment).date(), today)


def _whose(filed: Filed, door: str, library: Library) -> tuple[Line, ...]:
    if filed.authority == door:
        return ()
    try:
        council = library.authorities.get(filed.authority).name
    except KeyError:
        return ()
    return (say("utter_progress_whose", council=council),)


def _dates(filed: Filed, today: date) -> Line:
    received = spoken_day(filed.received_at, today)
    if filed.closed_at is not None:
        closed = spoken_day(filed.closed_at, today)
        return say("utter_progress_closed", received=received, closed=closed)
    if filed.due_on is None:
        return say("utter_progress_open", received=received)
    late = filed.due_on < today
    return say(
        "utter_progress_late" if late else "utter_progress_due",
        received=received,
        due=spoken(filed.due_on, today),
    )
