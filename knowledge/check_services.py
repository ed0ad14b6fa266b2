"""Can each council say what each request asks and answers, and is it easy to read?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from knowledge.authorities import Authority
from knowledge.check_councils import while_it_lasts
from knowledge.check_words import age_findings, long_findings
from knowledge.findings import Finding
from knowledge.rendering import MissingValue, render, values_of
from knowledge.services import Field, Service

TIERS = {"all": ("county", "district", "unitary")}
AROUND = ("first", "intro", "confirm", "done")
ASKED = ("prompt", "help", "retry", "future", "too_old", "none_found")
LONGEST_LABEL = 40
LONGEST_PLAIN = 160  # septets: one text message

TYPED = re.compile(
    r"[£€] ?\d+(?:[.,]\d+)*"
    r"|\b0\d{2,4}(?: ?\d{3,6}){1,2}\b"
    r"|\b(?:19|20)\d\d\b"
    r"|\b\d+ (?:working |full |clear )?(?:hour|day|week|month|year)s?\b"
)
"""What a council sets and may change: money, telephone numbers, years and lengths of time."""
NATIONAL = frozenset({"0800 111 999"})
"""Numbers that are the same everywhere: gas emergencies."""

Septets = Callable[[str], int | None]


def service_findings(
    service: Service, councils: Sequence[Authority], day: date, septets: Septets
) -> Iterator[Finding]:
    """Yield what a council that may be responsible cannot say, limits that are no numbers, and
    texts that are hard to read. `septets` measures a text message, None when it cannot carry a
    character."""
    about = f"services/{service.slug}"
    for fault in _as_written(service):
        yield Finding(about, "broken", fault)
    parts = _parts(service)
    for part, text in parts.items():
        yield from long_findings(about, part, text)
    read: dict[str, list[tuple[str, str]]] = {part: [] for part in parts}
    for council in councils:
        if council.tier not in TIERS.get(service.tier, (service.tier, "unitary")):
            continue
        by = f"by {council.slug}"
        if service.owner not in {team.slug for team in council.teams}:
            yield Finding(about, "ownerless", f"{by}: owner: has no team {service.owner}")
        told = dict.fromkeys(["reference", *(field.name for field in service.fields)], "")
        values = {**told, **values_of(council, while_it_lasts(council, day))}
        for fault in _faults(service, values, septets):
            yield Finding(about, "broken", f"{by}: {fault}")
        for part, text in parts.items():
            try:
                read[part].append((council.slug, render(text, values)))
            except MissingValue:
                continue  # Said above.
    for part, texts in read.items():
        yield from age_findings(about, part, texts, service.title)


def booking_findings(
    services: Sequence[Service], councils: Sequence[Authority]
) -> Iterator[Finding]:
    """Yield each council's appointments that no service offers: nobody could book them."""
    offered = {
        option.value
        for service in services
        for field in service.fields
        if field.type == "slot"
        for option in service.field(field.about).choices
    }
    for council in councils:
        for kind in council.appointments:
            if kind.about not in offered:
                says = f"appointments: {kind.about} is no choice of a service with a slot"
                yield Finding(f"authorities/{council.slug}", "broken", says)


def _parts(service: Service) -> dict[str, str]:
    """What a resident reads, by the field that says it. A label is a name, and not read as a text;
    what is plain is the prompt in fewer words."""
    parts = {name: getattr(service, name) for name in AROUND}
    for field in service.fields:
        parts |= {f"{field.name}.{name}": getattr(field, name) for name in ASKED}
    return {part: text for part, text in parts.items() if text}


def _as_written(service: Service) -> Iterator[str]:
    """What is wrong whoever says it."""
    for text in service.texts():
        for typed in TYPED.findall(text):
            if typed not in NATIONAL:
                yield f"write {typed!r} as a {{{{ value }}}}: a council may change it"
    for field in service.fields:
        if len(field.label) > LONGEST_LABEL:
            yield f"{field.name}.label: {len(field.label)} characters, more than {LONGEST_LABEL}"
        for part, text in (("prompt", field.prompt), ("plain", field.plain)):
            if text.count("?") > 1:
                yield f"{field.name}.{part}: more than one question"


def _faults(service: Service, values: Mapping[str, Any], septets: Septets) -> Iterator[str]:
    for text in service.texts():
        try:
            render(text, values)
        except MissingValue as error:
            yield str(error)
    numbers = [(f"{field.name}.within", field.within) for field in service.fields if field.within]
    for part, name in [*numbers, *([("due", service.due)] if service.due else [])]:
        try:
            int(render(f"{{{{ {name} }}}}", values))
        except (MissingValue, ValueError) as error:
            yield f"{part}: {error}"
    for field in service.fields:
        yield from _too_long(field, values, septets)


def _too_long(field: Field, values: Mapping[str, Any], septets: Septets) -> Iterator[str]:
    """What is asked in a text message fits into one."""
    try:
        length = septets(render(field.plain or field.prompt, values))
    except MissingValue:
        return
    if length is None:
        yield f"{field.name}.plain: has a character that a text message cannot carry"
    elif length > LONGEST_PLAIN:
        yield f"{field.name}.plain: {length} characters, more than {LONGEST_PLAIN}"
