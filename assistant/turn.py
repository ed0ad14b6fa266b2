"""Step three: all that a turn decides is committed in one transaction, or nothing is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from sqlalchemy.engine import Connection

from assistant import consent, inbox, outbox, transcript
from assistant import conversations as book
from assistant.bot import Turn
from assistant.content import more_of
from assistant.conversation import Conversation, Keeper
from assistant.inbox import Work
from assistant.refused_numbers import notice, open_form
from assistant.words import Words
from channels.channel import Channel
from channels.lowering import escaped
from channels.messages import Address, Link, Reply
from channels.transcript import Speaker
from handoff import queue
from handoff.handover import Handover
from knowledge import appointments, gaps, opinions, requests
from knowledge.back_office import BackOffice, OwnBook
from knowledge.requests import Request
from knowledge.slots import SLOT

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
    """Writes turns. `channels` gives a council's channel by name; `hours` the sentence on when
    people are in, for a council's slug and a moment; `council` the values that words about a
    council may name: council, phone and privacy; `calendar` the address of an appointment's file,
    for its reference, "" for none; `back_office` takes on what is lodged."""

    channels: Callable[[str, str], Channel]
    words: Words
    hours: Callable[[str, datetime], str]
    council: Callable[[str], Mapping[str, str]] = field(default=lambda slug: {})
    calendar: Callable[[str], str] = field(default=lambda reference: "")
    back_office: BackOffice = field(default_factory=OwnBook)

    def commit(self, connection: Connection, work: Work, turn: Turn, now: datetime) -> Outcome:
        """Write the turn, if the conversation is still as it was when the bot read it."""
        conversation = as_it_was(connection, work)
        if isinstance(conversation, Outcome):
            return conversation
        to = work.message.sender
        references = self._file(connection, conversation, turn, to, now)
        if references is None:
            # As if it had not been sent: "yes" asks for the same again, another time for that.
            turn, references = Turn((self.words.say("utter_time_taken"),), work.state), []
        if turn.handover is not None:
            conversation = conversation.queued()
        urgent = turn.handover is not None and bool(turn.handover.urgent)
        if not urgent:
            # In an emergency the number to ring stands first, before who we are.
            conversation = self.introduce(connection, conversation, to, now)
            conversation = self._say_what_was_hidden(connection, conversation, work, now)
        for reply in self._with_calendar(turn, references, conversation.authority, to):
            said = _with_references(reply, references)
            conversation = self.say(
                connection, conversation, said, now, to=to, even_if_stopped=urgent
            )
        if urgent:
            conversation = self._say_what_was_hidden(connection, conversation, work, now)
        if turn.handover is not None:
            conversation = self.join_queue(connection, conversation, turn.handover, now, to)
        if turn.gap is not None:
            gaps.record(connection, conversation.authority, turn.gap, now)
        for opinion in turn.opinions:
            opinions.keep(connection, opinion, now)
        inbox.handled(connection, work, now)
        book.end_turn(connection, conversation, turn.state, now)
        return Outcome.DONE

    def must_last(self, work: Work, turn: Turn) -> bool:
        """Whether the turn must outlive a power cut. One that only said something on a page need
        not: its message, which was kept, is then answered again, with the same words."""
        calls = self.pushes(work.conversation.authority, work.message.sender)
        return bool(turn.requests or turn.changes or turn.opinions or turn.handover or calls)

    def _file(
        self,
        connection: Connection,
        conversation: Conversation,
        turn: Turn,
        to: Address,
        now: datetime,
    ) -> list[str] | None:
        """Lodge the turn's requests and change its appointments; return the references. None, and
        nothing is written, when a time that it needs is taken."""
        if not turn.requests and not turn.changes:
            return []
        references = []
        with connection.begin_nested() as all_of_it:
            for request in turn.requests:
                reference = self._lodge(connection, conversation, request, to, now)
                if reference is None:
                    all_of_it.rollback()
                    return None
                references.append(reference)
            for change in turn.changes:
                if change.slot is None:
                    appointments.cancel(connection, change.reference, now)
                elif not appointments.move(connection, change.reference, change.slot, now):
                    all_of_it.rollback()
                    return None
        return references

    def _lodge(
        self,
        connection: Connection,
        conversation: Conversation,
        request: Request,
        to: Address,
        now: datetime,
    ) -> str | None:
        """Lodge one request, with its time if it is for one; None when that is taken."""
        slot = request.slot
        if slot is None and request.fields.get(SLOT):
            # It was taken already when the bot looked, which then sends none.
            return None
        if slot is not None:
            # After the day of a merger the time is the new council's, and so is the request.
            request = replace(request, authority=slot.authority)
        reference = requests.lodge(
            connection, request, conversation.id, now, channel=to.channel, user=to.user
        )
        if slot is not None and not appointments.book(connection, reference, slot, now):
            return None
        filed = requests.find(connection, reference)
        if filed is not None:
            self.back_office.lodged(connection, filed, now)
        return reference

    def _with_calendar(
        self, turn: Turn, references: Sequence[str], authority: str, to: Address
    ) -> Sequence[Reply]:
        """Return the replies; on a page, the one that tells of a booked time also has its file for
        a calendar."""
        booked = [
            reference
            for reference, request in zip(references, turn.requests, strict=False)
            if request.slot
        ]
        booked += [change.reference for change in turn.changes if change.slot]
        if not booked or self.pushes(authority, to):
            return turn.replies
        label = self.words.say("utter_add_to_calendar").text
        links = tuple(Link(label, url) for url in map(self.calendar, booked) if url)
        place = next((i for i, reply in enumerate(turn.replies) if REFERENCE in reply.text), 0)
        return [
            replace(reply, links=(*reply.links, *links)) if i == place else reply
            for i, reply in enumerate(turn.replies)
        ]

    def pushes(self, authority: str, address: Address) -> bool:
        """Whether what is said there must be sent, because nobody comes to read it."""
        return self.channels(authority, address.channel).pushed

    def say(
        self,
        connection: Connection,
        conversation: Conversation,
        reply: Reply,
        now: datetime,
        speaker: Speaker = Speaker.ASSISTANT,
        name: str = "",
        client_id: str = "",
        to: Address | None = None,
        even_if_stopped: bool = False,
        stands: bool = False,
    ) -> Conversation:
        """Write what is said to the transcript, and to the outbox of a channel that is pushed;
        return the conversation as it then is, which the caller saves. It is said `to` where the
        conversation goes on, or to another address that took part in it.

        An agent's page names its words with `client_id`: nothing happens when it said them before.
        Nothing is sent to who asked us to stop: the parcels are there, as refused. What `stands` is
        sent whoever keeps the conversation by then.
        """
        more = more_of(reply) | ({"client_id": client_id} if client_id else {})
        once = f"{conversation.id}:{conversation.agent}:{client_id}" if client_id else None
        to = to or conversation.address
        said = transcript.append(
            connection,
            conversation,
            speaker,
            reply.text,
            now,
            name=name,
            more=more,
            once=once,
            thread=to,
        )
        if said is None:
            return conversation
        channel = self.channels(said.authority, to.channel)
        if not channel.pushed:
            return said
        # An agent's words stand whoever keeps the conversation later; a bot's only in its epoch.
        epoch = None if stands or speaker is Speaker.AGENT else said.epoch
        if speaker is Speaker.AGENT and reply.source is None:
            # An agent types what it looks like; every other text of ours is Markdown.
            reply = replace(reply, text=escaped(reply.text))
        for part, payload in enumerate(channel.render(reply)):
            key = f"{said.id}:{said.position}:{part}"
            outbox.put(
                connection, said, payload, key, now, epoch=epoch, to=to, position=said.position
            )
        if not even_if_stopped and consent.has_stopped(connection, said.authority, to):
            # Only these: what was said in answer to STOP may be on its way still.
            entry = (said.id, said.position)
            consent.refuse_parcels(connection, said.authority, to, now, entry=entry)
        return said

    def _say_what_was_hidden(
        self, connection: Connection, conversation: Conversation, work: Work, now: datetime
    ) -> Conversation:
        """Say what was hidden in the message before it was kept, whoever answers it; return the
        conversation, which the caller saves."""
        form = open_form(work.state.slots) if work.conversation.keeper is Keeper.BOT else None
        words = notice(work.message.content, self.words, form)
        if words is None:
            return conversation
        to = work.message.sender
        return self.say(connection, conversation, words, now, Speaker.SYSTEM, to=to)

    def introduce(
        self, connection: Connection, conversation: Conversation, to: Address, now: datetime
    ) -> Conversation:
        """Say who we are, if these are to be the council's first words to this address, on a
        channel where nothing else says it; return the conversation, which the caller saves."""
        channel = self.channels(conversation.authority, to.channel)
        if not (channel.pushed and channel.introduced):
            return conversation
        if not is_first(connection, conversation, to):
            return conversation
        return self.say_of_council(connection, conversation, "utter_first_contact", now, to=to)

    def say_of_council(
        self,
        connection: Connection,
        conversation: Conversation,
        response: str,
        now: datetime,
        to: Address,
        even_if_stopped: bool = False,
        values: Mapping[str, object] | None = None,
    ) -> Conversation:
        """Say that response, which may name the council, how to reach it, and the values."""
        known = {**self.council(conversation.authority), **(values or {})}
        words = self.words.say(response, **known)
        return self.say(
            connection,
            conversation,
            words,
            now,
            Speaker.SYSTEM,
            to=to,
            even_if_stopped=even_if_stopped,
        )

    def join_queue(
        self,
        connection: Connection,
        conversation: Conversation,
        handover: Handover,
        now: datetime,
        to: Address,
    ) -> Conversation:
        """Join the queue of people, and tell the resident their place and when people are in.

        In an emergency their place is the first, and that is no news: they are told not to wait.
        """
        place = queue.join(connection, conversation.id, conversation.authority, handover, now)
        hours = self.hours(conversation.authority, now)
        here = self.pushes(conversation.authority, to)
        name = "utter_waiting_here" if here else "utter_waiting"
        waiting = self.words.say(
            "utter_waiting_urgent" if handover.urgent else name,
            place=place,
            hours=hours or self.words.say("utter_people_are_in").text,
        )
        return self.say(
            connection,
            conversation,
            waiting,
            now,
            Speaker.SYSTEM,
            to=to,
            even_if_stopped=bool(handover.urgent),
        )

    def raise_alarm(self, connection: Connection, work: Work, turn: Turn, now: datetime) -> Outcome:
        """Put a conversation first whose resident tells of an emergency while a person has it, or
        is waited for. Who waits is told which number to ring; else the agent answers."""
        conversation = as_it_was(connection, work)
        if isinstance(conversation, Outcome):
            return conversation
        if turn.handover is not None:
            queue.raise_alarm(
                connection,
                conversation.id,
                conversation.authority,
                turn.handover,
                conversation.agent,
                now,
            )
        inbox.handled(connection, work, now)
        if conversation.keeper is Keeper.AGENT:
            told = self._say_what_was_hidden(connection, conversation, work, now)
            book.save(connection, told, now)
            inbox.let_go(connection, work)
            return Outcome.DONE
        for reply in turn.replies:
            conversation = self.say(
                connection, conversation, reply, now, to=work.message.sender, even_if_stopped=True
            )
        conversation = self._say_what_was_hidden(connection, conversation, work, now)
        book.end_turn(connection, conversation, turn.state, now)
        return Outcome.DONE

    def leave_to_person(self, connection: Connection, work: Work, now: datetime) -> Outcome:
        """Mark the message as handled: who keeps the conversation reads it in the transcript, where
        it has been since it was accepted."""
        conversation = as_it_was(connection, work)
        if isinstance(conversation, Outcome):
            return conversation
        told = self._say_what_was_hidden(connection, conversation, work, now)
        if told is not conversation:
            book.save(connection, told, now)
        inbox.handled(connection, work, now)
        inbox.let_go(connection, work)
        return Outcome.DONE

    def leave_queue(self, connection: Connection, work: Work, now: datetime) -> Outcome:
        """Give the conversation back to the bot because the resident no longer wants to wait."""
        conversation = as_it_was(connection, work)
        if isinstance(conversation, Outcome):
            return conversation
        if conversation.keeper is Keeper.QUEUE:
            back = self.words.say("utter_back_to_assistant")
            queue.leave(connection, conversation.id, "stopped waiting", now)
            conversation = self.say(
                connection,
                conversation.handed_back(),
                back,
                now,
                Speaker.SYSTEM,
                to=work.message.sender,
            )
        inbox.handled(connection, work, now)
        book.save(connection, conversation, now)
        inbox.let_go(connection, work)
        return Outcome.DONE


def as_it_was(connection: Connection, work: Work) -> Conversation | Outcome:
    """Return the conversation, locked, when it is as it was when the worker took the message up.

    Else return what has become of the work, and leave no trace: LOST when another worker holds it;
    OVERTAKEN when its keeper has changed, and then it is let go: the message may now be another's
    to answer.
    """
    conversation = inbox.held(connection, work)
    if conversation is None:
        return Outcome.LOST
    if conversation.epoch != work.conversation.epoch:
        inbox.let_go(connection, work)
        return Outcome.OVERTAKEN
    return conversation


def is_first(connection: Connection, conversation: Conversation, address: Address) -> bool:
    """Whether that council has never yet said anything to this address."""
    told = transcript.was_told(connection, conversation, address)
    return not told and book.is_first(connection, conversation, address)


def _with_references(reply: Reply, references: list[str]) -> Reply:
    text, short = reply.text, reply.short
    for reference in references:
        text = text.replace(REFERENCE, reference, 1)
        short = short.replace(REFERENCE, reference, 1)
    return replace(reply, text=text, short=short)
