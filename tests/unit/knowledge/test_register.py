"""The register of councils that comes with the program."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from knowledge.reading import BadContent
from knowledge.register import Register, load_register


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def test_knows_every_principal_council_of_the_country(register: Register) -> None:
    real = [council for council in register if not council.gss.startswith("X")]

    assert Counter(council.tier for council in real) == {
        "unitary": 197,
        "district": 164,
        "county": 21,
    }
    assert all(council.homepage.startswith("http") for council in real)


def test_every_district_has_its_county(register: Register) -> None:
    districts = [council for council in register if council.tier == "district"]

    parents = {parent.tier for d in districts if (parent := register.get(d.parent)) is not None}

    assert parents == {"county"}
    assert all(register.get(d.parent) for d in districts)


def test_a_county_provides_what_is_the_countys(register: Register) -> None:
    council = register.provider("E07000217", "county")
    assert council is not None
    assert (council.name, council.website) == (
        "Surrey County Council",
        "http://www.surreycc.gov.uk",
    )


def test_a_unitary_provides_everything(register: Register) -> None:
    assert register.provider("X06000091", "county") == register.get("X06000091")


def test_an_unknown_code_is_nobody(register: Register) -> None:
    assert register.get("E07999999") is None
    assert register.provider("E07999999", "district") is None


def test_a_tier_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "authorities.csv").write_text(
        "gss,name,tier,parent,homepage,custodian\nE1,A,parish,,,\n", "utf-8"
    )
    with pytest.raises(BadContent, match="parish"):
        load_register(tmp_path)
