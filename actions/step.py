"""One step of a request: the message, what is remembered, and the service that is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from actions.form import Form
from actions.heard import Heard
from actions.memory import Memory
from actions.reading import home_of, limits_of
from knowledge.library import Library
from knowledge.rendering import render
from knowledge.services import Field, Service

# Words that name a type of field besides its own label.
NAMES = {
    "postcode": ("postcode", "post code"),
    "address": ("address", "house", "house number", "number", "street", "road", "flat"),
    "date": ("date", "day", "when"),
    "phone": ("phone", "telephone", "mobile"),
    "email": ("email", "e-mail"),
}


@dataclass(frozen=True)
class Step:
    """What every step of the driver needs, and does not change during a turn."""

    heard: Heard
    memory: Memory
    library: Library
    service: Service

    def text(self, written: str, form: Form, **more: str) -> str:
        """Return a text of the catalogue with the values of the council that gets the request."""
        return render(written, {**limits_of(form, self.service, self.heard, self.library), **more})


def named_in(text: str, service: Service) -> Field | None:
    """Return the field that the words name: "change the date", "the bin is wrong"."""
    said = text.lower()
    for field in service.fields:
        names = {field.name.replace("_", " "), field.label.lower(), *NAMES.get(field.type, ())}
        if any(re.search(rf"\b{re.escape(name)}s?\b", said) for name in names):
            return field
    return None


def field_of(service: Service, name: str) -> Field | None:
    return next((f for f in service.fields if f.name == name), None)


def with_place(form: Form, step: Step) -> Form:
    """Fill in where the person lives, when the conversation knows it already."""
    place = step.memory.place or {}
    for field in step.service.fields:
        if field.type == "postcode" and place.get("postcode"):
            form = form.with_answer(field.name, place["postcode"], place["postcode"])
        if field.type == "address" and place.get("uprn"):
            try:
                home = step.library.gazetteer.property(place["uprn"])
            except KeyError:
                continue
            form = form.with_answer(field.name, home.uprn, home.address)
    return form


def place_of(form: Form, step: Step) -> dict[str, str] | None:
    """Return where the person lives as this form knows it, or what was known before."""
    known = home_of(form, step.service, step.library) or dict(step.memory.place or {})
    return known or None


def place_shown(form: Form, service: Service) -> str:
    kinds = {f.type: form.given[f.name].shown for f in service.fields if form.value(f.name)}
    return kinds.get("address") or kinds.get("postcode", "")
