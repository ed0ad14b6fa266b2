"""The real bot, on a Saturday in November."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.rasa_bot import RasaBot
from tests.conversations.talk import Talk

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session")
def bot(model: Path) -> RasaBot:
    """The trained bot."""
    return RasaBot.load(model, today=lambda: TODAY)


@pytest.fixture
def talk(bot: RasaBot) -> Talk:
    return Talk(bot)
