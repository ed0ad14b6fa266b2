"""A transcript as the page shows it: who speaks, when, and what can still be pressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup

from channels.messages import Choice, Link, direction
from channels.transcript import Entry, Speaker, is_written
from channels.webchat.days import clock, day, day_heading, local
from channels.webchat.rich_text import answer_html, safe_link, typed_html

Read = Callable[[str, str], str]
"""Makes HTML of an answer, given its conversation and its words."""


@dataclass(frozen=True)
class Row:
    """One entry, ready for a template.

    `heading` is the day when the entry begins one. `continues` says that the same person spoke
    just before. `open` says that its choices can be pressed, `chosen` which one was. `rateable`
    says that the resident can say whether it helped.
    """

    key: str
    entry: Entry
    who: str
    html: Markup
    links: tuple[Link, ...]
    day: str
    day_label: str
    time: str
    checked: str
    source_url: str
    client_id: str
    heading: str = ""
    continues: bool = False
    open: bool = True
    chosen: str = ""

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.entry.choices

    @property
    def direction(self) -> str:
        return direction(self.entry.language)

    @property
    def rateable(self) -> bool:
        return self.entry.speaker is Speaker.ASSISTANT and self.entry.source is not None


def read_anew(conversation: str, text: str) -> str:
    """Return an answer as HTML, whoever was given it before."""
    return answer_html(text)


def row(conversation: str, entry: Entry, now: datetime, read: Read = read_anew) -> Row:
    """Return the entry as it shows alone, under no heading. `read` makes HTML of an answer."""
    source = entry.source
    return Row(
        key=f"{conversation}.{entry.position}",
        entry=entry,
        who=speaker_name(entry.speaker, entry.name),
        html=Markup(_html(conversation, entry, read)),  # noqa: S704 - rich_text.py made it safe
        links=tuple(link for link in map(safe_link, entry.links) if link),
        day=local(entry.at).date().isoformat(),
        day_label=day_heading(entry.at, now),
        time=clock(entry.at),
        checked=day(source.reviewed_on) if source else "",
        source_url=_web_address(source.url) if source else "",
        # Only the part that the page made: the rest names the visitor.
        client_id=entry.client_id.rsplit(":", 1)[-1],
    )


def rows(
    conversation: str, entries: Sequence[Entry], now: datetime, read: Read = read_anew
) -> list[Row]:
    """Return the transcript in order, without agents' notes. `read` is as for row()."""
    shown: list[Row] = []
    visible = [entry for entry in entries if entry.speaker is not Speaker.NOTE]
    for index, entry in enumerate(visible):
        alone = row(conversation, entry, now, read)
        before = shown[-1] if shown else None
        new_day = before is None or before.day != alone.day
        answer = next((e for e in visible[index + 1 :] if e.speaker is Speaker.RESIDENT), None)
        shown.append(
            replace(
                alone,
                heading=alone.day_label if new_day else "",
                continues=not new_day and before is not None and before.who == alone.who,
                open=answer is None,
                chosen=_chosen(entry, answer),
            )
        )
    return shown


def speaker_name(speaker: Speaker, name: str) -> str:
    """Return how the page names who speaks; empty for what nobody said."""
    if speaker is Speaker.AGENT:
        return officer(name)
    return {Speaker.RESIDENT: "You", Speaker.ASSISTANT: "Assistant"}.get(speaker, "")


def officer(name: str) -> str:
    """Return "Priya, council officer"."""
    return f"{name}, council officer" if name else "Council officer"


def _chosen(entry: Entry, answer: Entry | None) -> str:
    if answer is None:
        return ""
    return next((c.value for c in entry.choices if c.label == answer.text), "")


def _html(conversation: str, entry: Entry, read: Read) -> str:
    if is_written(entry):
        return read(conversation, entry.text)
    return typed_html(entry.text, links=entry.speaker is Speaker.AGENT)


def _web_address(url: str) -> str:
    return url if url.lower().startswith(("https://", "http://")) else ""
