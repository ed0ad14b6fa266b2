"""Which of a person's requests a message means."""

from __future__ import annotations

from collections.abc import Sequence

from actions.heard import About, Heard
from actions.outcome import Line
from actions.progress import told
from knowledge.book import Progress, open_book
from knowledge.library import Library
from knowledge.references import reference_in

NAMED = 0.25
"""From this probability on a message about a request names its topic."""

TRACKED = "track-my-request"
"""The topic of every message about a request."""


def aside(heard: Heard, library: Library) -> tuple[Line, ...]:
    """Return what can be told in the middle of something else, without asking anything back: none
    when it is not clear which of the person's own requests is meant."""
    reference = reference_in(heard.text)
    one = own_one(reference) if reference else meant(named(heard, open_book().own(), library))
    return told(one, heard.door, heard.today, library) if one else ()


def own_one(reference: str) -> Progress | None:
    """Return the person's own request of that reference, None when it is not theirs."""
    return next((one for one in open_book().own() if one.filed.reference == reference), None)


def named(heard: Heard, mine: Sequence[Progress], library: Library) -> Sequence[Progress]:
    """Return those of the likeliest topic that there are any of; none when no topic is named."""
    for topic in heard.topics:
        slugs = {topic.slug, _service_of(topic, library)}
        found = [one for one in mine if one.filed.service in slugs]
        if found and topic.score >= NAMED:
            return found
    return ()


def meant(those: Sequence[Progress]) -> Progress | None:
    """Return the one of them that is meant: the only one, or the only one that is still open."""
    likely = [one for one in those if one.filed.is_open] or those
    return likely[0] if len(likely) == 1 else None


def named_topic(heard: Heard) -> About | None:
    """Return what the message is about, besides being about a request."""
    likely = (t for t in heard.topics if t.slug != TRACKED and t.score >= NAMED)
    return next(likely, None)


def _service_of(topic: About, library: Library) -> str:
    try:
        return library.article(topic.slug).service or ""
    except KeyError:
        return ""
