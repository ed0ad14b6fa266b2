"""What a council takes over Open311: of the catalogue, what it provides on that day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from assistant.open311 import format as standard
from assistant.open311.asked import asked_fields, attributes
from assistant.open311.refusals import BAD_REQUEST, NOT_FOUND, Refused
from knowledge.authorities import Authority, NeedsPlace
from knowledge.library import Library
from knowledge.rendering import MissingValue, render, values_of
from knowledge.services import Service


@dataclass(frozen=True)
class Offer:
    """What one council takes on one day. `asked` is the jurisdiction_id that it was asked by, which
    may be that of a council that it took over from."""

    library: Library
    council: Authority
    day: date
    asked: str = ""

    @property
    def queue(self) -> tuple[str, ...]:
        """Slugs of the councils whose requests it works: its own, and those it took over."""
        return self.library.authorities.one_queue(self.council.slug, self.day)

    def services(self) -> tuple[Service, ...]:
        """Return what it provides and what can be asked for without a conversation: nothing that
        needs a proof of who somebody is, or a booked time."""
        return tuple(s for s in self.library.services() if _fits(s) and self.provides(s))

    def service(self, code: str) -> Service:
        """Return the service of that service_code. Raise Refused."""
        for service in self.services():
            if code_of(service) == code:
                return service
        raise Refused(NOT_FOUND, "There is no service of this service_code here.")

    def provides(self, service: Service, place: str | None = None) -> bool:
        """Whether it is this council's work, where somebody lives in the district `place`."""
        try:
            found = self.library.authorities.responsible(
                service.tier, self.council.slug, place, self.day
            )
        except (NeedsPlace, KeyError):
            return False
        return found.slug == self.council.slug

    def described(self, service: Service) -> standard.Service:
        """Return it as the list of services has it."""
        return standard.Service(
            service_code=code_of(service),
            service_name=service.title,
            description=self.text(self._about(service)),
            metadata=bool(asked_fields(service)),
            group=service.group,
        )

    def definition(self, service: Service) -> standard.ServiceDefinition:
        """Return what is asked for it."""
        return standard.ServiceDefinition(code_of(service), attributes(service, self.values))

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """What texts may say of the council."""
        return values_of(self.council, self.day)

    def text(self, written: str) -> str:
        """Return the text with the council's values, nothing when it lacks one of them."""
        try:
            return render(written, self.values).strip()
        except MissingValue:
            return ""

    def _about(self, service: Service) -> str:
        """The first sentence of the service's article; what the service says without one."""
        written = (a for a in self.library.articles() if service.slug in (a.service, a.slug))
        article = next(iter(sorted(written, key=lambda a: a.slug != service.slug)), None)
        said = article.short if article else service.intro
        return re.split(r"(?<=[.!?])\s", said.strip(), maxsplit=1)[0]


def offer_of(library: Library, jurisdiction_id: str, day: date) -> Offer:
    """Return what the council of that slug takes on that day, or whoever took over from it. It may
    be left out where there is only one. Raise Refused."""
    councils = begun(library, day)
    if not jurisdiction_id and len(councils) != 1:
        raise Refused(BAD_REQUEST, "jurisdiction_id is missing: there are several councils here.")
    try:
        own = library.authorities.get(jurisdiction_id or councils[0])
    except KeyError:
        raise Refused(NOT_FOUND, "There is no council of this jurisdiction_id.") from None
    if day < own.valid_from:
        raise Refused(NOT_FOUND, "The council of this jurisdiction_id has not begun yet.")
    return Offer(library, library.authorities.door(own.slug, day), day, own.slug)


def begun(library: Library, day: date) -> tuple[str, ...]:
    """Return the slugs of all councils that there are or were."""
    return tuple(c.slug for c in library.authorities.all() if c.valid_from <= day)


def code_of(service: Service) -> str:
    """Return the service_code."""
    return service.code or service.slug


def is_public(service: Service) -> bool:
    """Whether it is about a place that is everybody's, not about somebody or their home."""
    return any(field.type == "location" for field in service.fields)


def _fits(service: Service) -> bool:
    return not service.verified and not any(
        field.type == "slot" and field.required for field in service.fields
    )
