"""A transcript as the desk shows it: who speaks named once, a heading for each day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from channels.transcript import Entry, Speaker
from handoff.floor import Agent
from handoff.words import as_html, plain
from knowledge.hours import day_name
from knowledge.london import in_london

WRITTEN_WITH_MARKDOWN = (Speaker.ASSISTANT, Speaker.AGENT)


@dataclass(frozen=True)
class Line:
    """One entry to show. `day` and `who` are empty where the line above says the same."""

    entry: Entry
    html: Markup
    who: str
    day: str
    first: bool


def lines(
    transcript: Sequence[Entry], agent: Agent, now: datetime, after: int = 0
) -> tuple[Line, ...]:
    """Return the lines of the entries behind position `after`. The whole transcript is needed, to
    know what stands above the first of them."""
    shown = []
    above: Entry | None = None
    for entry in transcript:
        if entry.position > after:
            shown.append(_line(entry, above, agent, now))
        above = entry
    return tuple(shown)


def day_of(moment: datetime, now: datetime) -> str:
    """Return Today, Yesterday or Monday 23 November, as the calendar in London has it."""
    day, today = in_london(moment).date(), in_london(now).date()
    ago = (today - day).days
    if ago in (0, 1):
        return ("Today", "Yesterday")[ago]
    return day_name(day) if day.year == today.year else f"{day_name(day)} {day.year}"


def waited(since: datetime, now: datetime) -> str:
    """Return the time between as 0:40, 3:10 or 1:02:10; never below zero."""
    seconds = max(0, int((now - since).total_seconds()))
    hours, minutes = seconds // 3600, seconds // 60 % 60
    if hours:
        return f"{hours}:{minutes:02}:{seconds % 60:02}"
    return f"{minutes}:{seconds % 60:02}"


def lateness(since: datetime, now: datetime) -> str:
    """Return "late" after two minutes, "very-late" after five, "" before."""
    seconds = (now - since).total_seconds()
    return "very-late" if seconds > 300 else "late" if seconds > 120 else ""


def _line(entry: Entry, above: Entry | None, agent: Agent, now: datetime) -> Line:
    day = day_of(entry.at, now)
    new_day = above is None or day_of(above.at, now) != day
    first = (
        new_day
        or above is None
        or (above.speaker, above.name) != (entry.speaker, entry.name)
        or entry.speaker is Speaker.NOTE
    )
    words = as_html if entry.speaker in WRITTEN_WITH_MARKDOWN else plain
    return Line(
        entry=entry,
        html=words(entry.text),
        who=_who(entry, agent) if first else "",
        day=day if new_day else "",
        first=first,
    )


def _who(entry: Entry, agent: Agent) -> str:
    own = " (you)" if entry.name == agent.first_name else ""
    return {
        Speaker.RESIDENT: "Resident",
        Speaker.ASSISTANT: "Assistant",
        Speaker.AGENT: f"{entry.name or 'Adviser'}{own}",
        Speaker.NOTE: f"Note by {entry.name or 'a colleague'}{own}",
        Speaker.SYSTEM: "",
    }[entry.speaker]
