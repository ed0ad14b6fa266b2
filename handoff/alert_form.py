"""The form for an alert: what was typed into it, read and checked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from channels.gsm import foreign, lowered, parts
from handoff.alerts import Wanted
from handoff.forms import Form
from knowledge.alerts import Alert, evened, faults_of
from knowledge.london import from_london, in_london

TOPIC = "topic-"
"""Before the slug in the name of a topic's box."""


@dataclass(frozen=True)
class Draft:
    """An alert as it was typed. `starts` and `ends` are what clocks in London show, such as
    2026-11-24T18:00. `find` narrows the topics that are listed."""

    authority: str
    text: str = ""
    starts: str = ""
    ends: str = ""
    topics: frozenset[str] = field(default_factory=frozenset)
    find: str = ""

    def lists(self, slug: str, title: str) -> bool:
        """Whether the topic is listed: it is chosen, or has every word that is looked for."""
        words = f"{slug} {title}".casefold()
        return slug in self.topics or all(word in words for word in self.find.casefold().split())


@dataclass(frozen=True)
class AsText:
    """An alert as a text message, and what it takes."""

    text: str
    parts: int
    foreign: str


def new_draft(authority: str, now: datetime) -> Draft:
    """Return an empty form: from now until the end of tomorrow."""
    tomorrow = in_london(now) + timedelta(days=1)
    return Draft(authority, starts=as_typed(now), ends=f"{tomorrow:%Y-%m-%d}T23:59")


def draft_of(alert: Alert) -> Draft:
    return Draft(
        authority=alert.authority,
        text=alert.text,
        starts=as_typed(alert.starts_at),
        ends=as_typed(alert.ends_at),
        topics=frozenset(alert.topics),
    )


def read_draft(form: Form) -> Draft:
    return Draft(
        authority=form.line("authority"),
        text=evened(form.text("text")),
        starts=form.line("starts"),
        ends=form.line("ends"),
        topics=frozenset(n.removeprefix(TOPIC) for n in form.fields if n.startswith(TOPIC)),
        find=form.line("find")[:80],
    )


def checked(
    draft: Draft, councils: Sequence[str], topics: Collection[str], now: datetime
) -> tuple[Wanted | None, dict[str, str]]:
    """Return the alert that is wanted, and what is wrong, by field: one of the two is empty."""
    faults = {}
    if draft.authority not in councils:
        faults["authority"] = "Choose one of your councils."
    if draft.topics - set(topics):
        faults["topics"] = "Choose from the topics that are listed."
    starts, wrong_start = _time(draft.starts, now) if draft.starts else (now, "")
    ends, wrong_end = _time(draft.ends, now)
    found = faults_of(draft.text, starts, ends, now)
    faults |= {"text": found["text"]} if "text" in found else {}
    for name, wrong in (("starts", wrong_start), ("ends", wrong_end)):
        wrong = wrong or found.get(f"{name}_at", "")
        if wrong:
            faults[name] = wrong
    if faults or starts is None or ends is None:
        return None, faults
    chosen = tuple(sorted(draft.topics))
    return Wanted(draft.authority, chosen, draft.text, starts, ends), {}


def as_text(words: str) -> AsText:
    """Return the words as a text message that says nothing else."""
    text = lowered(words)
    return AsText(text, parts(text), " ".join(foreign(text)[:5]))


def as_typed(moment: datetime) -> str:
    return f"{in_london(moment):%Y-%m-%dT%H:%M}"


def _time(written: str, now: datetime) -> tuple[datetime | None, str]:
    """Return the time, and what is wrong with it."""
    if not written:
        return None, "Choose a day and a time."
    try:
        return from_london(written), ""
    except ValueError:
        return None, f"Write a day and a time that exist, like {as_typed(now).replace('T', ' ')}."
