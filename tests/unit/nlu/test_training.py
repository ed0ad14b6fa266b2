"""The model is trained again when what it is made from has changed, and not otherwise."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from assistant.training import MODEL, alone, fingerprint, needs_training


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("config.yml", "data/nlu/a.yml", "data/domain/a.yml", "assistant/nlu/a.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    model = tmp_path / MODEL
    model.parent.mkdir()
    model.write_bytes(b"model")
    model.with_name("front-door.fingerprint").write_text(fingerprint(tmp_path))
    return tmp_path


def test_a_model_of_these_inputs_is_kept(project: Path) -> None:
    assert not needs_training(project)


@pytest.mark.parametrize(
    "changed", ["config.yml", "data/nlu/a.yml", "data/domain/a.yml", "assistant/nlu/a.py"]
)
def test_any_change_wants_training(project: Path, changed: str) -> None:
    (project / changed).write_text("changed")
    assert needs_training(project)


def test_a_new_file_wants_training(project: Path) -> None:
    (project / "data/nlu/b.yml").write_text("")
    assert needs_training(project)


def test_no_model_wants_training(project: Path) -> None:
    (project / MODEL).unlink()
    assert needs_training(project)


def test_a_new_article_wants_none(project: Path) -> None:
    (project / "knowledge").mkdir()
    (project / "knowledge/a.md").write_text("new")
    assert not needs_training(project)


def test_one_trains_at_a_time_and_the_other_is_told_that_it_waits(project: Path) -> None:
    trained, waited = [], Event()

    def another() -> None:
        with alone(project, waits=waited.set):
            trained.append("another")

    with ThreadPoolExecutor(1) as threads:
        with alone(project):
            later = threads.submit(another)
            assert waited.wait(10)
            trained.append("first")
            assert not later.done()
        later.result(10)
    assert trained == ["first", "another"]
