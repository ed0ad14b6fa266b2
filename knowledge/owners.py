"""Which council a request is with: as councils merge, it goes along without an edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from knowledge.authorities import Authority, NeedsPlace
from knowledge.places import Gazetteer

if TYPE_CHECKING:
    from knowledge.library import Library


def owner(
    library: Library, service: str, authority: str, fields: Mapping[str, Any], on: date
) -> Authority:
    """Return the council that has to do, on that day, what `authority` was asked for.

    Of a county that was split it is the one where the request's address or postcode is; the county
    itself where it has none. Raise KeyError when `authority` is no council here.
    """
    before = library.authorities.get(authority)
    if before.serves(on):
        return before
    tier: str
    try:
        tier = library.service(service).tier
    except KeyError:
        tier = before.tier  # It is no longer in the catalogue.
    tier = "district" if tier == "all" else tier
    places: Sequence[str | None] = _districts(library.gazetteer, fields) or [None]
    try:
        found = {library.authorities.responsible(tier, authority, one, on) for one in places}
    except NeedsPlace:
        return before
    return found.pop() if len(found) == 1 else before


def _districts(gazetteer: Gazetteer, fields: Mapping[str, Any]) -> list[str]:
    """The slugs of our districts where the request is about, none when it does not say."""
    found: set[str] = set()
    for name, value in fields.items():
        if name == "uprn":
            try:
                found = {gazetteer.property(str(value)).district}
            except KeyError:
                continue
            break
        found |= set(gazetteer.districts(str(value)))
    return [district for district in found if gazetteer.is_ours(district)]
