"""The ONS Postcode Directory: every postcode there is or was, and the councils of each.

The names of its columns were pcd, oslaua, oscty ... until 2024; in 2025 they became pcd7, lad25cd,
cty25cd ..., and the year in them changes with each edition. NSPL has most of the same columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from knowledge.published.table import Context, Format, gss, number, postcode

COLUMNS = {
    "postcode": ("pcds", "pcd7", "pcd", "pcd8", "pcd2"),
    "ended": ("doterm",),
    "county": (r"cty\d\dcd", "oscty", "cty"),
    "council": (r"lad\d\dcd", "oslaua", "laua", "ladcd"),
    "ward": (r"wd\d\dcd", "osward", "ward"),
    "easting": ("east1m", "oseast1m"),
    "northing": ("north1m", "osnrth1m"),
    "latitude": ("lat",),
    "longitude": ("long",),
}


def _read(values: Mapping[str, str], context: Context) -> Sequence[object] | str:
    council = gss(values, "council")
    if not council:
        return "in no council's area (Channel Islands, Isle of Man, or not yet placed)"
    easting = number(values, "easting", 0, 800_000)
    northing = number(values, "northing", 0, 1_300_000)
    placed = bool(easting and northing)
    # A postcode without a grid reference has a latitude of 99.999999.
    latitude = number(values, "latitude", 49, 62) if placed else None
    longitude = number(values, "longitude", -10, 3) if placed else None
    return (
        postcode(values, "postcode"),
        council,
        gss(values, "county"),
        gss(values, "ward"),
        _month(values),
        easting if placed else None,
        northing if placed else None,
        latitude,
        longitude,
    )


def _month(values: Mapping[str, str]) -> str:
    """The month of its end: published as 201906."""
    written = values["ended"]
    if not written:
        return ""
    if len(written) != 6 or not written.isdigit() or not 1 <= int(written[4:]) <= 12:
        raise ValueError("ended", f"{written!r} is not a month, such as 201906")
    return f"{written[:4]}-{written[4:]}"


FORMAT = Format(
    kind="onspd",
    title="ONS Postcode Directory",
    table="postcodes",
    columns=COLUMNS,
    optional=frozenset({"ward"}),
    read=_read,
)
