"""The page of phones: one for each platform, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import jinja2
from sanic import Blueprint, Request
from sanic.exceptions import NotFound
from sanic.response import BaseHTTPResponse, HTTPResponse, html

from channels.emulators.people import PEOPLE
from channels.emulators.stand import Stand, people

HERE = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}

TITLES: Mapping[str, str] = {
    "twilio": "Text message (Twilio)",
    "notify": "Text message (GOV.UK Notify)",
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "messenger": "Messenger",
}
FAULTS: Mapping[str, str] = {
    "none": "Working",
    "down": "Down",
    "slow": "Slow to answer",
    "rate": "Too many requests",
    "error": "Errors",
    "garbage": "Answers nobody can read",
    "lost": "Loses its answers",
}
WEBHOOKS: Mapping[str, str] = {
    "once": "Arrive once",
    "twice": "Arrive twice",
    "never": "Never arrive",
}


def page(stand: Stand) -> Blueprint:
    """Return the page at `/` and its files. `?council=` chooses among several."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    async def home(request: Request) -> HTTPResponse:
        councils = stand.councils()
        chosen = request.args.get("council") or (councils[0][0] if councils else "")
        names = dict(councils)
        if councils and chosen not in names:
            raise NotFound("No phone here belongs to this council.")
        words = templates.get_template("phones.html").render(
            assistant=stand.assistant,
            councils=councils,
            council=chosen,
            name=names.get(chosen, ""),
            phones=stand.of(chosen) if councils else (),
            addresses=people,
            people=PEOPLE,
            titles=TITLES,
            faults=FAULTS,
            webhooks=WEBHOOKS,
        )
        return html(words)

    async def protect(request: Request, response: BaseHTTPResponse) -> None:
        response.headers.update(HEADERS)

    blueprint = Blueprint("page")
    blueprint.add_route(home, "/")
    blueprint.static("/static", HERE / "static", name="phones_static")
    blueprint.middleware(protect, "response")
    return blueprint
