"""What is sent when a form is confirmed, and whether somebody has sent the same before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from actions.form import Form
from actions.step import Step
from knowledge.authorities import Authority
from knowledge.book import open_book
from knowledge.hours import working_days_after
from knowledge.requests import Filed, Request

LONGEST_SPOT = 200


def lodging(
    step: Step, form: Form, council: Authority, slot: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the request as assistant/rasa_bot/said.py reads it. `shown` answers are sent where the
    value itself says nothing to a person: an address, with its UPRN beside it."""
    service = step.service
    fields = {field.name: form.value(field.name) for field in form.answered(service)}
    address = next((f.name for f in service.fields if f.type == "address"), "")
    if form.value(address):
        fields |= {address: form.given[address].shown, "uprn": form.value(address)}
    latitude, longitude = form.pin or (None, None)
    due = _due_on(step, form, council)
    return {
        "key": step.heard.key,
        "service": service.slug,
        "authority": council.slug,
        "fields": fields,
        "updates": form.updates,
        "spot": _spot(step, form),
        "latitude": latitude,
        "longitude": longitude,
        "joins": form.joins,
        "due_on": due.isoformat() if due else None,
        "slot": slot,
    }


def already_reported(step: Step, form: Form) -> Sequence[Filed]:
    """Return open reports of the same thing, latest first; none where the service does not look."""
    rule, council = step.service.duplicates, step.council(form)
    if rule is None or council is None or form.apart or form.joins:
        return ()
    latitude, longitude = form.pin or (None, None)
    same = Request(
        key="",
        service=step.service.slug,
        authority=council.slug,
        fields={},
        spot=_spot(step, form),
        latitude=latitude,
        longitude=longitude,
    )
    today = datetime.combine(step.heard.today, time(), timezone.utc)
    return open_book().alike(same, today - timedelta(days=rule.days), rule.metres)


def _spot(step: Step, form: Form) -> str:
    """The answer by which another report of the same is known, whatever its typing."""
    rule = step.service.duplicates
    for name in rule.by if rule else ():
        words = " ".join(re.findall(r"[a-z0-9]+", form.value(name).lower()))
        if words:
            return f"{name}:{words}"[:LONGEST_SPOT]
    return ""


def _due_on(step: Step, form: Form, council: Authority) -> date | None:
    if not step.service.due:
        return None
    days = step.text(f"{{{{ {step.service.due} }}}}", form)
    return working_days_after(council, step.heard.today, int(days)) if days.isdigit() else None
