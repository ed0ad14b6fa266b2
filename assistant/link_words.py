"""Lets somebody carry on from another channel: LINK and a mobile number, then the code sent there.

Both are said on a messaging channel, to nobody but us: no bot and no agent has to answer them. Web
chat has a page for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.engine import Connection

from assistant.conversation import Conversation
from assistant.linking import Links, address_of, send_code, take_code
from channels.messages import Address, Content, Said
from channels.telephone import is_british, is_mobile, read_number
from channels.webchat.links import Linked, Problem

BY = "sms"
"""The channel that codes are sent by: the one that every mobile telephone has."""
LONGEST = 60

# People type O for 0, and I or l for 1.
_ASKS = re.compile(r"link(?![^\W\d])[\s:,.-]*([\dOoIl\s()+./-]*)", re.IGNORECASE)
_CODE = re.compile(r"\s*[0-9](?:\s*[0-9]){5}\s*")


@dataclass(frozen=True)
class Asks:
    """Somebody asks for a code. `number` is the one to send it to, as +447700900123; empty when
    they wrote none that we send codes to."""

    number: str


@dataclass(frozen=True)
class Code:
    """Six digits, which are the code only if one was asked for."""

    digits: str


@dataclass(frozen=True)
class Answer:
    """What came of it: what to say, where, and the conversations that changed."""

    conversation: Conversation
    response: str
    values: Mapping[str, object] = field(default_factory=dict)
    changed: Sequence[Conversation] = ()


def read(content: Content) -> Asks | Code | None:
    """Return what a message that is nothing but LINK and a number, or six digits, asks for; None
    for any other."""
    if not isinstance(content, Said) or len(content.text) > LONGEST:
        return None
    if _CODE.fullmatch(content.text):
        return Code("".join(content.text.split()))
    asks = _ASKS.fullmatch(content.text.strip())
    if asks is None or (asks[1] and not re.search(r"\d", asks[1])):
        return None
    number = read_number(asks[1])
    # A text message abroad costs many times as much, and is what fraudsters ask for.
    fits = number is not None and is_mobile(number) and is_british(number)
    return Asks(number if number is not None and fits else "")


def is_awaited(
    connection: Connection,
    links: Links,
    authority: str,
    asker: Address,
    words: Asks | Code,
    now: datetime,
) -> bool:
    """Whether these words are for us: six digits are when a code was sent for who writes them."""
    if isinstance(words, Asks):
        return True
    return links.codes.is_awaited(connection, authority, asker, now)


def obey(
    connection: Connection,
    links: Links,
    conversation: Conversation,
    asker: Address,
    words: Asks | Code,
    now: datetime,
) -> Answer:
    """Send the code, or link the two if it is the code. The caller says the answer to the asker,
    and commits whatever it is: a wrong code counts."""
    if isinstance(words, Code):
        return _take(connection, links, conversation, asker, words.digits, now)
    to = address_of(BY, words.number)
    if not words.number or to == asker:
        return Answer(conversation, "utter_link_how")
    if BY not in links.channels(conversation.authority):
        return Answer(conversation, "utter_link_cannot")
    sent = send_code(
        connection, links.committer, links.codes, conversation.authority, asker, to, now
    )
    if isinstance(sent, Problem):
        return Answer(conversation, _PROBLEMS.get(sent.kind, "utter_link_cannot"))
    return Answer(sent, "utter_link_sent")


_PROBLEMS = {"too_many": "utter_link_too_many", "linked": "utter_link_done"}


def _take(
    connection: Connection,
    links: Links,
    conversation: Conversation,
    asker: Address,
    digits: str,
    now: datetime,
) -> Answer:
    outcome, changed = take_code(
        connection, links.committer, links.codes, conversation.authority, asker, digits, now
    )
    if isinstance(outcome, Linked):
        # The last is the one that goes on: it may be another than the one that was written in.
        return Answer(changed[-1], "utter_link_done", changed=changed)
    if outcome.kind == "wrong":
        return Answer(conversation, "utter_link_wrong", {"tries": outcome.tries_left})
    return Answer(conversation, "utter_link_over")
