"""One request of somebody who is signed in: who it is, what they sent, and that it is theirs."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sanic.request import Request
from sanic.response import HTTPResponse

from handoff import forms, sessions
from handoff.desk_room import Room, json, see_other
from handoff.floor import Agent, Card, NotYours
from handoff.forms import Form, Unreadable
from handoff.sessions import Session


class Declined(Exception):
    """We do not do that: what is wrong, and what to do about it."""

    def __init__(self, status: int, title: str, text: str, back: str = "/desk") -> None:
        super().__init__(title)
        self.status, self.title, self.text, self.back = status, title, text, back


@dataclass(frozen=True)
class Visit:
    """A request with its session. `form` has been checked against the session's CSRF token."""

    room: Room
    request: Request
    session: Session
    form: Form
    now: datetime

    @property
    def agent(self) -> Agent:
        return self.session.agent

    @property
    def by_script(self) -> bool:
        """Whether our own script asks: it wants JSON, not a page."""
        return wants_json(self.request)

    def asked(self, name: str) -> str:
        """Return a value of the query on one line, "" when it is not there."""
        return " ".join(forms.clean(self.request.args.get(name) or "").split())[:300]

    async def card(self, conversation: str) -> Card:
        """Return the conversation. Raise Declined when it is none of this agent's business."""
        try:
            return await self.room.floor.card(self.agent, conversation)
        except KeyError:
            raise Declined(
                404,
                "There is no such conversation",
                "It may belong to a council that you do not answer for. Check the address, or go "
                "back to the queue.",
            ) from None

    def done(self, place: str, **said: Any) -> HTTPResponse:
        """Answer a form that worked: JSON for our script, the page at `place` otherwise."""
        return json({"ok": True, **said}) if self.by_script else see_other(place)


Handler = Callable[..., Coroutine[Any, Any, HTTPResponse | None]]


def signed_in(
    room: Room, handler: Handler, *, active: bool = True, fields: int = forms.MOST_FIELDS
) -> Handler:
    """Return a Sanic handler that gives `handler` a Visit, or turns the request away.

    `active` False: the page asks by itself, which does not keep anybody signed in. `fields` is how
    many its form may have.
    """

    async def handle(request: Request, **place: Any) -> HTTPResponse | None:
        now = room.clock()
        session = await find_session(room, request, now, active=active)
        if session is None:
            return _to_sign_in(request)
        try:
            form = _checked_form(request, session, fields)
            visit = Visit(room, request, session, form, now)
            return await handler(visit, **{name: str(value) for name, value in place.items()})
        except Declined as declined:
            return refuse(room, request, declined)
        except NotYours as taken:
            return refuse(room, request, not_yours(taken, request.path.rpartition("/")[0]))

    handle.__name__ = f"{handler.__module__.rpartition('.')[2]}_{handler.__name__}"
    return handle


async def find_session(
    room: Room, request: Request, now: datetime, *, active: bool
) -> Session | None:
    """Return the session of the request's cookie, None when there is none or it has run out."""
    token = request.cookies.get(room.session_cookie)
    if not token:
        return None
    return await room.store.run(
        lambda connection: sessions.resume(connection, token, now, active=active)
    )


def refuse(room: Room, request: Request, declined: Declined) -> HTTPResponse:
    """Say it: as JSON to our script, on a page to a person."""
    if wants_json(request):
        return json({"title": declined.title, "text": declined.text}, declined.status)
    return room.message(
        declined.title,
        declined.text,
        status=declined.status,
        back=declined.back,
        label=_way_back(declined.back),
    )


def _way_back(back: str) -> str:
    if back == "/desk":
        return "Go to the desk"
    return "Go back to the conversation" if back.startswith("/desk/c/") else "Go back"


def not_yours(taken: NotYours, back: str) -> Declined:
    if taken.by:
        return Declined(
            409,
            f"{taken.by} has this conversation",
            "Nothing was sent or changed. You can read it and write a note.",
            back,
        )
    return Declined(
        409,
        "You do not have this conversation",
        "Nothing was sent or changed. Take it first, unless it has ended.",
        back,
    )


def read_form(request: Request, fields: int = forms.MOST_FIELDS) -> Form:
    """Return the form of the request. Raise Declined when it cannot be read."""
    try:
        return forms.read(request.body, request.headers.get("content-type", ""), fields)
    except Unreadable as unreadable:
        if unreadable.too_large:
            raise Declined(413, "That is too long", "Make it shorter, then try again.") from None
        raise Declined(
            400, "We could not read that form", "Go back, reload the page and try again."
        ) from None


def wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _checked_form(request: Request, session: Session, fields: int) -> Form:
    if request.method in ("GET", "HEAD"):
        return Form()
    form = read_form(request, fields)
    token = request.headers.get("x-csrf") or form.raw("csrf")
    if not hmac.compare_digest(token.encode("utf-8", "replace"), session.csrf.encode()):
        raise Declined(
            403,
            "This page was out of date",
            "Nothing was sent or changed. Go back, reload the page, then try again. This happens "
            "when you sign in again while a page is open.",
        )
    return form


def _to_sign_in(request: Request) -> HTTPResponse:
    if wants_json(request):
        return json(
            {
                "title": "You are signed out",
                "text": "Sign in again. What you typed is kept on this page.",
            },
            401,
        )
    where = request.path if request.method == "GET" else "/desk"
    return see_other(f"/desk/sign-in?next={quote(where)}")
