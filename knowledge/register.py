"""Every principal council of the country: who serves a place that is not ours."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from knowledge.reading import BadContent

FOLDER = Path(__file__).parent / "places"
FILES = ("authorities.csv", "neighbours.csv")
TIERS = ("county", "district", "unitary")


@dataclass(frozen=True)
class Council:
    """A council as the register knows it. `parent` is the GSS code of a district's county, empty
    for others; `custodian` is the code that AddressBase knows it by, often empty."""

    gss: str
    name: str
    tier: str
    parent: str = ""
    homepage: str = ""
    custodian: str = ""

    @property
    def website(self) -> str:
        """The home page as it is read out: without a stroke at its end. Empty when not known."""
        return self.homepage.rstrip("/")


class Register:
    """Councils by their GSS code."""

    def __init__(self, councils: Iterable[Council]) -> None:
        self._by_gss = {council.gss: council for council in councils}

    def __iter__(self) -> Iterator[Council]:
        return iter(self._by_gss.values())

    def __len__(self) -> int:
        return len(self._by_gss)

    def get(self, gss: str) -> Council | None:
        """Return the council of that code, None when there is none."""
        return self._by_gss.get(gss)

    def provider(self, gss: str, tier: str) -> Council | None:
        """Return who provides services of that tier (county or district) in the area of that
        district or unitary; None when the register does not know."""
        here = self.get(gss)
        if here is not None and tier == "county" and here.tier == "district":
            return self.get(here.parent)
        return here


@lru_cache(maxsize=4)
def load_register(folder: Path = FOLDER) -> Register:
    """Return the register that comes with the program, read once in a process: the whole country,
    and the demo's neighbours. Raise BadContent."""
    return Register(council for name in FILES for council in _read(folder / name))


def _read(file: Path) -> Iterator[Council]:
    if not file.is_file():
        return
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            try:
                council = Council(**row)
            except TypeError as error:
                raise BadContent(f"{file.parent.name}/{file.name}: {error}") from error
            if council.tier not in TIERS:
                raise BadContent(
                    f"{file.parent.name}/{file.name}: tier: is {council.tier!r} for {council.gss}"
                )
            yield council
