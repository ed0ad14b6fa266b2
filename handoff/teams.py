"""Is anybody in: what the hours say, and who is at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from handoff import sessions
from knowledge.authorities import Authority
from knowledge.hours import hours_sentence, is_open


@dataclass(frozen=True)
class Presence:
    """`open` is what the hours say; `on_shift` counts the agents who are signed in and awake.

    `sentence` is for a resident: when advisers are back, or that nobody is at the desk although
    the hours say so; empty when somebody is in.
    """

    open: bool
    on_shift: int
    sentence: str = ""

    @property
    def somebody_is_in(self) -> bool:
        return self.open and self.on_shift > 0


def presence(connection: Connection, authority: Authority, now: datetime) -> Presence:
    """Say honestly whether a resident of this council's chat can expect a person now."""
    return weigh(authority, on_shift(connection, authority.slug, now), now)


def weigh(authority: Authority, agents: int, now: datetime) -> Presence:
    """The same, for a known number of agents at the desk.

    An agent who works late does not make the council open: nobody else should count on it.
    """
    if not is_open(authority, now):
        return Presence(False, agents, hours_sentence(authority, now))
    if not agents:
        return Presence(
            True, 0, "Our advisers are all away from the desk right now. It may take a while."
        )
    return Presence(True, agents)


def on_shift(connection: Connection, authority: str, now: datetime) -> int:
    """Return how many agents who answer for this council are at the desk."""
    return sum(authority in agent.covers for agent in sessions.at_the_desk(connection, now))
