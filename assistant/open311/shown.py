"""A request of the book as a caller may read it: what everybody may, or all of it."""

from __future__ import annotations

from datetime import date, datetime, time

from assistant.open311.asked import UPRN, address_field, place_field, postcode_field
from assistant.open311.callers import Caller
from assistant.open311.draft import LONGEST_DESCRIPTION
from assistant.open311.format import CLOSED, OPEN, ServiceRequest
from assistant.open311.offer import code_of
from assistant.open311.wanted import CHANNEL
from knowledge.library import Library
from knowledge.london import london
from knowledge.owners import owner
from knowledge.requests import RECEIVED, STATUSES, Filed
from knowledge.services import Field, Service


def shown(
    filed: Filed, words: str, library: Library, caller: Caller, private: bool, day: date
) -> ServiceRequest:
    """Return the request. `words` were last said of it to its resident.

    Nothing that a resident wrote is shown but the place, where that is everybody's. With `private`
    all of it is; to the caller that made the request, its description.
    """
    service = _service(library, filed.service)
    place = place_field(service) if service else None
    own = filed.channel == CHANNEL and bool(caller.name) and filed.user == caller.name
    here = private or place is not None
    return ServiceRequest(
        service_request_id=filed.reference,
        status=OPEN if filed.is_open else CLOSED,
        # That it was received says no more than that it is open.
        status_notes=words or ("" if filed.status == RECEIVED else STATUSES[filed.status]),
        service_name=service.title if service else filed.service,
        service_code=code_of(service) if service else filed.service,
        description=_description(filed, service, private) if own or private else "",
        agency_responsible=_agency(filed, library, day),
        requested_datetime=filed.received_at,
        updated_datetime=filed.closed_at or filed.changed_at,
        expected_datetime=_end_of(filed.due_on) if filed.due_on else None,
        address=_address(filed, service, private),
        address_id=_text(filed, UPRN) if private else "",
        zipcode=_text(filed, _name(postcode_field(service) if service else None))
        if private
        else "",
        lat=filed.latitude if here else None,
        long=filed.longitude if here else None,
        media_url=_text(filed, "media_url") if private else "",
    )


def _service(library: Library, slug: str) -> Service | None:
    try:
        return library.service(slug)
    except KeyError:
        return None  # It is no longer in the catalogue.


def _description(filed: Filed, service: Service | None, private: bool) -> str:
    """What was written in the person's own words; with `private` also what else was answered."""
    texts = [f.name for f in service.fields if f.type == "text"] if service else []
    words = [_text(filed, name) for name in dict.fromkeys(["description", *texts])]
    said = "\n\n".join(word for word in words if word)
    if private and service:
        answers = (_answer(filed, f) for f in service.fields if f.type != "text")
        said = "\n\n".join(part for part in (said, "\n".join(a for a in answers if a)) if part)
    return said[:LONGEST_DESCRIPTION]


def _answer(filed: Filed, field: Field) -> str:
    value = _text(filed, field.name)
    labels = {option.value: option.label for option in field.choices}
    said = ", ".join(labels.get(one, one) for one in value.split(",")) if labels else value
    return f"{field.label}: {said}" if value else ""


def _address(filed: Filed, service: Service | None, private: bool) -> str:
    place = _text(filed, _name(place_field(service) if service else None))
    if place or not private:
        return place
    return _text(filed, _name(address_field(service) if service else None))


def _agency(filed: Filed, library: Library, day: date) -> str:
    try:
        return owner(library, filed.service, filed.authority, filed.fields, day).name
    except KeyError:
        return ""


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), london())


def _name(field: Field | None) -> str:
    return field.name if field else ""


def _text(filed: Filed, name: str) -> str:
    value = filed.fields.get(name, "")
    return value if isinstance(value, str) else ""
