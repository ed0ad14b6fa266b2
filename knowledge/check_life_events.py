"""Are the moments of life fit to be told of: do they last, and lead to what there is?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from datetime import date

from knowledge.authorities import Authority
from knowledge.check_words import age_findings, ends_soon, word_findings
from knowledge.findings import Finding
from knowledge.life_events import LifeEvent


def life_event_findings(
    event: LifeEvent, topics: Set[str], councils: Sequence[Authority], day: date
) -> Iterator[Finding]:
    """Yield what is wrong with it on that day. `topics` are the slugs that may be led to."""
    about = f"life_events/{event.slug}"
    if event.valid_until < day:
        yield Finding(about, "stale", f"valid_until: was {event.valid_until}")
    yield from ends_soon(about, event.valid_until, day)
    if event.reviewed_on > day:
        yield Finding(about, "broken", "reviewed_on: is in the future")
    for council in councils:
        if event.owner not in {team.slug for team in council.teams}:
            says = f"by {council.slug}: owner: has no team {event.owner}"
            yield Finding(about, "ownerless", says)
    for step in event.topics:
        if step.topic not in topics:
            yield Finding(about, "broken", f"topics: there is no {step.topic}")
    # The figures of a line are those of its topic, which has the source.
    text = "\n\n".join([event.opening, *(step.line for step in event.topics)])
    yield from word_findings(about, "lines", text, sources=event.topics)
    yield from age_findings(about, "lines", [("", text)], event.title)
