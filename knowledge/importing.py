"""Puts published files about places into one file that answers can be looked up in."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from knowledge.places_file import TABLES, rewriting
from knowledge.published import addressbase, authorities, onspd, open_uprn
from knowledge.published.table import Context, Format, Wrong, header_of, read, rows_of
from knowledge.register import load_register

# Councils first: what comes after them is told by their codes.
FORMATS = (authorities.FORMAT, onspd.FORMAT, addressbase.CORE, addressbase.PLUS, open_uprn.FORMAT)
BATCH = 10_000

Progress = Callable[[Path, int], None]
"""Told the file and how many of its rows were kept so far."""


@dataclass(frozen=True)
class Imported:
    """What became of one file. `skipped` counts the rows that were left out, by the reason."""

    file: Path
    title: str
    kept: int
    skipped: Counter[str]


def import_files(
    files: Sequence[Path], into: Path, now: datetime, progress: Progress
) -> Sequence[Imported]:
    """Import the files, and put them in place of what was there of their kinds.

    Files of one kind, such as the volumes of AddressBase, belong together: give them together.
    Memory does not grow with their size. Raise Wrong for a file that cannot be imported, and Busy
    while another import is under way: then what was there is there still.
    """
    found = [(file, format_of(file)) for file in dict.fromkeys(files)]
    done: list[Imported] = []
    with rewriting(into) as connection:
        connection.execute("BEGIN")
        for kind in dict.fromkeys(known.kind for known in FORMATS):
            its = [(file, known) for file, known in found if known.kind == kind]
            if its:
                connection.execute(f"DELETE FROM {its[0][1].table}")  # noqa: S608 - one of ours
                imported = [_import(connection, file, of, progress) for file, of in its]
                _note(connection, kind, imported, now)
                done += imported
        connection.execute("COMMIT")
    return done


def format_of(file: Path) -> Format:
    """Return the format that the header shows. Raise Wrong when it is none of ours, naming what
    is missing from the one that it is likest to."""
    header = header_of(file)
    for known in FORMATS:
        if known.fits(header):
            return known
    if header[0].strip() == "10" and len(header) >= 8:
        raise Wrong(file, "is AddressBase Premium. Import AddressBase Core or Plus instead", 1)
    if header[0].strip().isdigit():
        raise Wrong(file, "has no header. Put the one of its product in front", 1)
    # The likest has most of its columns there.
    likest = max(FORMATS, key=lambda known: len(known.places(header)) / len(known.columns))
    missing = [
        known_as[0].replace(r"\d\d", "25")
        for ours, known_as in likest.columns.items()
        if ours not in likest.places(header) and ours not in likest.optional
    ]
    if len(missing) > len(likest.columns) / 2:
        titles = ", ".join(known.title for known in FORMATS)
        raise Wrong(file, f"is none of these: {titles}", 1)
    raise Wrong(file, f"looks like {likest.title}, but has no column {', '.join(missing)}", 1)


def _import(connection: sqlite3.Connection, file: Path, of: Format, progress: Progress) -> Imported:
    skipped: Counter[str] = Counter()
    before = _count(connection, of.table)
    values = ", ".join("?" * len(TABLES[of.table].split(", ")))
    # The same row twice, as where two chunks overlap, is one.
    insert = f"INSERT OR REPLACE INTO {of.table} VALUES ({values})"  # noqa: S608 - one of ours
    written = 0
    for batch in _batches(read(file, of, _context(connection, file, of), skipped)):
        connection.executemany(insert, batch)
        written += len(batch)
        progress(file, written)
    if not written:
        raise Wrong(file, f"has no row of {of.title} to keep")
    kept = _count(connection, of.table) - before
    if kept < written:
        skipped["there twice"] += written - kept
    return Imported(file, of.title, kept, skipped)


def _context(connection: sqlite3.Connection, file: Path, of: Format) -> Context:
    if of.kind == "authorities":
        return Context(ids=_ids(file, of))
    if of.kind != "addressbase":
        return Context()
    custodians = {council.custodian: council.gss for council in load_register()}
    rows = connection.execute("SELECT custodian, gss FROM councils")
    return Context(custodians={**custodians, **dict(rows)})


def _ids(file: Path, of: Format) -> dict[str, str]:
    """The GSS code of each id, to be known before the first row names its parent."""
    with rows_of(file) as rows:
        places = of.places(next(rows)[1])
        at_id, at_gss = places["id"], places["gss"]
        most = max(at_id, at_gss)
        return {row[at_id].strip(): row[at_gss].strip() for _, row in rows if len(row) > most}


def _note(
    connection: sqlite3.Connection, kind: str, imported: Sequence[Imported], now: datetime
) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?)",
        (
            kind,
            imported[0].title,
            ", ".join(one.file.name for one in imported),
            sum(one.kept for one in imported),
            now.isoformat(timespec="seconds"),
        ),
    )


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def _batches(rows: Iterable[Sequence[object]]) -> Iterator[list[Sequence[object]]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch
