"""Skills decide and do nothing else; what they say is written in data/domain or knowledge/."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import yaml

from actions.answer import respond
from actions.heard import About, Heard
from actions.home import where
from actions.memory import Memory, changes
from actions.outcome import harmless, payload, say
from actions.request import Request, start
from assistant.training import PROJECT
from knowledge.library import open_library

LIBRARY = open_library()
HEARD = Heard(text="", intent="ask", today=date(2026, 11, 21), door="ashcombe", key="c:1")
RESPONSES = {
    name
    for path in (PROJECT / "data" / "domain").glob("*.yml")
    for name in (yaml.safe_load(path.read_text("utf-8")).get("responses") or {})
}


def test_every_response_that_actions_name_is_written() -> None:
    import re

    named = {
        name
        for path in (PROJECT / "actions").glob("*.py")
        for name in re.findall(r'"(utter_\w+)"', path.read_text("utf-8"))
    }
    assert named - RESPONSES == set()


def test_every_service_can_be_asked_from_its_first_field_on() -> None:
    for service in LIBRARY.services():
        outcome = start(replace(HEARD, is_choice=True), Memory(), LIBRARY, service)
        assert outcome.memory.doing == "request"
        assert outcome.lines[-1].text == service.fields[0].prompt


def test_every_article_can_be_answered_at_every_door() -> None:
    for door in LIBRARY.authorities.all():
        if not door.serves(HEARD.today):
            continue
        for article in LIBRARY.articles():
            heard = replace(HEARD, door=door.slug, chosen={"topic": article.slug}, is_choice=True)
            outcome = respond(heard, Memory(), LIBRARY)
            assert outcome.lines
            assert "utter_no_answer" not in [line.response for line in outcome.lines]


def test_two_misses_in_a_row_offer_a_person() -> None:
    first = respond(replace(HEARD, topics=(About("a", "A", False, "article"),)), Memory(), LIBRARY)
    assert first.lines[0].choices == (("A", '/ask{"topic": "a"}'),)
    second = respond(HEARD, first.memory, LIBRARY)
    assert second.memory.doing == "offer_person"


def test_a_service_that_is_no_longer_offered_ends_its_form() -> None:
    memory = Memory(
        doing="request",
        request={"service": "gone", "given": {}, "asking": "x", "tries": 0, "heard": ""},
    )
    assert Request().decide(HEARD, memory, LIBRARY).memory == Memory()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("22 Heath Road XA1 8AA", "900000000124", id="an address"),
        pytest.param("XA1 8AA", None, id="a postcode alone"),
    ],
)
def test_reads_where_somebody_lives(said: str, expected: str | None) -> None:
    place = where(replace(HEARD, text=said), Memory(), LIBRARY)
    assert place is not None
    assert place["district"] == "ashcombe"
    assert place.get("uprn") == expected


def test_only_what_changed_is_remembered_anew() -> None:
    assert changes(Memory(misses=1), Memory(misses=0, topic="a")) == {"misses": 0, "topic": "a"}


def test_what_a_resident_typed_is_made_harmless() -> None:
    assert harmless("<b>[a](b)</b> {x} `y`") == "b a (b) /b x y"
    assert say("utter_row", label="A", value="*x*").values == {"label": "A", "value": "x"}


def test_a_payload_is_what_rasa_reads() -> None:
    assert payload("yes") == "/yes"
    assert payload("ask", topic="a") == '/ask{"topic": "a"}'
