"""What is posted says all that was answered, in the standard's own places, and to everybody only
what everybody may read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.open311.config import Endpoint
from assistant.open311.outgoing import LONGEST_DESCRIPTION, description, form
from knowledge.requests import RECEIVED, Filed
from knowledge.services import Service
from tests.paths import NOON

ENDPOINT = Endpoint(
    name="Highways",
    council="wenshire",
    services=("all",),
    url="https://open311.wenshire.example/v2",
    jurisdiction_id="wenshire.example",
    api_key="a-key",
    lookup="list",
    poll=300,
)
WORDS = {"prompt": "What?", "retry": "Again?"}
SERVICE = Service.parse_obj(
    {
        "slug": "pothole",
        "title": "Report a pothole",
        "tier": "county",
        "owner": "highways",
        "code": "RD-POT",
        "reviewed_on": "2026-11-20",
        "retention_days": 365,
        "fields": [
            {"name": "place", "type": "location", "label": "Place", **WORDS},
            {"name": "postcode", "type": "postcode", "label": "Postcode", **WORDS},
            {
                "name": "kinds",
                "type": "choice",
                "several": True,
                "label": "Kind",
                "choices": [
                    {"value": "deep", "label": "Deep"},
                    {"value": "wide", "label": "Wide"},
                ],
                **WORDS,
            },
            {"name": "since", "type": "date", "label": "Since", **WORDS},
            {"name": "damage", "type": "money", "label": "Damage", **WORDS},
            {"name": "hurt", "type": "yes_no", "label": "Anybody hurt", **WORDS},
            {"name": "card", "type": "text", "label": "Card", "may_hold": ["card"], **WORDS},
            {"name": "name", "type": "text", "label": "Name", **WORDS},
            {"name": "phone", "type": "phone", "label": "Telephone", **WORDS},
            {"name": "mail", "type": "email", "label": "E-mail", **WORDS},
            {"name": "photo", "type": "photo", "label": "Photo", **WORDS},
        ],
        "confirm": "Right?",
        "done": "Done.",
        "ask": ["pothole"],
    }
)
FILED = Filed(
    reference="FD-7KQM-2XHT",
    service="pothole",
    authority="wenshire",
    fields={
        "place": "Mill Lane, by the school",
        "postcode": "XA1 8AA",
        "kinds": "deep,wide",
        "since": "2026-11-03",
        "damage": "12.50",
        "hurt": "no",
        "card": "4929 1234",
        "name": "Ada Mary Byron",
        "phone": "+447700900123",
        "mail": "ada@residents.example",
        "photo": "file-1",
    },
    status=RECEIVED,
    received_at=NOON,
    changed_at=NOON,
    latitude=51.23456789,
    longitude=-0.25,
)


def test_everything_has_its_place() -> None:
    assert form(FILED, SERVICE, ENDPOINT) == {
        "jurisdiction_id": "wenshire.example",
        "api_key": "a-key",
        "service_code": "RD-POT",
        "device_id": "FD-7KQM-2XHT",
        "attribute[external_id]": "FD-7KQM-2XHT",
        "lat": "51.234568",
        "long": "-0.250000",
        "address_string": "Mill Lane, by the school, XA1 8AA",
        "first_name": "Ada Mary",
        "last_name": "Byron",
        "phone": "+447700900123",
        "email": "ada@residents.example",
        "attribute[postcode]": "XA1 8AA",
        "attribute[kinds][]": ["deep", "wide"],
        "attribute[since]": "2026-11-03",
        "attribute[damage]": "12.50",
        "attribute[hurt]": "no",
        "attribute[card]": "4929 1234",
        "attribute[name]": "Ada Mary Byron",
        "attribute[phone]": "+447700900123",
        "attribute[mail]": "ada@residents.example",
        "description": "Report a pothole\n"
        "Place: Mill Lane, by the school\n"
        "Postcode: XA1 8AA\n"
        "Kind: Deep, Wide\n"
        "Since: 3 November 2026\n"
        "Damage: £12.50\n"
        "Anybody hurt: No\n"
        "Our reference: FD-7KQM-2XHT",
    }


@pytest.mark.parametrize("secret", ["4929", "Ada", "900123", "residents.example", "file-1"])
def test_what_everybody_may_read_leads_to_nobody(secret: str) -> None:
    assert secret not in description(FILED, SERVICE)


def test_a_home_goes_by_its_uprn() -> None:
    address = {"name": "address", "type": "address", "label": "Address", **WORDS}
    fields = [SERVICE.fields[1].dict(), address]
    service = Service.parse_obj({**SERVICE.dict(), "fields": fields})
    answers = {"postcode": "XA1 8AA", "address": "1 Mill Lane, XA1 8AA", "uprn": "900000000001"}
    home = replace(FILED, fields=answers, latitude=None, longitude=None)

    sent = form(home, service, ENDPOINT)

    assert sent["address_string"] == "1 Mill Lane, XA1 8AA"
    assert sent["address_id"] == sent["attribute[uprn]"] == "900000000001"
    assert "lat" not in sent


def test_a_long_answer_leaves_the_reference_at_the_end() -> None:
    long = replace(FILED, fields={"place": "x" * 9_000})
    said = description(long, SERVICE)
    assert len(said) == LONGEST_DESCRIPTION
    assert said.endswith("\nOur reference: FD-7KQM-2XHT")


def test_what_xml_cannot_hold_is_left_out() -> None:
    odd = replace(FILED, fields={"place": "Mill\x00 Lane\x0b"})
    sent = form(odd, SERVICE, ENDPOINT)
    assert sent["address_string"] == "Mill Lane"
    assert "\x00" not in str(sent["description"])


def test_a_service_that_is_no_longer_in_the_catalogue_goes_by_its_slug() -> None:
    sent = form(FILED, None, ENDPOINT)
    assert sent["service_code"] == "pothole"
    assert sent["attribute[since]"] == "2026-11-03"
    assert sent["description"] == "pothole\nOur reference: FD-7KQM-2XHT"
