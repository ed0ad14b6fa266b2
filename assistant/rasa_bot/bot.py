"""Reads a message for Rasa, and makes a Turn of what came back.

Nothing is sent, stored or logged here: Rasa's tracker store, channel and action server are objects
of this process that only hand values over (see parts.py).
"""

from __future__ import annotations

import json
import os
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from assistant.bot import LANGUAGE, DialogueState, Likely, Turn, Understood
from assistant.conversation import Conversation
from assistant.nlu.without_tensorflow import leave_out_tensorflow
from assistant.rasa_bot.said import Collected
from channels.messages import (
    Address,
    Attached,
    Choice,
    Chose,
    Content,
    InboundMessage,
    Located,
    Reply,
    Said,
)
from handoff.handover import Handover

if TYPE_CHECKING:
    from assistant.rasa_bot.parts import Parts

LONGEST = 2_000
"""Characters of a message that are read; the transcript keeps all of them."""

WITHOUT_WORDS = {Attached: "utter_got_file", Located: "utter_got_location"}
UNREADABLE = "utter_cannot_read"
URGENT = "urgent"
"""The intent of an emergency, what the pipeline calls its kind, and the slot of the last one."""

DOING, REQUEST = "doing", "request"
"""The slot of what the bot waits for, and its value while a form is open."""

_CHOICE = re.compile(r"^/([a-z_]+)(\{.*\})?$", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028-\u202e\u2066-\u2069\ufeff]")


def uk_today() -> date:
    """Return the day that it is in the UK, wherever the server stands."""
    return datetime.now(ZoneInfo("Europe/London")).date()


class RasaBot:
    """Implements Bot and Listener of assistant.bot."""

    def __init__(self, parts: Parts, today: Callable[[], date]) -> None:
        self._parts = parts
        self._today = today

    @classmethod
    def load(cls, model: Path, today: Callable[[], date] | None = None) -> RasaBot:
        """Return the bot of a trained model. Raise FileNotFoundError when there is none.

        `today` is the day in the UK when it is not given. From here on this process has no
        TensorFlow, and nothing of Rasa's reaches a log.
        """
        if not model.is_file():
            raise FileNotFoundError(f"{model}: train it first, with `assistant train`")
        leave_out_tensorflow()
        os.environ["RASA_TELEMETRY_ENABLED"] = "false"
        with warnings.catch_warnings():
            # Rasa and what it imports warn about their own age.
            warnings.simplefilter("ignore")
            from assistant.rasa_bot.parts import load_parts

            return cls(load_parts(model), today or uk_today)

    async def answer(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn:
        """Return what to say and do. Raise whatever an action raised."""
        text, parsed = self._read(message)
        if not text and parsed is None and state.slots.get(DOING) == REQUEST:
            # A picture or a pin may be what the form asks for.
            parsed = self._parts.known_choice("/inform", ("inform", {}))
        if not text and parsed is None:
            return Turn((self._fixed(WITHOUT_WORDS.get(type(message.content), UNREADABLE)),), state)
        about = self._about(conversation, state, message, chosen=parsed is not None)
        return await self._turn(conversation, state, text, parsed, about)

    async def alarm(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn | None:
        """Return the turn of an emergency, None when the message tells of none. It says nothing
        when it is the emergency that was told of last."""
        text, chosen = self._read(message)
        if not text or chosen is not None:
            return None
        about = self._about(conversation, state, message, chosen=False)
        read = await self._parts.read(conversation.id, text, about)
        if (read.get("intent") or {}).get("name") != URGENT:
            return None
        turn = await self._turn(conversation, state, text, read, about)
        kind = read.get(URGENT)
        replies = () if state.slots.get(URGENT) == kind else turn.replies
        # What else was remembered waits for the bot, until it has the conversation again.
        after = replace(state, slots={**state.slots, URGENT: kind})
        return replace(turn, replies=replies, state=after)

    def _about(
        self,
        conversation: Conversation,
        state: DialogueState,
        message: InboundMessage,
        *,
        chosen: bool,
    ) -> Mapping[str, Any]:
        """Return what the pipeline and the skills know of a message besides its words."""
        content = message.content
        return {
            "authority": conversation.authority,
            "conversation": conversation.id,
            "external_id": message.external_id,
            "channel": message.sender.channel,
            "today": self._today().isoformat(),
            "now": message.sent_at.isoformat(),
            "chosen": chosen,
            "language": str(state.slots.get(LANGUAGE) or ""),
            "topic": str(state.slots.get("topic") or ""),
            "photo": message.external_id if _is_photo(content) else "",
            "pin": [content.latitude, content.longitude] if isinstance(content, Located) else None,
        }

    async def _turn(
        self,
        conversation: Conversation,
        state: DialogueState,
        text: str,
        parsed: Mapping[str, Any] | None,
        about: Mapping[str, Any],
    ) -> Turn:
        collected = Collected()
        after, understood = await self._parts.turn(
            conversation.id, state, text, parsed, about, collected
        )
        replies = collected.replies() or (self._fixed("utter_fallback"),)
        return Turn(
            replies=replies,
            state=after,
            requests=collected.requests(),
            handover=_spoken(collected.handover(), after),
            understood=_understood(understood),
            gap=collected.gap(),
            opinions=collected.opinions(),
            changes=collected.changes(),
        )

    async def ask(
        self,
        question: str,
        authority: str,
        *,
        place: Mapping[str, str] | None = None,
        channel: str = "terminal",
    ) -> Turn:
        """Answer one question at that council's door, in a conversation of its own. `place` is what
        is known of where the person lives, as actions/memory.py keeps it."""
        address = Address(channel, "operator")
        return await self.answer(
            Conversation("ask", authority, address),
            DialogueState(slots={"place": dict(place)} if place else {}),
            InboundMessage(address, "1", Said(question), datetime.now(timezone.utc)),
        )

    def _read(self, message: InboundMessage) -> tuple[str, Mapping[str, Any] | None]:
        """Return the words of a message, and what a choice stands for if it is one of ours."""
        content = message.content
        if isinstance(content, Chose):
            parsed = self._parts.known_choice(content.value, read_choice(content.value))
            return (content.value, parsed) if parsed else (readable(content.label), None)
        if isinstance(content, Said):
            return readable(content.text), None
        return (readable(content.caption), None) if isinstance(content, Attached) else ("", None)

    def _fixed(self, name: str) -> Reply:
        """Return a response of data/domain that has no values."""
        written = self._parts.response(name)
        return Reply(
            text=str(written["text"]),
            choices=tuple(
                Choice(str(button["title"]), str(button["payload"]))
                for button in written.get("buttons") or ()
            ),
        )


def _is_photo(content: Content) -> bool:
    return isinstance(content, Attached) and content.media_type.startswith("image/")


def readable(text: str) -> str:
    """Return typed words as they may be given to Rasa: short, without control characters, and never
    beginning with the mark of a payload."""
    cleaned = " ".join(_CONTROL.sub(" ", text[: 2 * LONGEST]).split())
    cleaned = cleaned.encode("utf-8", "ignore").decode("utf-8")
    return cleaned.lstrip("/ ")[:LONGEST].rstrip()


def read_choice(value: str) -> tuple[str, Mapping[str, str]] | None:
    """Return the intent and entities of a choice's value, None when it is not made like one."""
    match = _CHOICE.match(value) if len(value) <= LONGEST else None
    if match is None:
        return None
    try:
        entities = json.loads(match[2] or "{}")
    except (ValueError, RecursionError):
        return None
    if not all(isinstance(carried, str) for carried in entities.values()):
        return None
    return match[1], entities


def _spoken(handover: Handover | None, state: DialogueState) -> Handover | None:
    """Return the handover with the language in which the person writes."""
    return handover and replace(handover, language=str(state.slots.get(LANGUAGE) or ""))


def _understood(parsed: Mapping[str, Any]) -> Understood:
    intent = parsed.get("intent") or {}
    return Understood(
        intent=str(intent.get("name") or ""),
        confidence=float(intent.get("confidence") or 0.0),
        topics=tuple(
            Likely(str(topic["slug"]), str(topic["kind"]), float(topic["score"]))
            for topic in parsed.get("topics") or ()
        ),
    )
