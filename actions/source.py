"""Where an answer comes from, as it travels from a skill to the bot."""

from __future__ import annotations

from knowledge.answers import Answer


def source_of(found: Answer) -> dict[str, str]:
    """Return what assistant/rasa_bot.py makes a Source of, and the answer for text messages."""
    return {
        "article": found.article,
        "title": found.title,
        "url": found.url,
        "responsible": found.responsible,
        "reviewed_on": found.reviewed_on.isoformat(),
        "short": found.short,
    }
