"""Templates into pages, and one transcript entry into the piece of page that the stream sends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import jinja2

from channels.transcript import Entry
from channels.webchat.answers import Answers
from channels.webchat.assets import Assets
from channels.webchat.incoming import LONGEST
from channels.webchat.rows import Row, row, rows
from channels.webchat.service import Council, View
from channels.webchat.standing import standing

TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """Renders. Every address in a page is built here or in a template."""

    def __init__(self, assets: Assets, *, idle_seconds: int, embed_origins: Sequence[str]) -> None:
        self._idle = idle_seconds
        self._origins = tuple(embed_origins)
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            # Templates are part of the program: nobody changes them while it runs.
            auto_reload=False,
        )
        self._environment.globals["asset"] = assets.url
        self._environment.globals["new_id"] = lambda: str(uuid4())
        # A link to the very same address would only scroll: the browser asks again for a new one.
        self._environment.globals["fresh"] = lambda: uuid4().hex[:8]
        self._answers = Answers()
        self._entry = vars(self._environment.get_template("_entry.html").module)["entry"]

    def chat(
        self,
        council: Council,
        view: View,
        now: datetime,
        *,
        embed: bool,
        error: str = "",
        unsent: str = "",
    ) -> str:
        """Return the chat. `error` says why `unsent` was not taken, and both are shown."""
        shown = rows(view.conversation, view.entries, now, self._answers.html)
        return self._render(
            "chat.html",
            council=council,
            embed=embed,
            rows=shown,
            standing=standing(view.status),
            cursor=shown[-1].key if shown else f"{view.conversation}.0",
            idle_seconds=self._idle,
            embed_origins=" ".join(self._origins),
            error=error,
            unsent=unsent,
            longest=LONGEST,
        )

    def row(self, conversation: str, entry: Entry, now: datetime) -> Row:
        """Return the entry as it shows alone."""
        return row(conversation, entry, now, self._answers.html)

    def entry(self, council: Council, shown: Row) -> str:
        """Return the piece of page for one entry."""
        return str(self._entry(shown, council, False)).strip()

    def transcript(self, council: Council, view: View, now: datetime) -> str:
        """Return the transcript as a page to print."""
        shown = rows(view.conversation, view.entries, now, self._answers.html)
        return self._render("transcript.html", council=council, rows=shown, embed=False, now=now)

    def confirm_end(self, council: Council, *, embed: bool) -> str:
        """Return the page that asks whether to end and wipe."""
        return self._render("confirm_end.html", council=council, embed=embed)

    def ended(self, council: Council, *, embed: bool) -> str:
        """Return the page that is left when a chat was wiped from the device."""
        origins = " ".join(self._origins)
        return self._render("ended.html", council=council, embed=embed, embed_origins=origins)

    def problem(self, title: str, reason: str, back: str = "") -> str:
        """Return a page that says what went wrong and what to do."""
        return self._render("problem.html", title=title, reason=reason, back=back)

    def demo(self, council: Council, accent: str) -> str:
        """Return the home page of the invented council."""
        return self._render("demo.html", council=council, accent=accent)

    def _render(self, template: str, **values: Any) -> str:
        return self._environment.get_template(template).render(**values)
