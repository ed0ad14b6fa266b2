"""What decides an answer is asked for once, read from the words, and remembered."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from actions.answer import respond
from actions.facts_asked import Fact
from actions.heard import About, Heard
from actions.memory import Memory
from actions.outcome import Outcome
from assistant.training import PROJECT
from knowledge.answers import answer
from knowledge.facts import facts_in, read_facts, values_of_fact
from knowledge.library import open_library

LIBRARY = open_library()
TODAY = date(2026, 11, 22)
MOULD, REPAIR = "damp-and-mould", "council-house-repair"


def typed(text: str, topic: str = "", intent: str = "ask") -> Heard:
    topics = (About(topic, LIBRARY.article(topic).title, True, "article"),) if topic else ()
    return Heard(text=text, intent=intent, today=TODAY, door="ashcombe", topics=topics)


def pressed(**chosen: str) -> Heard:
    return Heard(text="", intent="ask", today=TODAY, door="ashcombe", is_choice=True, chosen=chosen)


def ask(text: str, topic: str = "", memory: Memory | None = None) -> Outcome:
    return respond(typed(text, topic), memory or Memory(), LIBRARY)


def tell(heard: Heard, memory: Memory) -> Outcome:
    return Fact().decide(heard, memory, LIBRARY)


def test_what_all_need_is_said_and_what_decides_the_rest_is_asked() -> None:
    outcome = ask("theres mould in my bedroom", MOULD)

    assert "with photos" in outcome.lines[0].text
    assert "working days" not in outcome.lines[0].text
    assert outcome.lines[1].response == "utter_which_tenure"
    assert outcome.memory.doing == "which_fact"


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(pressed(topic=MOULD, field="tenure", value="council"), id="a choice"),
        pytest.param(typed("the council"), id="a bare word"),
        pytest.param(typed("we rent it from the council", intent="inform"), id="a sentence"),
    ],
)
def test_what_is_told_brings_what_is_different_and_nothing_twice(said: Heard) -> None:
    outcome = tell(said, ask("theres mould in my bedroom", MOULD).memory)

    assert "within 10 working days" in outcome.lines[0].text
    assert "with photos" not in outcome.lines[0].text
    assert outcome.memory.facts == {"tenure": "council"}
    assert outcome.memory.doing is None


def test_it_is_never_asked_again() -> None:
    known = tell(typed("private"), ask("mould", MOULD).memory).memory

    repair = ask("my boiler is broken", REPAIR, known)

    assert "utter_which_tenure" not in [line.response for line in repair.lines]
    assert "Tell your landlord about the repair" in repair.lines[0].text


def test_who_does_not_tell_hears_what_is_said_to_each_and_is_not_asked_again() -> None:
    asked = ask("mould", MOULD).memory

    outcome = tell(typed("dunno"), asked)
    later = ask("my boiler is broken", REPAIR, outcome.memory)

    assert "**Private tenants.**" in outcome.lines[0].text
    assert "**Own your home?**" in outcome.lines[0].text
    assert later.memory.doing is None


def test_a_new_question_is_answered_instead() -> None:
    outcome = tell(typed("how much is garden waste", "garden-waste"), ask("m", MOULD).memory)

    assert "£54" in outcome.lines[0].text
    assert outcome.memory.doing is None


def test_a_wish_for_a_person_is_heard_instead() -> None:
    outcome = tell(typed("can i talk to a person", intent="person"), ask("m", MOULD).memory)

    assert outcome.lines[0].response == "utter_person"


def test_words_that_tell_it_spare_the_question() -> None:
    outcome = ask("mould in my room and my landlord does nothing", MOULD)

    assert "**Private tenants.**" in outcome.lines[0].text
    assert "working days of finishing" not in outcome.lines[0].text
    assert outcome.memory.doing is None


def test_it_is_corrected_when_the_person_says_otherwise() -> None:
    known = ask("mould in my room and my landlord does nothing", MOULD).memory

    outcome = ask("actually I own it", memory=known)

    assert outcome.lines[0].text.startswith("**Own your home?**")
    assert outcome.memory.facts == {"tenure": "owner"}


def test_nobody_is_asked_about_what_the_article_only_mentions() -> None:
    outcome = ask("rats", "pest-control")

    assert "**Tenants:**" in outcome.lines[0].text
    assert outcome.memory.doing is None


def test_a_business_hears_what_is_for_a_business() -> None:
    outcome = ask("can i take rubbish from my shop to the tip", "recycling-centre")

    assert "licence to take it away" in outcome.lines[0].text


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("my landlord won't fix it", "private", id="a landlord"),
        pytest.param("My landlord is the council", "council", id="the council is the landlord"),
        pytest.param("I'm a council tenant", "council", id="a council tenant"),
        pytest.param("boiler broke in our council house", "council", id="a council house"),
        pytest.param("im with a housing association", "association", id="an association"),
        pytest.param("i own my flat", "owner", id="an owner"),
        pytest.param("not a council tenant, i rent privately", "private", id="a denial"),
        pytest.param("how long is the list for a council house", None, id="a wish for one"),
        pytest.param("i own a cafe", None, id="something else is owned"),
    ],
)
def test_reads_how_somebody_lives(said: str, expected: str | None) -> None:
    assert facts_in(said).get("tenure") == expected


def test_a_bare_word_is_only_an_answer() -> None:
    assert facts_in("council") == {}
    assert facts_in("council", asked="tenure") == {"tenure": "council"}


def test_every_fact_that_is_asked_for_has_its_question_and_choices() -> None:
    written = yaml.safe_load((PROJECT / "data/domain/facts.yml").read_text("utf-8"))["responses"]

    asked = {name for article in LIBRARY.articles() for name in article.depends_on}

    for name in asked:
        payloads = " ".join(b["payload"] for b in written[f"utter_which_{name}"][0]["buttons"])
        for value in values_of_fact(name):
            assert f'"value": "{value}"' in payloads


def test_every_article_has_an_answer_for_everybody() -> None:
    """Whatever is known, no value is missing and something is said."""
    councils = [c for c in LIBRARY.authorities.all() if c.serves(TODAY)]
    for article in LIBRARY.articles():
        if "{% if" not in article.body:
            continue
        for council in councils:
            if article.tier not in ("all", council.tier) and council.tier != "unitary":
                continue
            for known in read_facts():
                said = answer(article, council, council, TODAY, {known.fact: known.value})
                assert len(said.text) > 60
