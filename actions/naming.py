"""Which field of a form somebody names: "change the date", "the bin is wrong"."""

from __future__ import annotations

import re

from knowledge.services import Field, Service

# Words that name a type of field besides its own label.
NAMES = {
    "postcode": ("postcode", "post code"),
    "address": ("address", "house", "house number", "number", "street", "road", "flat"),
    "date": ("date", "day", "when"),
    "phone": ("phone", "telephone", "mobile"),
    "email": ("email", "e-mail"),
    "location": ("place", "location", "where", "street", "road"),
    "vehicle": ("registration", "reg", "number plate"),
    "photo": ("photo", "picture"),
}


def named_in(text: str, service: Service) -> Field | None:
    """Return the first field of the service that the words name, None when they name none."""
    said = text.lower()
    for field in service.fields:
        names = {field.name.replace("_", " "), field.label.lower(), *NAMES.get(field.type, ())}
        if any(re.search(rf"\b{re.escape(name)}s?\b", said) for name in names):
            return field
    return None


def field_of(service: Service, name: str) -> Field | None:
    """Return the service's field of that name, None when it has none."""
    return next((f for f in service.fields if f.name == name), None)
