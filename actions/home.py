"""Where the person lives: for whose service it is, and for the days of their own bins."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from actions.addresses import find_addresses
from actions.dates import spoken
from actions.heard import Heard
from actions.memory import Memory
from actions.outcome import Line, Outcome, payload, say
from actions.source import source_of
from knowledge.answers import Answer
from knowledge.authorities import Authority, NeedsPlace
from knowledge.collections import bin_name, next_collections
from knowledge.library import Library
from knowledge.places import Property, normal_postcode

HOME_TOPICS = frozenset({"bin-collection-day"})
"""Topics whose answer is different for each home."""

_DAY = re.compile(r"\b(?:when|(?:what|which|wot) days?|next|2?moro|tomorrow)\b", re.IGNORECASE)
_OTHER_DAY = re.compile(r"christmas|xmas|easter|holiday|\btime\b", re.IGNORECASE)

COLLECTIONS = 4
MOST_ADDRESSES = 12


def where(heard: Heard, memory: Memory, library: Library) -> Mapping[str, str] | None:
    """Return the place that the message names, or what is remembered; None when neither is."""
    before = memory.place or {}
    uprn = heard.chosen.get("uprn", "")
    if uprn:
        try:
            return home_at(library.gazetteer.property(uprn), library)
        except KeyError:
            return memory.place
    named = named_postcode(heard)
    if named and not _is_known(named, library):
        return memory.place
    if not named and memory.doing != "which_place":
        return memory.place
    postcode = named or before.get("postcode")
    if not postcode:
        return memory.place
    words = _without(heard.text, "postcode", heard)
    matches = find_addresses(library.gazetteer, postcode, words, bare=True)
    if len(matches) == 1:
        return home_at(matches[0], library)
    return place_at(named, library) if named else memory.place


def asks_which_day(text: str) -> bool:
    """Return whether the words ask for the next day, which differs from home to home."""
    return _DAY.search(text) is not None and _OTHER_DAY.search(text) is None


def named_postcode(heard: Heard) -> str | None:
    """Return the postcode in the message, None when there is none."""
    return normal_postcode(heard.text) if heard.text else None


def unfound(heard: Heard, library: Library) -> str:
    """Return the postcode in the message when nobody is known to serve it; empty otherwise."""
    named = named_postcode(heard)
    return named if named and not _is_known(named, library) else ""


def place_at(postcode: str, library: Library) -> dict[str, str]:
    """Return what a postcode tells: `district`, the slug of ours that serves all of it, or
    `outside`, GSS codes of others with spaces between them; neither when it straddles."""
    districts = library.gazetteer.districts(postcode)
    outside = library.gazetteer.outside(postcode)
    if len(districts) == 1 and not outside:
        return {"postcode": postcode, "district": districts[0]}
    if outside and not districts:
        return {"postcode": postcode, "outside": " ".join(council.gss for council in outside)}
    return {"postcode": postcode}


def home_at(home: Property, library: Library) -> dict[str, str]:
    """Return what an address tells."""
    serves = "district" if library.gazetteer.is_ours(home.district) else "outside"
    return {"postcode": home.postcode, serves: home.district, "uprn": home.uprn}


def responsible_at(
    tier: str, heard: Heard, place: Mapping[str, str] | None, library: Library
) -> Authority:
    """Return the council that provides services of that tier where the person lives. Raise
    NeedsPlace when that depends on a place, or an address, which is not known."""
    authorities, known = library.authorities, place or {}
    postcode = known.get("postcode", "")
    districts = library.gazetteer.districts(postcode)
    across = library.gazetteer.outside(postcode)
    straddles = "district" not in known and len(districts) + len(across) > 1 and districts
    if tier == "all" or not straddles:
        return authorities.responsible(tier, heard.door, known.get("district"), heard.today)
    # That is no matter while one council serves both sides.
    found = {authorities.responsible(tier, heard.door, one, heard.today) for one in districts}
    if len(found) > 1 or across:
        raise NeedsPlace(postcode)
    return found.pop()


def ask_place(slug: str, heard: Heard, memory: Memory, library: Library) -> Outcome:
    """Ask for the postcode, or for the address when the postcode does not tell it."""
    waits = replace(memory, doing="which_place", asking=slug)
    if unfound(heard, library):
        return Outcome((not_found(heard, library),), replace(waits, misses=1))
    here = library.gazetteer.addresses((memory.place or {}).get("postcode", ""))
    if here:
        return Outcome((say("utter_which_address_council", _addresses(here)),), waits)
    return Outcome((say("utter_which_postcode"),), waits)


def not_found(heard: Heard, library: Library) -> Line:
    """Say that the postcode in the message does not exist, or that we cannot tell."""
    if library.gazetteer.is_complete():
        return say("utter_no_such_postcode", postcode=unfound(heard, library))
    return say("utter_unknown_postcode")


def answer_at_home(
    slug: str, found: Answer, heard: Heard, memory: Memory, library: Library
) -> Outcome | None:
    """Say the next collections of the person's own home; ask for the place when it is not known.
    None when it is known, and nothing is known of its bins."""
    place = memory.place
    if not place:
        return ask_place(slug, heard, memory, library)
    here = _homes(place, library)
    rounds = {home.round for home in here}
    if rounds <= {""}:
        return None
    if len(rounds) != 1:
        return Outcome(
            (say("utter_which_address", _addresses(here)),),
            replace(memory, doing="which_place", asking=slug),
        )
    shown = here[0].address if "uprn" in place else place["postcode"]
    days = collection_days(rounds.pop(), heard.today)
    text = replace(
        say("utter_next_collections", place=shown),
        custom={"source": source_of(found) | {"short": ""}},
    )
    listed = {**text.values, "days": days}
    return Outcome((replace(text, values=listed),), memory)


def collection_days(round: str, today: date) -> str:
    """Return one line a day with the bins that are emptied on it."""
    days: dict[date, list[str]] = {}
    for collection in next_collections(round, today, COLLECTIONS * 3):
        days.setdefault(collection.on, []).append(bin_name(collection.bin))
    return "\n".join(
        f"- {spoken(day, today)}: {_listed(bins)}" for day, bins in list(days.items())[:COLLECTIONS]
    )


def _is_known(postcode: str, library: Library) -> bool:
    gazetteer = library.gazetteer
    return bool(gazetteer.districts(postcode) or gazetteer.outside(postcode))


def _without(text: str, entity: str, heard: Heard) -> str:
    for span in heard.entities(entity):
        text = text.replace(span.text, " , ")
    return text


def _addresses(homes: Sequence[Property]) -> list[tuple[str, str]]:
    return [
        (home.address.rsplit(",", 2)[0], payload("inform", uprn=home.uprn))
        for home in homes[:MOST_ADDRESSES]
    ]


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _homes(place: Mapping[str, str], library: Library) -> tuple[Property, ...]:
    if "uprn" in place:
        return (library.gazetteer.property(place["uprn"]),)
    return library.gazetteer.addresses(place["postcode"])
