"""`assistant places`: import what is published about places, and ask what is known of one."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timezone
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from knowledge.authorities import Authorities
from knowledge.importing import FORMATS, Imported, import_files
from knowledge.london import today
from knowledge.places_file import NAME, Busy
from knowledge.postcodes import normal_postcode
from knowledge.published.table import Wrong
from knowledge.who import NoSuchPlace, Straddles, Who, who

if TYPE_CHECKING:
    from knowledge.library import Library

EVERY = 1.0
"""Seconds between two lines of progress."""


class CannotTell(Exception):
    """There is no answer, or nothing was imported; the text says why."""


def add_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> argparse.ArgumentParser:
    """Describe the command and its three verbs; return its parser."""
    places = commands.add_parser("places", help="import postcodes and addresses, or look one up")
    verbs = places.add_subparsers(title="verbs", required=True, metavar="VERB", dest="verb")
    titles = ", ".join(known.title for known in FORMATS)
    importing = verbs.add_parser(
        "import",
        help="read files of ONS, Ordnance Survey or GOV.UK",
        description=f"Reads these files, each known by its header: {titles}. They take the place "
        "of what was imported of their kind before; give all volumes of one product together. "
        "When a file is wrong, nothing changes.",
    )
    importing.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a CSV file")
    show = verbs.add_parser("show", help="what is known of a postcode, and who serves it")
    show.add_argument("postcode", nargs="+", help="such as XA1 8AA")
    asking = verbs.add_parser("who", help="which council to ask about something at a postcode")
    asking.add_argument("slug", help="an article or a service, such as pothole")
    asking.add_argument("postcode", nargs="+", help="such as XA1 8AA")
    for verb in (show, asking):
        verb.add_argument(
            "--on", type=_day, default=None, metavar="DATE", help="a day such as 2027-04-01"
        )
    return places


def run(options: argparse.Namespace, data_dir: Path) -> str:
    """Run one verb; return what it has to say. Raise CannotTell."""
    if options.verb == "import":
        return _import(options.files, data_dir / NAME)
    from knowledge.library import open_library

    library = open_library()
    day = options.on or today()
    postcode = _postcode(" ".join(options.postcode))
    if options.verb == "show":
        return "\n".join(shown(library, postcode, day))
    try:
        return "\n".join(told(who(library, options.slug, postcode, day)))
    except (NoSuchPlace, Straddles) as error:
        raise CannotTell(str(error)) from error
    except KeyError as error:
        raise CannotTell(f"There is no article or service {options.slug}.") from error


def shown(library: Library, postcode: str, day: date) -> Iterator[str]:
    """Yield what is known of the postcode, a line each. Raise CannotTell when nothing is."""
    gazetteer = library.gazetteer
    area = gazetteer.area(postcode)
    ours, outside = gazetteer.districts(postcode), gazetteer.outside(postcode)
    homes = gazetteer.addresses(postcode)
    if not ours and not outside and area is None:
        raise CannotTell(str(NoSuchPlace(postcode, False if gazetteer.is_complete() else None)))
    yield postcode
    names = (name for slug in ours for name in _names(library.authorities, slug, day))
    yield from (f"  served by  {name}" for name in dict.fromkeys(names))
    for council in outside:
        county = gazetteer.provider(council.gss, "county")
        yield f"  served by  {council.name} ({council.tier}, {council.gss}) {council.website}"
        if county is not None and county != council:
            yield f"  served by  {county.name} ({county.tier}, {county.gss}) {county.website}"
    if homes:
        yield f"  addresses  {len(homes)}, such as {homes[0].address}"
    if area is not None and area.ended:
        yield f"  ended      {area.ended}"
    if area is not None and area.easting is not None and area.northing is not None:
        yield f"  position   {area.easting:.0f}, {area.northing:.0f}"


def told(found: Who) -> Iterator[str]:
    """Yield who it is, a line each."""
    yield f"{found.council} ({found.tier})"
    yield from (f"  {told}" for told in (found.website, found.phone) if told)
    if found.until is not None:
        then = f", then {found.then}" if found.then else ""
        yield f"  until {found.until:%d %B %Y}{then}".replace(" 0", " ")


def _names(authorities: Authorities, slug: str, day: date) -> Iterator[str]:
    for tier in ("district", "county"):
        council = authorities.responsible(tier, slug, slug, day)
        yield f"{council.name} ({council.tier}, {council.gss}) {council.website}"
        if council.tier == "unitary":
            return


def _import(files: Sequence[Path], into: Path) -> str:
    seen = {"at": monotonic()}

    def progress(file: Path, rows: int) -> None:
        if monotonic() - seen["at"] >= EVERY:
            seen["at"] = monotonic()
            sys.stderr.write(f"{file.name}: {rows:,} rows\n")
            sys.stderr.flush()

    try:
        done = import_files(files, into, datetime.now(timezone.utc), progress)
    except Wrong as error:
        raise CannotTell(f"Nothing was imported. {error}.") from error
    except Busy as error:
        raise CannotTell("Nothing was imported. Another import is under way.") from error
    except (OSError, sqlite3.Error) as error:
        raise CannotTell(f"Nothing was imported. {into.parent}: {error}.") from error
    return "\n".join(line for one in done for line in _report(one))


def _report(one: Imported) -> Iterator[str]:
    yield f"{one.file.name} ({one.title}): {one.kept:,} rows kept"
    for reason, count in one.skipped.most_common():
        yield f"  {count:,} left out: {reason}"


def _postcode(written: str) -> str:
    found = normal_postcode(written)
    if found is None:
        raise CannotTell(f"{written} is not a postcode.")
    return found


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError("a day such as 2027-04-01") from None
