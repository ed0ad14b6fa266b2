"""What the model of emergencies learns from is divided by the words, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assistant.nlu import urgency_examples as module
from assistant.nlu.urgency_examples import FOLDER, Saying, everyday, sayings
from assistant.nlu.urgency_model import EVERYDAY, KEPT_FOR_WEIGHING
from assistant.nlu.urgency_patterns import Patterns
from knowledge.library import Library, open_library

PATTERNS = Patterns.read(FOLDER / "patterns.yml")


@pytest.fixture(scope="module")
def library() -> Library:
    return open_library()


@pytest.fixture(scope="module")
def written(library: Library) -> list[Saying]:
    return list(sayings(library, PATTERNS))


def test_each_line_is_read_once(written: list[Saying]) -> None:
    typed = [saying.typed for saying in written]
    assert len(typed) == len(set(typed)) > 20_000


def test_a_part_of_every_kind_is_kept(written: list[Saying]) -> None:
    for kind in {saying.kind for saying in written}:
        kept = [saying.kept for saying in written if saying.kind == kind]
        assert 0.8 < KEPT_FOR_WEIGHING * sum(kept) / len(kept) < 1.2, kind


def test_a_line_that_is_new_moves_no_other(
    library: Library, written: list[Saying], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept stays what the second look has not learnt from."""
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    lines = [saying for saying in written if saying.kind != EVERYDAY][::50]
    # The first of them are gone, and others are before them.
    left = {"gas-smell": ["something is new", *(saying.typed for saying in lines[3:])]}
    (tmp_path / "wordings.yml").write_text(yaml.safe_dump(left), "utf-8")
    (tmp_path / "look_alikes.yml").write_text("{}", "utf-8")

    kept = {saying.typed: saying.kept for saying in sayings(library, PATTERNS)}

    assert {saying.typed: saying.kept for saying in lines[3:]}.items() <= kept.items()


def test_what_is_asked_of_an_emergency_is_no_everyday_matter(library: Library) -> None:
    asked = set(everyday(library))
    urgent = [topic for topic in library.index.topics if topic.urgent]
    assert urgent
    assert not asked & {ask for topic in urgent for ask in topic.asks}
