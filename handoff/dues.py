"""When a request is due, in words: colour only repeats what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from knowledge.hours import day_name
from knowledge.requests import Filed

SOON = 1
"""Days before the target from which it stands out."""


@dataclass(frozen=True)
class Due:
    """`tone` is late, soon or none."""

    words: str
    tone: str = ""


def due_of(filed: Filed, today: date) -> Due | None:
    """Return what to say of the target; None for what is closed, or has no target."""
    if filed.due_on is None or not filed.is_open:
        return None
    days = (filed.due_on - today).days
    if days < 0:
        return Due(f"Overdue by {-days:,} {'day' if days == -1 else 'days'}", "late")
    if days <= SOON:
        return Due(("Due today", "Due tomorrow")[days], "soon")
    year = f" {filed.due_on.year}" if filed.due_on.year != today.year else ""
    return Due(f"Due {day_name(filed.due_on)}{year}")


def is_overdue(filed: Filed, today: date) -> bool:
    return filed.is_open and filed.due_on is not None and filed.due_on < today
