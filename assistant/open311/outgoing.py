"""What is posted for one request of ours: the standard's own parameters, attributes, and words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from assistant.open311.asked import EXTERNAL_ID, UPRN, address_field, asked_fields, place_field
from assistant.open311.config import Endpoint
from assistant.open311.format import clean
from assistant.open311.offer import code_of
from knowledge.requests import Filed
from knowledge.services import Field, Service

LONGEST_DESCRIPTION = 4_000
"""Characters, as the standard has it."""
SEVERAL = ","
"""Between the values of a choice that takes several."""
_NAMES = frozenset({"name", "full_name", "your_name"})
# Nothing that reaches a person, and nothing that is not words: everybody may read a description.
_UNTOLD = frozenset({"phone", "email", "photo", "slot"})

Form = Mapping[str, str | list[str]]


def form(filed: Filed, service: Service | None, endpoint: Endpoint) -> Form:
    """Return what is posted, form-encoded. Without the service, which is no longer in the
    catalogue, it is known by its slug, and answers go as they are."""
    sent: dict[str, str | list[str]] = {
        "jurisdiction_id": endpoint.jurisdiction_id,
        "api_key": endpoint.api_key,
        "service_code": code_of(service) if service else filed.service,
        "device_id": filed.reference,
        "description": description(filed, service),
        f"attribute[{EXTERNAL_ID}]": filed.reference,
        **_where(filed, service),
        **_who(filed, service),
        **_attributes(filed, service),
    }
    return {name: value for name, value in sent.items() if value}


def description(filed: Filed, service: Service | None) -> str:
    """Return the request in words: what it is, what was answered, and our reference at the end, by
    which it is found again."""
    lines = [service.title if service else filed.service]
    for field in service.fields if service else ():
        answer = filed.fields.get(field.name)
        if answer not in (None, "") and _is_told(field):
            lines.append(f"{field.label}: {shown(field, str(answer))}")
    last = f"Our reference: {filed.reference}"
    told = clean("\n".join(lines))
    return f"{told[: LONGEST_DESCRIPTION - len(last) - 1]}\n{last}"


def shown(field: Field, answer: str) -> str:
    """Return an answer as it is read: the words of a choice, a day as it is said, pounds."""
    if field.type == "choice":
        labels = {option.value: option.label for option in field.choices}
        return ", ".join(labels.get(value, value) for value in answer.split(SEVERAL))
    if field.type == "yes_no":
        return {"yes": "Yes", "no": "No"}.get(answer, answer)
    if field.type == "date":
        try:
            day = date.fromisoformat(answer)
        except ValueError:
            return answer
        return f"{day.day} {day:%B %Y}"
    return f"£{answer}" if field.type == "money" else answer


def _is_told(field: Field) -> bool:
    private = field.type in _UNTOLD or field.name in _NAMES
    return not (private or field.may_hold)


def _where(filed: Filed, service: Service | None) -> dict[str, str]:
    """The place: a pin, and the words or the address that were given for it."""
    found: dict[str, str] = {}
    if filed.latitude is not None and filed.longitude is not None:
        found |= {"lat": f"{filed.latitude:.6f}", "long": f"{filed.longitude:.6f}"}
    field = (address_field(service) or place_field(service)) if service else None
    words = str(filed.fields.get(field.name) or "") if field else ""
    postcode = str(filed.fields.get("postcode") or "")
    if words and postcode and _bare(postcode) not in _bare(words):
        words = f"{words}, {postcode}"
    uprn = str(filed.fields.get(UPRN) or "")
    return found | {"address_string": clean(words), "address_id": uprn, f"attribute[{UPRN}]": uprn}


def _bare(text: str) -> str:
    return "".join(text.split()).upper()


def _who(filed: Filed, service: Service | None) -> dict[str, str]:
    """How the person is reached, where they said so."""
    found: dict[str, str] = {}
    for field in service.fields if service else ():
        answer = clean(str(filed.fields.get(field.name) or ""))
        if field.type in ("phone", "email"):
            found.setdefault(field.type, answer)
        elif field.name in _NAMES:
            first, _, last = answer.rpartition(" ")
            found |= {"first_name": first or last, "last_name": last if first else ""}
    return found


def _attributes(filed: Filed, service: Service | None) -> dict[str, Any]:
    """The answers by their fields' names, as our own description of the service has them."""
    if service is None:
        answers = {name: str(v) for name, v in filed.fields.items() if v and name != UPRN}
        return {f"attribute[{name}]": clean(answer) for name, answer in answers.items()}
    found: dict[str, Any] = {}
    for field in asked_fields(service):
        answer = clean(str(filed.fields.get(field.name) or ""))
        if not answer or field.type in ("address", "photo", "slot"):
            continue
        if field.several:
            found[f"attribute[{field.name}][]"] = answer.split(SEVERAL)
        else:
            found[f"attribute[{field.name}]"] = answer
    return found
