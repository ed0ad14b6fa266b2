"""Makes, lists and withdraws alerts from the command line, in UK time."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from difflib import get_close_matches

from assistant.migrate import migrate
from assistant.nudge import Nudge
from assistant.wiring import Parts
from knowledge import alerts
from knowledge.alerts import Alert, WrongAlert
from knowledge.london import from_london, in_london

FORMAT = "%Y-%m-%d %H:%M"


class CannotAlert(Exception):
    """Nothing was changed; the text says why and what to do."""


def run(parts: Parts, options: argparse.Namespace) -> str:
    """Do what the options say; return what to print. Raise CannotAlert."""
    migrate(parts.store)
    if options.action == "list":
        return _list(parts, options.council)
    by = (options.by or _login()).strip()[:60]
    if options.action == "withdraw":
        return _withdraw(parts, options.number, by)
    return _add(parts, options, by)


def _add(parts: Parts, options: argparse.Namespace, by: str) -> str:
    now = parts.now()
    ends = options.ends
    if ends is None:
        ends = from_london(f"{in_london(now) + timedelta(days=1):%Y-%m-%d} 23:59")
    authority = _council(parts, options.council or parts.settings.council)
    topics = _topics(parts, options.topic)
    try:
        with parts.store.write() as connection:
            alert = alerts.add(
                connection,
                authority=authority,
                topics=topics,
                text=options.text,
                starts_at=options.starts or now,
                ends_at=ends,
                by=by,
                now=now,
            )
    except WrongAlert as wrong:
        names = {"text": "The text", "starts_at": "--from", "ends_at": "--until"}
        said = [f"{names[field]}: {fault}" for field, fault in wrong.faults.items()]
        raise CannotAlert("\n".join(said)) from wrong
    _tell(parts)
    return f"Alert {alert.id} is made.\n{_line(alert)}"


def _withdraw(parts: Parts, number: int, by: str) -> str:
    with parts.store.write() as connection:
        done = 0 < number < 2**31 and alerts.withdraw(connection, number, by, parts.now())
    if not done:
        raise CannotAlert(
            f"No alert {number} holds or is to come. `assistant alert list` shows their numbers."
        )
    _tell(parts)
    return f"Alert {number} is withdrawn. Residents do not see it any more."


def _list(parts: Parts, council: str | None) -> str:
    councils = [authority.slug for authority in parts.library.authorities.all()]
    wanted = [_council(parts, council)] if council else councils
    with parts.store.read() as connection:
        found = alerts.listed(connection, wanted, parts.now())
    sections = (("Now", found.active), ("Coming", found.coming), ("Over", found.past))
    return "\n\n".join("\n".join(_section(*section)) for section in sections)


def _section(title: str, found: Sequence[Alert]) -> Iterator[str]:
    yield f"{title}: {'' if found else 'none'}".strip()
    yield from map(_line, found)


def _line(alert: Alert) -> str:
    about = ", ".join(alert.topics) or "everything"
    over = ""
    if alert.withdrawn_at:
        over = f"; withdrawn by {alert.withdrawn_by} at {_shown(alert.withdrawn_at)}"
    return (
        f"  {alert.id:>4}  {alert.text}\n"
        f"        {alert.authority}, about {about}; {_shown(alert.starts_at)} to "
        f"{_shown(alert.ends_at)}; made by {alert.made_by}{over}"
    )


def _shown(moment: datetime) -> str:
    return f"{in_london(moment):{FORMAT}}"


def _council(parts: Parts, slug: str) -> str:
    """Return the council's slug. Raise CannotAlert when it is none, or its last day is past."""
    known = {a.slug: a for a in parts.library.authorities.all()}
    if slug not in known:
        raise CannotAlert(f"No council is called {slug}. There are: {', '.join(sorted(known))}.")
    last = known[slug].valid_to
    if last is not None and last < in_london(parts.now()).date():
        others = " and ".join(known[slug].successors) or "nobody"
        raise CannotAlert(f"{slug} has had its last day, {last}. After it comes {others}.")
    return slug


def _topics(parts: Parts, slugs: Sequence[str]) -> Sequence[str]:
    known = [slug for slug, _ in parts.shelf.topics()]
    for slug in slugs:
        if slug not in known:
            near = get_close_matches(slug, known, n=3, cutoff=0.5)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise CannotAlert(
                f"No topic is called {slug}.{hint} A topic is the name of a file in "
                "knowledge/articles/ or knowledge/services/."
            )
    return slugs


def _tell(parts: Parts) -> None:
    """Wake the web processes: somebody may be reading."""
    nudges = parts.nudges("command")
    nudges.send("web", Nudge("alert"))
    nudges.close()


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"
