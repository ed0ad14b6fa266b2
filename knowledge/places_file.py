"""The SQLite file of what was imported: councils, postcodes, addresses and where they are.

Readers open it for one question and close it again, so they see a new import at once. Who imports
writes beside it and puts the whole file in its place: an import that fails has changed nothing.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from urllib.parse import quote

NAME = "places.db"
TABLES = {
    "councils": "gss TEXT PRIMARY KEY, name TEXT, tier TEXT, parent TEXT, homepage TEXT, "
    "custodian TEXT",
    # council: the GSS code of the district or unitary. ended: the month of its last use, 2019-06.
    "postcodes": "postcode TEXT PRIMARY KEY, council TEXT, county TEXT, ward TEXT, ended TEXT, "
    "easting INTEGER, northing INTEGER, latitude REAL, longitude REAL",
    "addresses": "uprn INTEGER PRIMARY KEY, address TEXT, number TEXT, street TEXT, town TEXT, "
    "postcode TEXT, council TEXT, easting REAL, northing REAL, latitude REAL, longitude REAL",
    "uprns": "uprn INTEGER PRIMARY KEY, easting REAL, northing REAL, latitude REAL, longitude REAL",
}
"""Coordinates are as they were published: EPSG:27700 (EPSG:29902 in Northern Ireland), and degrees
of ETRS89 or WGS 84, which are the same for a doorstep."""


class Busy(Exception):
    """Another import is under way."""


def default_file() -> Path:
    """Return where it stands in the data folder that assistant/settings.py describes."""
    set_folder = os.environ.get("FRONT_DOOR_DATA_DIR")
    return Path(set_folder or Path(__file__).parent.parent / "var") / NAME


@contextmanager
def reading(file: Path) -> Iterator[sqlite3.Connection | None]:
    """The file, open to be read; None when nothing has been imported yet."""
    if not file.is_file():
        yield None
        return
    # Nobody ever writes to a file that stands there: SQLite need not look for another's locks.
    address = f"file:{quote(str(file))}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


@contextmanager
def rewriting(file: Path) -> Iterator[sqlite3.Connection]:
    """A copy of the file, which takes its place when the block ends well; else nothing changes.

    Raise Busy when another process is at it.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_suffix(".lock").open("w") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError as error:
            raise Busy from error
        draft = file.with_suffix(".new")
        draft.unlink(missing_ok=True)
        try:
            if file.is_file():
                shutil.copyfile(file, draft)
            with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
                _prepare(connection)
                yield connection
            with draft.open("rb") as written:
                os.fsync(written.fileno())
            os.replace(draft, file)
        finally:
            draft.unlink(missing_ok=True)


def _prepare(connection: sqlite3.Connection) -> None:
    # A draft that is cut short is thrown away: it needs no journal, and no waiting for the disk.
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS sources "
        "(kind TEXT PRIMARY KEY, title TEXT, files TEXT, kept INTEGER, imported_at TEXT)"
    )
    for name, columns in TABLES.items():
        rowid = "" if "INTEGER PRIMARY KEY" in columns else " WITHOUT ROWID"
        connection.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns}){rowid}")
    connection.execute("CREATE INDEX IF NOT EXISTS at_postcode ON addresses (postcode)")
