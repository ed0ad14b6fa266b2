"""Links a resident's chat to their telephone, by a code that is sent there as a text message."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from assistant import consent, link_codes, outbox
from assistant import conversations as book
from assistant.accounts import Channels
from assistant.conversation import Conversation
from assistant.link_codes import AlreadyLinked, LinkCodes, TooMany
from assistant.nudge import Nudge, about
from assistant.store import Store
from assistant.tables import circuits
from assistant.tables import transcript as transcript_table
from assistant.turn import Committer
from channels.messages import Address
from channels.transcript import Speaker
from channels.webchat.links import Linked, NotLinked, Problem, Started

BY_NUMBER = ("sms", "whatsapp")
"""Channels whose addresses are telephone numbers: others nobody could type in."""
WINDOW = timedelta(hours=24)
"""How long after somebody's last message WhatsApp takes free text for them."""
CHANNEL = "webchat"


@dataclass(frozen=True)
class Links:
    """Implements channels.webchat.links.LinkService."""

    store: Store
    channels_of: Channels
    committer: Committer
    codes: LinkCodes
    tell: Callable[[Nudge], None]
    now: Callable[[], datetime]

    def channels(self, authority: str) -> tuple[str, ...]:
        names = self.channels_of.names(authority)
        return tuple(name for name in BY_NUMBER if name in names)

    async def start(
        self, authority: str, visitor: str, channel: str, number: str
    ) -> Started | Problem:
        asker, to = Address(CHANNEL, visitor), address_of(channel, number)

        def work(connection: Connection) -> Started | Problem | Conversation:
            return send_code(
                connection, self.committer, self.codes, authority, asker, to, self.now()
            )

        outcome = await self.store.run(work)
        if isinstance(outcome, Conversation):
            # About no channel: there is a parcel for one that is pushed.
            self.tell(Nudge("entry", outcome.id, authority))
            return Started(link_codes.PAUSE)
        return outcome

    async def confirm(self, authority: str, visitor: str, code: str) -> Linked | NotLinked:
        asker = Address(CHANNEL, visitor)

        def work(connection: Connection) -> tuple[Linked | NotLinked, list[Conversation]]:
            return take_code(
                connection, self.committer, self.codes, authority, asker, code, self.now()
            )

        outcome, changed = await self.store.run(work)
        for conversation in changed:
            self.tell(about(conversation, "queue"))
        return outcome


def address_of(channel: str, number: str) -> Address:
    """Return the address of a number, written as +447700900123. WhatsApp leaves the + out."""
    return Address(channel, number.removeprefix("+") if channel == "whatsapp" else number)


def send_code(
    connection: Connection,
    committer: Committer,
    codes: LinkCodes,
    authority: str,
    asker: Address,
    to: Address,
    now: datetime,
) -> Problem | Conversation:
    """Put a code on its way to the other address; return the asker's conversation."""
    try:
        code = codes.begin(connection, authority, asker, to, now)
    except TooMany as too_many:
        return Problem("too_many", too_many.wait)
    except AlreadyLinked:
        return Problem("linked")
    # Only now, when the question has been counted: nobody learns of many numbers who writes to us.
    if problem := _hindered(connection, authority, to, now):
        return problem
    conversation = book.open_for(connection, authority, asker, now)
    book.save(connection, conversation, now)
    words = committer.words.say("utter_link_code", code=code, **committer.council(authority))
    channel = committer.channels(authority, to.channel)
    sending = uuid.uuid4()
    for part, payload in enumerate(channel.render(words)):
        # Not part of the transcript: only who holds the telephone may read it.
        key = f"code:{sending}:{part}"
        outbox.put(connection, conversation, payload, key, now, epoch=None, to=to, position=None)
    return conversation


def take_code(
    connection: Connection,
    committer: Committer,
    codes: LinkCodes,
    authority: str,
    asker: Address,
    typed: str,
    now: datetime,
) -> tuple[Linked | NotLinked, list[Conversation]]:
    """Link the asker to where the code was sent, if it is the code; say so there. Return what
    came of it, and the conversations that changed. The caller commits in any case."""
    answer = codes.confirm(connection, authority, asker, typed, now)
    if isinstance(answer, link_codes.WrongCode):
        return NotLinked("wrong", answer.tries_left), []
    if not isinstance(answer, link_codes.Linked):
        return NotLinked(_KINDS[type(answer)]), []
    conversation = book.open_for(connection, authority, asker, now)
    book.let_take_part(connection, conversation, answer.address)
    words = committer.words.say("utter_linked", **committer.council(authority))
    conversation = committer.say(
        connection, conversation, words, now, Speaker.SYSTEM, to=answer.address
    )
    book.save(connection, conversation, now)
    return Linked(), [*answer.conversations, conversation]


_KINDS: dict[type, str] = {
    link_codes.Expired: "expired",
    link_codes.UsedUp: "used_up",
    link_codes.NoCode: "none",
}


def _hindered(connection: Connection, authority: str, to: Address, now: datetime) -> Problem | None:
    if consent.has_stopped(connection, authority, to):
        return Problem("unreachable")
    if to.channel == "whatsapp" and not _wrote_since(connection, authority, to, now - WINDOW):
        return Problem("unreachable")
    failing = sa.select(circuits.c.reason).where(
        circuits.c.authority == authority,
        circuits.c.channel == to.channel,
        circuits.c.open_until > now,
    )
    return Problem("down") if connection.execute(failing).first() else None


def _wrote_since(connection: Connection, authority: str, address: Address, since: datetime) -> bool:
    conversation = book.latest(connection, authority, address)
    if conversation is None:
        return False
    query = sa.select(transcript_table.c.id).where(
        transcript_table.c.conversation == conversation.id,
        transcript_table.c.speaker == Speaker.RESIDENT.value,
        transcript_table.c.channel == address.channel,
        transcript_table.c.user == address.user,
        transcript_table.c.at > since,
    )
    return connection.execute(query.limit(1)).first() is not None
