"""A request that another system makes becomes one of the book, once however often it comes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from hashlib import sha256

from assistant.open311.asked import EXTERNAL_ID, UPRN
from assistant.open311.draft import Draft
from assistant.open311.offer import Offer
from assistant.open311.parameters import Parameters
from assistant.open311.refusals import BAD_REQUEST, Refused
from knowledge.hours import working_days_after
from knowledge.requests import Request
from knowledge.sensitive import hide
from knowledge.services import Sensitive, Service

LONGEST_ID = 200
LONGEST_SPOT = 200
_FREE = frozenset({"text", "location", "reference"})
"""Fields whose answers are words; of the others it is known what they are."""
_NONE: frozenset[Sensitive] = frozenset()


def key_of(caller: str, jurisdiction: str, parameters: Parameters, idempotency_key: str) -> str:
    """Return what makes it the same request when it comes again: the caller's own number of it,
    else the Idempotency-Key; empty when it sent neither. Raise Refused."""
    own = tuple(dict.fromkeys(parameters.attributes.get(EXTERNAL_ID, ())))
    if len(own) > 1 or len("".join(own)) > LONGEST_ID or len(idempotency_key) > LONGEST_ID:
        raise Refused(BAD_REQUEST, "external_id or the Idempotency-Key is too long, or not one.")
    if not own and not idempotency_key:
        return ""
    account = parameters.one("account_id", LONGEST_ID)
    parts = ("id", account, *own) if own else ("key", idempotency_key)
    digest = sha256("\0".join((caller, jurisdiction, *parts)).encode()).hexdigest()
    return f"open311:{digest}"


def request_of(parameters: Parameters, offer: Offer, key: str) -> Request:
    """Return the request. Raise Refused with everything that is wrong."""
    code = parameters.one("service_code", LONGEST_ID)
    if not code:
        raise Refused(BAD_REQUEST, "service_code is missing.")
    service = offer.service(code)
    draft = Draft(service, parameters, offer)
    draft.read()
    if draft.faults:
        raise Refused(BAD_REQUEST, *dict.fromkeys(draft.faults))
    location, fields = draft.location, _without_secrets(service, draft.fields)
    return Request(
        key=key,
        service=service.slug,
        authority=offer.council.slug,
        fields=fields,
        spot=_spot(service, {**fields, **draft.known_by}),
        latitude=location.pin[0] if location.pin else None,
        longitude=location.pin[1] if location.pin else None,
        due_on=due_on(service, offer),
    )


def due_on(service: Service, offer: Offer) -> date | None:
    """Return the day by which the council aims to have done it; None when it sets no target."""
    days = offer.text(f"{{{{ {service.due} }}}}") if service.due else ""
    return working_days_after(offer.council, offer.day, int(days)) if days.isdigit() else None


def _without_secrets(service: Service, fields: Mapping[str, str]) -> dict[str, str]:
    """Take out card numbers, passwords and their like, but for what a field asks for."""
    holds = {field.name: frozenset(field.may_hold) for field in service.fields}
    checked = {field.name for field in service.fields if field.type not in _FREE}
    return {
        name: value if name in checked or name == UPRN else hide(value, holds.get(name, _NONE)).text
        for name, value in fields.items()
    }


def _spot(service: Service, values: Mapping[str, str]) -> str:
    """The answer by which another report of the same is known, as actions/lodging.py has it."""
    for name in service.duplicates.by if service.duplicates else ():
        words = " ".join(re.findall(r"[a-z0-9]+", values.get(name, "").lower()))
        if words:
            return f"{name}:{words}"[:LONGEST_SPOT]
    return ""
