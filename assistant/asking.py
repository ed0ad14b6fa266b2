"""Asks the bot one question on the command line, through the same code as a worker's."""

from __future__ import annotations

import sys

from assistant.bot import Turn
from assistant.settings import Settings


async def ask(settings: Settings, question: str, authority: str) -> None:
    """Print what the bot would say at that council's door, and how it read the question."""
    from assistant.rasa_bot import RasaBot

    turn = await RasaBot.load(settings.model).ask(question, authority)
    sys.stdout.write("\n".join([*_lines(turn), ""]))


def _lines(turn: Turn) -> list[str]:
    lines = []
    for reply in turn.replies:
        lines += [reply.text, ""]
        lines += [f"  [ {choice.label} ]" for choice in reply.choices]
        if reply.source:
            source = reply.source
            lines.append(
                f"  Source: {source.title}, {source.responsible}, checked {source.reviewed_on}"
            )
    read = turn.understood
    topics = ", ".join(read.topics) or "none"
    return [*lines, f"  Read as {read.intent} ({read.confidence:.0%}); topics: {topics}"]
