"""What is read of a request that another system makes, and everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from assistant.open311.answers import SEVERAL, Wrong, read_answer, read_email, read_phone
from assistant.open311.asked import (
    EXTERNAL_ID,
    UPRN,
    address_field,
    asked_fields,
    place_field,
    postcode_field,
)
from assistant.open311.location import MISSING, Location, check_postcode, home_of, read_location
from assistant.open311.offer import Offer
from assistant.open311.parameters import Parameters
from assistant.open311.refusals import BAD_REQUEST, Refused
from knowledge.services import Field, Service

LONGEST_DESCRIPTION = 4_000
LONGEST_NAME = 100
LONGEST_URL = 500
NAMES = ("name", "full_name")
"""What a field is called that asks somebody's name."""
_CODE = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)


@dataclass
class Draft:
    """What is read so far, and what is wrong with it. `known_by` are values by which another report
    of the same is known where the book keeps words instead."""

    service: Service
    parameters: Parameters
    offer: Offer
    fields: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    location: Location = field(default_factory=Location)
    known_by: dict[str, str] = field(default_factory=dict)

    def read(self) -> None:
        asked = [one for one in asked_fields(self.service) if one.type != "address"]
        self._find_unknown(asked)
        for one in asked:
            self._answer(one)
        self._say_who()
        self._say_what(asked)
        self._say_where()
        self._find_missing(asked)

    def _find_unknown(self, asked: Sequence[Field]) -> None:
        known = {EXTERNAL_ID, *(one.name for one in asked)}
        known |= {UPRN} if address_field(self.service) else set()
        for code in self.parameters.attributes.keys() - known:
            shown = f"attribute[{code}]" if _CODE.fullmatch(code) else "An attribute"
            self.faults.append(f"{shown} is not asked for by this service.")

    def _answer(self, one: Field) -> None:
        sent = self.parameters.attributes.get(one.name)
        if sent:
            try:
                self.fields[one.name] = read_answer(one, sent, self.offer)
            except Wrong as wrong:
                self.faults.append(f"attribute[{one.name}] {wrong}.")
        if sent and one.type == "postcode" and one.name in self.fields:
            with _Collecting(self.faults):
                check_postcode(self.fields[one.name], self.service, self.offer)

    def _say_who(self) -> None:
        """Put the standard's own parameters where the service asks for the same."""
        for name, reads in (("phone", read_phone), ("email", read_email)):
            with _Collecting(self.faults):
                written = self.parameters.one(name)
                try:
                    self._contact(name, reads(written) if written else "")
                except Wrong as wrong:
                    self.faults.append(f"{name} {wrong}.")
        with _Collecting(self.faults):
            names = [self.parameters.one(n, LONGEST_NAME) for n in ("first_name", "last_name")]
            self._contact("name", " ".join(" ".join(names).split()))

    def _contact(self, kind: str, value: str) -> None:
        fitting = (
            one.name
            for one in self.service.fields
            if kind == one.type or (kind == "name" and one.name in NAMES)
        )
        if value:
            self.fields.setdefault(next(fitting, kind), value)

    def _say_what(self, asked: Sequence[Field]) -> None:
        with _Collecting(self.faults):
            words = self.parameters.one("description", LONGEST_DESCRIPTION)
            open_texts = (
                one
                for one in asked
                if one.type == "text"
                and one.required
                and one.name not in NAMES
                and one.name not in self.fields
                and self._applies(one)
            )
            one = next(open_texts, None)
            if words and one is not None and len(words) > one.longest:
                raise Refused(
                    BAD_REQUEST, f"description is longer than {one.longest:,} characters."
                )
            if words:
                self.fields[one.name if one else "description"] = words
        with _Collecting(self.faults):
            media = self.parameters.one("media_url", LONGEST_URL)
            if media and not _is_address(media):
                raise Refused(BAD_REQUEST, "media_url is not the address of a page or a picture.")
            if media:
                self.fields["media_url"] = media

    def _say_where(self) -> None:
        with _Collecting(self.faults):
            self.location = read_location(self.parameters)
            home_field, place = address_field(self.service), place_field(self.service)
            if home_field is not None:
                self._live_at(home_field)
            if place is not None:
                self._be_at(place)
            if home_field is None and place is None and self.location.words:
                self.fields["address"] = self.location.words

    def _live_at(self, home_field: Field) -> None:
        home = home_of(self.location, self.service, self.offer)
        if home is not None:
            self.fields |= {home_field.name: home.address, UPRN: home.uprn}
            self.known_by[home_field.name] = home.uprn
            postcode = postcode_field(self.service)
            if postcode is not None:
                self.fields[postcode.name] = home.postcode
        elif home_field.required and self._applies(home_field):
            raise Refused(BAD_REQUEST, "The address is missing: send its UPRN as attribute[uprn].")

    def _be_at(self, place: Field) -> None:
        said = self.location.said
        if not said and self.location.uprn:
            home = home_of(self.location, self.service, self.offer)
            said = home.address if home else ""
        if said:
            self.fields[place.name] = said
        elif place.required:
            raise Refused(BAD_REQUEST, MISSING)

    def _find_missing(self, asked: Sequence[Field]) -> None:
        for one in asked:
            given = one.name in self.fields
            sent = one.name in self.parameters.attributes
            if given and sent and not self._applies(one):
                self.faults.append(f"attribute[{one.name}] is not asked for with these answers.")
            must = one.required and not one.for_council and self._applies(one)
            if must and not given and not sent:
                self.faults.append(f"attribute[{one.name}] is missing.")
        if self.service.anonymous:
            return
        if not any(name in self.fields for name in NAMES):
            self.faults.append("first_name and last_name are missing: somebody must say who asks.")

    def _applies(self, one: Field) -> bool:
        """Whether it is asked, as the others are answered."""
        return all(
            set(self.fields.get(name, "").split(SEVERAL)) & set(wanted)
            for name, wanted in one.only_if.items()
        )


class _Collecting:
    """Adds what is refused inside to the faults, and goes on."""

    def __init__(self, faults: list[str]) -> None:
        self._faults = faults

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: object, trace: object) -> bool:
        if not isinstance(error, Refused):
            return False
        self._faults.extend(error.why)
        return True


def _is_address(written: str) -> bool:
    try:
        parts = urlsplit(written)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
