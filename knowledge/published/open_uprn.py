"""OS Open UPRN: where each property of Great Britain stands, and nothing else about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from knowledge.published.table import Context, Format, position, uprn


def _read(values: Mapping[str, str], context: Context) -> Sequence[object] | str:
    return (uprn(values, "uprn"), *position(values))


FORMAT = Format(
    kind="open_uprn",
    title="OS Open UPRN",
    table="uprns",
    columns={
        "uprn": ("uprn",),
        "easting": ("x_coordinate",),
        "northing": ("y_coordinate",),
        "latitude": ("latitude",),
        "longitude": ("longitude",),
    },
    optional=frozenset(),
    read=_read,
)
