"""The file of Open311: read whole, or every mistake said and no secret shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.open311.config import Endpoint, Key, Open311, Open311Wrong, read_open311

COUNCILS = {"ashcombe", "wenshire"}
SERVICES = {"missed-bin", "pothole"}
ENVIRONMENT = {"CONTRACTOR": "a-long-enough-secret\n", "HIGHWAYS": "their-key", "SHORT": "seven"}
WHOLE = """
keys:
  - name: Contractor
    councils: [ashcombe, wenshire]
    key: env:CONTRACTOR
    post: true
endpoints:
  - name: Highways
    council: wenshire
    services: [pothole]
    url: https://open311.wenshire.example/v2/
    jurisdiction_id: wenshire.example
    api_key: env:HIGHWAYS
    lookup: list
    poll: 60
  - name: Depot
    council: ashcombe
    services: all
    url: http://127.0.0.1:8000/v2
    format: xml
    lookup: none
"""


def read(folder: Path, text: str) -> Open311:
    file = folder / "open311.yml"
    file.write_text(text, encoding="utf-8")
    return read_open311(file, COUNCILS, SERVICES, ENVIRONMENT)


def test_reads_keys_and_endpoints(tmp_path: Path) -> None:
    assert read(tmp_path, WHOLE) == Open311(
        keys=(
            Key(
                name="Contractor",
                councils=("ashcombe", "wenshire"),
                key="a-long-enough-secret",
                post=True,
            ),
        ),
        endpoints=(
            Endpoint(
                name="Highways",
                council="wenshire",
                services=("pothole",),
                url="https://open311.wenshire.example/v2",
                jurisdiction_id="wenshire.example",
                api_key="their-key",
                lookup="list",
                poll=60,
            ),
            Endpoint(
                name="Depot",
                council="ashcombe",
                services=("all",),
                url="http://127.0.0.1:8000/v2",
                format="xml",
                api_key="",
                lookup="none",
                poll=300,
            ),
        ),
    )


def test_without_a_file_nothing_is_set(tmp_path: Path) -> None:
    assert read_open311(tmp_path / "none.yml", COUNCILS, SERVICES, {}) == Open311()


@pytest.mark.parametrize(
    ("council", "service", "expected"),
    [
        pytest.param("wenshire", "pothole", "Highways", id="of that service"),
        pytest.param("wenshire", "missed-bin", None, id="another service is ours"),
        pytest.param("ashcombe", "missed-bin", "Depot", id="of every service"),
        pytest.param("kelmarsh", "pothole", None, id="another council's is ours"),
    ],
)
def test_each_request_goes_to_one_endpoint_or_stays(
    tmp_path: Path, council: str, service: str, expected: str | None
) -> None:
    found = read(tmp_path, WHOLE).endpoint_of(council, service)
    assert (found.name if found else None) == expected


@pytest.mark.parametrize(
    ("before", "after", "mistake"),
    [
        pytest.param("env:CONTRACTOR", "env:NOWHERE", "NOWHERE, which is not set", id="not set"),
        pytest.param("env:CONTRACTOR", "topsecret", "written as env:NAME", id="a plain secret"),
        pytest.param("env:CONTRACTOR", "env:SHORT", "keys 1 key: ensure", id="a short secret"),
        pytest.param("https://open311", "http://open311", "https://", id="not by TLS"),
        pytest.param("https://open311", "https://me@open311", "address of an API", id="a user"),
        pytest.param("council: wenshire", "council: atlantis", "called atlantis", id="no council"),
        pytest.param("[pothole]", "[moat]", "no service is called moat", id="no service"),
        pytest.param("council: ashcombe", "council: wenshire", "take the same", id="two take it"),
        pytest.param("name: Depot", "name: Highways", "two endpoints", id="one name twice"),
        pytest.param("lookup: none", "lookup: magic", "endpoints 2 lookup", id="no such lookup"),
        pytest.param(
            "    lookup: none\n", "", "endpoints 2 lookup: field required", id="no lookup"
        ),
        pytest.param("poll: 60", "poll: 1", "endpoints 1 poll", id="polls too often"),
        pytest.param("post: true", "pots: true", "keys 1 pots", id="no such setting"),
        pytest.param("post: true", "name: Twice", "twice at line 3", id="a name twice"),
        pytest.param("keys:", "keys: [", "it is not YAML", id="no YAML"),
        pytest.param(WHOLE, "- 1", "it must name", id="a list"),
    ],
)
def test_says_what_is_wrong_and_shows_no_secret(
    tmp_path: Path, before: str, after: str, mistake: str
) -> None:
    with pytest.raises(Open311Wrong, match=mistake) as wrong:
        read(tmp_path, WHOLE.replace(before, after))
    assert not any(s in str(wrong.value) for s in ("secret", "their-key", "seven"))


def test_a_secret_is_in_no_log(tmp_path: Path) -> None:
    shown = repr(read(tmp_path, WHOLE))
    assert "a-long-enough-secret" not in shown
    assert "their-key" not in shown
