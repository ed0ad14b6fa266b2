"""What is done about a pushed message before anybody reads it: STOP, START, who we are, LINK."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from assistant import consent, inbox, link_words, people
from assistant import conversations as book
from assistant.consent import Wish
from assistant.conversation import Conversation, Keeper
from assistant.inbox import Work
from assistant.link_words import Answer, Asks, Code
from assistant.linking import Links
from assistant.turn import Committer, Outcome, as_it_was, is_first
from channels.messages import Address


@dataclass(frozen=True)
class Aside:
    """What a message asks of us, and of no bot or person. From somebody who has stopped us and
    writes something else, it is nothing: they are told once that we do not answer."""

    wish: Wish | None = None
    link: Asks | Code | None = None

    @property
    def unanswered(self) -> bool:
        """Whether it is nothing that was asked of us: somebody who has stopped us writes."""
        return self.wish is None and self.link is None


@dataclass(frozen=True)
class Settled:
    """`changed` are other conversations that changed with it: wake whoever reads them."""

    outcome: Outcome
    changed: Sequence[Conversation] = ()


def aside_of(
    connection: Connection, links: Links | None, work: Work, now: datetime
) -> Aside | None:
    """Return what there is to do, None when the message is for who keeps the conversation. Without
    `links` nobody can carry on from another channel."""
    message, conversation = work.message, work.conversation
    stopped = consent.has_stopped(connection, conversation.authority, message.sender)
    wish = consent.wish_of(message.content, stopped=stopped)
    if wish is Wish.START and not stopped and is_first(connection, conversation, message.sender):
        # How a chat with a Telegram bot begins: the bot greets, and we are introduced before it.
        return None
    if stopped or (wish is not None and _is_ours(wish, conversation)):
        return Aside(wish)
    link = link_words.read(message.content)
    if links is None or link is None:
        return None
    awaited = link_words.is_awaited(
        connection, links, conversation.authority, message.sender, link, now
    )
    return Aside(link=link) if awaited else None


def _is_ours(wish: Wish, conversation: Conversation) -> bool:
    """While a person answers, they say themselves who they are."""
    return wish is Wish.STOP or conversation.keeper is Keeper.BOT


def settle(
    connection: Connection,
    committer: Committer,
    links: Links | None,
    work: Work,
    aside: Aside,
    now: datetime,
) -> Settled:
    """Do what was asked, say so, and mark the message as handled. It stays in the transcript."""
    if aside.link:
        # Before any conversation is locked: who links elsewhere locks them after this.
        people.take_turns(connection)
    conversation = as_it_was(connection, work)
    if isinstance(conversation, Outcome):
        return Settled(conversation)
    # First of all: a message that is handled stays where it is when conversations are joined.
    inbox.handled(connection, work, now)
    address = work.message.sender
    changed: Sequence[Conversation] = ()
    if links is not None and aside.link is not None:
        answer = _link(connection, committer, links, conversation, address, aside.link, now)
        conversation, changed = answer.conversation, answer.changed
    else:
        response = _wished(connection, conversation, address, aside.wish, now)
        if response:
            conversation = committer.say_of_council(
                connection, conversation, response, now, to=address, even_if_stopped=True
            )
        book.save(connection, conversation, now)
    inbox.let_go(connection, work)
    return Settled(Outcome.DONE, changed)


def _wished(
    connection: Connection,
    conversation: Conversation,
    address: Address,
    wish: Wish | None,
    now: datetime,
) -> str:
    """Do what was wished; return the name of what to say, empty for nothing."""
    authority = conversation.authority
    if wish is Wish.STOP:
        consent.stop(connection, authority, address, now)
        consent.refuse_parcels(connection, authority, address, now)
        return "utter_stopped"
    if consent.has_stopped(connection, authority, address):
        if wish is Wish.START:
            consent.start(connection, authority, address)
            return "utter_started"
        return "utter_still_stopped" if consent.tell_once(connection, authority, address) else ""
    first = is_first(connection, conversation, address)
    return "utter_first_contact" if first else "utter_who_is_this"


def _link(
    connection: Connection,
    committer: Committer,
    links: Links,
    conversation: Conversation,
    address: Address,
    words: Asks | Code,
    now: datetime,
) -> Answer:
    conversation = committer.introduce(connection, conversation, address, now)
    book.save(connection, conversation, now)
    answer = link_words.obey(connection, links, conversation, address, words, now)
    said = committer.say_of_council(
        connection, answer.conversation, answer.response, now, to=address, values=answer.values
    )
    book.save(connection, said, now)
    return Answer(said, answer.response, changed=answer.changed)
