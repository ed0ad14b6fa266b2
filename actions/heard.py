"""What the resident has just said or chosen, as the pipeline understood it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker

from knowledge.library import Library

UK = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class About:
    """A topic that the message may be about; `sure` when it may be answered without asking.
    `score` is its probability."""

    slug: str
    title: str
    sure: bool
    kind: str
    score: float = 0.0


@dataclass(frozen=True)
class Span:
    """A piece of the text that a rule found."""

    entity: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Need:
    """One of two things that a message asks for, in the words in which it does."""

    text: str
    intent: str
    topics: tuple[About, ...]


@dataclass(frozen=True)
class Heard:
    """One message. `chosen` holds what a choice carries, empty when it was typed.

    `door` is the slug of the council whose chat it is; `key` names this message among all. `needs`
    are the two of a message with two. `follow_up` says that it asks further about the last topic.
    `urgent` is the kind of emergency that it tells of, empty for none.
    `life_event` is the slug of one that it tells of. `photo` names the picture that came with it,
    and `pin` is where it marks a map: latitude and longitude in degrees. `now` is when it was
    sent, with its zone.
    """

    text: str
    intent: str
    today: date
    door: str
    key: str = ""
    confidence: float = 1.0
    in_scope: bool = True
    is_choice: bool = False
    topics: tuple[About, ...] = ()
    spans: tuple[Span, ...] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[Need, ...] = ()
    follow_up: bool = False
    urgent: str = ""
    life_event: str = ""
    photo: str = ""
    pin: tuple[float, float] | None = None
    now: datetime | None = None

    def topic(self, kind: str = "") -> About | None:
        """Return the likeliest topic that is sure, of that kind if one is named."""
        sure = (t for t in self.topics if t.sure and kind in ("", t.kind))
        return next(sure, None)

    def entities(self, name: str) -> tuple[Span, ...]:
        return tuple(span for span in self.spans if span.entity == name)


def heard_from(tracker: Tracker, library: Library) -> Heard:
    """Read the latest message. Without metadata (in `rasa shell`) it is today, at the first
    district's door."""
    message: Mapping[str, Any] = tracker.latest_message or {}
    about: Mapping[str, Any] = message.get("metadata") or {}
    text = str(message.get("text") or "")
    found = message.get("entities") or []
    is_choice = bool(about.get("chosen")) or text.startswith("/")
    intent: Mapping[str, Any] = message.get("intent") or {}
    said_on = about.get("today")
    return Heard(
        text="" if is_choice else text,
        intent=str(intent.get("name") or ""),
        confidence=float(intent.get("confidence") or 0.0),
        today=date.fromisoformat(said_on) if said_on else datetime.now(UK).date(),
        door=str(about.get("authority") or _first_door(library)),
        key=f"{about.get('conversation') or tracker.sender_id}:{about.get('external_id') or ''}",
        in_scope=not message.get("out_of_scope"),
        is_choice=is_choice,
        topics=_topics(message),
        spans=()
        if is_choice
        else tuple(
            Span(str(e["entity"]), str(e["value"]), int(e["start"]), int(e["end"]))
            for e in found
            if "start" in e
        ),
        chosen={str(e["entity"]): str(e["value"]) for e in found} if is_choice else {},
        needs=tuple(
            Need(str(need["text"]), str(need["intent"]), _topics(need))
            for need in message.get("needs") or ()
        ),
        follow_up=bool(message.get("follow_up")),
        urgent=str(message.get("urgent") or ""),
        life_event=str(message.get("life_event") or ""),
        photo=str(about.get("photo") or ""),
        pin=_pin(about.get("pin")),
        now=datetime.fromisoformat(about["now"]) if about.get("now") else None,
    )


def _pin(value: Any) -> tuple[float, float] | None:
    return (float(value[0]), float(value[1])) if value else None


def _topics(of: Mapping[str, Any]) -> tuple[About, ...]:
    return tuple(
        About(
            slug=str(t["slug"]),
            title=str(t["title"]),
            sure=bool(t["sure"]),
            kind=str(t["kind"]),
            score=float(t.get("score") or 0.0),
        )
        for t in of.get("topics") or ()
    )


def _first_door(library: Library) -> str:
    return next(a.slug for a in library.authorities.all() if a.tier != "county")
