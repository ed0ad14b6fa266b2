"""What was learnt from the same is not learnt again."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.nlu import learnt as module
from assistant.nlu.learnt import learnt


@pytest.fixture
def times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(module, "KEPT", tmp_path / "kept")
    return []


def learn_from(words: str, times: list[str], into: Path) -> str:
    def learn(folder: Path) -> None:
        times.append(words)
        (folder / "numbers").write_text(f"of {words}")

    into.mkdir(exist_ok=True)
    learnt("test", [words], learn, into)
    return (into / "numbers").read_text()


def test_the_same_is_learnt_once(times: list[str], tmp_path: Path) -> None:
    first, second = (learn_from("bins", times, tmp_path / name) for name in ("one", "two"))
    assert (first, second, times) == ("of bins", "of bins", ["bins"])


def test_what_is_new_is_learnt_and_what_was_before_is_forgotten(
    times: list[str], tmp_path: Path
) -> None:
    said = [learn_from(words, times, tmp_path / "into") for words in ("bins", "tips", "bins")]
    assert said == ["of bins", "of tips", "of bins"]
    assert times == ["bins", "tips", "bins"]
    assert len(list((tmp_path / "kept" / "test").iterdir())) == 1


def test_other_code_learns_anew(
    times: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn_from("bins", times, tmp_path / "one")
    code = tmp_path / "code"
    code.mkdir()
    (code / "model.py").write_text("C = 2")
    monkeypatch.setattr(module, "CODE", code)
    learn_from("bins", times, tmp_path / "two")
    assert times == ["bins", "bins"]


def test_nothing_is_kept_of_learning_that_failed(times: list[str], tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "numbers").write_text("half")
        raise ValueError("too few examples")

    with pytest.raises(ValueError, match="too few"):
        learnt("test", ["bins"], fail, tmp_path)
    assert learn_from("bins", times, tmp_path / "into") == "of bins"
