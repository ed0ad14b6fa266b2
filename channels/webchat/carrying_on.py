"""From the chat to the resident's telephone: a number, the code that was sent there, done."""

from __future__ import annotations

from collections.abc import Mapping

from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse, html

from channels.telephone import is_british, is_mobile, read_number
from channels.webchat.incoming import BadInput, read_form
from channels.webchat.links import Linked, LinkService, Started
from channels.webchat.origin import from_our_page
from channels.webchat.pages import Pages, Step
from channels.webchat.reading import council_or_404, utc_now
from channels.webchat.service import ChatService, Council
from channels.webchat.visitors import Visitor, Visitors

LONGEST_FIELD = 60


class CarryingOn:
    """The handlers of the pages that link a telephone to the chat. They are the same with scripts
    (carry_on.js shows them within the chat) and without."""

    def __init__(
        self, service: ChatService, links: LinkService, visitors: Visitors, pages: Pages
    ) -> None:
        self._service = service
        self._links = links
        self._visitors = visitors
        self._pages = pages

    async def ask(self, request: Request, authority: str) -> HTTPResponse:
        """Ask for the number."""
        council, channels = self._offer(authority)
        return self._show(request, council, Step("number", channel=channels[0]))

    async def start(self, request: Request, authority: str) -> HTTPResponse:
        """Send a code to the number: `number` and `channel`, and `again` when it is not the first.

        When that fails it is said where they are: at the number, or (`again`) at the code.
        """
        council, channels = self._offer(authority)
        visitor, form = self._begin(request)
        typed = form.get("number", "")[:LONGEST_FIELD]
        channel = form.get("channel", "")
        if channel not in channels:
            channel = channels[0]
        at = Step("code" if form.get("again") else "number", channel=channel, number=typed)
        number = read_number(typed)
        mistake = _mistake(typed, number, channel)
        if mistake or number is None:
            step = Step("number", channel=channel, number=typed, problem=mistake)
            return self._show(request, council, step, visitor)
        outcome = await self._links.start(authority, visitor.id, channel, number)
        if isinstance(outcome, Started):
            sent = Step("code", channel, typed, again_after=outcome.again_after)
            return self._show(request, council, sent, visitor)
        step = Step(at.name, channel, typed, outcome.kind, wait=outcome.wait)
        return self._show(request, council, step, visitor)

    async def confirm(self, request: Request, authority: str) -> HTTPResponse:
        """Take the code: `code`, and the `number` and `channel` that it was sent to."""
        council, channels = self._offer(authority)
        visitor, form = self._begin(request)
        code = form.get("code", "")[:LONGEST_FIELD]
        channel = form.get("channel", "") if form.get("channel") in channels else channels[0]
        number = form.get("number", "")[:LONGEST_FIELD]
        if not code.strip():
            step = Step("code", channel, number, "no_code_typed")
            return self._show(request, council, step, visitor)
        outcome = await self._links.confirm(authority, visitor.id, code)
        if isinstance(outcome, Linked):
            return self._show(request, council, Step("done", channel, number), visitor)
        step = Step("code", channel, number, outcome.kind, tries_left=outcome.tries_left)
        return self._show(request, council, step, visitor)

    def _offer(self, authority: str) -> tuple[Council, tuple[str, ...]]:
        """Return the council and the channels that it offers. Raise NotFound when it has none."""
        council = council_or_404(self._service, authority)
        channels = self._links.channels(authority)
        if not channels:
            raise NotFound("This council offers nothing to carry on by.")
        return council, channels

    def _begin(self, request: Request) -> tuple[Visitor, Mapping[str, str]]:
        if not from_our_page(request.headers, request.host):
            raise BadInput(403, "This was sent from another site, so we did not take it.")
        form = read_form(request.body, request.headers.get("content-type", ""))
        return self._visitors.recognise(request.headers.get("cookie", ""), utc_now()), form

    def _show(
        self, request: Request, council: Council, step: Step, visitor: Visitor | None = None
    ) -> HTTPResponse:
        embed = request.args.get("embed") == "1"
        status = 422 if step.problem else 200
        answer = html(self._pages.carrying_on(council, step, embed=embed), status=status)
        if visitor is not None:
            now = utc_now()
            if self._visitors.due(visitor, now):
                answer.headers.add("Set-Cookie", self._visitors.cookie(visitor, now))
        return answer


def _mistake(typed: str, number: str | None, channel: str) -> str:
    """Return a word for what is wrong with the number, empty when nothing is."""
    if not typed.strip():
        return "no_number"
    if number is None:
        return "unreadable"
    if not is_mobile(number):
        return "not_mobile"
    # A text message abroad costs many times as much, and is what fraudsters ask for.
    if channel == "sms" and not is_british(number):
        return "abroad"
    return ""
