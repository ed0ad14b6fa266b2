"""The right council, on the right day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge.authorities import Authorities, NeedsPlace
from knowledge.check_councils import contrast
from knowledge.reading import BadContent

BEFORE = date(2027, 3, 31)
AFTER = date(2027, 4, 1)


@pytest.mark.parametrize(
    ("tier", "door", "place", "day", "expected"),
    [
        pytest.param("county", "ashcombe", None, BEFORE, "wenshire", id="roads at a district"),
        pytest.param("district", "ashcombe", None, BEFORE, "ashcombe", id="bins at a district"),
        pytest.param("district", "wenshire", "kelmarsh", BEFORE, "kelmarsh", id="bins at county"),
        pytest.param("county", "wenshire", None, BEFORE, "wenshire", id="roads at the county"),
        pytest.param("district", "ashcombe", "kelmarsh", BEFORE, "kelmarsh", id="a neighbour"),
        pytest.param("all", "ashcombe", "kelmarsh", BEFORE, "ashcombe", id="the door's own hours"),
        pytest.param("county", "ashcombe", None, AFTER, "east-wenshire", id="roads afterwards"),
        pytest.param("district", "thornbridge", None, AFTER, "east-wenshire", id="bins afterwards"),
        pytest.param("all", "kelmarsh", None, AFTER, "west-wenshire", id="hours afterwards"),
        pytest.param("county", "wenshire", "kelmarsh", AFTER, "west-wenshire", id="county split"),
        pytest.param("all", "wenshire", "ashcombe", AFTER, "east-wenshire", id="door split"),
        pytest.param("county", "east-wenshire", None, BEFORE, "wenshire", id="roads too early"),
        pytest.param("district", "west-wenshire", None, BEFORE, "kelmarsh", id="bins too early"),
        pytest.param("district", "east-wenshire", None, AFTER, "east-wenshire", id="a unitary"),
    ],
)
def test_says_who_is_responsible(
    councils: Authorities, tier: str, door: str, place: str | None, day: date, expected: str
) -> None:
    assert councils.responsible(tier, door, place, day).slug == expected


@pytest.mark.parametrize(
    ("tier", "door", "day"),
    [
        pytest.param("district", "wenshire", BEFORE, id="bins at the county's door"),
        pytest.param("district", "east-wenshire", BEFORE, id="bins at two old districts"),
        pytest.param("county", "wenshire", AFTER, id="a county that became two councils"),
        pytest.param("all", "wenshire", AFTER, id="a door that became two doors"),
    ],
)
def test_needs_the_place_when_it_decides(
    councils: Authorities, tier: str, door: str, day: date
) -> None:
    with pytest.raises(NeedsPlace):
        councils.responsible(tier, door, None, day)


def test_an_unknown_council_is_a_key_error(councils: Authorities) -> None:
    with pytest.raises(KeyError):
        councils.get("atlantis")


def test_a_county_knows_its_districts(councils: Authorities) -> None:
    found = [a.slug for a in councils.children("wenshire")]
    assert found == ["ashcombe", "kelmarsh", "thornbridge"]
    assert councils.children("ashcombe") == ()


def test_residents_are_told_of_the_change_before_and_after(councils: Authorities) -> None:
    assert councils.get("ashcombe").notice(date(2026, 11, 23)) == ""
    assert "From 1 April 2027, East Wenshire" in councils.get("ashcombe").notice(BEFORE)
    assert "took over" in councils.get("east-wenshire").notice(AFTER)


def test_white_text_can_be_read_on_every_accent(councils: Authorities) -> None:
    assert [a.slug for a in councils.all() if contrast(a.accent, "#ffffff") < 4.5] == []


@pytest.mark.parametrize(
    ("written", "instead", "fault"),
    [
        pytest.param("tier: district", "tier: parish", "ashcombe.yml: tier:", id="tier"),
        pytest.param("mon: [08:30-17:00]", "mon: [17:00-08:30]", "hours.week:", id="shift"),
        pytest.param("mon: [08:30-17:00]", "moonday: []", "no such day: moonday", id="day"),
        pytest.param('accent: "#00613a"', "accent: green", "accent:", id="colour"),
        pytest.param("gss: X07000001", "gss: 7", "gss:", id="code"),
        pytest.param("area:", "aera:", "aera: extra fields", id="misspelled field"),
        pytest.param("name: Ashcombe Borough Council", "slug: b", "not the file's name", id="slug"),
        pytest.param("name: Ashcombe", "name: [", "cannot be read", id="not yaml"),
    ],
)
def test_a_mistake_names_the_file_and_the_field(
    content: Path, written: str, instead: str, fault: str
) -> None:
    file = content / "authorities" / "ashcombe.yml"
    file.write_text(file.read_text(encoding="utf-8").replace(written, instead, 1))
    with pytest.raises(BadContent, match=r"ashcombe\.yml") as raised:
        Authorities.read(content / "authorities")
    assert fault in str(raised.value)
