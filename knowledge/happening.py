"""Which alerts somebody is shown: when they come to a council's door, and with an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from knowledge.alerts import Alert
from knowledge.authorities import NeedsPlace
from knowledge.library import Library
from knowledge.london import in_london

MOST_AT_THE_DOOR = 3
MOST_WITH_AN_ANSWER = 2
HOT_FOR = timedelta(days=7)
"""How long an alert about some topics only is told to everybody who comes."""


def at_the_door(
    alerts: Sequence[Alert], library: Library, door: str, now: datetime
) -> tuple[Alert, ...]:
    """Return what everybody at that council's door is told, of all alerts that hold, newest first.

    First what is about everything that the council does, then the hot ones: alerts that began in
    the last 7 days about topics that it, or the county above it, provides. At most 3. After a
    council's last day, they are those of who took over.
    """
    here = own_council(library, door, now)
    of_everything = [a for a in alerts if not a.topics and a.authority == here]
    hot = [
        a
        for a in alerts
        if a.topics and a.starts_at > now - HOT_FOR and _is_ours(a, library, door, here, now)
    ]
    return tuple([*of_everything, *hot][:MOST_AT_THE_DOOR])


def with_answer(
    alerts: Sequence[Alert], topic: str, responsible: str, here: str | None = None
) -> tuple[Alert, ...]:
    """Return what somebody is told before an answer about that topic: what the responsible council
    says of it or of everything, and what the door's own council (`here`) says of it. At most 2,
    what is about the topic first."""
    about_it = [a for a in alerts if topic in a.topics and a.authority in (responsible, here)]
    of_everything = [a for a in alerts if not a.topics and a.authority == responsible]
    return tuple([*about_it, *of_everything][:MOST_WITH_AN_ANSWER])


def provider(
    library: Library, topic: str, door: str, place: str | None, now: datetime
) -> str | None:
    """Return the slug of the council that provides the topic, an article's or a service's, to
    somebody who lives in that district. None when that depends on where they live and `place` is
    None, or when there is no such topic."""
    tier = _tier(library, topic)
    if tier is None:
        return None
    day = in_london(now).date()
    try:
        return library.authorities.responsible(tier, door, place, day).slug
    except (NeedsPlace, KeyError):
        return None


def own_council(library: Library, door: str, now: datetime) -> str | None:
    """Return the slug of the council whose door it is on that day: after its last day, who took
    over. None when that depends on where somebody lives."""
    try:
        return library.authorities.responsible("all", door, on=in_london(now).date()).slug
    except (NeedsPlace, KeyError):
        return None


def _is_ours(alert: Alert, library: Library, door: str, here: str | None, now: datetime) -> bool:
    if alert.authority == here:
        return True
    return any(provider(library, t, door, None, now) == alert.authority for t in alert.topics)


def _tier(library: Library, topic: str) -> str | None:
    for find in (library.article, library.service):
        try:
            return find(topic).tier
        except KeyError:
            continue
    return None
