"""What a service asks for, as attributes of Open311.

Where a thing has a parameter of its own in the standard, that one says it: a place is lat and long,
address_string or address_id, a photo is media_url. An address of somebody's home is asked for by
its UPRN, as the attribute `uprn`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.open311.format import Attribute, Value
from knowledge.rendering import MissingValue, render
from knowledge.services import Field, Service

UPRN = "uprn"
EXTERNAL_ID = "external_id"
"""The caller's own number of a request. Every service takes it, and none asks for it."""
YES_NO = (Value("yes", "Yes"), Value("no", "No"))
_ELSEWHERE = frozenset({"photo", "slot"})
_DATATYPES = {"date": "datetime", "text": "text", "money": "number"}
_HOW = {
    "date": "A day, such as 2026-11-02, or a time with its zone.",
    "money": "Pounds, such as 12.50.",
    "phone": "A telephone number. It can also be sent as phone.",
    "email": "An e-mail address. It can also be sent as email.",
    "postcode": "A postcode.",
    "vehicle": "A registration number.",
}
UPRN_IS = (
    "The UPRN of the address. It can also be sent as address_id; or the address with its postcode "
    "as address_string."
)


def attributes(service: Service, values: Mapping[str, Any]) -> tuple[Attribute, ...]:
    """Return what is asked, in order. `values` are what the council's texts may say."""
    made = []
    for order, field in enumerate(asked_fields(service), start=1):
        home = field.type == "address"
        made.append(
            Attribute(
                code=UPRN if home else field.name,
                datatype=_datatype(field),
                required=field.required and not field.only_if and not field.for_council,
                order=order,
                description=_text(field.prompt, values) or field.label,
                datatype_description=UPRN_IS if home else _HOW.get(field.type, ""),
                values=_options(field),
            )
        )
    return tuple(made)


def asked_fields(service: Service) -> tuple[Field, ...]:
    """Return the fields that are attributes."""
    place = place_field(service)
    home = address_field(service)
    return tuple(
        field
        for field in service.fields
        if field.type not in _ELSEWHERE
        and field is not place
        # The address has its postcode in it.
        and not (home and field.type == "postcode")
    )


def place_field(service: Service) -> Field | None:
    """Return the field that the standard's own location parameters answer."""
    return next((field for field in service.fields if field.type == "location"), None)


def address_field(service: Service) -> Field | None:
    return next((field for field in service.fields if field.type == "address"), None)


def postcode_field(service: Service) -> Field | None:
    return next((field for field in service.fields if field.type == "postcode"), None)


def _datatype(field: Field) -> str:
    if field.type in ("choice", "yes_no"):
        return "multivaluelist" if field.several else "singlevaluelist"
    return _DATATYPES.get(field.type, "string")


def _options(field: Field) -> tuple[Value, ...]:
    if field.type == "yes_no":
        return YES_NO
    return tuple(Value(option.value, option.label) for option in field.choices)


def _text(written: str, values: Mapping[str, Any]) -> str:
    try:
        return render(written, values).strip()
    except MissingValue:
        return ""
