"""Postcodes, references, dates, numbers and streets are found by rule."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language

from assistant.nlu.entities import Entities, entity_pipeline
from assistant.nlu.entity_rules import TELLING
from assistant.training import PROJECT


@pytest.fixture(scope="module")
def language() -> Language:
    return entity_pipeline()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("I live at XA1 8AA", [("postcode", "XA1 8AA")], id="postcode"),
        pytest.param("xa18aa", [("postcode", "xa18aa")], id="postcode without a space"),
        pytest.param("ref FD-7KQM-2XHT", [("reference", "FD-7KQM-2XHT")], id="reference"),
        pytest.param("ring 07700 900123", [("phone", "07700 900123")], id="mobile"),
        pytest.param("+44 1632 960123", [("phone", "+44 1632 960123")], id="abroad"),
        pytest.param("it was last Tuesday", [("date", "last Tuesday")], id="weekday"),
        pytest.param("on 3/11", [("date", "3/11")], id="day and month"),
        pytest.param("the 3rd of Nov", [("date", "3rd of Nov")], id="named month"),
        pytest.param("two days ago", [("date", "two days ago")], id="days ago"),
        pytest.param("22 heath road", [("street", "22 heath road")], id="street"),
        pytest.param(
            "22 Heath Road XA1 8AA, the black one, yesterday",
            [("street", "22 Heath Road"), ("postcode", "XA1 8AA"), ("date", "yesterday")],
            id="several",
        ),
        pytest.param("my bin was missed", [], id="none"),
    ],
)
def test_finds(language: Language, text: str, expected: list[tuple[str, str]]) -> None:
    message = Message({"text": text})
    Entities(language).process([message])
    found = message.get("entities")
    assert [(e["entity"], e["value"]) for e in found] == expected
    assert all(text[e["start"] : e["end"]] == e["value"] for e in found)


@pytest.mark.parametrize(
    "text", ["_today_ please", "TODAY", "heath road/lane", "mon-fri", "3rd nov"]
)
def test_a_word_that_a_rule_wants_is_seen_in_any_dress(text: str) -> None:
    assert TELLING.search(text)


def test_a_message_that_is_spared_the_rules_holds_nothing_for_them(language: Language) -> None:
    examples = [
        line.strip(" -\n")
        for path in sorted((PROJECT / "data" / "nlu").glob("*.yml"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    spared = [text for text in examples if not TELLING.search(text)]
    assert len(spared) > len(examples) / 2
    assert not any(len(language(text).ents) for text in spared)
