"""Step three: all that a turn decides is committed in one transaction, or nothing is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant import conversations as book
from assistant import inbox, outbox, transcript
from assistant.bot import DialogueState, Turn
from assistant.content import more_of
from assistant.conversation import Conversation, Keeper
from assistant.inbox import Work
from assistant.tables import conversations
from assistant.words import Words
from channels.channel import Channel
from channels.messages import Reply
from channels.transcript import Speaker
from handoff import queue
from handoff.handover import Handover
from knowledge import requests

REFERENCE = "{{ reference }}"


class Outcome(Enum):
    """What became of a turn: only DONE has left a trace."""

    DONE = "done"
    OVERTAKEN = "overtaken"
    """The keeper changed while the bot was thinking: its words are thrown away."""
    LOST = "lost"
    """Another worker holds the conversation by now: this one must do nothing."""


@dataclass(frozen=True)
class Committer:
    """Writes turns. `channels` are those known by name; `hours` gives the sentence on when people
    are in, for a council's slug and a moment."""

    channels: Callable[[str], Channel]
    words: Words
    hours: Callable[[str, datetime], str]

    def commit(self, connection: Connection, work: Work, turn: Turn, now: datetime) -> Outcome:
        """Write the turn, if the conversation is still as it was when the bot read it."""
        conversation = inbox.held(connection, work)
        if conversation is None:
            return Outcome.LOST
        if conversation.epoch != work.conversation.epoch:
            inbox.let_go(connection, work)
            return Outcome.OVERTAKEN
        references = [
            requests.lodge(connection, request, conversation.id, now) for request in turn.requests
        ]
        if turn.handover is not None:
            conversation = conversation.queued()
            book.save(connection, conversation, now)
        for reply in turn.replies:
            self.say(connection, conversation, _with_references(reply, references), now)
        if turn.handover is not None:
            self.join_queue(connection, conversation, turn.handover, now)
        save_state(connection, conversation.id, turn.state)
        inbox.done(connection, work, now)
        return Outcome.DONE

    def say(
        self,
        connection: Connection,
        conversation: Conversation,
        reply: Reply,
        now: datetime,
        speaker: Speaker = Speaker.ASSISTANT,
        name: str = "",
        once: str | None = None,
    ) -> bool:
        """Write what is said to the transcript, and to the outbox of a channel that is pushed;
        False when `once` was said before."""
        position = transcript.append(
            connection,
            conversation.id,
            conversation.authority,
            speaker,
            reply.text,
            now,
            name=name,
            more=more_of(reply),
            once=once,
        )
        if position is None:
            return False
        # An agent's words stand whoever keeps the conversation later; a bot's only in its epoch.
        epoch = None if speaker is Speaker.AGENT else conversation.epoch
        for part, payload in enumerate(self.channels(conversation.address.channel).render(reply)):
            key = f"{conversation.id}:{position}:{part}"
            outbox.put(connection, conversation, payload, key, now, epoch=epoch)
        return True

    def join_queue(
        self, connection: Connection, conversation: Conversation, handover: Handover, now: datetime
    ) -> None:
        """Join the queue of people, and tell the resident their place and when people are in."""
        place = queue.join(connection, conversation.id, conversation.authority, handover, now)
        hours = self.hours(conversation.authority, now)
        waiting = self.words.say(
            "utter_waiting", place=place, hours=hours or self.words.say("utter_people_are_in").text
        )
        self.say(connection, conversation, waiting, now, Speaker.SYSTEM)

    def leave_queue(self, connection: Connection, work: Work, now: datetime) -> Outcome:
        """Give the conversation back to the bot because the resident no longer wants to wait."""
        conversation = inbox.held(connection, work)
        if conversation is None:
            return Outcome.LOST
        if conversation.keeper is Keeper.QUEUE:
            conversation = conversation.handed_back()
            book.save(connection, conversation, now)
            queue.leave(connection, conversation.id, "stopped waiting", now)
            back = self.words.say("utter_back_to_assistant")
            self.say(connection, conversation, back, now, Speaker.SYSTEM)
        inbox.done(connection, work, now)
        return Outcome.DONE


def save_state(connection: Connection, conversation: str, state: DialogueState) -> None:
    """Keep what the bot must remember until the next message."""
    value = {"slots": dict(state.slots), "events": [dict(event) for event in state.events]}
    connection.execute(
        sa.update(conversations).where(conversations.c.id == conversation).values(state=value)
    )


def _with_references(reply: Reply, references: list[str]) -> Reply:
    text, short = reply.text, reply.short
    for reference in references:
        text = text.replace(REFERENCE, reference, 1)
        short = short.replace(REFERENCE, reference, 1)
    return replace(reply, text=text, short=short)
