"""`assistant knowledge`: what content officers ask of the articles as a whole."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from assistant.settings import Settings


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
    wordings = verbs.add_parser(
        "wordings",
        help="what officers added to the articles at the desk",
        description="Prints the wordings that were added at the desk as YAML, article by article, "
        "so that they can be moved into the files. Withdraw them at the desk afterwards.",
    )
    wordings.add_argument("--export", action="store_true", required=True, help="as YAML")
    verbs.add_parser(
        "schema",
        help="the format of a service, for editors",
        description="Prints the JSON Schema of the files in knowledge/services/. It is kept beside "
        "them as schema.json: docs/how-to/add-a-service.md says what for.",
    )
    return knowledge


def schema() -> str:
    """Return the JSON Schema of a service."""
    from knowledge.service_schema import as_text

    return as_text()


def wordings(settings: Settings) -> str:
    """Return the wordings that were added at the desk, as YAML."""
    from assistant.store import Store
    from knowledge import wordings as added
    from knowledge.library import open_library

    store = Store(settings.database)
    try:
        with store.read() as connection:
            return added.export(connection, {a.slug for a in open_library().articles()})
    finally:
        store.close()


def check(options: argparse.Namespace, data_dir: Path) -> tuple[str, bool]:
    """Return what the check has to say, and whether it is no more than warnings. It keeps a file in
    `data_dir`, to be faster the next time."""
    # Here and not above: no other command needs what measures the texts.
    from knowledge.check import check as check_content
    from knowledge.findings import as_data, fails, report
    from knowledge.library import home

    findings = check_content(home(), on=options.on, cache=data_dir / "knowledge-check.npz")
    told = json.dumps(as_data(findings), indent=2) if options.json else report(findings)
    return told, not fails(findings)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError("a day such as 2027-04-01") from None
