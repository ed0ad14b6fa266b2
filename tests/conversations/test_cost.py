"""A turn costs the same however long the conversation is: its state does not grow."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import cycle, islice

from assistant.rasa_bot.memory import LONGEST_TAIL
from tests.conversations.talk import Talk

SAYINGS = (
    *("hello", "how much is garden waste?", "wibble", "report a missed bin", "XA1 8AB"),
    *("no, XA1 8AA", "22", "black", "green", "yesterday", "what are your opening hours?"),
    *("stop", "when is my bin day", "thanks", "flurb the glark", "no"),
)


async def test_the_state_stays_small_for_400_turns(talk: Talk) -> None:
    sizes = []
    for text in islice(cycle(SAYINGS), 400):
        await talk.say(text)
        sizes.append(len(json.dumps(asdict(talk.state))))
        assert len(talk.state.events) <= LONGEST_TAIL
    assert max(sizes) < 5_000
    assert max(sizes[200:]) <= max(sizes[:200]) * 1.1


async def test_the_state_holds_no_words_but_those_of_the_form(talk: Talk) -> None:
    await talk.say("hello zebra", "report a missed bin", "XA1 8AA zebra", "thanks")
    assert "zebra" not in json.dumps(asdict(talk.state))
