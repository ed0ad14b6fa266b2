"""Where people live: addresses by postcode, and the councils and rounds that serve them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

from knowledge.directory import Address, Area, Directory
from knowledge.postcodes import normal_postcode
from knowledge.reading import BadContent
from knowledge.register import Council

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
    its bin calendar in rounds.yml, empty when that is not known; `district` and `county` are slugs
    of authorities. For an address that other councils serve `district` is that one's GSS code."""

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
    """Every address that is known, by postcode; and the councils of places that are not ours.

    `ours` gives the slug of each of our councils by its GSS code, `counties` that of a district's
    county by the district's slug: for what the directory tells in codes.
    """

    def __init__(
        self,
        properties: Iterable[Property],
        directory: Directory | None = None,
        ours: Mapping[str, str] | None = None,
        counties: Mapping[str, str] | None = None,
    ) -> None:
        self._by_uprn = {p.uprn: p for p in properties}
        self._by_postcode: dict[str, list[Property]] = {}
        for one in self._by_uprn.values():
            self._by_postcode.setdefault(one.postcode, []).append(one)
        self._directory = directory
        self._ours = dict(ours or {})
        self._counties = dict(counties or {})

    def beside(
        self, directory: Directory, ours: Mapping[str, str], counties: Mapping[str, str]
    ) -> Gazetteer:
        """Return these addresses with that directory."""
        return Gazetteer(self._by_uprn.values(), directory, ours, counties)

    def addresses(self, postcode: str) -> tuple[Property, ...]:
        """Return the addresses at a postcode, however it is typed, in the order of the street;
        none when it is not known."""
        asked = normal_postcode(postcode) or postcode
        own = self._by_postcode.get(asked)
        if own is not None or self._directory is None:
            return tuple(own or ())
        return tuple(self._imported(one) for one in self._directory.addresses(asked))

    def districts(self, postcode: str) -> tuple[str, ...]:
        """Return the slugs of our districts or unitaries at a postcode: two when it straddles a
        boundary, none when others serve it or it is not known."""
        asked = normal_postcode(postcode) or postcode
        own = self._by_postcode.get(asked, ())
        told = (self._ours[gss] for gss in self._told(asked) if gss in self._ours)
        return tuple(dict.fromkeys([p.district for p in own] or told))

    def outside(self, postcode: str) -> tuple[Council, ...]:
        """Return the districts or unitaries at a postcode that are not ours; none when ours serve
        all of it, or nobody is known to."""
        asked = normal_postcode(postcode) or postcode
        if asked in self._by_postcode:
            return ()
        found = (self.council(gss) for gss in self._told(asked) if gss not in self._ours)
        return tuple(council for council in found if council is not None)

    def council(self, gss: str) -> Council | None:
        """Return a council that is not ours by its GSS code, None when nobody knows it."""
        return self._directory.council(gss) if self._directory else None

    def provider(self, gss: str, tier: str) -> Council | None:
        """Return who provides services of that tier where the council of that code is; None when
        nobody knows."""
        return self._directory.provider(gss, tier) if self._directory else None

    def area(self, postcode: str) -> Area | None:
        """Return what was published of a postcode, None when nothing was imported of it."""
        return self._directory.area(postcode) if self._directory else None

    def is_complete(self) -> bool:
        """Whether a postcode that is not known does not exist."""
        return self._directory is not None and self._directory.is_complete()

    def is_ours(self, district: str) -> bool:
        """Whether that is the slug of one of our councils, and not the code of another."""
        return district in self._ours.values() or not self._ours

    def property(self, uprn: str) -> Property:
        """Return the address. Raise KeyError when there is none of that number."""
        if uprn in self._by_uprn or self._directory is None:
            return self._by_uprn[uprn]
        found = self._directory.address(uprn)
        if found is None:
            raise KeyError(uprn)
        return self._imported(found)

    def _told(self, postcode: str) -> tuple[str, ...]:
        """GSS codes, as the directory has them."""
        area = self.area(postcode)
        return area.councils if area else ()

    def _imported(self, one: Address) -> Property:
        council = one.council or next(iter(self._told(one.postcode)), "")
        district = self._ours.get(council, council)
        return Property(
            uprn=one.uprn,
            address=one.address,
            number=one.number,
            street=one.street,
            town=one.town,
            postcode=one.postcode,
            ward="",
            district=district,
            county=self._counties.get(district, ""),
            round="",
        )

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
    if said == known or (said, known) == ("street", "st"):  # St Mary's Lodge is in no street
        return True
    return len(said) > 3 and SequenceMatcher(None, said, known).ratio() >= LIKE_ENOUGH
