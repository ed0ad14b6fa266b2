"""What Rasa gave out in one turn, made into replies, requests and a handover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from channels.messages import Choice, Link, Reply, Source
from handoff.handover import Handover, handover_from
from knowledge.appointments import Change
from knowledge.gaps import Gap
from knowledge.opinions import Opinion
from knowledge.requests import Request
from knowledge.slots import slot_from

WAYS_OUT = ("/none_of_these", "/person", "/stop")
"""Choices that leave what is going on: they stand last."""


@dataclass
class Collected:
    """Messages in the order in which they were said.

    A message is `text` and `buttons`, and `custom`: {"reply": ...} says it whole, {"source": ...}
    tells where the text comes from, {"language": ..., "short": ...} what it is written in and how
    it is said by text message, {"join": true} makes it one with the reply before, {"lodge": ...} is
    a request, {"appointment": {"reference": ..., "slot": ...}} moves one of the person's own, or
    without a slot cancels it, {"handover": ...} asks for a person, and {"gap": {"outcome": ...,
    "topic": ...}} marks a question that was asked back or not answered. {"opinion": ...} is what
    the person says of a request that is done.
    """

    messages: list[Mapping[str, Any]] = field(default_factory=list)

    def replies(self) -> tuple[Reply, ...]:
        """Return what is said. Plain sentences that follow each other are one reply."""
        replies: list[Reply] = []
        for message in self.messages:
            custom = message.get("custom") or {}
            reply = _reply(message, custom)
            if not reply.text:
                continue
            plain = replies and not replies[-1].choices and not replies[-1].source
            alike = replies and replies[-1].language == reply.language
            if alike and (plain or custom.get("join")):
                replies[-1] = _joined(replies[-1], reply)
            else:
                replies.append(reply)
        return tuple(replace(reply, choices=_in_order(reply.choices)) for reply in replies)

    def requests(self) -> tuple[Request, ...]:
        return tuple(
            Request(
                key=str(lodge["key"]),
                service=str(lodge["service"]),
                authority=str(lodge["authority"]),
                fields=dict(lodge["fields"]),
                updates=bool(lodge.get("updates")),
                spot=str(lodge.get("spot") or ""),
                latitude=lodge.get("latitude"),
                longitude=lodge.get("longitude"),
                joins=str(lodge.get("joins") or ""),
                due_on=date.fromisoformat(lodge["due_on"]) if lodge.get("due_on") else None,
                slot=slot_from(lodge["slot"]) if lodge.get("slot") else None,
            )
            for lodge in self._custom("lodge")
        )

    def changes(self) -> tuple[Change, ...]:
        return tuple(
            Change(
                reference=str(change["reference"]),
                slot=slot_from(change["slot"]) if change.get("slot") else None,
            )
            for change in self._custom("appointment")
        )

    def handover(self) -> Handover | None:
        """Return the last handover that was asked for, None when there was none."""
        wanted = self._custom("handover")
        return handover_from(wanted[-1]) if wanted else None

    def gap(self) -> Gap | None:
        """Return the last mark of a question that was not answered, None when there was none. It
        has no words yet."""
        marks = self._custom("gap")
        if not marks:
            return None
        return Gap("", str(marks[-1].get("topic") or ""), str(marks[-1]["outcome"]))

    def opinions(self) -> tuple[Opinion, ...]:
        return tuple(
            Opinion(str(said["reference"]), str(said["answer"]), str(said["words"]))
            for said in self._custom("opinion")
        )

    def _custom(self, name: str) -> Sequence[Any]:
        customs = [message.get("custom") or {} for message in self.messages]
        return [custom[name] for custom in customs if name in custom]


def _reply(message: Mapping[str, Any], custom: Mapping[str, Any]) -> Reply:
    whole = custom.get("reply")
    if whole:
        return Reply(
            text=str(whole["text"]),
            choices=tuple(Choice(c["label"], c["value"]) for c in whole.get("choices") or ()),
            links=tuple(Link(link["label"], link["url"]) for link in whole.get("links") or ()),
            image_url=whole.get("image_url"),
            asks_location=bool(whole.get("asks_location")),
            short=str(whole.get("short") or ""),
        )
    source = custom.get("source")
    return Reply(
        text=str(message.get("text") or "").strip(),
        choices=tuple(
            Choice(str(button["title"]), str(button["payload"]))
            for button in message.get("buttons") or ()
        ),
        source=_source(source) if source else None,
        short=str((source or custom).get("short") or ""),
        language=str(custom.get("language") or ""),
    )


def _source(value: Mapping[str, str]) -> Source:
    return Source(
        article=value["article"],
        title=value["title"],
        url=value["url"],
        responsible=value["responsible"],
        reviewed_on=date.fromisoformat(value["reviewed_on"]),
    )


def _joined(first: Reply, second: Reply) -> Reply:
    short = ""
    if first.short or second.short:
        short = f"{first.short or first.text} {second.short or second.text}"
    return replace(
        second,
        text=f"{first.text}\n\n{second.text}",
        choices=first.choices + second.choices,
        links=first.links + second.links,
        source=second.source or first.source,
        short=short,
    )


def _in_order(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    return tuple(sorted(choices, key=lambda choice: choice.value in WAYS_OUT))
