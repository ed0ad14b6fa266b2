"""A file or a place that comes without words is thanked for, and no bot is troubled with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
import yaml

from assistant.bot import DialogueState
from assistant.conversation import Conversation
from assistant.rasa_bot.bot import RasaBot
from assistant.rasa_bot.said import Collected
from assistant.words import DOMAIN
from channels.messages import (
    Address,
    Attached,
    Chose,
    Content,
    InboundMessage,
    Located,
    Reply,
    Said,
)
from tests.paths import DOOR, NOON

ADA = Address("telegram", "1001")
STATE = DialogueState({"doing": "request"})


@dataclass
class NoRasa:
    """The parts of a bot whose model only hears. `heard` is what it was given to understand."""

    heard: list[str] = field(default_factory=list)

    def response(self, name: str) -> Mapping[str, Any]:
        files = sorted(DOMAIN.glob("*.yml"))
        read = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
        found: Mapping[str, Any] = {
            key: texts[0] for one in read for key, texts in one.get("responses", {}).items()
        }[name]
        return found

    def known_choice(
        self, value: str, choice: tuple[str, Mapping[str, str]] | None
    ) -> Mapping[str, Any] | None:
        return None

    async def turn(
        self,
        conversation: str,
        state: DialogueState,
        text: str,
        parsed: Mapping[str, Any] | None,
        about: Mapping[str, Any],
        collected: Collected,
    ) -> tuple[DialogueState, Mapping[str, Any]]:
        self.heard.append(text)
        return state, {}


async def answered(content: Content) -> tuple[tuple[Reply, ...], DialogueState, list[str]]:
    rasa = NoRasa()
    bot = RasaBot(rasa, lambda: date(2026, 11, 20))  # type: ignore[arg-type] # stands in for it
    turn = await bot.answer(
        Conversation("c1", DOOR, ADA), STATE, InboundMessage(ADA, "1", content, NOON)
    )
    return turn.replies, turn.state, rasa.heard


@pytest.mark.parametrize(
    ("content", "beginning"),
    [
        pytest.param(Attached("f", "image/jpeg"), "Thank you. I have your file.", id="a photo"),
        pytest.param(
            Attached("f", "audio/ogg", "  "), "Thank you. I have your file.", id="a voice"
        ),
        pytest.param(Located(51.5, 0.0), "Thank you. I have the place", id="a place"),
    ],
)
async def test_it_is_thanked_for_and_asked_about(content: Content, beginning: str) -> None:
    [reply], state, heard = await answered(content)
    assert reply.text.startswith(beginning)
    assert "?" in reply.text
    # A form that is under way goes on where it was.
    assert (state, heard) == (STATE, [])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(Attached("f", "image/jpeg", "my bin"), "my bin", id="under a photo"),
        pytest.param(Said("my bin"), "my bin", id="alone"),
        pytest.param(Chose("/unknown", "My bin"), "My bin", id="on a button that nobody knows"),
    ],
)
async def test_words_are_understood_wherever_they_stand(content: Content, words: str) -> None:
    assert (await answered(content))[2] == [words]


@pytest.mark.parametrize("content", [Said("\x00\u202e"), Chose("", ""), Said("  ")])
async def test_what_holds_no_words_is_said_to_be_unreadable(content: Content) -> None:
    [reply], state, heard = await answered(content)
    assert reply.text != ""
    assert (state, heard) == (STATE, [])
