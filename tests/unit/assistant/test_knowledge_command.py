"""`assistant knowledge check` says what is wrong, to a person or a program, and how it ended."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from assistant.__main__ import main
from knowledge.library import ROOT


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with councils, one article and its service, all in order."""
    for file in (
        "authorities/wenshire.yml",
        "authorities/east-wenshire.yml",
        "authorities/west-wenshire.yml",
        "articles/pothole.md",
        "services/pothole.yml",
        "services/book-appointment.yml",
    ):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    article = tmp_path / "articles" / "pothole.md"
    lines = article.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("related:")]
    article.write_text("".join(kept), encoding="utf-8")
    monkeypatch.setenv("FRONT_DOOR_KNOWLEDGE_DIR", str(tmp_path))
    monkeypatch.setenv("FRONT_DOOR_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def test_all_in_order_ends_well(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["knowledge", "check", "--on", "2026-11-23"])
    assert (code, capsys.readouterr().out) == (0, "The knowledge base is in order.\n")


def test_a_finding_ends_badly(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["knowledge", "check", "--on", "2028-01-01"])
    said = capsys.readouterr().out.splitlines()
    assert code == 1
    assert said[0] == "articles/pothole"
    assert said[1].split() == ["stale", "valid_until:", "was", "2027-11-30"]


def test_a_program_reads_it(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["knowledge", "check", "--on", "2027-11-20", "--json"])
    data = json.loads(capsys.readouterr().out)
    assert (code, data["fails"], data["counts"]["stale"]) == (0, False, 1)
    assert data["findings"][0]["warns"]


def test_a_day_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["knowledge", "check", "--on", "tomorrow"])
    assert "a day such as 2027-04-01" in capsys.readouterr().err


def test_the_format_of_a_service_is_printed_for_editors(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["knowledge", "schema"])
    data = json.loads(capsys.readouterr().out)
    assert (code, data["title"]) == (0, "Service")
    assert "location" in data["definitions"]["Field"]["properties"]["type"]["enum"]
