"""Where people live: addresses by postcode, and the councils and rounds that serve them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

from knowledge.postcodes import normal_postcode
from knowledge.reading import BadContent

__all__ = ["Gazetteer", "Property", "load_gazetteer", "normal_postcode"]

FILE = Path(__file__).parent / "places" / "gazetteer.csv"
LIKE_ENOUGH = 0.75  # of SequenceMatcher: one or two slips in the name of a street
SHORT_FORMS = {
    "rd": "road", "st": "street", "ave": "avenue", "av": "avenue", "ln": "lane", "cl": "close",
    "dr": "drive", "ct": "court", "cres": "crescent", "pl": "place", "sq": "square", "gdns":
    "gardens", "grn": "green", "apt": "flat", "apartment": "flat", "unit": "flat",
}  # fmt: skip
_NOT_ADDRESS = (
    "i im i'm my me we us live living at in on is it its it's the a an of and to number no num "
    "house home address please yes that one thats that's from here think mine ours our"
)
NOT_ADDRESS = frozenset(_NOT_ADDRESS.split())


@dataclass(frozen=True)
class Property:
    """One address. `number` is "22", "22A", "Flat 2, 14" or a house's name; `round` is the name of
    its bin calendar in rounds.yml; `district` and `county` are slugs of authorities."""

    uprn: str
    address: str
    number: str
    street: str
    town: str
    postcode: str
    ward: str
    district: str
    county: str
    round: str


class Gazetteer:
    """Every address that is known, by postcode."""

    def __init__(self, properties: Iterable[Property]) -> None:
        self._by_uprn = {p.uprn: p for p in properties}
        self._by_postcode: dict[str, list[Property]] = {}
        for one in self._by_uprn.values():
            self._by_postcode.setdefault(one.postcode, []).append(one)

    def addresses(self, postcode: str) -> tuple[Property, ...]:
        """Return the addresses at a postcode, however it is typed, in the order of the street;
        none when it is not known."""
        return tuple(self._by_postcode.get(normal_postcode(postcode) or postcode, ()))

    def districts(self, postcode: str) -> tuple[str, ...]:
        """Return the slugs of the districts at a postcode: two when it straddles a boundary."""
        return tuple(dict.fromkeys(p.district for p in self.addresses(postcode)))

    def property(self, uprn: str) -> Property:
        """Return the address. Raise KeyError when there is none of that number."""
        return self._by_uprn[uprn]

    def postcodes(self) -> tuple[str, ...]:
        """Return every postcode that is known."""
        return tuple(self._by_postcode)

    def match(self, postcode: str, said: str) -> tuple[Property, ...]:
        """Return the addresses at the postcode that the words may mean; one when it is clear.

        Numbers must be right, names of streets and houses nearly so. Words that fit no address of
        the postcode give none: "22 Oak Road" is not 22 Heath Road.
        """
        here = self.addresses(postcode)
        # The postcode itself says nothing more, and its digits would pass for a house number.
        spoken = re.sub(r"[a-z]{1,2}\d\w?\s*\d[a-z]{2}\b", " ", said.lower())
        spoken = re.sub(r"\b(\d+)\s+([a-z])\b(?!')", r"\1\2", spoken)  # "22 a" is 22a
        words = [SHORT_FORMS.get(w, w) for w in re.findall(r"[a-z0-9']+", spoken)]
        words = [w for w in words if w not in NOT_ADDRESS]
        numbers = [w for w in words if w[0].isdigit()]
        names = [w for w in words if not w[0].isdigit()]
        if not words:
            return ()
        named = [p for p in here if _names_fit(names, p)]
        exact = tuple(p for p in named if _numbers(p) == numbers)
        if exact or not numbers:
            return exact or tuple(named)
        return tuple(p for p in named if set(numbers) <= set(_numbers(p)))

    def words(self) -> frozenset[str]:
        """Return the words of all streets, towns, wards and house names, in lower case."""
        return frozenset(
            word
            for p in self._by_uprn.values()
            for word in re.findall(r"[a-z']+", f"{p.address} {p.ward}".lower())
            if len(word) > 1
        )


@lru_cache(maxsize=4)
def load_gazetteer(file: Path = FILE) -> Gazetteer:
    """Return the gazetteer of that file, read once in a process. Raises BadContent."""
    with file.open(encoding="utf-8", newline="") as rows:
        try:
            return Gazetteer([Property(**row) for row in csv.DictReader(rows)])
        except TypeError as error:
            raise BadContent(f"{file.parent.name}/{file.name}: {error}") from error


def _numbers(place: Property) -> list[str]:
    return [w for w in re.findall(r"[a-z0-9']+", place.number.lower()) if w[0].isdigit()]


def _names_fit(names: list[str], place: Property) -> bool:
    written = f"{place.number} {place.street} {place.town} {place.ward}"
    known = re.findall(r"[a-z']+", written.lower())
    return all(any(_alike(name, word) for word in known) for name in names)


def _alike(said: str, known: str) -> bool:
    if said == known:
        return True
    return len(said) > 3 and SequenceMatcher(None, said, known).ratio() >= LIKE_ENOUGH
