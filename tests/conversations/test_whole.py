"""Whole conversations, from the first word to the last: each file is one, written to be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.rasa_bot import RasaBot
from tests.conversations.talk import Talk

FOLDER = Path(__file__).parent / "whole"
FILES = sorted(FOLDER.glob("*.yml"))
KNOWN = {
    "says", "presses", "hears", "never", "begins", "offers", "topic", "topics", "source", "lodges",
    "hands_over", "language",
}  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
async def test_a_whole_conversation(bot: RasaBot, file: Path) -> None:
    written = read(file)
    talk = Talk(bot, door=written["door"])
    for turn in written["turns"]:
        await (talk.press(turn["presses"]) if "presses" in turn else talk.say(turn["says"]))
        assert faults(talk, turn) == [], f"{turn.get('says') or turn['presses']}\n\n{talk.text}"


def read(file: Path) -> dict[str, Any]:
    """Return the conversation: at whose `door`, and its `turns`."""
    written: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return written


def faults(talk: Talk, turn: dict[str, Any]) -> list[str]:
    """Return what the turn should be and is not, none when it is right."""
    last = talk.turns[-1]
    topics = [topic.slug for topic in last.understood.topics]
    sources = [reply.source.article for reply in last.replies if reply.source]
    handover = last.handover
    found = [f"unknown: {name}" for name in turn.keys() - KNOWN]
    found += [f"does not say: {said}" for said in turn.get("hears", ()) if said not in talk.text]
    found += [f"says: {said}" for said in turn.get("never", ()) if said in talk.text]
    found += [f"does not offer: {one}" for one in turn.get("offers", ()) if one not in talk.choices]
    if not talk.text.startswith(turn.get("begins", "")):
        found.append(f"does not begin: {turn['begins']}")
    if "topic" in turn and topics[:1] != [turn["topic"]]:
        found.append(f"understood: {topics}")
    if "topics" in turn and topics[: len(turn["topics"])] != turn["topics"]:
        found.append(f"understood: {topics}")
    if "source" in turn and turn["source"] not in sources:
        found.append(f"answered from: {sources}")
    if "lodges" in turn and [r.service for r in last.requests] != [turn["lodges"]]:
        found.append("lodges nothing of the kind")
    if "hands_over" in turn and (handover is None or handover.reason.name != turn["hands_over"]):
        found.append(f"hands over: {handover and handover.reason.name}")
    if "language" in turn and (handover is None or handover.language != turn["language"]):
        found.append(f"in: {handover and handover.language}")
    if "hands_over" not in turn and handover is not None:
        found.append("hands over")
    return found


def test_there_are_ten() -> None:
    assert len(FILES) == 10
