"""A published CSV file, read row by row: what is wrong is told by file, line and column."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

# A postcode as the Post Office writes it, without its space; "GIR 0AA" is no place.
POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][A-Z]{2})")
GSS = re.compile(r"[A-Z][0-9]{8}")


class Wrong(Exception):
    """A file that cannot be imported. The message says where: file, line, column."""

    def __init__(self, file: Path, problem: str, line: int = 0, column: str = "") -> None:
        where = [file.name, *([f"line {line}"] if line else []), *([column] if column else [])]
        super().__init__(f"{', '.join(where)}: {problem}")


@dataclass(frozen=True)
class Format:
    """One published format. `columns` gives each of our names the published names it has had, in
    lower case (patterns that must fit the whole name), the newest first; those in `optional` may
    be missing. `table` is where it is kept, `kind` the word for it, `title` what people call it.

    `read` returns the values to keep, in the order of the table's columns, or the reason why a row
    is left out; it raises ValueError(column, problem) for one that cannot be right.
    """

    kind: str
    title: str
    table: str
    columns: Mapping[str, Sequence[str]]
    optional: frozenset[str]
    read: Callable[[Mapping[str, str], Context], Sequence[object] | str]

    def fits(self, header: Sequence[str]) -> bool:
        """Whether the header has every column that must be there."""
        found = self.places(header)
        return all(name in found or name in self.optional for name in self.columns)

    def places(self, header: Sequence[str]) -> Mapping[str, int]:
        """Return where each of our columns stands, without those that are missing."""
        names = [name.strip().strip('"').lower() for name in header]
        found = {}
        for ours, theirs in self.columns.items():
            for pattern in theirs:
                fitting = [at for at, name in enumerate(names) if re.fullmatch(pattern, name)]
                if fitting:
                    # cty23cd beside cty25cd: the later one is the newer.
                    found[ours] = max(fitting, key=lambda at: names[at])
                    break
        return found


@dataclass(frozen=True)
class Context:
    """What a row may need to know beside itself: councils by their custodian code, and (for the
    list of councils itself) the GSS code of each row's id."""

    custodians: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def rows_of(file: Path) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """The rows of the file, each with the number of its line, the header first. Raise Wrong when
    it is no CSV in UTF-8."""
    try:
        opened = file.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise Wrong(file, f"cannot be read: {error.strerror}") from error
    with opened:
        yield _numbered(file, opened)


def header_of(file: Path) -> list[str]:
    """Return the first row. Raise Wrong for an empty file."""
    with rows_of(file) as rows:
        _, header = next(rows, (1, []))
    if not any(header):
        raise Wrong(file, "is empty")
    return header


def read(
    file: Path, of: Format, context: Context, skipped: Counter[str]
) -> Iterator[Sequence[object]]:
    """Yield what is to be kept of each row; count in `skipped` why others are not. Raise Wrong."""
    with rows_of(file) as rows:
        _, header = next(rows)
        places = of.places(header)
        for line, row in rows:
            if not row:
                continue
            if len(row) != len(header):
                problem = f"has {len(row)} values, and the header has {len(header)} columns"
                raise Wrong(file, problem, line)
            values = {name: row[at].strip() for name, at in places.items()}
            try:
                kept = of.read(values, context)
            except ValueError as error:
                ours, problem = error.args
                raise Wrong(file, problem, line, header[places[ours]].strip()) from error
            if isinstance(kept, str):
                skipped[kept] += 1
            else:
                yield kept


def postcode(values: Mapping[str, str], column: str) -> str:
    """Return the postcode of that column as `XA1 8AA`, however it was padded."""
    match = POSTCODE.fullmatch(values[column].replace(" ", "").upper())
    if match is None:
        raise ValueError(column, f"{values[column]!r} is not a postcode")
    return f"{match[1]} {match[2]}"


def gss(values: Mapping[str, str], column: str) -> str:
    """Return the GSS code of that column, empty when it has none or stands for "no such area"."""
    code = values.get(column, "")
    if not code or code.endswith("99999999"):
        return ""
    if GSS.fullmatch(code) is None:
        raise ValueError(column, f"{code!r} is not a GSS code, such as E07000207")
    return code


def uprn(values: Mapping[str, str], column: str) -> int:
    """Return the number of the property: up to 12 digits."""
    if not values[column].isdigit() or len(values[column]) > 12:
        raise ValueError(column, f"{values[column]!r} is not a UPRN of up to 12 digits")
    return int(values[column])


def number(values: Mapping[str, str], column: str, least: float, most: float) -> float | None:
    """Return the number, None where there is none. Raise ValueError(column, problem) for one that
    is out of range."""
    written = values.get(column, "")
    if not written:
        return None
    try:
        found = float(written)
    except ValueError:
        raise ValueError(column, f"{written!r} is not a number") from None
    if not least <= found <= most:
        raise ValueError(column, f"{written} is not between {least:g} and {most:g}")
    return found


def position(values: Mapping[str, str]) -> Sequence[float | None]:
    """Return easting, northing, latitude and longitude as they are published. What lies beyond the
    country is a mistake."""
    return (
        number(values, "easting", -10_000, 800_000),
        number(values, "northing", -10_000, 1_300_000),
        number(values, "latitude", 49, 62),
        number(values, "longitude", -10, 3),
    )


def _numbered(file: Path, lines: TextIO) -> Iterator[tuple[int, list[str]]]:
    rows = csv.reader(lines, strict=True)
    try:
        for row in rows:
            yield rows.line_num, row
    except UnicodeDecodeError as error:
        raise Wrong(file, "is not a text in UTF-8", rows.line_num + 1) from error
    except csv.Error as error:
        raise Wrong(file, f"is not CSV: {error}", rows.line_num) from error
