"""What a turn costs in the middle of a form, beside one that answers a question."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timezone
from statistics import median

from assistant.bot import DialogueState
from assistant.conversation import Conversation
from assistant.rasa_bot import RasaBot
from channels.messages import Address, InboundMessage, Said

DOOR = "ashcombe"
ROUNDS = 40
FORMS: Sequence[tuple[str, ...]] = (
    ("I want to report a missed bin", "XA1 8AA", "22", "the black one", "yesterday"),
    ("I want to report a pothole", "outside 14 Mill Lane", "in the road", "a big one"),
    ("I want to make a complaint", "a new complaint", "council tax", "nobody answers my letters"),
)
QUESTIONS = (
    "when is my bin collected",
    "how do I pay my council tax",
    "where is the tip",
    "how do I join the library",
)


async def form_times(bot: RasaBot) -> tuple[float, float]:
    """Return the median milliseconds of a turn that answers a question, and of one in the middle
    of a form; taken in turns, so that the machine's moods meet both."""
    questions, answers = [], []
    for _ in range(ROUNDS):
        for form in FORMS:
            state = DialogueState()
            for place, words in enumerate(form):
                state, took = await _turn(bot, state, words)
                if place:
                    answers.append(took)
        for words in QUESTIONS:
            questions.append((await _turn(bot, DialogueState(), words))[1])
    return median(questions), median(answers)


async def _turn(bot: RasaBot, state: DialogueState, words: str) -> tuple[DialogueState, float]:
    address = Address("terminal", "bench")
    message = InboundMessage(address, "1", Said(words), datetime.now(timezone.utc))
    began = time.perf_counter()
    turn = await bot.answer(Conversation("bench", DOOR, address), state, message)
    return turn.state, 1000 * (time.perf_counter() - began)
