"""Who to ask about something at a postcode: county, district and unitary areas, on a day."""

from __future__ import annotations

from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from knowledge.directory import Directory
from knowledge.importing import import_files
from knowledge.library import open_library
from knowledge.places import Gazetteer, load_gazetteer
from knowledge.register import load_register
from knowledge.who import NoSuchPlace, Straddles, Who, who

LIBRARY = open_library()
BEFORE, ON = date(2027, 3, 31), date(2027, 4, 1)
SAMPLES = Path(__file__).parent / "published"
NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("topic", "postcode", "day", "council", "tier", "then"),
    [
        pytest.param(
            "pothole",
            "XA1 8AA",
            BEFORE,
            "Wenshire County Council",
            "county",
            "East Wenshire Council",
            id="the county, and then who takes over here",
        ),
        pytest.param(
            "pothole",
            "XA3 1EF",
            BEFORE,
            "Wenshire County Council",
            "county",
            "West Wenshire Council",
            id="the county, and then who takes over there",
        ),
        pytest.param(
            "missed-bin",
            "XA1 8AA",
            BEFORE,
            "Ashcombe Borough Council",
            "district",
            "East Wenshire Council",
            id="the district",
        ),
        pytest.param(
            "complaint",
            "XA2 1AB",
            BEFORE,
            "Thornbridge District Council",
            "district",
            "East Wenshire Council",
            id="what every council does for its own",
        ),
        pytest.param(
            "pothole", "XA1 8AA", ON, "East Wenshire Council", "unitary", "", id="the day itself"
        ),
        pytest.param(
            "missed-bin",
            "XA1 9YZ",
            ON,
            "East Wenshire Council",
            "unitary",
            "",
            id="no boundary any more",
        ),
        pytest.param(
            "pothole",
            "XA8 1AA",
            BEFORE,
            "Marlshire County Council",
            "county",
            "",
            id="another county",
        ),
        pytest.param(
            "missed-bin",
            "XA8 1AA",
            BEFORE,
            "Oakmere District Council",
            "district",
            "",
            id="another district",
        ),
        pytest.param(
            "missed-bin",
            "XA7 1AA",
            ON,
            "Harrowmoor Council",
            "unitary",
            "",
            id="another unitary",
        ),
    ],
)
def test_names_the_council(
    topic: str, postcode: str, day: date, council: str, tier: str, then: str
) -> None:
    found = who(LIBRARY, topic, postcode, day)

    assert (found.council, found.tier, found.then) == (council, tier, then)


def test_gives_the_number_of_the_team_and_the_last_day() -> None:
    assert who(LIBRARY, "missed-bin", "XA1 8AA", BEFORE) == Who(
        council="Ashcombe Borough Council",
        tier="district",
        website="https://www.ashcombe.example",
        phone="01632 960210",
        until=date(2027, 3, 31),
        then="East Wenshire Council",
        slug="ashcombe",
    )


def test_a_boundary_matters_only_to_those_it_divides() -> None:
    with pytest.raises(Straddles) as raised:
        who(LIBRARY, "missed-bin", "XA1 9YZ", BEFORE)
    assert raised.value.councils == ("Ashcombe Borough Council", "Thornbridge District Council")

    found = who(LIBRARY, "missed-bin", "XA1 9YZ", BEFORE, district="thornbridge")
    assert found.council == "Thornbridge District Council"
    assert who(LIBRARY, "pothole", "XA1 9YZ", BEFORE).council == "Wenshire County Council"


def test_an_unknown_postcode_may_exist() -> None:
    with pytest.raises(NoSuchPlace) as raised:
        who(LIBRARY, "pothole", "XA9 9ZZ", BEFORE)
    assert raised.value.exists is None


def test_an_unknown_topic_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        who(LIBRARY, "dragons", "XA1 8AA", BEFORE)


@pytest.fixture
def imported(tmp_path: Path) -> Gazetteer:
    file = tmp_path / "places.db"
    names = ("onspd_2025.csv", "addressbase_core.csv")
    import_files([SAMPLES / name for name in names], file, NOW, lambda file, rows: None)
    councils = LIBRARY.authorities.all()
    return load_gazetteer().beside(
        Directory(load_register(), {}, file),
        ours={council.gss: council.slug for council in councils},
        counties={council.slug: council.parent for council in councils if council.parent},
    )


def test_an_imported_address_is_ours_by_its_councils_code(imported: Gazetteer) -> None:
    home = imported.property("990000000001")

    assert (home.district, home.county, home.round) == ("thornbridge", "wenshire", "")
    assert imported.match("XA2 9QA", "14 quarry lane")[0].uprn == "990000000002"


def test_an_imported_postcode_straddles_ours_and_another(imported: Gazetteer) -> None:
    assert imported.districts("XA2 9QA") == ("thornbridge",)
    assert [council.name for council in imported.outside("XA2 9QA")] == ["Oakmere District Council"]
    assert not imported.is_ours(imported.property("990000000003").district)


def test_our_own_addresses_come_before_imported_ones(imported: Gazetteer) -> None:
    assert len(imported.addresses("XA1 8AA")) == 17
    assert imported.districts("XA1 8AA") == ("ashcombe",)


def test_a_postcode_that_is_in_no_complete_directory_does_not_exist(imported: Gazetteer) -> None:
    assert imported.is_complete()
    assert imported.districts("XA1 1ZZ") == ()
    assert imported.outside("XA1 1ZZ") == ()
