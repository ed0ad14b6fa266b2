"""What people say about none of the topics is known, and nobody is answered with it."""

from __future__ import annotations

from pathlib import Path

from knowledge.embedding import load_encoder
from knowledge.off_topic import MOST, read_off_topic
from knowledge.search import NOTHING, Search, Topic

BINS = Topic("bins", "Bin days", "article", "all", "Bin days. We empty bins.", ("when is bin day",))
GREETINGS = Topic("greet", "hello", NOTHING, "all", "hello", ("good morning", "hi there"))


def found(question: str, *topics: Topic) -> list[str]:
    encoder = load_encoder()
    index = Search(topics, encoder.encode)
    return [f.slug for f in index.find(question, encoder.encode([question])[0], limit=5)]


def test_what_is_about_nothing_is_never_found() -> None:
    assert found("good morning to you", BINS, GREETINGS) == []
    assert found("when is my bin day", BINS, GREETINGS) == ["bins"]


def test_the_projects_own_training_files_are_read() -> None:
    said = read_off_topic()
    assert {"out_of_scope", "greet", "thank"} <= set(said)
    assert all(0 < len(examples) <= MOST for examples in said.values())
    assert "ask" not in said


def test_a_folder_without_training_files_says_nothing(tmp_path: Path) -> None:
    assert read_off_topic(tmp_path) == {}
