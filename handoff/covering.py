"""Whose residents an agent answers today: councils merge, and who waits for one goes along."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handoff.floor import Agent
from knowledge.authorities import load_authorities
from knowledge.london import in_london


def on_day(agent: Agent, now: datetime) -> Agent:
    """Return the agent, who also covers the successors of councils that have ended, and what those
    took over from: the accounts stay as they were made."""
    day = in_london(now).date()
    return replace(agent, covers=load_authorities().answered_by(agent.covers, day))


def one_queue(authority: str, now: datetime) -> tuple[str, ...]:
    """Return the slugs of the councils whose residents wait in one queue with this one's."""
    return load_authorities().one_queue(authority, in_london(now).date())
