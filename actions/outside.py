"""What to say of a place that is not ours: whose it is, and where they are to be found."""

from __future__ import annotations

from collections.abc import Mapping

from actions.home import place_at
from actions.outcome import Line, say
from knowledge.base import Article
from knowledge.library import Library
from knowledge.register import Council
from knowledge.services import Service


def serving(place: Mapping[str, str], tier: str, library: Library) -> tuple[Council, ...]:
    """Return the councils outside that provide services of that tier at the place: several where
    it straddles a boundary, none when the place is ours or nobody knows."""
    codes = place.get("outside", "").split()
    found = (library.gazetteer.provider(code, tier) for code in codes)
    return tuple(dict.fromkeys(council for council in found if council is not None))


def is_theirs(article: Article, place: Mapping[str, str] | None) -> bool:
    """Whether a council outside does this for somebody who lives there. What is urgent, and what
    every council does for whoever asks, is answered here."""
    return bool(place and place.get("outside") and article.tier != "all" and not article.urgent)


def whose_it_is(
    tier: str, subject: str, place: Mapping[str, str], library: Library
) -> tuple[Line, ...]:
    """Say which council looks after this at the place."""
    lines = [say("utter_outside", postcode=place["postcode"])]
    for council in serving(place, tier, library):
        words = "utter_outside_council" if council.website else "utter_outside_council_only"
        lines.append(
            say(
                words,
                council=council.name,
                subject=subject or "this",
                website=council.website,
            )
        )
    return tuple(lines)


def not_ours(service: Service, postcode: str, library: Library) -> tuple[Line, ...]:
    """Say whose it is when the service is asked for at a postcode that is not ours; nothing when
    it is, or nobody knows."""
    place = place_at(postcode, library)
    if "outside" not in place:
        return ()
    try:
        subject = library.article(service.slug).subject
    except KeyError:
        subject = ""
    return whose_it_is(service.tier, subject, place, library)
