"""The door of the desk: sign in, sign out."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime

import structlog
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sqlalchemy.engine import Connection

from handoff import agents, attempts, sessions
from handoff.attempts import TooMany
from handoff.desk_room import Room, see_other
from handoff.desk_visit import Declined, Visit, find_session, read_form, refuse, signed_in
from handoff.floor import Agent
from handoff.forms import Form

log = structlog.get_logger()

OURS = re.compile(r"/desk(/[A-Za-z0-9/_-]*)?")
WRONG = "That user name and password do not match. Check both, then try again."


def add(blueprint: Blueprint, room: Room) -> None:
    """Put the door's pages on the blueprint."""

    async def sign_in_page(request: Request) -> HTTPResponse:
        if await find_session(room, request, room.clock(), active=False):
            return see_other(_next(request.args.get("next")))
        return _door(room, request, next_page=_next(request.args.get("next")))

    async def sign_in(request: Request) -> HTTPResponse:
        try:
            form = read_form(request)
            _check_door(room, request, form)
        except Declined as declined:
            return refuse(room, request, declined)
        return await _let_in(room, request, form)

    async def sign_out(visit: Visit) -> HTTPResponse:
        token = visit.request.cookies.get(room.session_cookie, "")
        await room.store.run(lambda connection: sessions.end(connection, token))
        log.info("desk.signed_out", authority=visit.agent.authority)
        answer = see_other("/desk/sign-in")
        room.forget(answer, room.session_cookie)
        return answer

    blueprint.add_route(sign_in_page, "/sign-in", methods=["GET"])
    blueprint.add_route(sign_in, "/sign-in", methods=["POST"])
    blueprint.add_route(signed_in(room, sign_out), "/sign-out", methods=["POST"])


async def _let_in(room: Room, request: Request, form: Form) -> HTTPResponse:
    username, password = form.line("username"), form.raw("password")
    next_page = _next(form.line("next"))
    if not username or not password:
        return _door(
            room,
            request,
            status=400,
            next_page=next_page,
            username=username,
            error="Enter your user name and your password.",
        )
    now = room.clock()
    attempt = attempts.subjects(room.secret, username, request.remote_addr or request.ip)
    try:
        await room.store.run(lambda connection: attempts.begin(connection, attempt, now))
    except TooMany as many:
        log.warning("desk.too_many_attempts")
        wait = f"{many.minutes} minute{'s' if many.minutes != 1 else ''}"
        return _door(
            room,
            request,
            status=429,
            next_page=next_page,
            username=username,
            error=f"Too many attempts. Try again in {wait}.",
        )
    agent = await agents.authenticate(room.store, username, password, room.hasher)
    if agent is None:
        log.info("desk.sign_in_failed")
        return _door(room, request, status=401, next_page=next_page, username=username, error=WRONG)
    before = request.cookies.get(room.session_cookie)
    token = await room.store.run(
        lambda connection: _welcome(connection, agent, attempt, before, now)
    )
    log.info("desk.signed_in", authority=agent.authority)
    answer = see_other(next_page)
    room.keep(answer, room.session_cookie, token)
    room.forget(answer, room.door_cookie)
    return answer


def _welcome(
    connection: Connection,
    agent: Agent,
    attempt: attempts.Attempt,
    before: str | None,
    now: datetime,
) -> str:
    attempts.succeed(connection, attempt)
    return sessions.start(connection, agent, now, instead_of=before)


def _door(
    room: Room,
    request: Request,
    *,
    status: int = 200,
    next_page: str,
    username: str = "",
    error: str = "",
) -> HTTPResponse:
    # Nobody has a session here yet, so the form is tied to a cookie of its own: another site can
    # send this form, but not with the two that belong together.
    ticket = request.cookies.get(room.door_cookie, "")
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}", ticket):
        ticket = secrets.token_urlsafe(32)
    answer = room.page(
        "sign_in.html",
        status=status,
        door=_stamp(room, ticket),
        next=next_page,
        username=username,
        error=error,
    )
    room.keep(answer, room.door_cookie, ticket)
    return answer


def _check_door(room: Room, request: Request, form: Form) -> None:
    ticket = request.cookies.get(room.door_cookie, "")
    stamp = form.raw("door").encode("utf-8", "replace")
    if not ticket or not hmac.compare_digest(stamp, _stamp(room, ticket).encode()):
        raise Declined(
            403,
            "We could not sign you in from that page",
            "Open the sign-in page again, then try again. Your browser must allow cookies.",
        )


def _stamp(room: Room, ticket: str) -> str:
    message = f"door:{ticket}".encode("utf-8", "replace")
    return hmac.new(room.secret.encode(), message, hashlib.sha256).hexdigest()


def _next(asked: str | None) -> str:
    """Return where to go after the door: a page of the desk, never another site."""
    return asked if asked and OURS.fullmatch(asked) and "sign" not in asked else "/desk"
