"""Step three: all that a turn decides is committed in one transaction, or nothing is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from sqlalchemy.engine import Connection

from assistant import conversations as book
from assistant import inbox, outbox, transcript
from assistant.bot import Turn
from assistant.content import more_of
from assistant.conversation import Conversation, Keeper
from assistant.inbox import Work
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
        for reply in turn.replies:
            conversation = self.say(
                connection, conversation, _with_references(reply, references), now
            )
        if turn.handover is not None:
            conversation = self.join_queue(connection, conversation, turn.handover, now)
        inbox.handled(connection, work, now)
        book.end_turn(connection, conversation, turn.state, now)
        return Outcome.DONE

    def must_last(self, work: Work, turn: Turn) -> bool:
        """Whether the turn must outlive a power cut. One that only said something on a page need
        not: its message, which was kept, is then answered again, with the same words."""
        calls = any(
            self.channels(work.conversation.address.channel).render(reply) for reply in turn.replies
        )
        return bool(turn.requests or turn.handover or calls)

    def say(
        self,
        connection: Connection,
        conversation: Conversation,
        reply: Reply,
        now: datetime,
        speaker: Speaker = Speaker.ASSISTANT,
        name: str = "",
        client_id: str = "",
    ) -> Conversation:
        """Write what is said to the transcript, and to the outbox of a channel that is pushed;
        return the conversation as it then is, which the caller saves.

        An agent's page names its words with `client_id`: nothing happens when it said them before.
        """
        more = more_of(reply) | ({"client_id": client_id} if client_id else {})
        once = f"{conversation.id}:{conversation.agent}:{client_id}" if client_id else None
        said = transcript.append(
            connection, conversation, speaker, reply.text, now, name=name, more=more, once=once
        )
        if said is None:
            return conversation
        # An agent's words stand whoever keeps the conversation later; a bot's only in its epoch.
        epoch = None if speaker is Speaker.AGENT else said.epoch
        for part, payload in enumerate(self.channels(said.address.channel).render(reply)):
            key = f"{said.id}:{said.position}:{part}"
            outbox.put(connection, said, payload, key, now, epoch=epoch)
        return said

    def join_queue(
        self, connection: Connection, conversation: Conversation, handover: Handover, now: datetime
    ) -> Conversation:
        """Join the queue of people, and tell the resident their place and when people are in."""
        place = queue.join(connection, conversation.id, conversation.authority, handover, now)
        hours = self.hours(conversation.authority, now)
        waiting = self.words.say(
            "utter_waiting", place=place, hours=hours or self.words.say("utter_people_are_in").text
        )
        return self.say(connection, conversation, waiting, now, Speaker.SYSTEM)

    def leave_queue(self, connection: Connection, work: Work, now: datetime) -> Outcome:
        """Give the conversation back to the bot because the resident no longer wants to wait."""
        conversation = inbox.held(connection, work)
        if conversation is None:
            return Outcome.LOST
        if conversation.keeper is Keeper.QUEUE:
            back = self.words.say("utter_back_to_assistant")
            queue.leave(connection, conversation.id, "stopped waiting", now)
            conversation = self.say(
                connection, conversation.handed_back(), back, now, Speaker.SYSTEM
            )
        inbox.handled(connection, work, now)
        book.end_turn(connection, conversation, work.state, now)
        return Outcome.DONE


def _with_references(reply: Reply, references: list[str]) -> Reply:
    text, short = reply.text, reply.short
    for reference in references:
        text = text.replace(REFERENCE, reference, 1)
        short = short.replace(REFERENCE, reference, 1)
    return replace(reply, text=text, short=short)
