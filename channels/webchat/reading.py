"""What a resident reads: the chat, its live stream, and the transcript to keep."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime, timezone

from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse, html, text

from channels.webchat.entrances import Entrance
from channels.webchat.events import read_cursor, stream
from channels.webchat.pages import Pages
from channels.webchat.plain_transcript import plain_transcript
from channels.webchat.service import ChatService, Council, View
from channels.webchat.theme import theme_css
from channels.webchat.visitors import Visitor, Visitors

# A person who waits for an agent sits still, and is still there.
WITH_A_PERSON = ("queue", "agent")


def utc_now() -> datetime:
    """Return the time now, aware, in UTC."""
    return datetime.now(timezone.utc)


def council_or_404(service: ChatService, authority: str) -> Council:
    """Return the council. Raise NotFound when there is no such chat."""
    try:
        return service.council(authority)
    except KeyError:
        raise NotFound("There is no such chat.") from None


async def whole(service: ChatService, authority: str, visitor: str) -> View:
    """Return the visitor's conversation with all its entries: one read may not give all."""
    view = await service.view(authority, visitor)
    more = view.entries
    while more:
        more = (await service.view(authority, visitor, after=more[-1].position)).entries
        view = replace(view, entries=view.entries + more)
    return view


class Reading:
    """The handlers of GET requests."""

    def __init__(
        self, service: ChatService, visitors: Visitors, pages: Pages, entrance: Entrance
    ) -> None:
        self._service = service
        self._visitors = visitors
        self._pages = pages
        self._entrance = entrance

    async def page(self, request: Request, authority: str) -> HTTPResponse:
        """Return the chat, or what is left of one that was wiped (`?ended=1`).

        A page that asks by itself (`?idle=1`) is no sign of the resident.
        """
        council, now = council_or_404(self._service, authority), utc_now()
        embed = request.args.get("embed") == "1"
        wiped = request.args.get("ended") == "1"
        if wiped and not self._entrance.kiosk:
            return html(self._pages.ended(council, embed=embed))
        visitor = self._visitor(request, now)
        view = await whole(self._service, authority, visitor.id)
        with_person = view.status.keeper in WITH_A_PERSON
        if self._visitors.left(visitor, now, with_person=with_person):
            await self._service.end(authority, visitor.id)
            visitor, wiped = self._visitors.recognise("", now), True
            view = await whole(self._service, authority, visitor.id)
        answer = html(self._pages.chat(council, view, now, embed=embed, wiped=wiped))
        if not visitor.known or request.args.get("idle") != "1":
            answer.headers.add("Set-Cookie", self._visitors.cookie(visitor, now))
        return answer

    async def still_there(self, request: Request, authority: str) -> HTTPResponse:
        """Ask whether somebody is at the screen, for a page without scripts."""
        return html(self._pages.still_there(council_or_404(self._service, authority)))

    async def stream(self, request: Request, authority: str) -> None:
        """Send what is new, and go on sending until the page goes away."""
        council, now = council_or_404(self._service, authority), utc_now()
        visitor = self._visitor(request, now)
        read = read_cursor(request.headers.get("last-event-id") or request.args.get("after", ""))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        if not visitor.known:
            headers["Set-Cookie"] = self._visitors.cookie(visitor, now)
        response = await request.respond(content_type="text/event-stream", headers=headers)
        happenings = self._service.happenings(
            authority, visitor.id, read.conversation, read.position
        )
        try:
            async for piece in stream(happenings, visitor.known, self._pages, council, utc_now):
                await response.send(piece)
        finally:
            if isinstance(happenings, AsyncGenerator):
                await happenings.aclose()

    async def transcript(self, request: Request, authority: str) -> HTTPResponse:
        """Return the transcript as a page to print."""
        council, now = council_or_404(self._service, authority), utc_now()
        view = await whole(self._service, authority, self._visitor(request, now).id)
        return html(self._pages.transcript(council, view, now))

    async def transcript_file(self, request: Request, authority: str) -> HTTPResponse:
        """Return the transcript as a text file."""
        council, now = council_or_404(self._service, authority), utc_now()
        view = await whole(self._service, authority, self._visitor(request, now).id)
        name = f"chat-{council.slug}-{now:%Y-%m-%d}.txt"
        return text(
            plain_transcript(council, view, now),
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    async def theme(self, request: Request, authority: str) -> HTTPResponse:
        """Return the council's colours."""
        return text(
            theme_css(council_or_404(self._service, authority)),
            content_type="text/css; charset=utf-8",
            headers={"Cache-Control": "public, max-age=300"},
        )

    async def confirm_end(self, request: Request, authority: str) -> HTTPResponse:
        """Ask whether to end and wipe, for a page without scripts."""
        council = council_or_404(self._service, authority)
        return html(self._pages.confirm_end(council, embed=request.args.get("embed") == "1"))

    def _visitor(self, request: Request, now: datetime) -> Visitor:
        return self._visitors.recognise(request.headers.get("cookie", ""), now)
