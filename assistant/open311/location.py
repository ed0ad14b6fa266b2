"""Where a request is about, as the standard's own location parameters say it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.open311.asked import UPRN
from assistant.open311.offer import Offer
from assistant.open311.parameters import Parameters
from assistant.open311.refusals import BAD_REQUEST, Refused
from knowledge.places import Property
from knowledge.postcodes import normal_postcode
from knowledge.services import Service

LONGEST_PLACE = 200
_DEGREES = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,30})?", re.ASCII)
MISSING = "A place is missing: send lat and long, or address_string, or address_id."


@dataclass(frozen=True)
class Location:
    """`pin` is latitude and longitude in degrees, WGS 84; `uprn` that of an address."""

    pin: tuple[float, float] | None = None
    words: str = ""
    uprn: str = ""

    @property
    def said(self) -> str:
        """The place in words; its pin where there are none."""
        return self.words or (f"{self.pin[0]:.5f}, {self.pin[1]:.5f}" if self.pin else "")


def read_location(parameters: Parameters) -> Location:
    """Read the parameters. Raise Refused."""
    uprns = {*parameters.attributes.get(UPRN, ()), parameters.one("address_id", 20)} - {""}
    if len(uprns) > 1:
        raise Refused(BAD_REQUEST, "attribute[uprn] and address_id are not the same.")
    return Location(
        _pin(parameters.one("lat", 40), parameters.one("long", 40)),
        " ".join(parameters.one("address_string", LONGEST_PLACE).split()),
        next(iter(uprns), ""),
    )


def home_of(location: Location, service: Service, offer: Offer) -> Property | None:
    """Return the one address that is meant; None when there is none. Raise Refused when it is not
    known, or its people are served by another council."""
    gazetteer = offer.library.gazetteer
    if location.uprn:
        try:
            home = gazetteer.property(location.uprn)
        except KeyError:
            raise Refused(BAD_REQUEST, "There is no address of this UPRN here.") from None
    elif location.words:
        postcode = normal_postcode(location.words) or ""
        found = gazetteer.match(postcode, location.words) if postcode else ()
        if len(found) != 1:
            raise Refused(
                BAD_REQUEST,
                "address_string is not one address that we know: send its UPRN as address_id.",
            )
        [home] = found
    else:
        return None
    if not offer.provides(service, home.district):
        raise Refused(BAD_REQUEST, "The address is in the area of another council.")
    return home


def check_postcode(postcode: str, service: Service, offer: Offer) -> None:
    """Raise Refused when it is another council's work there."""
    gazetteer = offer.library.gazetteer
    districts = gazetteer.districts(postcode)
    if districts:
        here = any(offer.provides(service, district) for district in districts)
    else:
        here = not gazetteer.outside(postcode) and not gazetteer.is_complete()
    if not here:
        raise Refused(BAD_REQUEST, "The postcode is in the area of another council.")


def _pin(latitude: str, longitude: str) -> tuple[float, float] | None:
    if not latitude and not longitude:
        return None
    if not latitude or not longitude:
        raise Refused(BAD_REQUEST, "lat and long are only sent together.")
    return _degrees("lat", latitude, 90), _degrees("long", longitude, 180)


def _degrees(name: str, written: str, most: int) -> float:
    if not _DEGREES.fullmatch(written) or abs(float(written)) > most:
        raise Refused(BAD_REQUEST, f"{name} is no number of degrees from -{most} to {most}.")
    return float(written)
