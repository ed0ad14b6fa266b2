"""Our answers have the fields of the standard's own examples, no more and no fewer.

The examples of https://wiki.open311.org/GeoReport_v2/ and /Service_Discovery/ are rebuilt here by
their fields, with values of our own. Nothing of ours reads the answers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.unit.assistant.open311.serving import (
    API,
    CONTRACTOR,
    GOOD_BENCH,
    GOOD_BIN,
    OWN,
    Served,
)

TEXT, TRUTH, NUMBER, TIME = "text", True, 1.5, "2010-04-14T06:37:38-08:00"
SERVICES = [
    {
        "service_code": TEXT,
        "service_name": TEXT,
        "description": TEXT,
        "metadata": TRUTH,
        "type": TEXT,
        "keywords": TEXT,
        "group": TEXT,
    }
]
DEFINITION = {
    "service_code": TEXT,
    "attributes": [
        {
            "variable": TRUTH,
            "code": TEXT,
            "datatype": TEXT,
            "required": TRUTH,
            "datatype_description": TEXT,
            "order": 1,
            "description": TEXT,
            "values": [{"key": TEXT, "name": TEXT}],
        }
    ],
}
POSTED = [{"service_request_id": TEXT, "service_notice": TEXT, "account_id": TEXT}]
TOKEN = [{"service_request_id": TEXT, "token": TEXT}]
REQUESTS = [
    {
        "service_request_id": TEXT,
        "status": TEXT,
        "status_notes": TEXT,
        "service_name": TEXT,
        "service_code": TEXT,
        "description": TEXT,
        "agency_responsible": TEXT,
        "service_notice": TEXT,
        "requested_datetime": TIME,
        "updated_datetime": TIME,
        "expected_datetime": TIME,
        "address": TEXT,
        "address_id": TEXT,
        "zipcode": TEXT,
        "lat": NUMBER,
        "long": NUMBER,
        "media_url": TEXT,
    }
]
FAULTS = [{"code": 1, "description": TEXT}]
DISCOVERY = {
    "changeset": TEXT,
    "contact": TEXT,
    "key_service": TEXT,
    "endpoints": [
        {
            "specification": TEXT,
            "url": TEXT,
            "changeset": TEXT,
            "type": TEXT,
            "formats": [TEXT],
        }
    ],
}
NAMES = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
PUBLISHED = [
    pytest.param("services", "services", SERVICES, id="services"),
    pytest.param("services/BIN-1", "service_definition", DEFINITION, id="a definition"),
    pytest.param("requests", "service_requests", REQUESTS, id="requests"),
    pytest.param("requests/{id}", "service_requests", REQUESTS, id="a request"),
    pytest.param("tokens/{id}", "service_requests", TOKEN, id="a token"),
    pytest.param("services/moat", "errors", FAULTS, id="faults"),
    pytest.param("discovery", "discovery", DISCOVERY, id="discovery"),
]
MAY_BE_LEFT_OUT = {"values", "account_id", "service_notice"}
"""What a list has only where there is something to choose, and what "may not be returned"."""


@pytest.mark.parametrize(("path", "root", "example"), PUBLISHED)
async def test_an_answer_has_the_fields_of_the_published_one(
    served: Served, path: str, root: str, example: Any
) -> None:
    path = path.replace("{id}", await served.made({**GOOD_BIN, "media_url": "https://a.example"}))
    await served.made(GOOD_BENCH)

    in_json = await served.get(f"{path}.json", api_key=OWN.key)
    in_xml = await served.get(f"{path}.xml", api_key=OWN.key)

    compare(in_json.json(), example)
    assert in_xml.text.lower().startswith("<?xml version='1.0' encoding='utf-8'?>")
    document = ElementTree.fromstring(in_xml.content)  # noqa: S314 - it is our own
    assert document.tag == root
    compare(as_published(document), example, typed=False)


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_the_reply_to_a_post_has_the_fields_of_the_published_one(
    served: Served, form: str
) -> None:
    answer = await served.post({**GOOD_BENCH, "account_id": "7"}, f"requests.{form}")

    if form == "json":
        compare(answer.json(), POSTED)
    else:
        document = ElementTree.fromstring(answer.content)  # noqa: S314 - it is our own
        compare(as_published(document), POSTED, typed=False)


async def test_a_post_as_it_is_published_is_understood(served: Served) -> None:
    """The example of the standard, with a service and a council of ours."""
    body = (
        f"api_key={CONTRACTOR.key}&jurisdiction_id=ashcombe&service_code=broken-bench"
        "&lat=37.76524078&long=-122.4212043&address_string=1234+5th+street"
        "&email=smit333%40mail.example&device_id=tt222111&account_id=123456&first_name=john"
        "&last_name=smith&phone=01632+960001&description=A+large+sinkhole+is+here"
        "&media_url=http%3A%2F%2Fphotos.example%2F2002%2F2212426634_5ed477a060.jpg"
        "&attribute[harm]=seat"
    )
    answer = await served.http.post(
        f"{API}/requests.xml",
        content=body,
        headers={"content-type": "application/x-www-form-urlencoded; charset=utf-8"},
    )

    assert answer.status_code == 200, answer.text
    assert served.filed()[0].fields["words"] == "A large sinkhole is here"


def compare(ours: Any, example: Any, *, typed: bool = True, name: str = "") -> None:
    """Assert that each field is there, and is of the example's type, or empty."""
    if isinstance(example, Mapping):
        assert isinstance(ours, Mapping), name
        assert example.keys() - MAY_BE_LEFT_OUT <= ours.keys() <= example.keys(), name
        for field, value in ours.items():
            compare(value, example.get(field, TEXT), typed=typed, name=field)
    elif isinstance(example, list):
        assert isinstance(ours, list), name
        assert ours, name
        for one in ours:
            compare(one, example[0], typed=typed, name=name)
    elif ours is not None and typed:
        assert type(ours) is type(example), name


def as_published(element: ElementTree.Element) -> Any:
    """The same document in JSON, by the standard's Spark convention."""
    if element.tag in NAMES:
        assert {child.tag for child in element} <= {NAMES[element.tag]}
        return [as_published(child) for child in element]
    if len(element):
        return {child.tag: as_published(child) for child in element}
    return element.text


def test_what_is_compared_can_fail() -> None:
    example = json.loads(json.dumps(REQUESTS))
    for field in REQUESTS[0].keys() - MAY_BE_LEFT_OUT:
        less = [{name: value for name, value in REQUESTS[0].items() if name != field}]
        with pytest.raises(AssertionError):
            compare(less, example)
