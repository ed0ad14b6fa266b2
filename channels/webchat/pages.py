"""Templates into pages, and one transcript entry into the piece of page that the stream sends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import jinja2
from markupsafe import Markup

from channels.transcript import Entry
from channels.webchat.answers import Answers
from channels.webchat.assets import Assets
from channels.webchat.days import span
from channels.webchat.entrances import Entrance
from channels.webchat.incoming import LONGEST
from channels.webchat.rich_text import readable_address, spelled_out
from channels.webchat.rows import Row, row, rows
from channels.webchat.service import Council, View
from channels.webchat.standing import standing

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Step:
    """Where somebody is on the way from the chat to their telephone.

    `name` is number, code or done. `channel` and `number` are what they gave, as they typed it.
    `problem` is a word for what went wrong (see links.py), `wait` how long it keeps on,
    `tries_left` what is left of the code's tries. `again_after` is when another code may be asked
    for.
    """

    name: str
    channel: str = ""
    number: str = ""
    problem: str = ""
    wait: timedelta = timedelta(0)
    tries_left: int = 0
    again_after: timedelta = timedelta(0)


class Pages:
    """Renders the pages of one entrance. Every address in a page is built here or in a template.

    `carry_on` returns the channels by which a council's residents can carry on.
    """

    def __init__(
        self,
        assets: Assets,
        *,
        entrance: Entrance,
        embed_origins: Sequence[str],
        carry_on: Callable[[str], Sequence[str]] = lambda authority: (),
    ) -> None:
        self._entrance = entrance
        self._origins = tuple(embed_origins)
        self._carry_on = carry_on
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
        self._environment.globals["imports"] = assets.imports
        self._environment.globals["new_id"] = lambda: str(uuid4())
        # A link to the very same address would only scroll: the browser asks again for a new one.
        self._environment.globals["fresh"] = lambda: uuid4().hex[:8]
        self._environment.globals["entrance"] = entrance
        self._environment.filters["span"] = span
        self._environment.filters["readable"] = readable_address
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
        wiped: bool = False,
    ) -> str:
        """Return the chat. `error` says why `unsent` was not taken, and both are shown. `wiped`
        says that the chat before this one was wiped from the screen."""
        shown = [self._fit(r) for r in rows(view.conversation, view.entries, now, self._read)]
        return self._render(
            "kiosk.html" if self._entrance.kiosk else "chat.html",
            council=council,
            embed=embed,
            rows=shown,
            standing=standing(view.status),
            alerts=view.status.alerts,
            cursor=shown[-1].key if shown else f"{view.conversation}.0",
            embed_origins=" ".join(self._origins),
            carry_on=self._carry_on(council.slug),
            error=error,
            unsent=unsent,
            wiped=wiped,
            longest=LONGEST,
        )

    def row(self, conversation: str, entry: Entry, now: datetime) -> Row:
        """Return the entry as it shows alone."""
        return self._fit(row(conversation, entry, now, self._read))

    def entry(self, council: Council, shown: Row) -> str:
        """Return the piece of page for one entry."""
        return str(self._entry(shown, council, False)).strip()

    def transcript(self, council: Council, view: View, now: datetime) -> str:
        """Return the transcript as a page to print."""
        shown = rows(view.conversation, view.entries, now, self._read)
        return self._render("transcript.html", council=council, rows=shown, embed=False, now=now)

    def carrying_on(self, council: Council, step: Step, *, embed: bool) -> str:
        """Return a step of carrying on by text message or WhatsApp."""
        return self._render(
            "carry_on.html",
            council=council,
            channels=self._carry_on(council.slug),
            embed=embed,
            **vars(step),
        )

    def still_there(self, council: Council) -> str:
        """Return the page that asks whether somebody is at the screen, for one without scripts."""
        return self._render("still_there.html", council=council)

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

    def _read(self, conversation: str, text: str) -> str:
        return self._answers.html(conversation, text)

    def _fit(self, shown: Row) -> Row:
        """Return the row as this entrance shows it: from a kiosk, no link leads away."""
        if not self._entrance.kiosk:
            return shown
        return replace(shown, html=Markup(spelled_out(shown.html)))  # noqa: S704 - as in rows.py

    def _render(self, template: str, **values: Any) -> str:
        return self._environment.get_template(template).render(**values)
