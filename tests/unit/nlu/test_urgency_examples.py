"""What the model of emergencies learns from is divided by the words, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
import yaml

from assistant.nlu import urgency_examples as module
from assistant.nlu.urgency_examples import FOLDER, Saying, everyday, sayings
from assistant.nlu.urgency_model import EVERYDAY, KEPT_FOR_WEIGHING
from assistant.nlu.urgency_patterns import Patterns
from knowledge.library import Library, open_library

PATTERNS = Patterns.read(FOLDER / "patterns.yml")
EVERY = 25
"""One of so many lines is enough here: to read them all takes half a minute."""

Lines = Mapping[str, Sequence[str]]
Read = Callable[[Lines, Lines], list[Saying]]


@pytest.fixture(scope="module")
def library() -> Library:
    return open_library()


@pytest.fixture
def read(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Read these emergencies and look-alikes."""
    monkeypatch.setattr(module, "FOLDER", tmp_path)

    def read(emergencies: Lines, alike: Lines) -> list[Saying]:
        for name, lines in (("wordings", emergencies), ("look_alikes", alike)):
            (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(dict(lines)), "utf-8")
        return list(sayings(library, PATTERNS))

    return read


def some(name: str) -> dict[str, list[str]]:
    written = yaml.load((FOLDER / f"{name}.yml").read_text("utf-8"), yaml.CSafeLoader)
    return {kind: lines[::EVERY] for kind, lines in written.items()}


def test_each_line_is_read_once_with_its_kind(read: Read) -> None:
    emergencies, alike = some("wordings"), some("look_alikes")
    found = {saying.typed: saying.kind for saying in read(emergencies, alike)}
    for kind, lines in emergencies.items():
        assert {found[line] for line in lines} == {kind}
    assert {found[line] for lines in alike.values() for line in lines} == {EVERYDAY}


def test_a_part_of_them_is_kept(read: Read) -> None:
    kept = [saying.kept for saying in read(some("wordings"), some("look_alikes"))]
    assert 0.8 < KEPT_FOR_WEIGHING * sum(kept) / len(kept) < 1.2


def test_a_line_that_is_new_moves_no_other(read: Read) -> None:
    """What is kept stays what the second look has not learnt from."""
    before = {saying.typed: saying.kept for saying in read(some("wordings"), {})}
    more = {kind: ["something is new", *lines] for kind, lines in some("wordings").items()}
    after = {saying.typed: saying.kept for saying in read(more, some("look_alikes"))}
    assert before.items() <= after.items()


def test_what_is_asked_of_an_emergency_is_no_everyday_matter(library: Library) -> None:
    asked = set(everyday(library))
    urgent = [topic for topic in library.index.topics if topic.urgent]
    assert urgent
    assert not asked & {ask for topic in urgent for ask in topic.asks}
