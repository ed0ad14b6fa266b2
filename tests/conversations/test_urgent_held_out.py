"""Emergencies in words that training never saw, and what only looks like them."""

from __future__ import annotations

from collections.abc import Callable

import yaml

from assistant.rasa_bot import RasaBot
from assistant.training import PROJECT
from tests.conversations.talk import Talk

HELD_OUT = PROJECT / "data" / "eval" / "held_out"
Recorder = Callable[[str, object], None]

# What was measured, less a point. The aim is all of them, with one false alarm in a hundred.
RECALL = 0.96
FALSE_ALARMS = 0.016


def read(name: str) -> list[str]:
    written = yaml.safe_load((HELD_OUT / f"{name}.yml").read_text("utf-8"))
    return [text for texts in written.values() for text in texts]


async def is_alarmed(bot: RasaBot, said: str) -> bool:
    return (await Talk(bot).say(said)).understood.intent == "urgent"


async def test_emergencies_are_found(bot: RasaBot, record_testsuite_property: Recorder) -> None:
    said = read("urgent")
    missed = [text for text in said if not await is_alarmed(bot, text)]
    record_testsuite_property("urgent recall", round(1 - len(missed) / len(said), 3))
    assert len(said) >= 300
    assert 1 - len(missed) / len(said) >= RECALL


async def test_what_only_looks_like_one_raises_no_alarm(
    bot: RasaBot, record_testsuite_property: Recorder
) -> None:
    said = read("look_alikes")
    alarmed = [text for text in said if await is_alarmed(bot, text)]
    record_testsuite_property("urgent false alarms", round(len(alarmed) / len(said), 3))
    assert len(said) >= 600
    assert len(alarmed) / len(said) <= FALSE_ALARMS
