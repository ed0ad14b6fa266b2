"""Which council serves a postcode, also far from here, as far as anybody has told us."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.places_file import default_file, reading
from knowledge.register import FOLDER, Council, Register, load_register


@dataclass(frozen=True)
class Area:
    """A postcode. `councils` are GSS codes of districts or unitaries: several where it straddles
    a boundary. `ended` is the month of its last use ("2019-06"), empty while it is in use."""

    postcode: str
    councils: tuple[str, ...]
    ward: str = ""
    ended: str = ""
    easting: float | None = None
    northing: float | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Address:
    """An address that was imported. `council` is a GSS code, empty when it was not told."""

    uprn: str
    address: str
    number: str
    street: str
    town: str
    postcode: str
    council: str


class Directory:
    """What was imported, and before that the few postcodes that come with the program.

    Postcodes are written as `XA1 8AA`. Whatever is asked, it is read from the file now.
    """

    def __init__(self, register: Register, postcodes: Mapping[str, str], file: Path) -> None:
        self._register = register
        self._postcodes = postcodes
        self._file = file

    def is_complete(self) -> bool:
        """Whether a postcode that it does not know does not exist: the whole country's were
        imported."""
        return bool(self._rows("SELECT 1 FROM sources WHERE kind = 'onspd'"))

    def area(self, postcode: str) -> Area | None:
        """Return what is known of the postcode, None when nothing is."""
        rows = self._rows("SELECT * FROM postcodes WHERE postcode = ?", postcode)
        found = self._rows(
            "SELECT council, count(*) AS homes FROM addresses "
            "WHERE postcode = ? AND council <> '' GROUP BY council ORDER BY homes DESC",
            postcode,
        )
        homes = [str(row["council"]) for row in found]
        if not rows:
            known = homes or [c for c in [self._postcodes.get(postcode)] if c]
            return Area(postcode, tuple(known)) if known else None
        row = rows[0]
        # The directory gives a postcode to one council; where the homes stand says more.
        return Area(
            postcode=postcode,
            councils=tuple(homes) or tuple(c for c in [row["council"]] if c),
            ward=row["ward"],
            ended=row["ended"],
            easting=row["easting"],
            northing=row["northing"],
            latitude=row["latitude"],
            longitude=row["longitude"],
        )

    def addresses(self, postcode: str) -> tuple[Address, ...]:
        """Return the imported addresses of a postcode, in the order of the street."""
        rows = self._rows("SELECT * FROM addresses WHERE postcode = ?", postcode)
        found = [_address(row) for row in rows]
        return tuple(sorted(found, key=lambda a: (a.street, _order(a.number))))

    def address(self, uprn: str) -> Address | None:
        """Return the imported address of that number, None when there is none."""
        if not uprn.isdigit():
            return None
        rows = self._rows("SELECT * FROM addresses WHERE uprn = ?", int(uprn))
        return _address(rows[0]) if rows else None

    def council(self, gss: str) -> Council | None:
        """Return the council of that code, None when nobody knows it."""
        rows = self._rows("SELECT * FROM councils WHERE gss = ?", gss)
        return Council(**dict(rows[0])) if rows else self._register.get(gss)

    def provider(self, gss: str, tier: str) -> Council | None:
        """Return who provides services of that tier (county or district) in the area of that
        district or unitary; None when nobody knows."""
        here = self.council(gss)
        if here is not None and tier == "county" and here.tier == "district":
            return self.council(here.parent)
        return here

    def _rows(self, question: str, *values: str | int) -> Sequence[sqlite3.Row]:
        with reading(self._file) as connection:
            return [] if connection is None else connection.execute(question, values).fetchall()


def open_directory(folder: Path = FOLDER, file: Path | None = None) -> Directory:
    """Return the directory of what was imported into the file (the data folder's when None), with
    what comes with the program in the folder."""
    postcodes: dict[str, str] = {}
    if (folder / "postcodes.csv").is_file():
        with (folder / "postcodes.csv").open(encoding="utf-8", newline="") as rows:
            postcodes = {row["postcode"]: row["council"] for row in csv.DictReader(rows)}
    return Directory(load_register(folder), postcodes, file or default_file())


def _address(row: sqlite3.Row) -> Address:
    return Address(
        uprn=str(row["uprn"]),
        address=row["address"],
        number=row["number"],
        street=row["street"],
        town=row["town"],
        postcode=row["postcode"],
        council=row["council"],
    )


def _order(number: str) -> tuple[int, str]:
    """Sort 9 before 14, and flats by the house they are in."""
    digits = "".join(c if c.isdigit() else " " for c in number).split()
    return (int(digits[-1]) if digits else 0, number)
