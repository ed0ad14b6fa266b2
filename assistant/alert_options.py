"""What can be written after `assistant alert`."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any

from knowledge.london import from_london


def alert_commands(commands: Any) -> argparse.ArgumentParser:
    """Put `alert` and its own commands on the parser; return it, for the caller's default."""
    alert: argparse.ArgumentParser = commands.add_parser(
        "alert", help="say what is happening now: make, list and withdraw alerts"
    )
    own = alert.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = own.add_parser(
        "add",
        help="tell residents something from now, or from a time, until another",
        epilog="Example: assistant alert add --council ashcombe --topic bin-collection-day --until "
        '"2026-11-24 18:00" "Snow: bins are a day late in Ashcombe until Tuesday."',
    )
    add.add_argument("text", help="what residents read: one plain paragraph, 10 to 200 characters")
    add.add_argument("--council", default=None, help="whose alert it is (default: the set one)")
    add.add_argument(
        "--topic",
        action="append",
        default=[],
        metavar="SLUG",
        help="what it is about, an article or a service; may be repeated (default: everything)",
    )
    add.add_argument(
        "--from",
        dest="starts",
        type=_time,
        default=None,
        metavar="TIME",
        help='UK time, "2026-11-24 06:00" (default: now)',
    )
    add.add_argument(
        "--until",
        dest="ends",
        type=_time,
        default=None,
        metavar="TIME",
        help="UK time (default: the end of tomorrow)",
    )
    listing = own.add_parser("list", help="show those that hold, are to come, or ended lately")
    listing.add_argument("--council", default=None, help="of one council (default: of all)")
    withdraw = own.add_parser("withdraw", help="show an alert no more")
    withdraw.add_argument("number", type=int, metavar="ID", help="its number, from the list")
    for one in (add, withdraw):
        one.add_argument(
            "--by", default=None, help="who does it, for the record (default: your login name)"
        )
    return alert


def _time(written: str) -> datetime:
    try:
        return from_london(written)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'a UK date and time that exist, such as "2026-11-24 18:00", not "{written}"'
        ) from None
