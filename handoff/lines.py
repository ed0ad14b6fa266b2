"""A transcript as the desk shows it: who speaks named once, a heading for each day, what became of
each line, and files as cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from channels.messages import direction
from channels.transcript import Entry, Speaker, is_written
from handoff.addresses import thread_names
from handoff.attached import FileCard, file_card
from handoff.days import day_of
from handoff.fates import Fate, fate_of
from handoff.floor import Agent
from handoff.words import as_html, plain

ON_A_THREAD = (Speaker.RESIDENT, Speaker.ASSISTANT, Speaker.AGENT)


@dataclass(frozen=True)
class Line:
    """One entry to show. `day` and `who` are empty where the line above says the same; `thread` is
    the channel that it was said on, empty where `who` is."""

    entry: Entry
    html: Markup
    who: str
    thread: str
    day: str
    first: bool
    fate: Fate | None
    file: FileCard | None

    @property
    def direction(self) -> str:
        return direction(self.entry.language)

    @property
    def under_state(self) -> str:
        """What the page compares to see whether it must show something else under the line."""
        file = f"{self.file.fate}:{self.file.opens}" if self.file else ""
        return f"{self.fate.words if self.fate else ''}|{file}"


def lines(
    transcript: Sequence[Entry], agent: Agent, now: datetime, after: int = 0
) -> tuple[Line, ...]:
    """Return the lines of the entries behind position `after`. The whole transcript is needed, to
    know what stands above the first of them."""
    names = thread_names((entry.channel, entry.user) for entry in transcript)
    shown = []
    above: Entry | None = None
    for entry in transcript:
        if entry.position > after:
            shown.append(_line(entry, above, names, agent, now))
        above = entry
    return tuple(shown)


def _line(
    entry: Entry,
    above: Entry | None,
    names: dict[tuple[str, str], str],
    agent: Agent,
    now: datetime,
) -> Line:
    day = day_of(entry.at, now)
    new_day = above is None or day_of(above.at, now) != day
    first = new_day or above is None or _run(above) != _run(entry) or entry.speaker is Speaker.NOTE
    words = as_html if is_written(entry) else plain
    threaded = first and entry.speaker in ON_A_THREAD
    return Line(
        entry=entry,
        html=words(entry.text) if entry.text else Markup(),
        who=_who(entry, agent) if first else "",
        thread=names.get((entry.channel, entry.user), "") if threaded else "",
        day=day if new_day else "",
        first=first,
        fate=fate_of(entry.delivery, now),
        file=file_card(entry.attachment),
    )


def _run(entry: Entry) -> tuple[object, ...]:
    return entry.speaker, entry.name, entry.channel, entry.user


def _who(entry: Entry, agent: Agent) -> str:
    own = " (you)" if entry.name == agent.first_name else ""
    return {
        Speaker.RESIDENT: "Resident",
        Speaker.ASSISTANT: "Assistant",
        Speaker.AGENT: f"{entry.name or 'Adviser'}{own}",
        Speaker.NOTE: f"Note by {entry.name or 'a colleague'}{own}",
        Speaker.SYSTEM: "",
    }[entry.speaker]
