"""`assistant knowledge`: what content officers ask of the articles as a whole."""

from __future__ import annotations

import argparse
import json
from datetime import date


def add_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> argparse.ArgumentParser:
    """Describe the command and its verbs; return its parser."""
    knowledge = commands.add_parser("knowledge", help="check what residents may read")
    verbs = knowledge.add_subparsers(title="verbs", required=True, metavar="VERB", dest="verb")
    check = verbs.add_parser(
        "check",
        help="is everything fit to be read?",
        description="Lists what is broken, stale, ownerless, contradictory, unreadable or "
        "unsourced, file by file. Exits with 1 when there is anything but warnings, which stand "
        "in brackets. docs/how-to/write-an-article.md says how each is mended.",
    )
    check.add_argument("--json", action="store_true", help="for a program to read")
    check.add_argument(
        "--on", type=_day, default=None, metavar="DATE", help="as if it were 2027-04-01"
    )
    return knowledge


def check(options: argparse.Namespace) -> tuple[str, bool]:
    """Return what the check has to say, and whether it is no more than warnings."""
    # Here and not above: no other command needs what measures the texts.
    from knowledge.check import check as check_content
    from knowledge.findings import as_data, fails, report
    from knowledge.library import home

    findings = check_content(home(), on=options.on)
    told = json.dumps(as_data(findings), indent=2) if options.json else report(findings)
    return told, not fails(findings)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError("a day such as 2027-04-01") from None
