"""What happened to a request, as its page tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handoff.casework import Meanwhile
from knowledge.requests import ADDED, ANSWERED, ASSIGNED, NOTE, STATUS, STATUSES, Event


@dataclass(frozen=True)
class Happened:
    """One event. `by` is empty for the resident, `reference` another report's, or empty."""

    event: Event
    title: str
    by: str
    words: str = ""
    reference: str = ""


def happened(event: Event, names: Mapping[str, str]) -> Happened:
    """Return the event in words; `names` are agents' first names by user name."""
    by = names.get(event.by, event.by)
    if event.what == STATUS:
        title = STATUSES.get(event.status, event.status)
        return Happened(event, title, by, event.words)
    if event.what == ASSIGNED:
        to = names.get(event.words, event.words)
        mine = event.words == event.by
        return Happened(event, f"Taken by {to}" if mine else f"Assigned to {to or 'nobody'}", by)
    if event.what == ADDED:
        title = "Another person reported the same"
        return Happened(event, title, by, reference=event.words)
    titles = {NOTE: "Note", ANSWERED: "Asked how it went, the resident answered"}
    title = titles.get(event.what) or event.what.replace("_", " ").capitalize()
    return Happened(event, title, by, event.words)


def told_meanwhile(meanwhile: Meanwhile, names: Mapping[str, str]) -> str:
    """Say what somebody else did while the agent was at the page."""
    event = meanwhile.event
    who = names.get(event.by, event.by) or "Somebody else"
    if event.what == ASSIGNED:
        did = f"gave it to {names.get(event.words, event.words) or 'nobody'}"
        did = "took it" if event.words == event.by else did
    else:
        did = f"set the status to “{STATUSES.get(event.status, event.status)}”"
    return f"{who} {did} while you looked at this page. Nothing of yours was saved or sent."
