"""What can be requested, how its files are written, and which choice somebody means."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator  # type: ignore[import-untyped]  # ships no annotations

from channels.gsm import septets
from knowledge.articles import read_articles
from knowledge.authorities import Authorities
from knowledge.check_services import TIERS, TYPED, service_findings
from knowledge.choosing import chosen
from knowledge.reading import BadContent
from knowledge.rendering import render, values_of
from knowledge.service_schema import FILE, as_text, service_schema
from knowledge.services import FOLDER, Service, read_services
from knowledge.vocabulary import words_of
from tests.unit.knowledge.conftest import TODAY

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "add-a-service.md"
SERVICES = {service.slug: service for service in read_services()}
REQUESTS = (
    "missed-bin",
    "bulky-waste",
    "replacement-bin",
    "fly-tipping",
    "pothole",
    "street-light",
    "abandoned-vehicle",
    "graffiti",
    "dog-fouling-street-cleaning",
    "overgrown-trees-hedges",
    "moving-house",
    "change-of-circumstances",
    "council-house-repair",
    "noise-complaint",
    "complaint",
    "freedom-of-information",
    "subject-access-request",
    "book-appointment",
)
"""What people ask a council to do. Tracking a request is none: it asks nothing."""

every_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


@pytest.fixture
def missed_bin() -> Service:
    return SERVICES["missed-bin"]


def test_everything_that_people_ask_us_to_do_is_a_service() -> None:
    assert set(SERVICES) >= set(REQUESTS)


def test_its_article_offers_to_take_it() -> None:
    offered = {article.service for article in read_articles()}
    assert offered - {None} == set(SERVICES)


@every_service
def test_every_council_that_may_be_responsible_has_the_team(
    service: Service, councils: Authorities
) -> None:
    tiers = TIERS.get(service.tier, (service.tier, "unitary"))
    without = [
        council.slug
        for council in councils.all()
        if council.tier in tiers and service.owner not in {team.slug for team in council.teams}
    ]
    assert without == []


@every_service
def test_no_fee_date_or_telephone_number_is_typed(service: Service) -> None:
    assert [text for text in service.texts() if set(TYPED.findall(text)) - {"0800 111 999"}] == []


@every_service
def test_who_must_say_who_they_are_is_asked_for_a_name_and_a_way_to_reach_them(
    service: Service,
) -> None:
    asked = {field.name for field in service.fields if field.required}
    known = "name" in asked and bool(asked & {"phone", "email"})
    assert known != service.anonymous


@every_service
def test_what_is_in_public_space_says_where_and_then_whose_it_is(service: Service) -> None:
    kinds = [field.type for field in service.fields]
    nearby = [field for field in service.fields if field.for_council]
    if nearby:
        assert kinds.index("location") < service.fields.index(nearby[0])
    assert bool(nearby) == ("location" in kinds and "address" not in kinds)


@every_service
def test_the_number_of_days_is_what_the_target_says(
    service: Service, councils: Authorities
) -> None:
    name = (service.due or "").partition(".")[2]
    for council in councils.all():
        target = council.values["targets"].get(name)
        if target is None:
            continue
        number, unit = re.findall(r"(\d+) (working day|day|week)s?", target)[0]
        days = {"working day": 1.0, "week": 5.0, "day": 5 / 7}[unit] * int(number)
        assert (council.slug, council.values["working_days"][name]) == (council.slug, int(days))


def test_a_missed_bin_is_asked_for_step_by_step(missed_bin: Service) -> None:
    asked = [(field.name, field.type) for field in missed_bin.fields]
    assert asked == [
        ("postcode", "postcode"),
        ("address", "address"),
        ("bin", "choice"),
        ("missed_on", "date"),
    ]
    assert missed_bin.field("missed_on").within == "limits.missed_bin_days"
    with pytest.raises(KeyError):
        missed_bin.field("shoe_size")


def test_the_end_tells_the_reference_and_the_councils_target(
    missed_bin: Service, councils: Authorities
) -> None:
    values = values_of(councils.get("thornbridge"), TODAY)
    done = render(missed_bin.done, {**values, "reference": "FD-7KQM-2XHT"})
    assert "FD-7KQM-2XHT" in done
    assert "within 3 working days" in done


def test_a_fee_is_paid_on_the_councils_page_with_the_reference(councils: Authorities) -> None:
    values = values_of(councils.get("ashcombe"), TODAY)
    done = render(SERVICES["bulky-waste"].done, {**values, "reference": "FD-7KQM-2XHT"})
    assert "(https://www.ashcombe.example/pay/request?reference=FD-7KQM-2XHT)" in done


@pytest.mark.parametrize(
    ("council", "said", "expected"),
    [
        pytest.param("ashcombe", "the rubbish", ["refuse"], id="the label"),
        pytest.param("ashcombe", "my black bin", ["refuse"], id="this council's name"),
        pytest.param("ashcombe", "BROWN", ["food"], id="brown is food here"),
        pytest.param("thornbridge", "brown", ["garden"], id="brown is garden there"),
        pytest.param("thornbridge", "green bin", ["recycling"], id="green is recycling there"),
        pytest.param("kelmarsh", "green caddy", ["food"], id="a longer name counts first"),
        pytest.param("kelmarsh", "green bin", ["refuse"], id="green is rubbish there"),
        pytest.param("thornbridge", "blue lid", ["recycling"], id="what others call it"),
        pytest.param("ashcombe", "recycling and food", ["recycling", "food"], id="two of them"),
        pytest.param("ashcombe", "the pink one", [], id="none of them"),
        pytest.param("ashcombe", "", [], id="nothing"),
    ],
)
def test_knows_which_bin_is_meant(
    missed_bin: Service, councils: Authorities, council: str, said: str, expected: list[str]
) -> None:
    values = values_of(councils.get(council), TODAY)
    found = chosen(missed_bin.field("bin"), said, values)
    assert [option.value for option in found] == expected


@pytest.mark.parametrize(
    ("asked", "said", "expected"),
    [
        pytest.param("pothole.size", "its absolutely massiv", ["large"], id="misspelt"),
        pytest.param("pothole.size", "not very big", ["small"], id="not big is small"),
        pytest.param("pothole.surface", "on the pavment", ["pavement"], id="a surface"),
        pytest.param("pothole.surface", "outside 14 Mill Lane", [], id="a place is no surface"),
        pytest.param("street-light.fault", "off", ["one_off"], id="off is a word, not false"),
        pytest.param("street-light.fault", "keeps flikering", ["flickering"], id="flickers"),
        pytest.param(
            "street-light.fault", "whole street is pitch black", ["several_off"], id="all of them"
        ),
        pytest.param(
            "fly-tipping.what",
            "sofa an a fridge",
            ["furniture", "machines"],
            id="two kinds of waste",
        ),
        pytest.param("fly-tipping.amount", "by number 4", [], id="a house number is no amount"),
        pytest.param("replacement-bin.why", "binmen broke it", ["crew"], id="the crew did it"),
        pytest.param("replacement-bin.why", "got nicked", ["lost"], id="stolen"),
        pytest.param("abandoned-vehicle.since", "abt 3 months", ["months_or_more"], id="months"),
        pytest.param("noise-complaint.kind", "nxt doors dogs", ["animals"], id="dogs"),
        pytest.param("council-house-repair.what", "no hot water", ["heating"], id="no leak"),
        pytest.param("moving-house.direction", "im leaving", ["out_of"], id="leaving"),
        pytest.param(
            "change-of-circumstances.what",
            "new job and my boyfriend moved in",
            ["work", "household"],
            id="two changes",
        ),
        pytest.param("complaint.stage", "stage 2", ["second_look"], id="the second stage"),
        pytest.param("subject-access-request.whose", "my sons", ["child"], id="a child's"),
    ],
)
def test_knows_which_choice_is_meant(
    councils: Authorities, asked: str, said: str, expected: list[str]
) -> None:
    slug, _, name = asked.partition(".")
    council = "wenshire" if SERVICES[slug].tier == "county" else "ashcombe"
    values = values_of(councils.get(council), TODAY)
    found = chosen(SERVICES[slug].field(name), said, values)
    assert [option.value for option in found] == expected


def test_what_is_misspelt_is_understood_and_is_no_right_spelling() -> None:
    words = words_of([], SERVICES.values(), [])
    assert "mattress" in words
    assert "matress" not in words
    found = chosen(SERVICES["fly-tipping"].field("what"), "a matress", {})
    assert [option.value for option in found] == ["furniture"]


@pytest.mark.parametrize(
    ("written", "instead", "fault", "there"),
    [
        pytest.param(
            "type: postcode", "type: zip", "fields.0.type: unexpected", "type: zip", id="type"
        ),
        pytest.param(
            "type: choice",
            "type: text",
            "fields.2.choices: a choice",
            "choices:",
            id="not a choice",
        ),
        pytest.param(
            "retention_days: 365", "retention_days: 0", "retention_days: ensure", "_days: 0", id="0"
        ),
        pytest.param("owner: waste\n", "", "owner: field required", "# yaml", id="no owner"),
        pytest.param(
            "green waste,", "off,", "synonyms: on, off, yes and no", "off,", id="no quotes"
        ),
        pytest.param(
            "    bin: bin",
            "    bin: can",
            "missed_on: check",
            "name: missed_on",
            id="no such field",
        ),
        pytest.param(
            "[address]", "[house]", "duplicates: there is no field", "[house]", id="duplicates"
        ),
        pytest.param(
            "prompt: Which bin", "promt: Which bin", "fields.2.promt: extra", "promt", id="unknown"
        ),
        pytest.param("tier: district", "tier: [all", "cannot be read: ", "owner:", id="not YAML"),
    ],
)
def test_a_mistake_names_the_file_the_field_and_the_line(
    content: Path, written: str, instead: str, fault: str, there: str
) -> None:
    file = content / "services" / "missed-bin.yml"
    text = file.read_text(encoding="utf-8").replace(written, instead, 1)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadContent) as raised:
        read_services(content / "services")
    line = next(n for n, line in enumerate(text.splitlines(), 1) if there in line)
    said = [one for one in str(raised.value).splitlines() if fault in one]
    assert [one.partition(": ")[0] for one in said] == ["services/missed-bin.yml"]
    assert said[0].endswith(f"(line {line})")


@pytest.mark.parametrize(
    ("written", "instead", "fault"),
    [
        pytest.param(
            "owner: highways", "owner: astronauts", "has no team astronauts", id="nobody's"
        ),
        pytest.param(
            "intro: I can", "intro: It costs £5. I can", "write '£5' as a {{ value }}", id="a fee"
        ),
        pytest.param(
            "prompt: How big is it?",
            "prompt: How big is it? How deep is it?",
            "size.prompt: more than one question",
            id="two questions",
        ),
        pytest.param(
            "plain: How big is it?",
            f"plain: {'How very ' * 18}big is it?",
            "size.plain: 172 characters, more than 160",
            id="more than a text message",
        ),
        pytest.param(
            "plain: How big is it?",
            "plain: “How big” is it?",
            "size.plain: has a character that a text message cannot carry",
            id="a character that text messages do not have",
        ),
        pytest.param(
            "label: Size", f"label: {'Size ' * 9}", "size.label: 44 characters", id="a long label"
        ),
        pytest.param(
            "help: A guess is fine.",
            "help: Approximations facilitating prioritisation necessitate consideration.",
            "size.help: reading age",
            id="hard words",
        ),
        pytest.param(
            "help: A guess is fine.",
            f"help: A guess {'or a guess ' * 9}is fine.",
            "size.help: more than 19 words",
            id="a long sentence",
        ),
        pytest.param(
            "due: working_days.pothole", "due: targets.pothole", "due: ", id="days are no number"
        ),
    ],
)
def test_what_is_not_fit_to_be_asked_is_found(
    tmp_path: Path, councils: Authorities, written: str, instead: str, fault: str
) -> None:
    text = (FOLDER / "pothole.yml").read_text(encoding="utf-8")
    (tmp_path / "pothole.yml").write_text(text.replace(written, instead, 1), encoding="utf-8")
    pothole, *_ = read_services(tmp_path)
    found = service_findings(pothole, councils.all(), TODAY, septets)
    assert [one for one in found if fault in one.says]


@every_service
def test_each_is_fit_to_be_asked(service: Service, councils: Authorities) -> None:
    assert list(service_findings(service, councils.all(), TODAY, septets)) == []


def test_the_example_of_the_documentation_is_fit_to_be_asked(
    tmp_path: Path, councils: Authorities
) -> None:
    example = PAGE.read_text(encoding="utf-8").split("```yaml\n")[1].partition("```")[0]
    (tmp_path / "broken-swing.yml").write_text(example, encoding="utf-8")
    swing, *_ = read_services(tmp_path)
    found = service_findings(swing, councils.all(), TODAY, septets)
    assert [one.says for one in found if "playground_repair" not in one.says] == []
    assert list(SCHEMA.iter_errors(_as_an_editor_reads(example))) == []


def test_the_schema_is_what_the_model_says() -> None:
    assert FILE.read_text(encoding="utf-8") == as_text(), "make it again: docs/how-to"


@every_service
def test_an_editor_accepts_every_service(service: Service) -> None:
    text = (FOLDER / f"{service.slug}.yml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")
    assert list(SCHEMA.iter_errors(_as_an_editor_reads(text))) == []


def test_an_editor_marks_a_mistake() -> None:
    text = (FOLDER / "pothole.yml").read_text(encoding="utf-8")
    wrong = _as_an_editor_reads(text.replace("type: location", "type: address book", 1))
    assert [list(error.path) for error in SCHEMA.iter_errors(wrong)] == [["fields", 0, "type"]]


SCHEMA = Draft7Validator(service_schema())


def _as_an_editor_reads(text: str) -> object:
    """YAML without days: to JSON Schema, they are words."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))
