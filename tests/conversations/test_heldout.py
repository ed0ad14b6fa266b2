"""How well intents are read in sayings that training never saw."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import yaml

from assistant.rasa_bot import RasaBot
from assistant.training import PROJECT
from tests.conversations.talk import Talk

HELD_OUT = yaml.safe_load(Path(__file__).with_name("heldout_intents.yml").read_text("utf-8"))
Recorder = Callable[[str, object], None]

ACCURACY = 0.88
OUT_OF_SCOPE_RECALL = 0.6


async def _read(bot: RasaBot, said: str) -> str:
    return (await Talk(bot).say(said)).understood.intent


async def test_reads_what_people_do(bot: RasaBot, record_testsuite_property: Recorder) -> None:
    cases = [(s, i) for i, sayings in HELD_OUT.items() if i != "out_of_scope" for s in sayings]
    wrong = [(said, intent) for said, intent in cases if await _read(bot, said) != intent]
    accuracy = 1 - len(wrong) / len(cases)
    record_testsuite_property("intent accuracy", round(accuracy, 3))
    assert len(cases) >= 200
    assert accuracy >= ACCURACY, wrong


async def test_knows_what_it_was_not_made_for(
    bot: RasaBot, record_testsuite_property: Recorder
) -> None:
    sayings = HELD_OUT["out_of_scope"]
    found = [said for said in sayings if await _read(bot, said) == "out_of_scope"]
    record_testsuite_property("out-of-scope recall", round(len(found) / len(sayings), 3))
    assert len(found) / len(sayings) >= OUT_OF_SCOPE_RECALL


async def test_small_typing_errors_do_not_matter(bot: RasaBot) -> None:
    sayings = {
        "wehn is my bin colection day": "ask",
        "i want to reprot a missed bin": "request",
        "can i speek to a persn": "person",
        "thnak you": "thank",
        "cancle this plase": "stop",
    }
    assert {said: await _read(bot, said) for said in sayings} == sayings


def test_no_saying_is_in_the_training_data() -> None:
    trained = " ".join(p.read_text("utf-8") for p in (PROJECT / "data" / "nlu").glob("*.yml"))
    lines = {line.strip("- ").lower() for line in trained.splitlines()}
    assert [s for sayings in HELD_OUT.values() for s in sayings if s.lower() in lines] == []
