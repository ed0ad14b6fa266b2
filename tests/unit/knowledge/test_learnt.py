"""What was learnt once is read by the next start, as long as it is about the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding import load_encoder
from knowledge.groups import Groups
from knowledge.learnt import Learnt
from knowledge.telling import TellsApart

SAID = [("bins", "when is bin day"), ("bins", "bin collection"), ("tax", "pay council tax")]


def learn() -> TellsApart | None:
    vectors = load_encoder().encode([phrase for _, phrase in SAID])
    return TellsApart.learnt(
        [phrase for _, phrase in SAID], vectors, Groups.of(vectors, [2, 1]).starts
    )


def never() -> TellsApart | None:
    raise AssertionError("it was learnt again")


def test_what_was_learnt_is_read_again_and_is_the_same(tmp_path: Path) -> None:
    kept = Learnt(tmp_path / "learnt.npz", "model")
    first = kept.or_else(SAID, learn)
    again = kept.or_else(SAID, never)
    cosines = np.array([0.5, 0.4, 0.1], dtype=np.float32)

    assert first is not None
    assert again is not None
    every = np.arange(2)
    assert again.by_words("bin day") == pytest.approx(first.by_words("bin day"))
    assert again.by_meaning(cosines, every) == pytest.approx(first.by_meaning(cosines, every))


@pytest.mark.parametrize(
    "said",
    [
        pytest.param([*SAID, ("tax", "council tax bill")], id="another phrase"),
        pytest.param([("tax", "when is bin day"), *SAID[1:]], id="another topic"),
    ],
)
def test_about_anything_else_it_is_learnt_anew(tmp_path: Path, said: list[tuple[str, str]]) -> None:
    Learnt(tmp_path / "learnt.npz", "model").or_else(SAID, learn)
    with pytest.raises(AssertionError, match="again"):
        Learnt(tmp_path / "learnt.npz", "model").or_else(said, never)


def test_another_model_or_a_damaged_file_is_as_good_as_none(tmp_path: Path) -> None:
    file = tmp_path / "learnt.npz"
    Learnt(file, "model").or_else(SAID, learn)
    with pytest.raises(AssertionError, match="again"):
        Learnt(file, "another").or_else(SAID, never)
    file.write_bytes(file.read_bytes()[:100])
    assert Learnt(file, "model").or_else(SAID, learn) is not None


def test_a_disk_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, and no folder")
    assert Learnt(tmp_path / "taken" / "learnt.npz", "model").or_else(SAID, learn) is not None
