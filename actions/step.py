"""One step of a request: the message, what is remembered, and the service that is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from actions.form import Form
from actions.heard import Heard
from actions.memory import Memory
from actions.reading import home_of, limits_of
from knowledge.authorities import Authority, NeedsPlace
from knowledge.library import Library
from knowledge.rendering import MissingValue, render
from knowledge.services import Service

WHO = ("name", "phone", "email")
"""Fields that say who the person is: what was told once is offered again."""


@dataclass(frozen=True)
class Step:
    """What every step of the driver needs, and does not change during a turn."""

    heard: Heard
    memory: Memory
    library: Library
    service: Service

    def council(self, form: Form) -> Authority | None:
        """Return the council that would get this request; None when that depends on a place which
        is not known yet."""
        place = place_of(form, self) if at_home(self.service) else self._place_of_form(form)
        try:
            return self.library.authorities.responsible(
                self.service.tier, self.heard.door, (place or {}).get("district"), self.heard.today
            )
        except NeedsPlace:
            return None

    def _place_of_form(self, form: Form) -> dict[str, str]:
        return home_of(form, self.service, self.library)

    def text(self, written: str, form: Form, **more: str) -> str:
        """Return a text of the catalogue with the values of the council that gets the request."""
        return render(written, {**limits_of(form, self.service, self.heard, self.library), **more})

    def may_say(self, written: str, form: Form) -> str:
        """Return that text; empty when it needs a value of a council that is not known yet."""
        try:
            return self.text(written, form)
        except MissingValue:
            return ""


def with_known(form: Form, step: Step) -> Form:
    """Fill in what the conversation knows already: where the person lives, when the service is
    about their home, and who they are."""
    place, me = step.memory.place or {}, step.memory.me or {}
    for field in step.service.fields:
        if field.type == "postcode" and not field.for_council and place.get("postcode"):
            form = form.with_answer(field.name, place["postcode"], place["postcode"])
        if field.type == "address" and place.get("uprn"):
            try:
                home = step.library.gazetteer.property(place["uprn"])
            except KeyError:
                continue
            form = form.with_answer(field.name, home.uprn, home.address)
        if field.name in WHO and me.get(field.name):
            form = form.with_answer(field.name, me[field.name], me[field.name])
    return form


def who(form: Form, step: Step) -> dict[str, str] | None:
    """Return who the person is, as this form or an earlier one knows it."""
    told = {name: form.given[name].shown for name in WHO if form.value(name)}
    return {**(step.memory.me or {}), **told} or None


def at_home(service: Service) -> bool:
    """Whether the service is about where the person lives, and not about a place in public."""
    return any(f.type in ("postcode", "address") and not f.for_council for f in service.fields)


def place_of(form: Form, step: Step) -> dict[str, str] | None:
    """Return where the person lives as this form knows it, or what was known before."""
    here = home_of(form, step.service, step.library) if at_home(step.service) else {}
    return here or dict(step.memory.place or {}) or None


def place_shown(form: Form, service: Service) -> str:
    kinds = {f.type: form.given[f.name].shown for f in service.fields if form.value(f.name)}
    return kinds.get("address") or kinds.get("postcode", "")
