"""A bot reply that was computed before an agent took over is never delivered: 1,000 races."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.bot import DialogueState, Turn
from assistant.conversation import Conversation
from assistant.delivery import Delivery
from assistant.floor import ConversationFloor
from assistant.hub import Hub
from assistant.store import Store
from assistant.turn import Committer
from assistant.words import read_words
from assistant.worker import Worker, utc_now
from channels.messages import InboundMessage
from handoff.floor import Agent
from tests.databases import sqlite_store
from tests.fakes import Platform, QuickBot
from tests.paths import DOOR, SilentNudges, accept, lines

RACES = 1000
PRIYA = Agent(1, "priya", "Priya", DOOR, (DOOR,))


class UnevenBot(QuickBot):
    """Takes between nothing and 4 ms, as the dice fall."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__()
        self._dice = dice

    async def answer(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn:
        await asyncio.sleep(self._dice.random() * 0.004)
        return await super().answer(conversation, state, message)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with sqlite_store(tmp_path) as made:
        yield made


async def test_no_bot_reply_follows_an_agent_in_1000_races(store: Store) -> None:
    dice = random.Random(7)  # noqa: S311 - a test's dice
    platform = Platform()
    committer = Committer(
        lambda _, name: {"pushed": platform}[name], read_words(), lambda slug, now: ""
    )
    worker = Worker(store, UnevenBot(dice), committer, SilentNudges(), name="racer")
    floor = ConversationFloor(store, Hub(store, SilentNudges()), committer, utc_now)
    delivery = Delivery(store, committer.channels, worker.holder, utc_now)
    winners: Counter[str] = Counter()

    async def work() -> None:
        await worker.work_once()
        await delivery.deliver_one()

    async def take(conversation: str) -> None:
        await asyncio.sleep(dice.random() * 0.006)
        await floor.take(PRIYA, conversation)

    for race in range(RACES):
        user = f"user{race}"
        conversation = accept(store, "Hello", user=user)
        await asyncio.gather(work(), take(conversation))
        while await worker.work_once() or await delivery.deliver_one():
            pass
        speakers = [speaker for speaker, _ in lines(store, conversation)]
        read = platform.texts(user)
        assert read[-1] == "Priya has joined the chat."
        if "assistant" not in speakers:
            winners["agent took it first"] += 1
            assert (speakers, len(read)) == (["resident", "system"], 1)
        elif len(read) == 1:
            # Written in time, but the agent came before it was sent: it must not go out.
            winners["agent took it before it was sent"] += 1
        else:
            winners["bot"] += 1
            assert (speakers, len(read)) == (["resident", "assistant", "system"], 2)

    # The dice must have let both win often, or nothing was raced.
    assert min(winners["bot"], winners["agent took it first"]) > RACES / 10, winners
