"""Asks the bot on the command line, through the same code as a worker's: one question, or many."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from assistant.acts import HUMAN, OUT_OF_SCOPE, URGENT, act_of
from assistant.bot import Turn
from assistant.settings import Settings
from assistant.words import read_words
from channels.lowering import spelled
from channels.wording import Wording
from knowledge.library import Library, open_library
from knowledge.postcodes import normal_postcode

MOST_TOPICS = 5
SHOWN_WHOLE = ("webchat", "terminal")
"""Channels whose people read the whole answer, with choices to press: these are left out."""
SHORT = "sms"


class CannotAsk(Exception):
    """The command cannot be done as it was given."""


@dataclass(frozen=True)
class Asked:
    """One question of a batch. `channel` is where it was asked: it decides the answer's form."""

    id: Any
    text: str
    channel: str = "webchat"


async def ask(
    settings: Settings, question: str, council: str, postcode: str | None, as_json: bool
) -> None:
    """Print what the bot would say at that council's door, and how it read the question."""
    from assistant.rasa_bot import RasaBot

    place = _place(open_library(), postcode)
    bot = RasaBot.load(settings.model)
    began = time.perf_counter()
    turn = await bot.ask(question, council, place=place)
    took = time.perf_counter() - began
    if as_json:
        asked = Asked(None, question)
        line = _answered(asked, turn, took, read_words().wording())
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join([*_lines(turn), ""]))


async def ask_batch(settings: Settings, file: str, council: str, postcode: str | None) -> int:
    """Answer each line of a file of JSON, in order; return 1 when a line could not be read.

    What is read: {"id", "text", "channel"}; "text" alone is needed. What is written: {"id", "act",
    "topics": [{"slug", "score"}], "answered", "reply", "ms"}; for a bad line {"id", "error"}.
    """
    from assistant.rasa_bot import RasaBot

    place = _place(open_library(), postcode)
    wording = read_words().wording()
    with _opened(file) as lines:
        bot = RasaBot.load(settings.model)
        failed = 0
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            asked = _read(line, number)
            if isinstance(asked, Asked):
                began = time.perf_counter()
                turn = await bot.ask(asked.text, council, place=place, channel=asked.channel)
                out = _answered(asked, turn, time.perf_counter() - began, wording)
            else:
                out, failed = asked, failed + 1
            sys.stdout.write(json.dumps(out, ensure_ascii=False) + "\n")
    if failed:
        sys.stderr.write(f"{failed} of the lines could not be read: see their error.\n")
    return 1 if failed else 0


def _read(line: str, number: int) -> Asked | dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"id": None, "error": f"line {number} is not JSON: {error}"}
    if not isinstance(row, Mapping) or not isinstance(row.get("text"), str):
        known = row.get("id") if isinstance(row, Mapping) else None
        return {"id": known, "error": f"line {number} has no text"}
    return Asked(row.get("id"), row["text"], str(row.get("channel") or "webchat"))


def _answered(asked: Asked, turn: Turn, took: float, wording: Wording) -> dict[str, Any]:
    read = turn.understood
    act = act_of(read)
    return {
        "id": asked.id,
        "act": act,
        "topics": [
            {"slug": topic.slug, "score": round(topic.probability, 4)}
            for topic in read.topics[:MOST_TOPICS]
        ],
        "answered": _is_answer(act, turn),
        "reply": _written(asked.channel, turn, wording),
        "ms": round(1000 * took, 2),
    }


def _is_answer(act: str, turn: Turn) -> bool:
    """Whether the turn gives what was asked for, or asks for the one thing that it depends on. Not:
    asking back what is meant, offering a person, or a friendly line about what is none of ours."""
    slots = turn.state.slots
    if slots.get("misses") or slots.get("doing") == "offer_person":
        return False
    if any(reply.source for reply in turn.replies) or slots.get("life_event"):
        return True
    return act not in (OUT_OF_SCOPE, HUMAN) and (act == URGENT or bool(slots.get("doing")))


def _written(channel: str, turn: Turn, wording: Wording) -> str:
    if channel in SHOWN_WHOLE:
        return "\n\n".join(reply.text for reply in turn.replies)
    short = channel == SHORT
    return "\n\n".join(spelled(reply, wording, short=short) for reply in turn.replies)


def _place(library: Library, written: str | None) -> Mapping[str, str] | None:
    if written is None:
        return None
    postcode = normal_postcode(written)
    if postcode is None:
        raise CannotAsk(f"{written!r} is not a postcode")
    districts = library.gazetteer.districts(postcode)
    if not districts:
        raise CannotAsk(f"no council here has the postcode {postcode}")
    return {"postcode": postcode} | ({"district": districts[0]} if len(districts) == 1 else {})


@contextmanager
def _opened(file: str) -> Iterator[TextIO]:
    if file == "-":
        yield sys.stdin
        return
    try:
        with Path(file).open(encoding="utf-8") as lines:
            yield lines
    except (OSError, UnicodeDecodeError) as error:
        raise CannotAsk(f"{file} cannot be read: {error}") from error


def _lines(turn: Turn) -> list[str]:
    lines = []
    for reply in turn.replies:
        lines += [reply.text, ""]
        lines += [f"  [ {choice.label} ]" for choice in reply.choices]
        if reply.source:
            source = reply.source
            lines.append(
                f"  Source: {source.title}, {source.responsible}, checked {source.reviewed_on}"
            )
    read = turn.understood
    topics = ", ".join(f"{t.slug} ({t.probability:.0%})" for t in read.topics) or "none"
    return [*lines, f"  Read as {read.intent} ({read.confidence:.0%}); topics: {topics}"]
