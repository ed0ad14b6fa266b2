"""What is happening now is said first, by the real bot, and once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import pytest

from assistant.alerts import Herald
from assistant.rasa_bot import RasaBot
from channels.messages import Address
from knowledge.alerts import Alert
from knowledge.library import open_library
from tests.conversations.talk import Talk

SATURDAY = datetime(2026, 11, 21, 10, 0, tzinfo=timezone.utc)
SNOW = "Snow: bins are a day late in Ashcombe until Friday."
ROADS = "Snow: we grit main roads only until Monday."
SHUT = "All our offices are shut today because of snow."


@dataclass
class Board:
    """The alerts that hold."""

    alerts: list[Alert] = field(default_factory=list)

    def put(self, text: str, *topics: str, authority: str = "ashcombe") -> None:
        since, until = SATURDAY - timedelta(hours=1), SATURDAY + timedelta(days=6)
        number = len(self.alerts) + 1
        self.alerts.append(Alert(number, authority, topics, text, since, until, "priya", SATURDAY))


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def talk(bot: RasaBot, board: Board) -> Talk:
    herald = Herald(
        bot,
        lambda: board.alerts,
        open_library(),
        lambda: SATURDAY,
        lambda authority, address: address.channel == "webchat",
    )
    return Talk(herald)


async def test_the_answer_begins_with_the_alert_and_the_next_one_does_not(
    talk: Talk, board: Board
) -> None:
    board.put(SNOW, "bin-collection-day", "missed-bin")

    await talk.say("when is my bin day", "XA1 8AA")
    assert talk.text.startswith(f"{SNOW}\n\n")
    assert "Tuesday 24 November" in talk.text
    await talk.say("thanks", "when are the bins collected?")
    assert SNOW not in talk.text
    assert "Tuesday 24 November" in talk.text


async def test_a_countys_alert_is_told_at_a_districts_door(talk: Talk, board: Board) -> None:
    board.put(ROADS, "pothole", authority="wenshire")

    await talk.say("how do I report a pothole?")
    assert talk.text.startswith(ROADS)
    assert "Wenshire County Council" in talk.text


async def test_a_greeting_is_answered_with_what_is_happening(talk: Talk, board: Board) -> None:
    board.put(SHUT)
    board.put(SNOW, "bin-collection-day")

    await talk.say("hello")
    assert talk.text.startswith(f"{SHUT}\n\n{SNOW}\n\nHello.")
    await talk.say("hi")
    assert SNOW not in talk.text


async def test_by_text_message_the_short_answer_begins_with_it_too(
    talk: Talk, board: Board
) -> None:
    board.put(SNOW, "single-person-discount")

    talk.sender = Address("sms", "+447700900123")
    await talk.say("i live alone, do I pay less council tax?")
    (reply,) = talk.turns[-1].replies
    assert reply.short.startswith(f"{SNOW} You")


async def test_an_emergency_comes_before_any_alert(talk: Talk, board: Board) -> None:
    board.put(SHUT)

    talk.sender = Address("sms", "+447700900123")
    await talk.say("i have nowhere to sleep tonight")
    assert SHUT not in talk.text


async def test_nothing_is_said_when_nothing_happens(talk: Talk) -> None:
    await talk.say("hello")
    assert talk.text.startswith("Hello.")
