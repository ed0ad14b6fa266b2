"""`assistant places` imports what is published, and tells what is known of a postcode."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from assistant.places_command import shown
from knowledge.library import open_library

SAMPLES = Path(__file__).parent.parent / "knowledge" / "published"
DAY = date(2026, 11, 22)


def places(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("assistant")
    return subprocess.run(
        [program, "places", *arguments],
        env={**os.environ, "FRONT_DOOR_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_and_shows(tmp_path: Path) -> None:
    done = places(tmp_path, "import", str(SAMPLES / "onspd_2025.csv"))

    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == ("onspd_2025.csv (ONS Postcode Directory): 4 rows kept")
    assert "1 left out: in no council's area" in done.stdout
    told = places(tmp_path, "show", "xa11", "2bd").stdout.splitlines()
    assert told[:2] == [
        "XA11 2BD",
        "  served by  Harrowmoor Council (unitary, X06000091) https://www.harrowmoor.example",
    ]
    missing = places(tmp_path, "show", "XA1 1ZZ")
    assert (missing.returncode, missing.stderr) == (1, "XA1 1ZZ: there is no such postcode.\n")


def test_a_wrong_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "wrong.csv").write_text("a,b\n", "utf-8")

    done = places(tmp_path, "import", str(tmp_path / "wrong.csv"))

    assert done.returncode == 1
    assert done.stderr.startswith("Nothing was imported. wrong.csv, line 1: is none of these")


def test_tells_who_to_ask_on_a_day(tmp_path: Path) -> None:
    done = places(tmp_path, "who", "pothole", "XA1", "8AA", "--on", "2027-03-31")

    assert done.stdout.splitlines() == [
        "Wenshire County Council (county)",
        "  https://www.wenshire.example",
        "  01632 960110",
        "  until 31 March 2027, then East Wenshire Council",
    ]


@pytest.mark.parametrize(
    ("postcode", "day", "served"),
    [
        pytest.param(
            "XA1 9YZ", DAY, ["Ashcombe", "Wenshire", "Thornbridge"], id="two districts, one county"
        ),
        pytest.param("XA1 9YZ", date(2027, 4, 1), ["East"], id="one unitary"),
        pytest.param("XA8 1AA", DAY, ["Oakmere", "Marlshire"], id="elsewhere"),
    ],
)
def test_shows_who_serves_a_postcode(postcode: str, day: date, served: list[str]) -> None:
    lines = shown(open_library(), postcode, day)

    assert [line.split()[2] for line in lines if "served by" in line] == served
