"""Notices which questions were not answered, and groups them now and then by what they mean."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.engine import Connection

from assistant import transcript
from assistant.bot import LANGUAGE, Bot, DialogueState, Turn
from assistant.chores import Chore
from assistant.conversation import Conversation
from assistant.store import Store
from channels.messages import Address, InboundMessage, Said
from channels.transcript import Speaker
from handoff.handover import Reason
from knowledge import gaps
from knowledge.gaps import NOT_HELPFUL, PERSON, UNANSWERED, Embed, Gap
from knowledge.library import Library
from knowledge.masking import mask

log = structlog.get_logger()

QUESTION = "question"
"""Where a dialogue state keeps the last question, masked. No slot of Rasa's."""
REMEMBERED = 3
"""Turns after which a question is not what somebody asks for a person about."""
ENDED_AT_A_PERSON = (Reason.ASKED, Reason.NOT_UNDERSTOOD)
ENOUGH = ("thank", "goodbye")
"""What people do when they have their answer."""
LOOKS_BACK = 8
"""Entries of a conversation that are looked through for the question to an answer."""
EVERY = timedelta(minutes=1)
BATCH = 100
MOST_BATCHES = 20


@dataclass(frozen=True)
class Question:
    """What was asked last: the masked words, the topic that was told or is likeliest ("" when
    there is none), how many turns ago, and the outcome under which it is kept already."""

    words: str
    topic: str = ""
    turns: int = 0
    kept: str = ""


@dataclass(frozen=True)
class Noting:
    """A bot that says what another bot says, and adds the gap that a turn leaves. Implements
    assistant.bot.Bot.

    Nothing is remembered or kept of an emergency, of other languages than English, and of what is
    no question to a council: small talk, insults, what others do.

    The other bot reads one edition of the library, from the beginning of the turn to its end.
    """

    bot: Bot
    library: Library

    async def answer(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn:
        with self.library.as_it_is():
            turn = await self.bot.answer(conversation, state, message)
            if self._is_urgent(turn) or turn.state.slots.get(LANGUAGE):
                return replace(turn, gap=None)
        typed = message.content.text if isinstance(message.content, Said) else ""
        return noted(_question(state.slots.get(QUESTION)), turn, typed)

    def _is_urgent(self, turn: Turn) -> bool:
        if turn.understood.intent == "urgent" or (turn.handover and turn.handover.urgent):
            return True
        told = [reply.source.article for reply in turn.replies if reply.source]
        return is_urgent(self.library, told)


def noted(last: Question | None, turn: Turn, typed: str) -> Turn:
    """Return the turn with the gap that it leaves and a state that remembers the question.

    `last` is the question that was remembered, `typed` what was written now, "" for a choice. The
    turn's own gap, as the bot marks it, needs no words: they are found here.
    """
    now, outcome = _asked_now(last, turn, typed), _outcome(turn)
    # What did not help was an answer to the question before.
    meant = last if outcome == NOT_HELPFUL else now
    if meant is None or not outcome or outcome == meant.kept:
        return replace(turn, gap=None, state=_remembering(turn.state, now))
    gap = Gap(meant.words, meant.topic, outcome, before=meant.kept)
    if now is None or now.words == meant.words:
        now = replace(now if now is not None else meant, kept=outcome)
    return replace(turn, gap=gap, state=_remembering(turn.state, now))


def _asked_now(last: Question | None, turn: Turn, typed: str) -> Question | None:
    """Return the question that stands after the turn: the one typed now, if it was one."""
    answered = next((reply.source.article for reply in turn.replies if reply.source), "")
    mark = turn.gap
    topic = answered or (mark.topic if mark else "")
    if typed and (answered or (mark and mark.outcome != NOT_HELPFUL)):
        return Question(mask(typed), topic)
    if last is None or last.turns >= REMEMBERED or turn.understood.intent in ENOUGH:
        return None
    return replace(last, topic=topic or last.topic, turns=last.turns + 1)


def _outcome(turn: Turn) -> str:
    """Return what became of the question, "" when there is nothing to keep."""
    if turn.gap is not None and turn.gap.outcome in (UNANSWERED, NOT_HELPFUL):
        return turn.gap.outcome
    if turn.handover is not None and turn.handover.reason in ENDED_AT_A_PERSON:
        return PERSON
    return ""


def _question(kept: Any) -> Question | None:
    return Question(**kept) if isinstance(kept, Mapping) else None


def _remembering(state: DialogueState, question: Question | None) -> DialogueState:
    if question is None:
        return state
    return replace(state, slots={**state.slots, QUESTION: asdict(question)})


@dataclass(frozen=True)
class Unhelpful:
    """Keeps the question whose answer did not help, when the answer is marked so on its page."""

    library: Library
    now: Callable[[], datetime]

    def __call__(
        self, connection: Connection, conversation: Conversation, address: Address, position: int
    ) -> None:
        """Keep what was typed before the answer at that position. Nothing of an emergency, and
        nothing in other languages."""
        after = max(position - LOOKS_BACK, 0)
        entries = [
            entry
            for entry in transcript.thread(connection, conversation.id, address, after)
            if entry.position <= position
        ]
        source = entries[-1].source if entries and not entries[-1].language else None
        if source is None or is_urgent(self.library, [source.article]):
            return
        offered = {choice.label for entry in entries for choice in entry.choices}
        typed = [e.text for e in entries if e.speaker is Speaker.RESIDENT and e.text not in offered]
        if typed:
            gap = Gap(typed[-1], source.article, NOT_HELPFUL)
            gaps.record(connection, conversation.authority, gap, self.now())


def is_urgent(library: Library, topics: Sequence[str]) -> bool:
    """Whether one of these articles is about an emergency."""
    articles = library.edition.articles
    return any(slug in articles and articles[slug].urgent for slug in topics)


def grouping(store: Store, embed: Embed, now: Callable[[], datetime]) -> Chore:
    """Put the questions that came since last time into groups, and delete those of half a year ago.

    Embedding goes on in a thread of its own: the worker answers meanwhile.
    """

    async def one_batch() -> bool:
        asked = await store.look(lambda c: gaps.ungrouped(c, BATCH))
        if not asked:
            return False
        words = list(dict.fromkeys(one.words for one in asked))
        vectors = dict(zip(words, await asyncio.to_thread(embed, words), strict=True))
        others = await store.look(lambda c: gaps.nearest_words(c, asked, vectors))
        more = sorted(others - vectors.keys())
        vectors |= zip(more, await asyncio.to_thread(embed, more), strict=True)
        made = await store.run(lambda c: gaps.group(c, asked, vectors))
        log.info("gaps.grouped", questions=len(asked), new_groups=made)
        return len(asked) == BATCH

    async def do(last: datetime | None) -> None:
        for _ in range(MOST_BATCHES):
            if not await one_batch():
                break
        if last is None or last.date() != now().date():
            forgotten = await store.run(lambda c: gaps.forget(c, now()))
            if forgotten:
                log.info("gaps.forgotten", questions=forgotten)

    return Chore("gaps", EVERY, do)
