"""Where the person lives: for whose service it is, and for the days of their own bins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from actions.addresses import find_addresses
from actions.dates import spoken
from actions.heard import Heard
from actions.memory import Memory
from actions.outcome import Outcome, payload, say
from actions.source import source_of
from knowledge.answers import Answer
from knowledge.collections import bin_name, next_collections
from knowledge.library import Library
from knowledge.places import Property, normal_postcode

HOME_TOPICS = frozenset({"bin-collection-day"})
"""Topics whose answer is different for each home."""

COLLECTIONS = 4
MOST_ADDRESSES = 12


def where(heard: Heard, memory: Memory, library: Library) -> Mapping[str, str] | None:
    """Return the place that the message names, or what is remembered; None when neither is."""
    gazetteer = library.gazetteer
    before = memory.place or {}
    uprn = heard.chosen.get("uprn", "")
    if uprn:
        try:
            return _home(gazetteer.property(uprn))
        except KeyError:
            return memory.place
    named = normal_postcode(heard.text) if heard.text else None
    postcode = named or before.get("postcode")
    if not postcode or not gazetteer.addresses(postcode):
        return memory.place
    if not named and memory.doing != "which_place":
        return memory.place
    words = _without(heard.text, "postcode", heard)
    matches = find_addresses(gazetteer, postcode, words, bare=True)
    if len(matches) == 1:
        return _home(matches[0])
    if not named:
        return memory.place
    districts = gazetteer.districts(postcode)
    return {"postcode": postcode} | ({"district": districts[0]} if len(districts) == 1 else {})


def _without(text: str, entity: str, heard: Heard) -> str:
    for span in heard.entities(entity):
        text = text.replace(span.text, " , ")
    return text


def ask_place(slug: str, memory: Memory) -> Outcome:
    """Ask for the postcode, or for the address when the postcode does not tell it."""
    waits = replace(memory, doing="which_place", asking=slug)
    return Outcome((say("utter_which_postcode"),), waits)


def answer_at_home(
    slug: str, found: Answer, heard: Heard, memory: Memory, library: Library
) -> Outcome:
    """Say the next collections of the person's own home; ask for the place when it is not known."""
    place = memory.place
    if not place:
        return ask_place(slug, memory)
    here = _homes(place, library)
    rounds = {home.round for home in here}
    if len(rounds) != 1:
        choices = [
            (home.address.rsplit(",", 2)[0], payload("inform", uprn=home.uprn))
            for home in here[:MOST_ADDRESSES]
        ]
        return Outcome(
            (say("utter_which_address", choices),),
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


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _home(home: Property) -> dict[str, str]:
    return {"postcode": home.postcode, "district": home.district, "uprn": home.uprn}


def _homes(place: Mapping[str, str], library: Library) -> tuple[Property, ...]:
    if "uprn" in place:
        return (library.gazetteer.property(place["uprn"]),)
    return library.gazetteer.addresses(place["postcode"])
