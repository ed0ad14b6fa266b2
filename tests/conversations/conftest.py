"""The real bot, on a Saturday in November."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.rasa_bot import RasaBot
from assistant.training import MODEL, PROJECT, needs_training, train
from tests.conversations.talk import Talk

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session")
def bot(tmp_path_factory: pytest.TempPathFactory) -> RasaBot:
    """The trained bot. When its inputs have changed it is trained, once for all tests."""
    model = PROJECT / MODEL
    if needs_training():
        model = train(into=tmp_path_factory.mktemp("models") / "front-door.tar.gz")
    return RasaBot.load(model, today=lambda: TODAY)


@pytest.fixture
def talk(bot: RasaBot) -> Talk:
    return Talk(bot)
