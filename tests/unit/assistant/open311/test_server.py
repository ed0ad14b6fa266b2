"""Other systems read what a council takes and what became of it, and get an answer to anything."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from assistant.open311.decoding import decode_all, decode_one
from assistant.open311.format import (
    Discovery,
    Fault,
    Form,
    RequestReply,
    Service,
    ServiceDefinition,
    ServiceRequest,
)
from assistant.open311.parameters import Parameters
from assistant.open311.refusals import Refused
from assistant.open311.wanted import read_wanted
from assistant.store import Store
from knowledge import requests
from tests.unit.assistant.open311.serving import (
    API,
    CONTRACTOR,
    GOOD_BENCH,
    GOOD_BIN,
    NOW,
    OTHER,
    OWN,
    READER,
    Served,
    serving,
)

FORMS: tuple[Form, ...] = ("json", "xml")


def faults(answer: Any) -> tuple[Fault, ...]:
    form: Form = "json" if "json" in answer.headers["content-type"] else "xml"
    return decode_all(Fault, answer.content, form)


async def test_lists_only_what_the_council_itself_takes_today(served: Served) -> None:
    ashcombe = await served.get("services.json")
    wenshire = await served.get("services.json", jurisdiction_id="wenshire")

    assert [one["service_code"] for one in ashcombe.json()] == ["BIN-1", "broken-bench"]
    assert [one["service_code"] for one in wenshire.json()] == ["county-bench"]


async def test_after_vesting_day_the_successor_takes_what_both_did(served: Served) -> None:
    served.clock[0] = datetime(2027, 4, 2, 12, tzinfo=timezone.utc)

    old, new, split = [
        [
            one["service_code"]
            for one in (await served.get("services.json", jurisdiction_id=c)).json()
        ]
        for c in ("ashcombe", "east-wenshire", "wenshire")
    ]

    assert old == new == ["BIN-1", "broken-bench", "county-bench"]
    assert split == []  # Two councils took over: it depends on where somebody lives.


async def test_a_request_made_before_vesting_day_is_read_at_the_successor(served: Served) -> None:
    reference = await served.made(GOOD_BENCH)
    served.clock[0] = datetime(2027, 4, 2, 12, tzinfo=timezone.utc)

    [found] = (
        await served.get(f"requests/{reference}.json", jurisdiction_id="east-wenshire")
    ).json()

    assert found["agency_responsible"] == "East Wenshire Council"


async def test_a_council_that_has_not_begun_is_not_found(served: Served) -> None:
    answer = await served.get("services.json", jurisdiction_id="east-wenshire")

    assert answer.status_code == 404


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        pytest.param("services", Service, id="services"),
        pytest.param("requests", ServiceRequest, id="requests"),
    ],
)
async def test_lists_say_the_same_in_both_formats(
    served: Served, path: str, kind: Any, form: Form
) -> None:
    await served.made(GOOD_BENCH)

    answers = [(await served.get(f"{path}.{one}")) for one in FORMS]

    from_json, from_xml = (
        decode_all(kind, answer.content, one) for answer, one in zip(answers, FORMS, strict=True)
    )
    assert from_json == from_xml != ()


async def test_a_definition_and_the_discovery_say_the_same_in_both_formats(served: Served) -> None:
    for path, kind in (("services/BIN-1", ServiceDefinition), ("discovery", Discovery)):
        in_json, in_xml = [(await served.get(f"{path}.{form}")).content for form in FORMS]
        assert decode_one(kind, in_json, "json") == decode_one(kind, in_xml, "xml")


async def test_a_definition_asks_what_has_no_parameter_of_its_own(served: Served) -> None:
    bin_, bench = [
        decode_one(ServiceDefinition, (await served.get(f"services/{code}.json")).content, "json")
        for code in ("BIN-1", "broken-bench")
    ]

    assert [(a.code, a.datatype, a.required, a.order) for a in bin_.attributes] == [
        ("uprn", "string", True, 1),
        ("bins", "multivaluelist", True, 2),
        ("missed_on", "datetime", True, 3),
    ]
    assert [(a.code, a.datatype, a.required) for a in bench.attributes] == [
        ("harm", "singlevaluelist", True),
        ("words", "text", True),
        ("since", "datetime", False),
        ("mail", "string", False),
        ("phone", "string", False),
    ]
    assert [(v.key, v.name) for v in bench.attributes[0].values] == [
        ("seat", "The seat"),
        ("back", "The back"),
    ]


async def test_discovery_says_where_the_api_is(served: Served) -> None:
    found = decode_one(Discovery, (await served.http.get(f"{API}/discovery.xml")).content, "xml")

    [endpoint] = found.endpoints
    assert endpoint.specification == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint.url == f"{served.http.base_url}{API}"
    assert (
        await served.http.get(f"{endpoint.url}/services.json?jurisdiction_id=ashcombe")
    ).is_success


async def test_everybody_reads_what_is_about_public_places(served: Served) -> None:
    bench = await served.made(GOOD_BENCH)
    await served.made(GOOD_BIN)

    [found] = decode_all(ServiceRequest, (await served.get("requests.json")).content, "json")

    assert found == ServiceRequest(
        service_request_id=bench,
        status="open",
        service_name="Report a broken bench",
        service_code="broken-bench",
        description="",
        agency_responsible="Ashcombe Borough Council",
        requested_datetime=NOW,
        updated_datetime=NOW,
        expected_datetime=datetime(2026, 11, 30, 23, 59, 59, tzinfo=timezone.utc),
        address="By the pond in Market Square",
        lat=51.2345,
        long=-0.25,
    )


async def test_of_a_home_nothing_says_where_it_is(served: Served) -> None:
    reference = await served.made({**GOOD_BIN, "lat": "51.1", "long": "0.1", "first_name": "Ada"})

    answer = await served.get(f"requests/{reference}.xml")

    [found] = decode_all(ServiceRequest, answer.content, "xml")
    assert found.status == "open"
    assert not {"Market Square", "XA1", "900000000001", "51.1", "Ada"} & set(answer.text.split())
    for secret in ("Market Square", "XA1 1AA", "900000000001", "51.1", "Ada"):
        assert secret not in answer.text


async def test_a_system_reads_the_words_of_its_own_requests(served: Served) -> None:
    await served.made(GOOD_BENCH)

    own, other, nobody = [
        [one["description"] for one in (await served.get("requests.json", **query)).json()]
        for query in ({"api_key": CONTRACTOR.key}, {"api_key": OTHER.key}, {})
    ]

    assert (own, other, nobody) == (["Two slats are gone."], [None], [None])


async def test_a_system_of_the_council_reads_all_that_was_answered(served: Served) -> None:
    await served.made(GOOD_BIN)

    [found] = (await served.get("requests.json", api_key=OWN.key)).json()

    assert found["address"] == "1 Market Square, Ashcombe, XA1 1AA"
    assert (found["address_id"], found["zipcode"]) == ("900000000001", "XA1 1AA")
    assert "Bins: Rubbish, Food" in found["description"]


async def test_a_system_of_one_council_does_not_read_answers_of_another(served: Served) -> None:
    await served.made({**GOOD_BENCH, "jurisdiction_id": "wenshire", "service_code": "county-bench"})

    [found] = (
        await served.get("requests.json", jurisdiction_id="wenshire", api_key=OWN.key)
    ).json()

    assert found["description"] is None


async def test_a_status_is_told_with_the_last_words_for_the_resident(store: Store) -> None:
    later = NOW + timedelta(days=2)
    async with serving(store) as served:
        reference = await served.made(GOOD_BENCH)
        with store.write() as connection:
            requests.set_status(
                connection, reference, requests.DONE, later, by="jo", words="Mended."
            )
            requests.add_note(connection, reference, "He rang again.", later, by="jo")
        answer = await served.get("requests.json", api_key=OTHER.key, status="closed")

    [found] = decode_all(ServiceRequest, answer.content, "json")

    assert (found.status, found.status_notes) == ("closed", "Mended.")
    assert found.updated_datetime == later


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param(requests.IN_PROGRESS, ("open", "In progress"), id="in progress"),
        pytest.param(requests.DONE, ("closed", "Done"), id="done"),
        pytest.param(requests.NOT_DONE, ("closed", "Closed without work"), id="closed"),
    ],
)
async def test_a_status_without_words_is_told_in_its_own(
    served: Served, sqlite: Store, status: str, expected: tuple[str, str]
) -> None:
    reference = await served.made(GOOD_BENCH)
    with sqlite.write() as connection:
        requests.set_status(connection, reference, status, NOW, by="jo")

    [found] = (await served.get(f"requests/{reference}.json")).json()

    assert (found["status"], found["status_notes"]) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({"status": "open"}, ["new"], id="open"),
        pytest.param({"status": "closed"}, ["old"], id="closed"),
        pytest.param({"status": "open,closed"}, ["new", "old"], id="both"),
        pytest.param({"service_code": "broken-bench"}, ["new", "old"], id="a service"),
        pytest.param({"service_code": "moat,castle"}, [], id="no service"),
        pytest.param({"start_date": "2026-11-24T00:00:00Z"}, ["new"], id="from a day on"),
        pytest.param({"end_date": "2026-11-24T00:00:00Z"}, ["old"], id="up to a day"),
        pytest.param({"end_date": "2026-06-01T00:00:00Z"}, [], id="long ago"),
        pytest.param({"start_date": "9999-12-31T23:59:59Z"}, [], id="at the end of time"),
        pytest.param({"end_date": "0001-01-01T00:00:00Z"}, [], id="at its beginning"),
        pytest.param({"page_size": "1"}, ["new"], id="a page of one"),
        pytest.param({"page_size": "1", "page": "2"}, ["old"], id="the next page"),
        pytest.param({"page": "10000"}, [], id="the last page"),
        pytest.param({"status": "", "page": ""}, ["new", "old"], id="empty is not sent"),
    ],
)
async def test_requests_are_listed_as_they_are_wanted(
    served: Served, sqlite: Store, query: dict[str, str], expected: list[str]
) -> None:
    served.clock[0] = NOW - timedelta(days=10)
    old = await served.made(GOOD_BENCH)
    served.clock[0] = NOW
    new = await served.made(GOOD_BENCH)
    with sqlite.write() as connection:
        requests.set_status(connection, old, requests.NOT_DONE, NOW, by="jo")

    found = (await served.get("requests.json", **query)).json()

    names = {old: "old", new: "new"}
    assert [names[one["service_request_id"]] for one in found] == expected


async def test_requests_by_id_come_whatever_else_is_asked(served: Served) -> None:
    first, second = await served.made(GOOD_BIN), await served.made(GOOD_BENCH)

    ids = f"{first}, {second},FD-2222-2222"
    found = (await served.get("requests.json", service_request_id=ids, status="closed")).json()

    assert {one["service_request_id"] for one in found} == {first, second}


async def test_only_90_days_are_listed_unless_said_otherwise(served: Served) -> None:
    served.clock[0] = NOW - timedelta(days=91)
    await served.made(GOOD_BENCH)
    served.clock[0] = NOW

    assert (await served.get("requests.json")).json() == []


BAD = [
    pytest.param("services.json", {"jurisdiction_id": ""}, 400, "jurisdiction_id", id="no council"),
    pytest.param("services.json", {"jurisdiction_id": "x"}, 404, "council", id="unknown council"),
    pytest.param("requests.json", {"jurisdiction_id": "x"}, 404, "council", id="unknown, requests"),
    pytest.param("services/x.json", {}, 404, "service_code", id="unknown service"),
    pytest.param("services/known-person.json", {}, 404, "service_code", id="needs a proof"),
    pytest.param("services/booked.json", {}, 404, "service_code", id="needs a booked time"),
    pytest.param("services/county-bench.json", {}, 404, "service_code", id="another council's"),
    pytest.param("requests/FD-2222-2222.json", {}, 404, "request", id="unknown request"),
    pytest.param("requests/%ff.json", {}, 404, "address", id="a path that is not UTF-8"),
    pytest.param("requests/%00.json", {}, 404, "request", id="a path with a null"),
    pytest.param("tokens/12345.json", {}, 404, "token", id="unknown token"),
    pytest.param("services.yml", {}, 404, "xml", id="another format"),
    pytest.param("services", {}, 404, "address", id="no format"),
    pytest.param("castles.json", {}, 404, "address", id="nothing there"),
    pytest.param("a/b/c.json", {}, 404, "address", id="nothing there either"),
    pytest.param("requests.json", {"status": "lost"}, 400, "status", id="a status that is none"),
    pytest.param("services.json", {"api_key": "wrong"}, 403, "api_key", id="an unknown key"),
]


@pytest.mark.parametrize(("path", "query", "status", "words"), BAD)
async def test_what_is_wrong_is_said_as_the_standard_has_it(
    served: Served, path: str, query: dict[str, str], status: int, words: str
) -> None:
    answer = await served.get(path, **query)

    [fault] = faults(answer)
    assert (answer.status_code, fault.code) == (status, status)
    assert words in fault.description


BAD_QUERIES = [
    pytest.param({"status": "lost"}, "status", id="a status that is none"),
    pytest.param({"start_date": "3/11/2026"}, "start_date", id="no date"),
    pytest.param({"end_date": "2026-11-03"}, "end_date", id="no zone"),
    pytest.param(
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"},
        "90 days",
        id="too long a span",
    ),
    pytest.param(
        {"start_date": "2026-06-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"},
        "before",
        id="the wrong way round",
    ),
    pytest.param({"page": "0"}, "page", id="page 0"),
    pytest.param({"page": "9" * 30}, "page", id="a huge page"),
    pytest.param({"page_size": "1001"}, "page_size", id="too large a page"),
    pytest.param({"page": "١"}, "page", id="a digit of another script"),
]


@pytest.mark.parametrize(("query", "words"), BAD_QUERIES)
def test_a_query_that_cannot_be_is_refused(query: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        read_wanted(Parameters({name: [value] for name, value in query.items()}), NOW)


async def test_faults_are_said_in_the_format_that_was_asked_for(served: Served) -> None:
    in_json, in_xml = [await served.get(f"services/x.{form}") for form in FORMS]

    assert in_json.json() == [
        {"code": 404, "description": "There is no service of this service_code here."}
    ]
    assert decode_all(Fault, in_xml.content, "xml") == decode_all(Fault, in_json.content, "json")
    assert in_xml.headers["content-type"] == "text/xml; charset=utf-8"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(
    ("path", "allowed"), [("requests.xml", "GET, POST"), ("services/BIN-1.json", "GET")]
)
async def test_a_method_that_is_not_known_is_named_with_those_that_are(
    served: Served, method: str, path: str, allowed: str
) -> None:
    answer = await served.http.request(method, f"{API}/{path}")

    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert faults(answer)


async def test_head_says_what_get_would(served: Served) -> None:
    query = {"jurisdiction_id": "ashcombe"}
    got = await served.http.get(f"{API}/services.json", params=query)
    head = await served.http.head(f"{API}/services.json", params=query)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]


async def test_too_many_calls_are_told_to_wait(sqlite: Store) -> None:
    async with serving(sqlite, at_once=2) as served:
        answers = [await served.get("services.json") for _ in range(3)]
        with_key = await served.get("services.json", api_key=READER.key)

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert int(answers[2].headers["retry-after"]) >= 1
    assert with_key.status_code == 200


async def test_a_key_cannot_be_guessed_for_long(sqlite: Store) -> None:
    async with serving(sqlite, at_once=2) as served:
        answers = [await served.get("services.json", api_key=f"guess-{n}") for n in range(3)]

    assert [one.status_code for one in answers] == [403, 403, 429]


async def test_a_token_is_the_id_itself(served: Served) -> None:
    reference = await served.made(GOOD_BIN)

    answer = await served.get(f"tokens/{reference}.xml")

    assert decode_all(RequestReply, answer.content, "xml") == (
        RequestReply(service_request_id=reference, token=reference),
    )


async def test_a_thousand_requests_are_listed_and_no_more(served: Served, sqlite: Store) -> None:
    request = requests.Request("", "broken-bench", "ashcombe", {"place": "Here & <there>"})
    with sqlite.write(durable=False) as connection:
        for number in range(1_005):
            one = requests.Request(f"key{number}", *list(vars(request).values())[1:4])
            requests.lodge(connection, one, "", NOW - timedelta(minutes=number))

    first = decode_all(ServiceRequest, (await served.get("requests.xml")).content, "xml")
    rest = decode_all(ServiceRequest, (await served.get("requests.xml", page="2")).content, "xml")

    assert (len(first), len(rest)) == (1_000, 5)
    assert {one.address for one in first} == {"Here & <there>"}
    assert len({one.service_request_id for one in (*first, *rest)}) == 1_005


async def test_the_description_is_served_and_names_every_council_that_has_begun(
    served: Served,
) -> None:
    described = json.loads((await served.http.get(f"{API}/openapi.json")).content)

    [parameter] = [
        one
        for one in described["paths"]["/services.json"]["get"]["parameters"]
        if one["name"] == "jurisdiction_id"
    ]
    assert parameter["schema"]["enum"] == ["ashcombe", "kelmarsh", "thornbridge", "wenshire"]
