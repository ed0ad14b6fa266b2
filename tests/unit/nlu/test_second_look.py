"""The tuned model of the tree knows an emergency from what only looks like one."""

from __future__ import annotations

import json

import pytest
import yaml

from assistant.nlu.second_look import FOLDER, SecondLook, load_second_look
from assistant.nlu.urgency_model import EVERYDAY
from knowledge.embedding import Reader


@pytest.fixture(scope="module")
def again() -> SecondLook:
    return load_second_look()


def test_an_emergency_is_likelier_than_what_looks_alike(again: SecondLook) -> None:
    assert again.log_odds("there is a strong smell of gas in my kitchen") > 2
    assert again.log_odds("how do i pay my gas bill") < -2


def test_an_ending_changes_nothing(again: SecondLook) -> None:
    said = "my husband hits me"
    assert again.log_odds(f"{said}!!!") == again.log_odds(said)


@pytest.mark.parametrize("text", ["", "?", "word " * 500, "x" * 5000])
def test_whatever_is_said_has_odds(again: SecondLook, text: str) -> None:
    assert -20 < again.log_odds(text) < 20


def test_it_knows_the_kinds_that_are_written() -> None:
    """A kind that is new asks for it to be tuned again: scripts/tune_second_look.py."""
    written = yaml.load((FOLDER.parent / "wordings.yml").read_text("utf-8"), yaml.CSafeLoader)
    notes = Reader(FOLDER / "model.onnx", "kinds").notes
    assert set(json.loads(notes["kinds"])) == {EVERYDAY, *written}
