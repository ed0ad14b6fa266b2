"""What is said, how often and by how many at once: the same for both servers."""

from __future__ import annotations

from dataclasses import dataclass

SMALL_TALK = (
    "hello",
    "great",
    "are you a human?",
    "perfect",
    "see you later",
    "good morning",
    "not good",
    "am I talking to a bot?",
    "wonderful",
    "bye",
)
"""Greetings, moods, goodbyes and bot challenges: all that the bot of `rasa init` understands, and
ours understands them too."""

QUESTIONS = (
    "how do I pay my council tax",
    "how do I apply for a blue badge",
    "can my kids get free school meals",
    "how do i join the library",
    "what goes in the recycling bin",
    "how do I register a birth",
    "what time does the recycling centre close",
    "how much is a bulky waste collection",
    "how do i get a parking permit",
    "I live alone, is there a discount",
)
"""What residents ask a council: each is searched for and answered from an article."""

MARKS = (10, 100, 400)
"""The turns of one long conversation that are looked at, each in a window of one whole mixture."""
WINDOW = len(SMALL_TALK)


@dataclass(frozen=True)
class Level:
    """So many conversations at once, and so many in one go."""

    at_once: int
    conversations: int


@dataclass(frozen=True)
class Plan:
    """How much is measured. Times are in seconds.

    In each round each server is under load for `least_round` at least, at each level: as many goes
    as that takes, each of whole conversations. `longest_round` is when a go is cut short.
    """

    starts: int
    rounds: int
    turns: int
    levels: tuple[Level, ...]
    least_round: float
    long_turns: int
    long_talks: int
    longest_round: float
    longest_talk: float
    pause: float = 0.05
    """Between two messages of one resident while no worker runs: about the pace of the load."""


FULL = Plan(
    starts=3,
    rounds=2,
    turns=25,
    # All conversations of a go begin and end at about the same time, so that no part of it is
    # with fewer at once.
    levels=(Level(1, 5), Level(8, 8), Level(32, 32)),
    least_round=6.0,
    long_turns=MARKS[-1] + WINDOW // 2,
    long_talks=3,
    longest_round=90.0,
    longest_talk=180.0,
)
QUICK = Plan(
    starts=1,
    rounds=1,
    turns=5,
    levels=(Level(1, 2), Level(8, 8), Level(32, 32)),
    least_round=0.0,
    long_turns=MARKS[-1] + WINDOW // 2,
    long_talks=1,
    longest_round=10.0,
    longest_talk=8.0,
)
