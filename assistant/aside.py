"""What is done about a pushed message before any bot reads it: STOP, START, and who we are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from assistant import consent, inbox
from assistant import conversations as book
from assistant.consent import Wish
from assistant.conversation import Conversation, Keeper
from assistant.inbox import Work
from assistant.turn import Committer, Outcome, is_first


def is_aside(conversation: Conversation, wish: Wish | None, *, stopped: bool) -> bool:
    """Whether nobody but us needs to read the message. While a person answers, they explain
    themselves who they are."""
    if wish is Wish.WHO:
        return stopped or conversation.keeper is Keeper.BOT
    return stopped or wish is not None


def settle(
    connection: Connection, committer: Committer, work: Work, wish: Wish | None, now: datetime
) -> Outcome:
    """Do what was wished, say so, and mark the message as handled. It stays in the transcript.

    Somebody who has stopped us and writes something else is told once that we do not answer.
    """
    conversation = inbox.held(connection, work)
    if conversation is None:
        return Outcome.LOST
    if conversation.epoch != work.conversation.epoch:
        inbox.let_go(connection, work)
        return Outcome.OVERTAKEN
    address = work.message.sender
    response = ""
    if wish is Wish.STOP:
        consent.stop(connection, conversation.authority, address, now)
        consent.refuse_parcels(connection, conversation.authority, address)
        response = "utter_stopped"
    elif consent.has_stopped(connection, conversation.authority, address):
        if wish is Wish.START:
            consent.start(connection, conversation.authority, address)
            response = "utter_started"
        elif consent.tell_once(connection, conversation.authority, address):
            response = "utter_still_stopped"
    else:
        # START from somebody new is how a chat with a Telegram bot begins.
        new = is_first(connection, conversation, address)
        response = "utter_first_contact" if new else "utter_who_is_this"
    if response:
        conversation = committer.say_of_council(
            connection, conversation, response, now, to=address, even_if_stopped=True
        )
    inbox.handled(connection, work, now)
    book.save(connection, conversation, now)
    inbox.let_go(connection, work)
    return Outcome.DONE
