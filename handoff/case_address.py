"""A list of requests as an address: its filters, and the place where its next page begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, datetime
from urllib.parse import parse_qsl, urlencode

from handoff.cases import CHANGED, DUE, MINE, NOBODY, STATES, Filters
from knowledge.references import is_right
from knowledge.request_lists import After

PLACE = "/desk/requests"
_BETWEEN = "~"


def filters_of(asked: Callable[[str], str]) -> Filters:
    """Return what the address asks for; what it cannot ask for is left out."""
    state, assigned, order = asked("state"), asked("assigned"), asked("order")
    plain = Filters()
    return Filters(
        state=state if state in STATES else plain.state,
        council=asked("council"),
        service=asked("service"),
        assigned=assigned if assigned in (MINE, NOBODY) else "",
        overdue=asked("overdue") == "1",
        order=order if order in (CHANGED, DUE) else plain.order,
    )


def query_of(filters: Filters, **changed: object) -> str:
    """Return the query of a list with these filters, some of them changed; `after` is an After."""
    after = changed.pop("after", None)
    plain = asdict(Filters())
    asked = {
        name: "1" if value is True else value
        for name, value in asdict(replace(filters, **changed)).items()  # type: ignore[arg-type]  # a template names fields of Filters
        if value and value != plain[name]
    }
    if isinstance(after, After):
        asked["after"] = f"{after.by.isoformat()}{_BETWEEN}{after.reference}"
    return urlencode(asked)


def list_of(query: str) -> str:
    """Return the address of the list that a page was opened from, read anew: nothing else in it
    gets into a link."""
    asked = dict(parse_qsl(query[:300], max_num_fields=20)) if query.count("&") < 20 else {}
    filters = query_of(filters_of(lambda name: asked.get(name, "")))
    return f"{PLACE}?{filters}" if filters else PLACE


def after_in(written: str, order: str) -> After | None:
    """Return where the page begins, None for the first page and for what is no such place."""
    by, _, reference = written.partition(_BETWEEN)
    if not is_right(reference):
        return None
    try:
        if order == DUE:
            return After(date.fromisoformat(by), reference)
        moment = datetime.fromisoformat(by)
    except ValueError:
        return None
    return After(moment, reference) if moment.tzinfo else None
