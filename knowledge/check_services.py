"""Can each council say what each request asks and answers?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from knowledge.authorities import Authority
from knowledge.check_councils import while_it_lasts
from knowledge.findings import Finding
from knowledge.rendering import MissingValue, render, values_of
from knowledge.services import Service

TIERS = {"all": ("county", "district", "unitary")}


def service_findings(
    service: Service, councils: Sequence[Authority], day: date
) -> Iterator[Finding]:
    """Yield what a council that may be responsible cannot say, and limits that are no numbers."""
    about = f"services/{service.slug}"
    for council in councils:
        if council.tier not in TIERS.get(service.tier, (service.tier, "unitary")):
            continue
        values = values_of(council, while_it_lasts(council, day))
        for fault in _faults(service, values):
            yield Finding(about, "broken", f"by {council.slug}: {fault}")


def _faults(service: Service, values: Mapping[str, Any]) -> Iterator[str]:
    known = {**values, "reference": "", **{field.name: "" for field in service.fields}}
    for text in service.texts():
        try:
            render(text, known)
        except MissingValue as error:
            yield str(error)
    for field in service.fields:
        if field.within is None:
            continue
        try:
            int(render(f"{{{{ {field.within} }}}}", values))
        except (MissingValue, ValueError) as error:
            yield f"{field.name}.within: {error}"
