"""Takes card numbers and other secrets out of a message before it is kept, and says so to whoever
sent them.

What is hidden is known later by the words that stand in its place: see knowledge/sensitive.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant.bot import Bot, DialogueState, Turn
from assistant.content import text_of
from assistant.conversation import Conversation, Keeper
from assistant.tables import conversations
from assistant.words import Words
from channels.messages import Attached, Chose, Content, InboundMessage, Reply, Said
from knowledge.sensitive import hidden_in, hide, says_more
from knowledge.services import Sensitive, Service

NOTHING: frozenset[Sensitive] = frozenset()
READ_BACK = "confirm"
"""What a form asks when every field is answered."""
NO_SECRETS_IN_VALUES: frozenset[Sensitive] = frozenset({"national_insurance", "password"})
"""What the value of a choice is not searched for. Values are ours; none is a card number."""
RESPONSES: Mapping[Sensitive, str] = {
    "card": "utter_card_refused",
    "national_insurance": "utter_national_insurance_refused",
    "password": "utter_password_refused",
}
_STATE = sa.select(conversations.c.state).where(conversations.c.id == sa.bindparam("conversation"))

Catalogue = Callable[[str], Service]
"""Returns the service of that slug. Raises KeyError."""


def no_service(slug: str) -> Service:
    """The catalogue of who takes no requests."""
    raise KeyError(slug)


def without_secrets(
    connection: Connection,
    conversation: Conversation,
    message: InboundMessage,
    services: Catalogue = no_service,
) -> InboundMessage:
    """Return the message as it may be kept: without secrets, but for what the form that is open in
    the conversation asks for now. The form is looked up only for a message that holds some."""
    hidden = _hidden(message.content, NOTHING)
    if hidden == message.content:
        return message
    asked_for = _asked_for(connection, conversation, services)
    return replace(message, content=_hidden(message.content, asked_for) if asked_for else hidden)


def notice(content: Content, words: Words, form: Mapping[str, Any] | None = None) -> Reply | None:
    """Return what to say about what was hidden in a message that was kept, None when that is
    nothing. With a `form` that is open, and a message that says nothing else, its question stands:
    the person is told to answer it."""
    said = text_of(content)
    responses = [RESPONSES[kind] for kind in hidden_in(said)]
    if not responses:
        return None
    if form and not says_more(said):
        responses.append("utter_answer_without_it")
    return Reply(" ".join(words.say(response).text for response in responses))


@dataclass(frozen=True)
class Spared:
    """A bot that is not asked about a message in which everything was hidden: it could only take
    the words that stand there for an answer. The notice is said all the same. Implements
    assistant.bot.Bot."""

    bot: Bot

    async def answer(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn:
        said = text_of(message.content)
        if isinstance(message.content, Said) and hidden_in(said) and not says_more(said):
            return Turn((), state)
        return await self.bot.answer(conversation, state, message)


def open_form(state: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return the form that is open in a dialogue state, as actions/form.py writes it."""
    form = (state or {}).get("request")
    return form if isinstance(form, Mapping) else None


def _hidden(content: Content, allowed: frozenset[Sensitive]) -> Content:
    if isinstance(content, Said):
        return Said(hide(content.text, allowed).text)
    if isinstance(content, Attached):
        return replace(content, caption=hide(content.caption, allowed).text)
    if isinstance(content, Chose):
        value = hide(content.value, NO_SECRETS_IN_VALUES).text
        return Chose(value, hide(content.label, allowed).text)
    return content


def _asked_for(
    connection: Connection, conversation: Conversation, services: Catalogue
) -> frozenset[Sensitive]:
    """Return what the field that is asked now may hold. While it is all read back, any answer may
    be corrected. A person who answers asks for nothing that may be kept here."""
    if conversation.keeper is not Keeper.BOT:
        return NOTHING
    state = connection.execute(_STATE, {"conversation": conversation.id}).scalar() or {}
    form = open_form(state.get("slots"))
    if form is None:
        return NOTHING
    try:
        service = services(str(form.get("service")))
    except KeyError:
        return NOTHING
    asking = form.get("asking")
    fields = [field for field in service.fields if asking in (field.name, READ_BACK)]
    return frozenset(kind for field in fields for kind in field.may_hold)
