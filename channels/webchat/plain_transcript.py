"""A transcript as a plain text file, to keep or to send on."""

from __future__ import annotations

import re
from datetime import datetime

from channels.transcript import Speaker
from channels.webchat.days import clock, day, local
from channels.webchat.rows import Row, rows
from channels.webchat.service import Council, View

_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def plain_transcript(council: Council, view: View, now: datetime) -> str:
    """Return who said what and when, with the sources. Ends with a line break."""
    lines = [f"Chat with {council.name}", f"Saved on {day(local(now).date())} at {clock(now)}", ""]
    for row in rows(view.conversation, view.entries, now):
        if row.heading:
            lines += [f"{day(local(row.entry.at).date())}", ""]
        lines += [*_said(row), ""]
    if len(lines) == 3:
        lines += ["Nothing was said in this chat.", ""]
    return "\n".join(lines)


def _said(row: Row) -> list[str]:
    lines = [f"{row.time}  {row.who or 'Chat'}:"]
    text = row.entry.text
    if row.entry.speaker is Speaker.ASSISTANT:
        text = _LINK.sub(r"\1 (\2)", text).replace("**", "")
    lines += [f"    {line}" for line in text.splitlines()]
    lines += [f"    - {choice.label}" for choice in row.choices]
    lines += [f"    {link.label}: {link.url}" for link in row.links]
    source = row.entry.source
    if source:
        lines.append(f"    Source: {source.title}, {source.responsible}, checked {row.checked}")
        if row.source_url:
            lines.append(f"    {row.source_url}")
    return lines
