"""Our OpenAPI description of GeoReport v2, tried against the running web process by schemathesis,
which knows nothing of us."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.site import Site, site

SEED = "1"
KEY = "a-key-that-is-only-for-this-test"
API = "/open311/v2"
COUNCIL = "ashcombe"
FILE = f"""
keys:
  - {{name: Tester, councils: [{COUNCIL}], key: env:TESTER_KEY, post: true, private: true}}
"""
# Not every span of two dates is one of 90 days, and not every form answers what its service asks.
# OpenAPI cannot say that: there, a 400 is right too.
CONFIG = """
[[operations]]
include-path-regex = "^/requests[.](json|xml)$"
[operations.checks]
positive_data_acceptance.expected-statuses = ["2xx", "400", "403", "404"]
"""
FORM = {
    "api_key": KEY,
    "jurisdiction_id": COUNCIL,
    "service_code": "fly-tipping",
    "address_string": "Market Square, by the pond",
    "lat": "51.2",
    "long": "-0.2",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    (folder / "open311.yml").write_text(FILE, encoding="utf-8")
    with site(folder, settings={"TESTER_KEY": KEY}) as made:
        made.start_web()
        yield made


@pytest.mark.timeout(600)
def test_the_server_does_what_its_description_says(served: Site, tmp_path: Path) -> None:
    posted = httpx.post(f"{served.url}{API}/requests.json", data={**FORM, **_answers(served)})
    assert posted.status_code == 200, posted.text
    [reply] = posted.json()
    described = httpx.get(f"{served.url}{API}/openapi.json").raise_for_status().json()
    _narrow(described, reply["service_request_id"])
    (tmp_path / "openapi.json").write_text(json.dumps(described), encoding="utf-8")
    (tmp_path / "schemathesis.toml").write_text(CONFIG, encoding="utf-8")

    found = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", "openapi.json"),
            *("--url", f"{served.url}{API}", "--phases", "coverage,fuzzing"),
            *("--max-examples", "8", "--seed", SEED, "--generation-database", "none"),
            *("--no-color", "--warnings", "off"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.returncode == 0, found.stdout + found.stderr
    assert "http.fault" not in served.logs


def _answers(served: Site) -> dict[str, str]:
    """Choose the first of everything that the service must know."""
    address = f"{served.url}{API}/services/{FORM['service_code']}.json"
    definition = httpx.get(address, params={"jurisdiction_id": COUNCIL}).json()
    return {
        f"attribute[{one['code']}]": one["values"][0]["key"] if "values" in one else "Something"
        for one in definition["attributes"]
        if one["required"]
    }


def _narrow(described: dict[str, Any], reference: str) -> None:
    """Leave only ids that there are, so that most calls reach what they are about. Who only reads
    shows no key: a wrong one ends every call."""
    known = {
        "api_key": KEY,
        "jurisdiction_id": COUNCIL,
        "service_code": "fly-tipping",
        "service_request_id": reference,
        "token": reference,
    }
    for path in described["paths"].values():
        for operation in path.values():
            shown = [one for one in operation["parameters"] if one["name"] != "api_key"]
            operation["parameters"] = shown
            for parameter in shown:
                # A list may well name what there is not: nothing is found then.
                if parameter["name"] in known and "items" not in parameter["schema"]:
                    parameter["schema"]["enum"] = [known[parameter["name"]]]
            content = operation.get("requestBody", {}).get("content", {})
            for media in content.values():
                for name in known.keys() & media["schema"]["properties"].keys():
                    media["schema"]["properties"][name]["enum"] = [known[name]]


def test_a_method_that_the_server_does_not_know_is_answered_with_those_it_does(
    served: Site,
) -> None:
    answer = httpx.request("TRACE", f"{served.url}{API}/services.json")

    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
