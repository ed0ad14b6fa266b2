"""What the check says to a person, and to a program."""

from __future__ import annotations

import pytest

from knowledge.findings import Finding, as_data, fails, report, told

OLD = Finding("articles/pothole", "stale", "valid_until: was 2026-11-01")
SOON = Finding("articles/pothole", "stale", "valid_until: is 2026-12-01", warns=True)
HARD = Finding("articles/allotments", "unreadable", "body: reading age 12.0, not 11")


def test_is_told_file_by_file() -> None:
    assert report([OLD, HARD, SOON]).splitlines() == [
        "articles/allotments",
        "  unreadable      body: reading age 12.0, not 11",
        "articles/pothole",
        "  stale           valid_until: was 2026-11-01",
        "  (stale)         valid_until: is 2026-12-01",
        "2 findings, 1 warning.",
    ]


def test_nothing_found_is_good_news() -> None:
    assert report([]) == "The knowledge base is in order."


def test_a_warning_does_not_fail() -> None:
    assert not fails([SOON])
    assert fails([SOON, OLD])


def test_a_program_gets_the_same() -> None:
    data = as_data([HARD, SOON])
    assert (data["fails"], data["counts"]["unreadable"], data["counts"]["broken"]) == (True, 1, 0)
    assert data["findings"][1] == {
        "about": "articles/pothole",
        "kind": "stale",
        "says": "valid_until: is 2026-12-01",
        "warns": True,
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            "a/b: short: too long", Finding("a/b", "broken", "short: too long"), id="most"
        ),
        pytest.param(
            "a/b: valid_until: was", Finding("a/b", "stale", "valid_until: was"), id="old"
        ),
        pytest.param("a/b: sources: none", Finding("a/b", "unsourced", "sources: none"), id="bare"),
    ],
)
def test_a_line_is_a_finding_of_its_fields_kind(line: str, expected: Finding) -> None:
    assert told([line]) == [expected]
