"""A list of requests as a file for a spreadsheet, with nothing in it that a resident wrote."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping

from handoff.cases import Case
from knowledge.london import in_london
from knowledge.requests import STATUSES

HEADINGS = (
    "reference",
    "service",
    "council",
    "status",
    "received",
    "changed",
    "due",
    "assigned",
)
MARK = "\ufeff"
"""Without it, spreadsheets take UTF-8 for something else."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def headings() -> str:
    """Return the first line."""
    return MARK + _line(HEADINGS)


def line_of(case: Case, names: Mapping[str, str], council_of: Callable[[str], str]) -> str:
    """Return the line of a request. Times are London's."""
    filed = case.filed
    return _line(
        (
            filed.reference,
            case.title,
            council_of(case.council),
            STATUSES.get(filed.status, filed.status),
            in_london(filed.received_at).strftime("%Y-%m-%d %H:%M"),
            in_london(filed.changed_at).strftime("%Y-%m-%d %H:%M"),
            filed.due_on.isoformat() if filed.due_on else "",
            names.get(filed.assigned_to, filed.assigned_to),
        )
    )


def harmless(cell: str) -> str:
    """Return the cell so that no spreadsheet runs it as a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def _line(cells: tuple[str, ...]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(map(harmless, cells))
    return written.getvalue()
