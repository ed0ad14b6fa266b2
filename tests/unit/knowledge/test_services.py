"""What can be requested, and which choice somebody means."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.authorities import Authorities
from knowledge.choosing import chosen
from knowledge.reading import BadContent
from knowledge.rendering import render, values_of
from knowledge.services import Service, read_services
from tests.unit.knowledge.conftest import TODAY


@pytest.fixture
def missed_bin() -> Service:
    return {s.slug: s for s in read_services()}["missed-bin"]


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
    ("written", "instead", "fault"),
    [
        pytest.param("type: postcode", "type: zip", "fields.0.type:", id="type"),
        pytest.param("type: choice", "type: text", "choices", id="choices without a choice"),
        pytest.param("retention_days: 365", "retention_days: 0", "retention_days:", id="retention"),
        pytest.param("owner: waste\n", "", "owner: field required", id="no owner"),
    ],
)
def test_a_mistake_names_the_file_and_the_field(
    content: Path, written: str, instead: str, fault: str
) -> None:
    file = content / "services" / "missed-bin.yml"
    file.write_text(file.read_text(encoding="utf-8").replace(written, instead, 1))
    with pytest.raises(BadContent, match=r"missed-bin\.yml") as raised:
        read_services(content / "services")
    assert fault in str(raised.value)
