"""What every page of the desk has at hand, and how a page leaves the house."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import response
from sanic.response import HTTPResponse

from channels.channel import Limits
from handoff.addresses import address_name, channel_name
from handoff.alerts import AlertBoard
from handoff.cases import MOST_COUNTED
from handoff.casework import Casework
from handoff.days import day_of, lateness, waited
from handoff.desk_static import StaticFiles
from handoff.fates import time_of
from handoff.files import Files
from handoff.floor import Floor, Transactions
from handoff.people import People
from handoff.post import Post
from handoff.reasons import why
from handoff.shelf import KnowledgeForDesk
from knowledge.london import in_london
from knowledge.requests import STATUSES

TEMPLATES = Path(__file__).parent / "templates"
# Nothing but our own files: no inline script, no inline style, no frame around the desk.
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Room:
    """The desk's parts, given once at the start. What is None is not on the desk: undelivered
    letters (post), residents' files, linking of addresses (people), alerts, requests
    (casework)."""

    floor: Floor
    store: Transactions
    knowledge: KnowledgeForDesk
    secret: str
    secure: bool
    clock: Callable[[], datetime]
    limits: Mapping[str, Limits]
    static: StaticFiles
    pages: Environment
    hasher: PasswordHasher
    post: Post | None = None
    files: Files | None = None
    people: People | None = None
    alerts: AlertBoard | None = None
    casework: Casework | None = None

    @property
    def session_cookie(self) -> str:
        # The __Host- prefix would need Path=/; __Secure- is what a cookie for /desk can promise.
        return "__Secure-desk" if self.secure else "desk"

    @property
    def door_cookie(self) -> str:
        return "__Secure-desk-door" if self.secure else "desk-door"

    def part(self, template: str, **values: Any) -> str:
        """Return a piece of a page."""
        there = {"has_requests": self.casework is not None}
        return self.pages.get_template(template).render(there | values)

    def page(self, template: str, *, status: int = 200, **values: Any) -> HTTPResponse:
        return response.html(self.part(template, **values), status=status, headers=security())

    def message(
        self, title: str, text: str, *, status: int, back: str = "/desk", label: str = ""
    ) -> HTTPResponse:
        """Say what happened and what to do, on a page of its own."""
        return self.page(
            "message.html",
            status=status,
            title=title,
            text=text,
            back=back,
            label=label or "Go to the desk",
        )

    def keep(self, answer: HTTPResponse, cookie: str, value: str) -> None:
        """Put a cookie on the response: for the desk only, out of reach of scripts."""
        answer.cookies[cookie] = value
        for name, setting in (("path", "/desk"), ("httponly", True), ("samesite", "Lax")):
            answer.cookies[cookie][name] = setting
        if self.secure:
            answer.cookies[cookie]["secure"] = True

    def forget(self, answer: HTTPResponse, cookie: str) -> None:
        self.keep(answer, cookie, "")
        answer.cookies[cookie]["max-age"] = 0


def security() -> dict[str, str]:
    """Return every answer's headers, anew: Sanic writes more into what it is given."""
    return dict(SECURITY)


def json(value: Any, status: int = 200) -> HTTPResponse:
    return response.json(value, status=status, headers=security())


def nothing() -> HTTPResponse:
    """Answer that it is done, and that there is nothing to say."""
    return response.empty(headers=security())


def see_other(place: str) -> HTTPResponse:
    """Send the browser on after a form, so that reloading does not send the form again."""
    return response.redirect(place, status=303, headers=security())


@lru_cache(maxsize=2)
def environment(static: str) -> Environment:
    """Return the templates, whose files are at `static`. A value that a page forgot to give is an
    error, not a blank."""
    pages = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    pages.filters.update(
        clock=lambda moment: in_london(moment).strftime("%H:%M"),
        day=day_of,
        waited=waited,
        lateness=lateness,
        date=lambda day: f"{day.day} {day:%B %Y}",
        as_words=lambda slug: slug.replace("-", " ").replace("_", " ").capitalize(),
        time=time_of,
        why=why,
        status=lambda status: STATUSES.get(status) or status.replace("_", " ").capitalize(),
        capped=lambda number: f"{number:,}" if number < MOST_COUNTED else f"{MOST_COUNTED - 1}+",
        channel=channel_name,
        sentence=lambda clause: clause[:1].upper() + clause[1:],
    )
    pages.globals["static"] = static
    pages.globals["address_name"] = address_name
    return pages
