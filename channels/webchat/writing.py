"""What a resident sends: messages, choices, typing, ratings, and the end of the chat."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

from sanic.request import Request
from sanic.response import HTTPResponse, empty, html, json, redirect

from channels.messages import Address, Chose, InboundMessage
from channels.transcript import Speaker
from channels.webchat.days import span
from channels.webchat.entrances import Entrance
from channels.webchat.incoming import BadInput, read_form, read_json, read_message
from channels.webchat.origin import from_our_page
from channels.webchat.pages import Pages
from channels.webchat.reading import council_or_404, utc_now, whole
from channels.webchat.service import ChatService, TooFast, View
from channels.webchat.visitors import Visitor, Visitors

CHANNEL = "webchat"
# Without scripts a page cannot wait for the answer, so the server does, this long at most.
PATIENCE_SECONDS = 3.0
_POSITION = re.compile(r"[0-9]{1,9}")


class Writing:
    """The handlers of POST requests. Each one is refused when another site's page sent it."""

    def __init__(
        self, service: ChatService, visitors: Visitors, pages: Pages, entrance: Entrance
    ) -> None:
        self._service = service
        self._visitors = visitors
        self._pages = pages
        self._path = entrance.path

    async def messages(self, request: Request, authority: str) -> HTTPResponse:
        """Take one message as JSON. 202 means that it is kept, however often it came."""
        visitor, now = self._begin(request, authority)
        fields = read_json(request.body, request.headers.get("content-type", ""))
        await self._take(authority, visitor, fields, now)
        return self._kept(json({}, status=202), visitor, now)

    async def say(self, request: Request, authority: str) -> HTTPResponse:
        """Take one message as a form, and show the chat again, with the answer if it is quick."""
        visitor, now = self._begin(request, authority)
        form = read_form(request.body, request.headers.get("content-type", ""))
        council = council_or_404(self._service, authority)
        before = await whole(self._service, authority, visitor.id)
        try:
            new = await self._take(authority, visitor, _with_id(form), now)
        except BadInput as problem:
            embed = request.args.get("embed") == "1"
            page = self._pages.chat(
                council,
                before,
                now,
                embed=embed,
                error=problem.reason,
                unsent=form.get("text", ""),
            )
            refused = html(page, status=problem.status, headers=problem.headers)
            return self._kept(refused, visitor, now)
        if new and before.status.keeper == "bot" and before.status.ready:
            await self._answered(authority, visitor, before)
        return self._kept(self._back(request, authority, "#end"), visitor, now)

    async def typing(self, request: Request, authority: str) -> HTTPResponse:
        """Tell the agent that the resident is typing."""
        visitor, now = self._begin(request, authority)
        if visitor.known:
            await self._service.typing(authority, visitor.id)
        return self._kept(empty(), visitor, now)

    async def rate(self, request: Request, authority: str) -> HTTPResponse:
        """Keep whether an answer helped: `position` and `helpful` (a boolean, or yes and no)."""
        visitor, now = self._begin(request, authority)
        typed = request.headers.get("content-type", "")
        is_form = not typed.startswith("application/json")
        fields = (read_form if is_form else read_json)(request.body, typed)
        position, helpful = _rating(fields)
        if not await self._service.rate(authority, visitor.id, position, helpful):
            raise BadInput(422, "This answer is not in your chat, so you cannot rate it.")
        if is_form:
            return self._kept(self._back(request, authority, f"#rate-{position}"), visitor, now)
        return self._kept(json({}), visitor, now)

    async def end(self, request: Request, authority: str) -> HTTPResponse:
        """Close the chat and forget the visitor on this device."""
        visitor, _ = self._begin(request, authority)
        if visitor.known:
            await self._service.end(authority, visitor.id)
        embed = "&embed=1" if request.args.get("embed") == "1" else ""
        answer = redirect(f"{self._path}/{authority}?ended=1{embed}", status=303)
        answer.headers.add("Set-Cookie", self._visitors.forgotten())
        return answer

    def _begin(self, request: Request, authority: str) -> tuple[Visitor, datetime]:
        council_or_404(self._service, authority)
        if not from_our_page(request.headers, request.host):
            raise BadInput(403, "This was sent from another site, so we did not take it.")
        now = utc_now()
        return self._visitors.recognise(request.headers.get("cookie", ""), now), now

    async def _take(
        self, authority: str, visitor: Visitor, fields: Mapping[str, Any], now: datetime
    ) -> bool:
        identifier, content = read_message(fields)
        if isinstance(content, Chose):
            label = await self._service.offered(authority, visitor.id, content.value)
            if label is None:
                raise BadInput(
                    422, "This choice was not offered. Choose another, or write a message."
                )
            content = Chose(content.value, label)
        message = InboundMessage(
            sender=Address(CHANNEL, visitor.id),
            external_id=f"{visitor.id}:{identifier}",
            content=content,
            sent_at=now,
        )
        try:
            return await self._service.accept(authority, message)
        except TooFast as problem:
            raise BadInput(
                429,
                "You have sent many messages in a short time. "
                f"Wait {span(problem.retry_after)}, then send this one.",
                retry_after=max(1, math.ceil(problem.retry_after.total_seconds())),
            ) from None

    async def _answered(self, authority: str, visitor: Visitor, before: View) -> None:
        after = before.entries[-1].position if before.entries else 0
        happenings = self._service.happenings(authority, visitor.id, before.conversation, after)

        async def heard() -> None:
            async for what in happenings:
                if what and any(e.speaker is not Speaker.RESIDENT for e in what.entries):
                    return

        try:
            await asyncio.wait_for(heard(), PATIENCE_SECONDS)
        except asyncio.TimeoutError:
            return
        finally:
            if isinstance(happenings, AsyncGenerator):
                await happenings.aclose()

    def _back(self, request: Request, authority: str, fragment: str) -> HTTPResponse:
        embed = "?embed=1" if request.args.get("embed") == "1" else ""
        return redirect(f"{self._path}/{authority}{embed}{fragment}", status=303)

    def _kept(self, answer: HTTPResponse, visitor: Visitor, now: datetime) -> HTTPResponse:
        if self._visitors.due(visitor, now):
            answer.headers.add("Set-Cookie", self._visitors.cookie(visitor, now))
        if not visitor.known:
            # The page's stream belongs to nobody now: it must begin again with the new cookie.
            answer.headers["Chat-Visitor"] = "new"
        return answer


def _with_id(form: Mapping[str, str]) -> Mapping[str, str]:
    # One rendering of a form may send two different messages (Back, then another button); only
    # the same words from the same form are the same message.
    said = {name: form[name] for name in ("text", "choice") if name in form}
    seed = form.get("id") or str(uuid4())
    return {**said, "id": str(uuid5(NAMESPACE_OID, f"{seed} {said}"))}


def _rating(fields: Mapping[str, Any]) -> tuple[int, bool]:
    position, helpful = str(fields.get("position")), fields.get("helpful")
    if not _POSITION.fullmatch(position) or helpful not in ("yes", "no", True, False):
        raise BadInput(422, "Say which answer you mean, and whether it helped.")
    return int(position), helpful in ("yes", True)
