"""Another system makes requests: each once, with right values, by a key that may."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from assistant.open311.config import Key
from assistant.open311.decoding import decode_all
from assistant.open311.format import Fault, RequestReply
from assistant.open311.offer import offer_of
from assistant.open311.parameters import Parameters, read_parameters
from assistant.open311.posting import key_of, request_of
from assistant.open311.refusals import Refused
from assistant.store import Store
from knowledge.references import is_right
from knowledge.requests import Filed, Request
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
    library,
    serving,
)


async def test_a_request_is_in_the_book_as_a_resident_would_have_made_it(served: Served) -> None:
    reference = await served.made(GOOD_BIN)

    [filed] = served.filed()
    assert is_right(reference)
    assert (filed.reference, filed.service, filed.authority) == (reference, "left-bin", "ashcombe")
    assert (filed.channel, filed.user, filed.conversation) == ("open311", "Contractor", "")
    assert filed.fields == {
        "postcode": "XA1 1AA",
        "address": "1 Market Square, Ashcombe, XA1 1AA",
        "uprn": "900000000001",
        "bins": "refuse,food",
        "missed_on": "2026-11-24",
    }
    assert filed.spot == "address:900000000001"
    assert not filed.updates


async def test_the_standards_own_parameters_answer_what_the_service_asks(served: Served) -> None:
    contact = {
        "email": "Ada@Mail.Example",
        "phone": "07700 900123",
        "first_name": "Ada",
        "last_name": "Byron",
        "device_id": "tt222111",
        "media_url": "https://photos.example/1.jpg",
        "attribute[since]": "2026-11-01T23:30:00-05:00",
    }
    await served.made({**GOOD_BENCH, **contact})

    [filed] = served.filed()
    assert filed.fields == {
        "place": "By the pond in Market Square",
        "harm": "seat",
        "words": "Two slats are gone.",
        "since": "2026-11-02",  # the day that it then was in London
        "mail": "Ada@mail.example",
        "phone": "+447700900123",
        "name": "Ada Byron",
        "media_url": "https://photos.example/1.jpg",
    }
    assert (filed.latitude, filed.longitude) == (51.2345, -0.25)
    assert str(filed.due_on) == "2026-11-30"


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        pytest.param({"address_id": "900000000002"}, "900000000002", id="address_id"),
        pytest.param({"attribute[uprn]": "900000000002"}, "900000000002", id="attribute"),
        pytest.param(
            {"address_string": "2 Market Square, Ashcombe XA1 1AA"}, "900000000002", id="in words"
        ),
    ],
)
async def test_a_home_is_known_by_its_uprn_or_its_address(
    served: Served, where: dict[str, str], expected: str
) -> None:
    form = {name: value for name, value in GOOD_BIN.items() if name != "attribute[uprn]"}
    await served.made({**form, **where})

    assert served.filed()[0].fields["uprn"] == expected


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        pytest.param({"lat": "51.2", "long": "-0.2"}, "51.20000, -0.20000", id="a pin"),
        pytest.param({"address_string": "The pond"}, "The pond", id="words"),
        pytest.param(
            {"address_id": "900000000002"}, "2 Market Square, Ashcombe, XA1 1AA", id="a UPRN"
        ),
    ],
)
async def test_a_place_is_a_pin_words_or_an_address(
    served: Served, where: dict[str, str], expected: str
) -> None:
    form = {n: v for n, v in GOOD_BENCH.items() if n not in ("lat", "long", "address_string")}
    await served.made({**form, **where})

    assert served.filed()[0].fields["place"] == expected


async def test_words_that_no_field_asks_for_are_kept_as_the_description(served: Served) -> None:
    await served.made({**GOOD_BIN, "description": "They always forget us."})

    assert served.filed()[0].fields["description"] == "They always forget us."


def changed(good: dict[str, Any], **values: str | None) -> dict[str, Any]:
    """The form with other values; None takes one away. `_x` stands for attribute[x]."""
    form = dict(good)
    for name, value in values.items():
        name = f"attribute[{name[1:]}]" if name.startswith("_") else name
        if value is None:
            form.pop(name)
        else:
            form[name] = value
    return form


WRONG = [
    pytest.param(changed(GOOD_BIN, service_code=None), 400, "service_code", id="no service"),
    pytest.param(changed(GOOD_BIN, service_code="x"), 404, "service_code", id="unknown service"),
    pytest.param(
        changed(GOOD_BENCH, service_code="county-bench"), 404, "service_code", id="the county's"
    ),
    pytest.param(changed(GOOD_BIN, jurisdiction_id=None), 400, "jurisdiction", id="no council"),
    pytest.param(changed(GOOD_BIN, jurisdiction_id="x"), 404, "council", id="unknown council"),
    pytest.param(changed(GOOD_BIN, _uprn="1"), 400, "UPRN", id="unknown UPRN"),
    pytest.param(changed(GOOD_BIN, address_id="900000000002"), 400, "not the same", id="two UPRNs"),
    pytest.param(changed(GOOD_BIN, _uprn=None), 400, "uprn", id="no address"),
    pytest.param(changed(GOOD_BIN, _missed_on="yesterday"), 400, "missed_on", id="no day"),
    pytest.param(changed(GOOD_BIN, _missed_on="2026-11-26"), 400, "after today", id="to come"),
    pytest.param(changed(GOOD_BIN, _missed_on="2026-11-20"), 400, "3 days", id="too long ago"),
    pytest.param(
        changed(GOOD_BIN, _missed_on="9999-12-31T23:59:59-23:59"), 400, "day", id="no year"
    ),
    pytest.param(changed(GOOD_BIN, _wheels="4"), 400, "[wheels] is not asked", id="not asked"),
    pytest.param(changed(GOOD_BENCH, _harm="legs"), 400, "seat, back", id="no such choice"),
    pytest.param(changed(GOOD_BENCH, _harm=None), 400, "[harm] is missing", id="a choice missing"),
    pytest.param(
        changed(GOOD_BENCH, description=None), 400, "[words] is missing", id="words missing"
    ),
    pytest.param(
        changed(GOOD_BENCH, description="x" * 501), 400, "500 characters", id="words too long"
    ),
    pytest.param(
        changed(GOOD_BIN, description="x" * 4_001), 400, "4,000", id="description too long"
    ),
    pytest.param(
        changed(GOOD_BENCH, _harm="back", _since="2026-11-01"), 400, "[since]", id="not with that"
    ),
    pytest.param(
        changed(GOOD_BENCH, _harm="back"), 400, "[phone] is missing", id="asked with that"
    ),
    pytest.param(changed(GOOD_BENCH, lat="91"), 400, "lat ", id="too far north"),
    pytest.param(changed(GOOD_BENCH, long="-180.5"), 400, "long ", id="too far west"),
    pytest.param(changed(GOOD_BENCH, lat="nan"), 400, "lat ", id="no number"),
    pytest.param(changed(GOOD_BENCH, lat="1e1"), 400, "lat ", id="an exponent"),
    pytest.param(changed(GOOD_BENCH, lat=None), 400, "together", id="half a pin"),
    pytest.param(
        changed(GOOD_BENCH, lat=None, long=None, address_string=None), 400, "place", id="nowhere"
    ),
    pytest.param(
        changed(GOOD_BENCH, address_string="x" * 201), 400, "address_string", id="endless"
    ),
    pytest.param(changed(GOOD_BENCH, email="ada"), 400, "email", id="no e-mail"),
    pytest.param(changed(GOOD_BENCH, _mail="a@b@c"), 400, "[mail]", id="no e-mail in an attribute"),
    pytest.param(changed(GOOD_BENCH, phone="call me"), 400, "phone", id="no phone"),
    pytest.param(changed(GOOD_BENCH, media_url="javascript:x"), 400, "media_url", id="no address"),
    pytest.param(changed(GOOD_BENCH, first_name="x" * 101), 400, "first_name", id="a long name"),
    pytest.param(changed(GOOD_BIN, _external_id="x" * 201), 400, "external_id", id="a long id"),
]


@pytest.mark.parametrize(("form", "status", "words"), WRONG)
def test_what_is_wrong_is_said(form: dict[str, Any], status: int, words: str) -> None:
    parameters = read_parameters(urlencode(form, doseq=True))

    with pytest.raises(Refused) as refused:
        lodged(parameters)

    assert refused.value.status == status
    assert any(words in fault.description for fault in refused.value.faults)


def lodged(parameters: Parameters) -> Request:
    """The request that is put into the book. Raise Refused."""
    offer = offer_of(library(), parameters.one("jurisdiction_id"), NOW.date())
    key_of("Contractor", offer.asked, parameters, "")
    return request_of(parameters, offer, "a key")


WITHOUT_RIGHT = [
    pytest.param(changed(GOOD_BIN, api_key=None), 403, "needed", id="no key"),
    pytest.param(changed(GOOD_BIN, api_key="x" * 20), 403, "not known", id="unknown key"),
    pytest.param(changed(GOOD_BIN, api_key=READER.key), 403, "may not", id="a key that only reads"),
    pytest.param(changed(GOOD_BIN, api_key=OWN.key), 403, "may not", id="a key of the council"),
    pytest.param(
        changed(GOOD_BENCH, api_key=OTHER.key, jurisdiction_id="wenshire"),
        403,
        "this council",
        id="a key for another council",
    ),
]


@pytest.mark.parametrize(("form", "status", "words"), WITHOUT_RIGHT)
async def test_nothing_is_made_by_a_key_that_may_not(
    served: Served, form: dict[str, Any], status: int, words: str
) -> None:
    answer = await served.post(form)

    [fault] = answer.json()
    assert (answer.status_code, fault["code"]) == (status, status)
    assert words in fault["description"]
    assert served.filed() == []


async def test_what_is_wrong_is_refused_and_nothing_is_made(served: Served) -> None:
    answer = await served.post(changed(GOOD_BIN, _missed_on="yesterday"))

    assert answer.status_code == 400
    assert served.filed() == []


async def test_every_mistake_is_said_at_once(served: Served) -> None:
    answer = await served.post(
        changed(GOOD_BENCH, _harm="legs", lat="91", email="ada"), "requests.xml"
    )

    described = " ".join(one.description for one in decode_all(Fault, answer.content, "xml"))
    assert all(word in described for word in ("[harm]", "lat ", "email"))


async def test_several_values_are_only_taken_where_a_list_takes_several(served: Served) -> None:
    answer = await served.post({**GOOD_BENCH, "attribute[harm]": ["seat", "back"]})

    assert answer.status_code == 400
    assert "one value" in answer.text


async def test_where_no_keys_are_set_nobody_may_post_and_everybody_may_read(sqlite: Store) -> None:
    async with serving(sqlite, keys=()) as served:
        form = {name: value for name, value in GOOD_BIN.items() if name != "api_key"}
        posted, read = await served.post(form), await served.get("services.json")

    assert (posted.status_code, read.status_code) == (403, 200)
    assert "No requests are taken" in posted.text


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        pytest.param("application/x-www-form-urlencoded; charset=UTF-8", 403, id="a form"),
        pytest.param("application/json", 415, id="JSON"),
        pytest.param("multipart/form-data; boundary=x", 415, id="parts"),
        pytest.param("application/x-www-form-urlencoded; charset=latin1", 415, id="Latin 1"),
        pytest.param("", 415, id="nothing"),
    ],
)
async def test_a_request_is_sent_as_a_form(served: Served, content_type: str, status: int) -> None:
    answer = await served.http.post(
        f"{API}/requests.json",
        content=b"jurisdiction_id=ashcombe",
        headers={"content-type": content_type},
    )

    assert answer.status_code == status
    assert isinstance(answer.json(), list)


FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"description=" + b"x" * 70_000, 413, id="too large"),
        pytest.param(b"description=%ff%fe", 400, id="no UTF-8 inside"),
        pytest.param(b"description=\xff", 400, id="no UTF-8"),
        pytest.param(b"&".join(b"a%d=1" % n for n in range(301)), 400, id="too many values"),
        pytest.param(b"service_code=a&service_code=b&jurisdiction_id=ashcombe", 403, id="no key"),
        pytest.param(b"", 400, id="nothing"),
    ],
)
async def test_any_body_gets_a_fault_of_the_standard(
    served: Served, body: bytes, status: int
) -> None:
    answer = await served.http.post(f"{API}/requests.xml", content=body, headers=FORM)

    assert answer.status_code == status
    assert decode_all(Fault, answer.content, "xml")


async def test_a_form_in_pieces_that_is_too_large_is_refused(served: Served) -> None:
    async def pieces() -> Any:
        for _ in range(80):
            yield b"x" * 1_024

    answer = await served.http.post(f"{API}/requests.json", content=pieces(), headers=FORM)

    assert answer.status_code == 413
    assert "65,536" in answer.text


async def test_the_same_key_is_the_same_request(served: Served) -> None:
    once, twice = [await served.made(GOOD_BIN, Idempotency_Key="42") for _ in range(2)]

    assert once == twice
    assert len(served.filed()) == 1


async def test_the_callers_own_number_is_the_same_request_whatever_the_key(served: Served) -> None:
    form = {**GOOD_BENCH, "attribute[external_id]": "77"}

    once, twice = await served.made(form, Idempotency_Key="1"), await served.made(form)

    assert once == twice
    assert "external_id" not in served.filed()[0].fields


async def test_what_is_not_the_same_is_another_request(served: Served) -> None:
    own = {"attribute[external_id]": "42"}
    references = [
        await served.made(GOOD_BENCH),
        await served.made(GOOD_BENCH),
        await served.made(GOOD_BENCH, Idempotency_Key="42"),
        await served.made(GOOD_BENCH, Idempotency_Key="43"),
        await served.made({**GOOD_BENCH, "api_key": OTHER.key}, Idempotency_Key="42"),
        await served.made({**GOOD_BENCH, **own}),
        await served.made({**GOOD_BENCH, **own, "account_id": "1"}),
        await served.made(
            {**GOOD_BENCH, "jurisdiction_id": "wenshire", "service_code": "county-bench"},
            Idempotency_Key="42",
        ),
    ]

    assert len(set(references)) == len(references)


async def test_a_replay_is_answered_even_when_it_would_now_be_too_late(served: Served) -> None:
    once = await served.made(GOOD_BIN, Idempotency_Key="42")
    served.clock[0] = served.clock[0].replace(day=30)

    assert (await served.post(GOOD_BIN)).status_code == 400
    assert await served.made(GOOD_BIN, Idempotency_Key="42") == once


async def test_fifty_at_once_with_one_key_are_one_request(store: Store) -> None:
    async with serving(store) as served:
        references = await asyncio.gather(
            *(served.made(GOOD_BIN, Idempotency_Key="42") for _ in range(50))
        )

        assert len(set(references)) == 1
        assert [one.reference for one in served.filed()] == [references[0]]


async def test_the_reply_names_the_account_and_the_target(served: Served) -> None:
    answer = await served.post({**GOOD_BENCH, "account_id": "acc-1"}, "requests.xml")

    [reply] = decode_all(RequestReply, answer.content, "xml")
    assert reply.account_id == "acc-1"
    assert reply.service_notice == "We aim to have done this by 30 November 2026."


EVIL = "Robert'); DROP TABLE requests;--<script>alert(1)</script>]]>&lt;\x00\x0b\u202e"


@pytest.mark.parametrize("name", ["address_string", "description", "first_name", "last_name",
                                  "device_id", "account_id"])  # fmt: skip
async def test_mark_up_and_statements_stay_words(served: Served, name: str) -> None:
    reference = await served.made({**GOOD_BENCH, name: EVIL})

    [found] = (await served.get(f"requests/{reference}.json", api_key=OWN.key)).json()
    in_xml = await served.get(f"requests/{reference}.xml", api_key=OWN.key)

    assert found["service_request_id"] == reference
    assert b"<script" not in in_xml.content
    assert b"\x0b" not in in_xml.content
    assert len(served.filed()) == 1


async def test_nothing_that_was_sent_is_logged(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    await served.made({**GOOD_BENCH, "first_name": "Ada", "email": "ada@mail.example"})
    await served.post(changed(GOOD_BENCH, email="ada at mail"))

    logged = capsys.readouterr()
    told = logged.out + logged.err
    assert "open311.lodged" in told
    for word in ("Ada", "mail", "slats", "pond", CONTRACTOR.key, CONTRACTOR.name):
        assert word not in told


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_any_query_is_read_or_refused(written: str) -> None:
    try:
        parameters = read_parameters(written)
    except Refused:
        return
    assert all(value for values in parameters.values.values() for value in values)


def test_the_keys_secret_is_not_shown() -> None:
    assert CONTRACTOR.key not in repr(Key(**CONTRACTOR.dict()))


async def test_card_numbers_and_passwords_are_taken_out_and_that_is_said(served: Served) -> None:
    form = {
        **GOOD_BENCH,
        "description": "My card is 4111 1111 1111 1111",
        "address_string": "By the pond, password: Sunny5ide!",
    }
    answer = await served.post(form)

    [filed] = served.filed()
    assert filed.fields["words"] == "My card is [card number]"
    assert "Sunny5ide" not in str(filed)
    notice = answer.json()[0]["service_notice"]
    assert "We took out a card number. We took out a password." in notice


class Taking:
    """A back office that notes what it takes on."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    def lodged(self, connection: Connection, filed: Filed, now: datetime) -> None:
        self.taken.append(filed.reference)


async def test_the_back_office_takes_on_what_is_posted(sqlite: Store) -> None:
    back_office = Taking()

    async with serving(sqlite, back_office=back_office) as served:
        reference = await served.made(GOOD_BENCH)

    assert back_office.taken == [reference]
