"""The web chat's addresses: what is read (reading.py), what is sent (writing.py), and files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import wraps

from sanic import Blueprint
from sanic.exceptions import NotFound, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, html, json, raw

from channels.webchat.assets import Assets
from channels.webchat.calendars import PATH as CALENDARS
from channels.webchat.calendars import CalendarFiles, Calendars
from channels.webchat.carrying_on import CarryingOn
from channels.webchat.entrances import KIOSK, Entrance
from channels.webchat.headers import security_headers
from channels.webchat.incoming import BadInput
from channels.webchat.links import LinkService
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
    links: LinkService | None = None,
    calendars: CalendarFiles | None = None,
) -> Blueprint:
    """Return the web chat for every council of the service.

    `secret` signs visitors' cookies. `secure` says that residents come by https. `embed_origins`
    are the origins whose pages may carry the widget ("https://www.ashcombe.example"). After
    `idle_seconds` without a sign of the resident the chat is ended and wiped; 0 means never. With
    `links`, residents can carry on by text message; with `calendars`, who booked a time can have
    it as a file. The kiosk, at /kiosk, is the same chat for a
    shared screen.
    """
    assets = Assets()
    blueprint = Blueprint("webchat")
    for entrance in (Entrance(idle_seconds=idle_seconds), KIOSK):
        pages = Pages(
            assets,
            entrance=entrance,
            embed_origins=embed_origins,
            carry_on=links.channels if links else lambda authority: (),
        )
        visitors = Visitors(
            secret,
            secure=secure,
            idle_seconds=entrance.idle_seconds,
            idle_with_person=entrance.idle_with_person,
            path=entrance.path,
            framed=not entrance.kiosk,
        )
        routes = _Routes(blueprint, entrance.path)
        _add_chat(
            routes,
            Reading(service, visitors, pages, entrance),
            Writing(service, visitors, pages, entrance),
        )
        if links is not None:
            _add_carrying_on(routes, CarryingOn(service, links, visitors, pages))
    files = _Files(assets)
    add = _Routes(blueprint, "").add
    add("/widget.js", files.widget)
    if calendars is not None:
        add(f"{CALENDARS}/<name>", Calendars(calendars).appointment)
    add("/chat/static/<digest>/<name>", files.static)
    problems = _Problems(Pages(assets, entrance=Entrance(), embed_origins=embed_origins))
    headers = security_headers(embed_origins)
    blueprint.exception(BadInput)(problems.bad_input)
    blueprint.exception(SanicException)(problems.refused)

    async def secured(request: Request, response: HTTPResponse) -> None:
        # Ours, whatever the application says of its other pages: the widget must show these.
        response.headers.update(headers)
        response.headers.setdefault("Cache-Control", "no-store")

    blueprint.middleware(secured, "response")
    return blueprint


@dataclass(frozen=True)
class _Routes:
    """Where one entrance's pages are."""

    blueprint: Blueprint
    path: str

    def add(
        self, uri: str, handler: Handler, methods: Sequence[str] = ("GET",), name: str = ""
    ) -> None:
        # Sanic writes on a handler, and a method cannot be written on.
        @wraps(handler)
        async def handle(request: Request, **parts: str) -> HTTPResponse | None:
            return await handler(request, **parts)

        name = "_".join(filter(None, (self.path.strip("/"), name or handler.__name__)))
        self.blueprint.add_route(handle, f"{self.path}{uri}", methods=methods, name=name)


def _add_chat(routes: _Routes, reading: Reading, writing: Writing) -> None:
    add, post = routes.add, ("POST",)
    add("/<authority>", reading.page)
    add("/<authority>/stream", reading.stream)
    add("/<authority>/theme.css", reading.theme)
    add("/<authority>/end", reading.confirm_end)
    add("/<authority>/messages", writing.messages, methods=post)
    add("/<authority>/say", writing.say, methods=post)
    add("/<authority>/typing", writing.typing, methods=post)
    add("/<authority>/rate", writing.rate, methods=post)
    add("/<authority>/end", writing.end, methods=post)
    if routes.path == KIOSK.path:
        add("/<authority>/still-there", reading.still_there)
    else:
        # A file or a print would lie about on a screen that is shared.
        add("/<authority>/transcript", reading.transcript)
        add("/<authority>/transcript.txt", reading.transcript_file)


def _add_carrying_on(routes: _Routes, carrying_on: CarryingOn) -> None:
    add, post = routes.add, ("POST",)
    add("/<authority>/carry-on", carrying_on.ask)
    add("/<authority>/carry-on", carrying_on.start, methods=post)
    add("/<authority>/carry-on/code", carrying_on.confirm, methods=post)


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
        answer = self._answer(request, problem.status, "We could not take that", problem.reason)
        answer.headers.update(problem.headers)
        return answer

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
