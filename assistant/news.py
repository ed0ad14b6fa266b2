"""Tells a person what became of their request, where they asked for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant import consent, people
from assistant import conversations as book
from assistant.bot import DialogueState
from assistant.conversation import Conversation, Keeper
from assistant.turn import Committer
from channels.messages import Address, Choice, Reply
from channels.transcript import Speaker
from knowledge import requests
from knowledge.library import Library
from knowledge.requests import DONE, STATUS, Event, Filed
from knowledge.tables import requests as table
from knowledge.tables import submissions

WAS_IT_SORTED = "was_it_sorted"
"""What a bot waits for that has asked whether it was sorted out: actions/rate.py."""
_MARKS = re.compile(r"[\\`*_\[\]<>#|]")


@dataclass(frozen=True)
class News:
    """Says a new status to who agreed to be told, in their conversation."""

    committer: Committer
    library: Library

    def told(self, connection: Connection, filed: Filed, event: Event) -> None:
        """Say it, and ask of what is done whether it was sorted out; in the caller's transaction.

        Nothing is said of anything but a status, to who did not agree or has asked us to stop, or
        of a request that came from another system. Whoever was added to the report is told the
        same: theirs goes with it while it is open.
        """
        if event.what != STATUS:
            return
        for reference in _added_to(connection, filed):
            changed = requests.set_status(
                connection, reference, filed.status, event.at, by=event.by, words=event.words
            )
            self.told(connection, changed, event)
        if filed.updates and filed.user:
            self._tell(connection, filed, event)

    def _tell(self, connection: Connection, filed: Filed, event: Event) -> None:
        door, to = door_of(connection, filed), Address(filed.channel, filed.user)
        if consent.has_stopped(connection, door, to):
            return
        conversation = conversation_with(connection, door, to, event.at)
        # While a person is waited for, or answers, the next words are for them.
        asks = filed.status == DONE and conversation.keeper is Keeper.BOT
        said = self.committer.say(
            connection,
            conversation,
            self._reply(filed, event, asks),
            event.at,
            # A notice leaves what was offered before as it is: "2" still answers that.
            Speaker.ASSISTANT if asks else Speaker.SYSTEM,
            to=to,
            stands=True,
        )
        book.save(connection, said, event.at)
        if asks:
            _wait_for_answer(connection, said, filed)

    def reads(self, filed: Filed, event: Event) -> str:
        """Return what they will read of that event, without the question that may follow."""
        return self._reply(replace(filed, status=event.status), event, asks=False).text

    def _reply(self, filed: Filed, event: Event, asks: bool) -> Reply:
        words = self.committer.words
        news = words.say(
            f"utter_news_{filed.status}", title=self._title(filed), reference=filed.reference
        )
        parts = [news.text]
        if event.words:
            written = " ".join(_MARKS.sub(" ", event.words).split())
            parts.append(words.say("utter_news_words", words=written).text)
        if not asks:
            return Reply(" ".join(parts))
        question = words.say("utter_was_it_sorted")
        choices = tuple(_carrying(choice, filed.reference) for choice in question.choices)
        return Reply("\n\n".join([" ".join(parts), question.text]), choices=choices)

    def _title(self, filed: Filed) -> str:
        try:
            return self.library.service(filed.service).title
        except KeyError:
            return filed.service.replace("-", " ").capitalize()


def _carrying(choice: Choice, reference: str) -> Choice:
    """Return the choice with what actions/rate.py reads: two requests may be asked about."""
    return replace(choice, value=f'/rate{{"reference": "{reference}", "value": "{choice.value}"}}')


def door_of(connection: Connection, filed: Filed) -> str:
    """Return the council at whose door it was asked for: a county's request may have been made at a
    district's."""
    try:
        return book.load(connection, filed.conversation).authority
    except KeyError:
        return filed.authority


def conversation_with(
    connection: Connection, door: str, to: Address, now: datetime
) -> Conversation:
    """Return the person's open conversation, locked, in which that address may read what is said;
    open one if need be. Where it goes on stays as it is."""
    person = people.person_of(connection, to)
    others = people.addresses_of(connection, person) if person else ()
    for address in (to, *others):
        found = book.latest(connection, door, address)
        if found is None or found.closed_at is not None:
            continue
        found = book.load(connection, found.id, lock=True)
        if found.closed_at is None:
            book.let_take_part(connection, found, to)
            return found
    return book.open_for(connection, door, to, now)


def _added_to(connection: Connection, filed: Filed) -> Sequence[str]:
    """Return the open reports of the same thing that were added to this one, and that no other
    system tells of by itself."""
    sent = sa.select(submissions.c.reference)
    rows = connection.execute(
        sa.select(table.c.reference).where(
            table.c.service == filed.service,
            table.c.joins == filed.reference,
            table.c.closed_at.is_(None),
            table.c.status != filed.status,
            table.c.reference.not_in(sent),
        )
    )
    return [str(row.reference) for row in rows]


def _wait_for_answer(connection: Connection, conversation: Conversation, filed: Filed) -> None:
    """Let the bot read the next words as the answer, unless it waits for something else."""
    state = book.state_of(connection, conversation.id)
    slots: Mapping[str, object] = state.get("slots") or {}
    if slots.get("doing"):
        return
    tracked = {"reference": filed.reference, "service": filed.service}
    # What rules look at stands among the events, too: see assistant/rasa_bot/memory.py.
    asked = {"event": "slot", "name": "doing", "value": WAS_IT_SORTED}
    book.remember(
        connection,
        conversation,
        DialogueState(
            {**slots, "doing": WAS_IT_SORTED, "tracked": tracked},
            (*(state.get("events") or ()), asked),
        ),
    )
