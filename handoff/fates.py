"""What became of a line that went out to a platform, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.transcript import Delivery, Entry
from handoff.days import day_of
from handoff.reasons import why
from knowledge.london import in_london

SETTLES = timedelta(minutes=2)
"""How soon a receipt comes, as a rule: later ones are seen at the next look."""


@dataclass(frozen=True)
class Fate:
    """`tone` is waits, arrived, failed or none: the words say it all, the page only colours it."""

    words: str
    tone: str
    state: str


def fate_of(delivery: Delivery | None, now: datetime) -> Fate | None:
    """Return what to say under the line; None for a channel whose people come to read."""
    if delivery is None:
        return None
    words, tone = _said(delivery, now)
    return Fate(words, tone, delivery.state)


def moving(entry: Entry, now: datetime) -> bool:
    """Whether what became of the line is likely to change within seconds."""
    if entry.attachment is not None and entry.attachment.state == "waiting":
        return True
    delivery = entry.delivery
    if delivery is None or delivery.state not in ("waiting", "sent"):
        return False
    return delivery.state == "waiting" or now - (delivery.at or entry.at) < SETTLES


def _said(delivery: Delivery, now: datetime) -> tuple[str, str]:
    reason = why(delivery.reason)
    when = f" {time_of(delivery.at, now)}" if delivery.at else ""
    failed = f"Not delivered: {reason}" if reason else "Not delivered"
    return {
        "waiting": (f"Not sent yet: {reason}" if reason else "Waiting to be sent", "waits"),
        "held": ("Waits until they write again (24-hour window)", "waits"),
        "sent": (f"Sent{when}", "none"),
        "delivered": (f"Delivered{when}", "arrived"),
        "read": (f"Read{when}", "arrived"),
        "refused": (failed, "failed"),
        "given_up": (f"{failed}. We stopped trying", "failed"),
        "dropped": (f"Not sent: {reason or 'a person took over first'}", "none"),
        "discarded": ("Not delivered, and discarded by staff", "failed"),
    }.get(delivery.state, (delivery.state.replace("_", " ").capitalize(), "none"))


def time_of(moment: datetime, now: datetime) -> str:
    """Return 10:42, with its day when that is not today."""
    clock = in_london(moment).strftime("%H:%M")
    day = day_of(moment, now)
    return clock if day == "Today" else f"{day} {clock}"
