"""What an agent sees first: who it is, what they want, and everything that was tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from channels.channel import Limits
from channels.messages import Source
from channels.transcript import Entry, Speaker
from handoff.addresses import channel_name
from handoff.floor import Card
from handoff.handover import Answered, Handover
from handoff.lodged import Lodged
from handoff.threads import REPLY_LIMIT
from knowledge.languages import open_languages
from knowledge.urgent import title_of


@dataclass(frozen=True)
class Told:
    """An answer that the resident was given. `helpful` is what they said of it, if they did."""

    source: Source
    speaker: Speaker
    position: int
    helpful: bool | None = None


@dataclass(frozen=True)
class Briefing:
    """Everything that was said and done so far, on one screen. `language` is "" for English, and
    `urgent` the emergency that was recognised, as "Smell of gas", "" for none."""

    council: str
    channel: str
    visitor: str
    wants: str
    why: str
    form: str
    so_far: tuple[Answered, ...]
    told: tuple[Told, ...]
    last_said: str
    earlier: tuple[Card, ...]
    requests: tuple[Lodged, ...]
    limits: tuple[str, ...]
    language: str = ""
    urgent: str = ""


def brief(
    card: Card,
    handover: Handover | None,
    transcript: Sequence[Entry],
    earlier: Sequence[Card],
    requests: Sequence[Lodged],
    limits: Limits | None = None,
) -> Briefing:
    """Return the briefing. Without a handover (an agent steps in) it says that the bot answers.

    An article that was told twice stands once, where it was told last.
    """
    can = limits or Limits()
    return Briefing(
        council=card.authority,
        channel=channel_name(card.channel),
        visitor=_visitor(earlier),
        wants=_wants(handover, transcript),
        why=handover.reason.value if handover else "The assistant has not asked for a person",
        form=handover.form if handover else "",
        so_far=handover.so_far if handover else (),
        told=_told(transcript),
        last_said=_last_said(card, transcript),
        earlier=tuple(earlier),
        requests=tuple(requests),
        limits=_limits(can),
        language=open_languages().named(handover.language) if handover else "",
        urgent=title_of(handover.urgent) if handover and card.keeper != "bot" else "",
    )


def _visitor(earlier: Sequence[Card]) -> str:
    if not earlier:
        return "First conversation with us"
    count = len(earlier)
    return f"Wrote to us before: {count} earlier conversation{'s' if count != 1 else ''}"


def _wants(handover: Handover | None, transcript: Sequence[Entry]) -> str:
    if handover and (handover.wants or handover.form):
        return handover.wants or handover.form
    said = next((e.text for e in transcript if e.speaker is Speaker.RESIDENT), "")
    return shortened(said, 120) or "Not said yet"


def _last_said(card: Card, transcript: Sequence[Entry]) -> str:
    for entry in reversed(transcript):
        if entry.speaker is Speaker.RESIDENT:
            return entry.text
    return card.last_said


def _told(transcript: Sequence[Entry]) -> tuple[Told, ...]:
    latest: dict[str, Told] = {}
    for entry in transcript:
        if entry.source is not None and entry.speaker in (Speaker.ASSISTANT, Speaker.AGENT):
            latest.pop(entry.source.article, None)
            latest[entry.source.article] = Told(
                entry.source, entry.speaker, entry.position, entry.helpful
            )
    return tuple(latest.values())


def _limits(limits: Limits) -> tuple[str, ...]:
    said = []
    if limits.text is not None and limits.text < REPLY_LIMIT:
        said.append(f"Replies: up to {limits.text:,} characters")
    if limits.counts_parts:
        said.append("Replies are counted in text-message parts")
    if limits.choices == 0:
        said.append("No buttons on this channel")
    elif limits.choices is not None:
        said.append(f"Up to {limits.choices} buttons")
    return tuple(said)


def shortened(text: str, length: int) -> str:
    """Return the text on one line, cut at a word when it is longer than `length`."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[: length - 1].rsplit(" ", 1)[0] + "…"
