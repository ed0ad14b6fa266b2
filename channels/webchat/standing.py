"""Where a conversation stands, in the words that the resident reads above the message box."""

from __future__ import annotations

from dataclasses import dataclass

from channels.webchat.rows import officer
from channels.webchat.service import Status


@dataclass(frozen=True)
class Standing:
    """`who` answers now. `title` and `text` are the notice; both are empty when all is usual."""

    state: str
    who: str
    title: str = ""
    text: str = ""

    @property
    def spoken(self) -> str:
        """Return the notice as one text, for those who hear it."""
        return f"{self.title} {self.text}".strip()


def standing(status: Status) -> Standing:
    """Return the words for a status. `state` is closed, agent, queue, starting or bot."""
    if status.closed:
        return Standing(
            "closed",
            "Chat ended",
            "This chat has ended.",
            "To start a new chat, write a message.",
        )
    if status.keeper == "agent":
        return Standing("agent", officer(status.agent_name))
    if status.keeper == "queue":
        return Standing("queue", "Waiting for a person", *_waiting(status))
    if not status.ready:
        return Standing(
            "starting",
            "Assistant is starting",
            "The assistant is starting.",
            "You can write now. We keep your message and answer it as soon as we can.",
        )
    return Standing("bot", "Assistant")


def _waiting(status: Status) -> tuple[str, str]:
    meanwhile = "You can leave this page open."
    place = f"You are number {status.place} in the queue" if status.place else ""
    if status.hours:
        # Somebody who hears "next in the queue" at night would sit and wait for nobody.
        kept = f" {place}." if place else ""
        return "Nobody is here to answer right now.", f"{status.hours}{kept} {meanwhile}"
    if status.place == 1:
        return "You are next in the queue for a person.", meanwhile
    return (f"{place} for a person." if place else "You are waiting for a person."), meanwhile
