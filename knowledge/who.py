"""Which council to ask about something at a postcode, on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from knowledge.authorities import Authority, NeedsPlace

if TYPE_CHECKING:
    from knowledge.library import Library


class NoSuchPlace(LookupError):
    """Nobody is known to serve the postcode. `exists` is False when there is no such postcode, and
    None when that is not known either."""

    def __init__(self, postcode: str, exists: bool | None) -> None:
        told = "there is no such postcode" if exists is False else "it is not known here"
        super().__init__(f"{postcode}: {told}.")
        self.exists = exists


class Straddles(LookupError):
    """Two councils do this at the postcode: which one depends on the address."""

    def __init__(self, postcode: str, councils: tuple[str, ...]) -> None:
        super().__init__(f"{postcode}: {' or '.join(councils)}, as the address is.")
        self.councils = councils


@dataclass(frozen=True)
class Who:
    """A council, by name. `phone` is that of the team, empty for a council that is not ours, whose
    `slug` is empty too. `until` is its last day when that is known, `then` the name of the council
    that takes over from it there."""

    council: str
    tier: str
    website: str
    phone: str = ""
    until: date | None = None
    then: str = ""
    slug: str = ""


def who(library: Library, topic: str, postcode: str, on: date, district: str = "") -> Who:
    """Return who provides an article's or a service's subject at the postcode on that day.

    `district` is the slug of ours where the address stands, if it is known. What every council
    does for its own people ("all") is asked of the district or unitary. Raise KeyError for an
    unknown topic, NoSuchPlace, or Straddles.
    """
    tier, owner = _tier_and_owner(library, topic)
    gazetteer = library.gazetteer
    districts = (district,) if district else gazetteer.districts(postcode)
    outside = () if district else gazetteer.outside(postcode)
    if not districts and not outside:
        raise NoSuchPlace(postcode, False if gazetteer.is_complete() else None)
    found = [_ours(library, tier, owner, slug, on) for slug in districts]
    for council in outside:
        other = gazetteer.provider(council.gss, tier) or council
        found.append(Who(other.name, other.tier, other.website))
    different = tuple(dict.fromkeys(found))
    if len(different) > 1:
        raise Straddles(postcode, tuple(one.council for one in different))
    return different[0]


def _tier_and_owner(library: Library, topic: str) -> tuple[str, str]:
    try:
        article = library.article(topic)
    except KeyError:
        return _for_the_home(library.service(topic).tier), ""
    return _for_the_home(article.tier), article.owner


def _for_the_home(tier: str) -> str:
    return "district" if tier == "all" else tier


def _ours(library: Library, tier: str, owner: str, district: str, on: date) -> Who:
    council = library.authorities.responsible(tier, district, district, on)
    return Who(
        council=council.name,
        tier=council.tier,
        website=council.website,
        phone=team_phone(council, owner),
        until=council.valid_to,
        then=_then(library, tier, district, council),
        slug=council.slug,
    )


def team_phone(council: Authority, owner: str) -> str:
    """Return the number of the team of that name, the council's own when it has none."""
    numbers = (team.phone for team in council.teams if team.slug == owner)
    return next(filter(None, numbers), council.phone)


def _then(library: Library, tier: str, district: str, council: Authority) -> str:
    if council.valid_to is None:
        return ""
    first = council.valid_to + timedelta(days=1)
    try:
        return library.authorities.responsible(tier, district, district, first).name
    except NeedsPlace:
        return ""
