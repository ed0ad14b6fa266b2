"""The home page of an invented council, with the chat on it, to show what residents would see."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, html

from channels.webchat.assets import Assets
from channels.webchat.entrances import Entrance
from channels.webchat.headers import security_headers
from channels.webchat.pages import Pages
from channels.webchat.service import ChatService
from channels.webchat.theme import accent_of


def demo(service: ChatService, council_slug: str) -> Blueprint:
    """Return the page at `/`. The blueprint of webchat() must be there too: it has the files."""
    council = service.council(council_slug)
    pages = Pages(Assets(), entrance=Entrance(), embed_origins=())
    headers = {**security_headers(()), "Cache-Control": "no-cache"}

    async def home(request: Request) -> HTTPResponse:
        return html(pages.demo(council, accent_of(council)), headers=headers)

    blueprint = Blueprint("demo")
    blueprint.add_route(home, "/")
    return blueprint
