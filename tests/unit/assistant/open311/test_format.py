"""What GeoReport v2 says is written and read the same in JSON and XML."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.open311.decoding import decode_all, decode_one
from assistant.open311.encoding import encode_all, encode_one
from assistant.open311.format import (
    Attribute,
    Discovery,
    Endpoint,
    Fault,
    Form,
    Misread,
    RequestReply,
    Service,
    ServiceDefinition,
    ServiceRequest,
    Value,
    clean,
    read_time,
    write_time,
)

UTC = timezone.utc
SERVICE = Service(
    "001", "Missed bin", "A bin that was left.", True, "realtime", "bin, rubbish", "Waste"
)
REQUEST = ServiceRequest(
    service_request_id="FD-7KQM-2XHT",
    status="open",
    status_notes="A crew is on its way.",
    service_name="Pothole",
    service_code="pothole",
    agency_responsible="Wenshire County Council",
    requested_datetime=datetime(2026, 11, 2, 9, 30, tzinfo=UTC),
    updated_datetime=datetime(2026, 11, 3, 9, 30, tzinfo=UTC),
    address="Outside 14 Heath Road",
    lat=51.5,
    long=-0.25,
)
DEFINITION = ServiceDefinition(
    "001",
    (
        Attribute(
            "bin", "singlevaluelist", True, 1, "Which bin?", "", True, (Value("a", "Black"),)
        ),
        Attribute("words", "text", False, 2, "What else?"),
    ),
)
DISCOVERY = Discovery(
    "2026-11-02T00:00:00Z",
    "Ring us.",
    "Ask us.",
    (
        Endpoint(
            "http://wiki.open311.org/GeoReport_v2", "https://a.example", "1", "test", ("text/xml",)
        ),
    ),
)

texts = st.text(max_size=40)
codes = texts.map(lambda text: f"x{text}x")
times = st.none() | st.integers(0, 4_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))
degrees = st.none() | st.floats(-180, 180)
requests = st.builds(
    ServiceRequest,
    service_request_id=codes,
    status=st.sampled_from(("open", "closed")),
    status_notes=texts,
    service_name=texts,
    service_code=texts,
    description=texts,
    requested_datetime=times,
    updated_datetime=times,
    expected_datetime=times,
    address=texts,
    lat=degrees,
    long=degrees,
)
attributes = st.builds(
    Attribute,
    code=codes,
    datatype=st.sampled_from(("string", "number", "text", "singlevaluelist")),
    required=st.booleans(),
    order=st.integers(1, 99),
    description=texts,
    variable=st.booleans(),
    values=st.lists(st.builds(Value, codes, texts), max_size=3).map(tuple),
)


def as_it_comes_back(value: Any) -> Any:
    """The same with every text as both formats can hold it."""
    if isinstance(value, str):
        return clean(value).strip()
    if isinstance(value, tuple):
        return tuple(as_it_comes_back(one) for one in value)
    if hasattr(value, "__dataclass_fields__"):
        return replace(value, **{n: as_it_comes_back(v) for n, v in vars(value).items()})
    return value


@given(st.lists(requests, max_size=4))
def test_what_is_read_from_json_is_what_is_read_from_xml(those: list[ServiceRequest]) -> None:
    from_json, from_xml = (
        decode_all(ServiceRequest, encode_all(ServiceRequest, those, form), form)
        for form in ("json", "xml")
    )

    assert from_json == from_xml == as_it_comes_back(tuple(those))


@given(st.builds(ServiceDefinition, codes, st.lists(attributes, max_size=4).map(tuple)))
def test_a_definition_is_the_same_in_both(definition: ServiceDefinition) -> None:
    from_json, from_xml = (
        decode_one(ServiceDefinition, encode_one(definition, form), form)
        for form in ("json", "xml")
    )

    assert from_json == from_xml == as_it_comes_back(definition)


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(
    "those",
    [
        pytest.param((SERVICE, Service("002")), id="services"),
        pytest.param((REQUEST,), id="a request"),
        pytest.param((RequestReply("FD-7KQM-2XHT", service_notice="Soon."),), id="an id"),
        pytest.param((RequestReply(token="12345"),), id="a token"),
        pytest.param((Fault(403, "No key."), Fault("E7", "Other.")), id="faults"),
    ],
)
def test_lists_come_back_as_they_were(those: tuple[Any, ...], form: Form) -> None:
    assert decode_all(type(those[0]), encode_all(type(those[0]), those, form), form) == those


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("one", [DEFINITION, DISCOVERY], ids=["a definition", "a discovery"])
def test_single_documents_come_back_as_they_were(one: Any, form: Form) -> None:
    assert decode_one(type(one), encode_one(one, form), form) == one


def test_json_has_no_names_of_items_and_null_for_what_is_empty() -> None:
    [written] = json.loads(encode_all(Service, [Service("001", metadata=True)], "json"))

    assert written == {
        "service_code": "001",
        "service_name": None,
        "description": None,
        "metadata": True,
        "type": "realtime",
        "keywords": None,
        "group": None,
    }


def test_xml_says_its_encoding_and_names_every_item() -> None:
    body = encode_one(DEFINITION, "xml")
    root = ElementTree.fromstring(body)  # noqa: S314 - our own

    assert body.lower().startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert root.tag == "service_definition"
    assert [one.text for one in root.findall("attributes/attribute/code")] == ["bin", "words"]
    assert root.findtext("attributes/attribute/values/value/key") == "a"
    assert root.findtext("attributes/attribute/required") == "true"


def test_an_id_and_a_token_are_never_both_there_when_one_is_empty() -> None:
    [written] = json.loads(encode_all(RequestReply, [RequestReply("7")], "json"))

    assert written == {"service_request_id": "7"}


def test_markup_in_a_text_stays_text() -> None:
    evil = replace(REQUEST, description="</description><status>closed</status>&amp;<!--")

    [read] = decode_all(ServiceRequest, encode_all(ServiceRequest, [evil], "xml"), "xml")

    assert read == evil


# What the standard publishes as its examples, with its numbers for texts and texts for numbers.
PUBLISHED_REQUEST = b"""<?xml version="1.0" encoding="utf-8"?>
<service_requests>
    <request>
        <service_request_id>638344</service_request_id>
        <status>closed</status>
        <status_notes>Duplicate.</status_notes>
        <service_code>006</service_code>
        <description></description>
        <requested_datetime>2010-04-14T06:37:38-08:00</requested_datetime>
        <expected_datetime>soon</expected_datetime>
        <zipcode>94122</zipcode>
        <lat>37.762221815</lat>
        <long>-122.4651145</long>
        <media_url>http://city.example/638344.jpg </media_url>
    </request>
</service_requests>"""


def test_reads_a_request_as_the_standard_shows_it() -> None:
    [read] = decode_all(ServiceRequest, PUBLISHED_REQUEST, "xml")

    assert read == ServiceRequest(
        service_request_id="638344",
        status="closed",
        status_notes="Duplicate.",
        service_code="006",
        requested_datetime=datetime(2010, 4, 14, 14, 37, 38, tzinfo=UTC),
        zipcode="94122",
        lat=37.762221815,
        long=-122.4651145,
        media_url="http://city.example/638344.jpg",
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'[{"service_request_id":293944,"account_id":null}]', id="numbers"),
        pytest.param(b'{"service_requests":[{"service_request_id":"293944"}]}', id="wrapped"),
        pytest.param(
            b'{"service_requests":{"request":{"service_request_id":293944}}}', id="wrapped twice"
        ),
        pytest.param(b'\xef\xbb\xbf{"service_request_id":"293944"}', id="one, after a mark"),
    ],
)
def test_reads_json_as_servers_write_it(body: bytes) -> None:
    assert decode_all(RequestReply, body, "json") == (RequestReply("293944"),)


def test_reads_xml_with_a_namespace() -> None:
    body = (
        b'<service_requests xmlns="http://wiki.open311.org/GeoReport_v2"><request>'
        b"<token>12345</token></request></service_requests>"
    )

    assert decode_all(RequestReply, body, "xml") == (RequestReply(token="12345"),)


BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbb">]><service_requests>&b;</service_requests>'


@pytest.mark.parametrize(
    ("body", "form"),
    [
        pytest.param(b"<html>Busy</html>", "json", id="a page for JSON"),
        pytest.param(b"<html>Busy</html>", "xml", id="a page for XML"),
        pytest.param(b"", "xml", id="nothing"),
        pytest.param(b"\xff\xfe\x00", "json", id="no UTF-8"),
        pytest.param(BOMB, "xml", id="entities"),
        pytest.param(b"[" * 100_000, "json", id="nested too deep"),
        pytest.param(b'[{"status":"open"}]', "json", id="no id"),
        pytest.param(b'[{"service_request_id":" ","status":"open"}]', "json", id="an empty id"),
        pytest.param(
            b'[{"service_request_id":[1],"status":"open"}]', "json", id="a list for an id"
        ),
        pytest.param(b'[{"service_request_id":1,"status":"open","lat":"NaN"}]', "json", id="NaN"),
        pytest.param(b'["open"]', "json", id="a list of texts"),
        pytest.param(b"7", "json", id="a number"),
    ],
)
def test_what_cannot_be_read_is_misread(body: bytes, form: Form) -> None:
    with pytest.raises(Misread):
        decode_all(ServiceRequest, body, form)


@given(st.binary(max_size=200), st.sampled_from(("json", "xml")))
def test_any_bytes_are_read_or_misread(body: bytes, form: Form) -> None:
    try:
        decode_all(ServiceRequest, body, form)
    except Misread:
        return


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("1994-11-05T08:15:30-05:00", "1994-11-05T13:15:30Z", id="a zone"),
        pytest.param("1994-11-05T13:15Z", "1994-11-05T13:15:00Z", id="no seconds"),
        pytest.param("1994-11-05t13:15:30.123z", "1994-11-05T13:15:30Z", id="a fraction"),
        pytest.param("1994-11-05T13:15:30+0000", "1994-11-05T13:15:30Z", id="no colon"),
    ],
)
def test_reads_times_with_their_zone(written: str, expected: str) -> None:
    assert write_time(read_time(written)) == expected


@pytest.mark.parametrize(
    "written",
    ["", "1994-11-05", "1994-11-05T13:15:30", "5/11/1994", "1994-13-05T13:15:30Z", "now",
     "0001-01-01T00:00:00+12:00", "1994-11-05T25:15:30Z", "١٩٩٤-11-05T13:15:30Z"],
)  # fmt: skip
def test_refuses_a_time_without_zone_or_that_is_none(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_time(written)


def test_writes_no_time_without_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        write_time(datetime(2026, 1, 1))  # noqa: DTZ001 - that is what is tried


def test_a_time_is_written_in_utc() -> None:
    summer = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=1)))

    assert write_time(summer) == "2026-07-01T11:00:00Z"
