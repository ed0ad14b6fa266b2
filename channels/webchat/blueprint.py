"""The web chat's addresses: what is read (reading.py), what is sent (writing.py), and files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import wraps

from sanic import Blueprint
from sanic.exceptions import NotFound, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, html, json, raw

from channels.webchat.assets import Assets
from channels.webchat.headers import security_headers
from channels.webchat.incoming import BadInput
from channels.webchat.pages import Pages
from channels.webchat.reading import Reading
from channels.webchat.service import ChatService
from channels.webchat.visitors import Visitors
from channels.webchat.writing import Writing

YEAR = "public, max-age=31536000, immutable"
MINUTES = "public, max-age=300"
Handler = Callable[..., Awaitable[HTTPResponse | None]]


def webchat(
    service: ChatService,
    secret: str,
    *,
    secure: bool,
    embed_origins: Sequence[str],
    idle_seconds: int,
) -> Blueprint:
    """Return the web chat for every council of the service.

    `secret` signs visitors' cookies. `secure` says that residents come by https. `embed_origins`
    are the origins whose pages may carry the widget ("https://www.ashcombe.example"). After
    `idle_seconds` without a sign of the resident the chat is ended and wiped; 0 means never.
    """
    assets = Assets()
    pages = Pages(assets, idle_seconds=idle_seconds, embed_origins=embed_origins)
    visitors = Visitors(secret, secure=secure, idle_seconds=idle_seconds)
    reading = Reading(service, visitors, pages)
    writing = Writing(service, visitors, pages)
    files = _Files(assets)
    problems = _Problems(pages)
    headers = security_headers(embed_origins)

    blueprint = Blueprint("webchat")
    post = ["POST"]

    def add(uri: str, handler: Handler, methods: Sequence[str] = ("GET",), name: str = "") -> None:
        # Sanic writes on a handler, and a method cannot be written on.
        @wraps(handler)
        async def handle(request: Request, **parts: str) -> HTTPResponse | None:
            return await handler(request, **parts)

        blueprint.add_route(handle, uri, methods=methods, name=name or None)

    add("/widget.js", files.widget)
    add("/chat/static/<digest>/<name>", files.static)
    add("/chat/<authority>", reading.page)
    add("/chat/<authority>/stream", reading.stream)
    add("/chat/<authority>/transcript", reading.transcript)
    add("/chat/<authority>/transcript.txt", reading.transcript_file)
    add("/chat/<authority>/theme.css", reading.theme)
    add("/chat/<authority>/end", reading.confirm_end, name="confirm_end")
    add("/chat/<authority>/messages", writing.messages, methods=post)
    add("/chat/<authority>/say", writing.say, methods=post)
    add("/chat/<authority>/typing", writing.typing, methods=post)
    add("/chat/<authority>/rate", writing.rate, methods=post)
    add("/chat/<authority>/end", writing.end, methods=post, name="end")
    blueprint.exception(BadInput)(problems.bad_input)
    blueprint.exception(SanicException)(problems.refused)

    async def secured(request: Request, response: HTTPResponse) -> None:
        # Ours, whatever the application says of its other pages: the widget must show these.
        response.headers.update(headers)
        response.headers.setdefault("Cache-Control", "no-store")

    blueprint.middleware(secured, "response")
    return blueprint


class _Files:
    def __init__(self, assets: Assets) -> None:
        self._assets = assets

    async def widget(self, request: Request) -> HTTPResponse:
        """Return the script that a council puts on its pages; other sites may load it."""
        return self._file("widget.js", MINUTES)

    async def static(self, request: Request, digest: str, name: str) -> HTTPResponse:
        """Return a file. One page may still ask by an older digest: it gets today's file."""
        return self._file(name, YEAR if digest == self._assets.digest else "no-cache")

    def _file(self, name: str, cache: str) -> HTTPResponse:
        try:
            asset = self._assets.get(name)
        except KeyError:
            raise NotFound("There is no such file.") from None
        return raw(
            asset.body,
            content_type=asset.content_type,
            headers={"Cache-Control": cache, "Cross-Origin-Resource-Policy": "cross-origin"},
        )


class _Problems:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def bad_input(self, request: Request, problem: BadInput) -> HTTPResponse:
        return self._answer(request, problem.status, "We could not take that", problem.reason)

    async def refused(self, request: Request, problem: SanicException) -> HTTPResponse:
        status = problem.status_code or 500
        if status == 404:
            reason = "Check the address, or go back to the page you came from."
            return self._answer(request, 404, "We cannot find this page", reason)
        if status < 500:
            return self._answer(request, status, "We could not take that", "Try again.")
        reason = "We could not do this now. Try again in a few minutes."
        return self._answer(request, status, "Sorry, something went wrong", reason)

    def _answer(self, request: Request, status: int, title: str, reason: str) -> HTTPResponse:
        typed = request.headers.get("content-type", "")
        if typed.startswith("application/json") or request.path.endswith("/messages"):
            return json({"error": reason}, status=status)
        return html(self._pages.problem(title, reason), status=status)
