"""What GeoReport v2 speaks of, and how it writes times and texts.

Source: https://wiki.open311.org/GeoReport_v2/ and https://wiki.open311.org/Service_Discovery/.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Literal

Form = Literal["json", "xml"]
MEDIA_TYPES: Mapping[Form, str] = {
    "json": "application/json; charset=utf-8",
    "xml": "text/xml; charset=utf-8",
}
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
OPEN, CLOSED = "open", "closed"

# What XML 1.0 cannot hold, not even escaped: https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d)(:\d\d)?(?:\.\d{1,9})?(?:([Zz])|([+-]\d\d):?(\d\d))",
    re.ASCII,
)


class Misread(ValueError):
    """What came is not what the standard says. The words name the field, and never quote it."""


@dataclass(frozen=True)
class Service:
    """What can be requested. `keywords` are separated by commas; `metadata` says whether there is
    a definition to ask for; `type` is realtime, batch (a token first) or blackbox (no id ever)."""

    service_code: str
    service_name: str = ""
    description: str = ""
    metadata: bool = False
    type: str = "realtime"
    keywords: str = ""
    group: str = ""


@dataclass(frozen=True)
class Value:
    """One option of a list."""

    key: str
    name: str = ""


@dataclass(frozen=True)
class Attribute:
    """One thing that is asked. `datatype` is string, number, datetime, text, singlevaluelist or
    multivaluelist; one that is not `variable` only tells something, in its description."""

    code: str
    datatype: str = "string"
    required: bool = False
    order: int = 1
    description: str = ""
    datatype_description: str = ""
    variable: bool = True
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class ServiceDefinition:
    """Everything that is asked for one service."""

    service_code: str
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True)
class RequestReply:
    """What a POST is answered: an id, or a token that an id will be known by. Of a token that was
    asked about it is both."""

    service_request_id: str = ""
    token: str = ""
    service_notice: str = ""
    account_id: str = ""


@dataclass(frozen=True)
class ServiceRequest:
    """A request as everybody may read it. `lat` and `long` are degrees, WGS 84; `status` is open or
    closed; times are aware."""

    service_request_id: str
    status: str
    status_notes: str = ""
    service_name: str = ""
    service_code: str = ""
    description: str = ""
    agency_responsible: str = ""
    service_notice: str = ""
    requested_datetime: datetime | None = None
    updated_datetime: datetime | None = None
    expected_datetime: datetime | None = None
    address: str = ""
    address_id: str = ""
    zipcode: str = ""
    lat: float | None = None
    long: float | None = None
    media_url: str = ""


@dataclass(frozen=True)
class Fault:
    """Why something was not done. `code` is mostly the HTTP status, but may be anything."""

    code: int | str
    description: str = ""


@dataclass(frozen=True)
class Endpoint:
    """One API of a provider. `type` is production or test; `formats` are media types."""

    specification: str
    url: str
    changeset: str = ""
    type: str = "production"
    formats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Discovery:
    """Where a provider's APIs are, and how to get a key. `changeset` sorts by time."""

    changeset: str
    contact: str = ""
    key_service: str = ""
    endpoints: tuple[Endpoint, ...] = ()


ROOTS: Mapping[type, str] = {
    Service: "services",
    ServiceDefinition: "service_definition",
    RequestReply: "service_requests",
    ServiceRequest: "service_requests",
    Fault: "errors",
    Discovery: "discovery",
}
"""What a document of each is called in XML."""
ITEMS: Mapping[str, str] = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
"""What the items of each list are called in XML."""
LEFT_OUT: frozenset[tuple[type, str]] = frozenset(
    {
        (RequestReply, "service_request_id"),
        (RequestReply, "token"),
        (RequestReply, "service_notice"),
        (RequestReply, "account_id"),
        (Attribute, "values"),
    }
)
"""What is not there when it is empty: of an id and a token, only one may be returned."""


def write_time(time: datetime) -> str:
    """Return it as W3C's note has it, in UTC: 2010-01-01T00:00:00Z. Raise ValueError for a time
    without a zone."""
    if time.tzinfo is None:
        raise ValueError("a time without a zone")
    return time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def read_time(written: str) -> datetime:
    """Read a day and a time with its zone, as W3C's note has it; fractions of a second are dropped.
    Raise ValueError."""
    found = _TIME.fullmatch(written.strip())
    if found is None:
        raise ValueError("not written as 2010-01-01T00:00:00Z")
    day, time, seconds, _, hours, minutes = found.groups()
    zone = f"{hours}:{minutes}" if hours else "+00:00"
    try:
        return datetime.fromisoformat(f"{day}T{time}{seconds or ':00'}{zone}").astimezone(
            timezone.utc
        )
    except OverflowError as error:  # midnight in the year 1, east of Greenwich
        raise ValueError("there is no such time") from error


def clean(text: str) -> str:
    """Return the text without what XML cannot hold, with \\n at every line's end."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
