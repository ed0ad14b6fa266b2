"""The agents' desk, as one Sanic blueprint at /desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone

from argon2 import PasswordHasher
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from channels.channel import Limits
from handoff import (
    desk_actions,
    desk_alerts,
    desk_articles,
    desk_contacts,
    desk_drafts,
    desk_files,
    desk_gaps,
    desk_pages,
    desk_request,
    desk_requests,
    desk_sign_in,
    desk_stream,
    desk_undelivered,
)
from handoff.alerts import AlertBoard
from handoff.casework import Casework
from handoff.desk_room import Room, environment
from handoff.desk_static import read_static_files
from handoff.files import Files
from handoff.floor import Floor, Transactions
from handoff.gaps import GapBoard
from handoff.passwords import HASHER
from handoff.people import People
from handoff.post import Post
from handoff.shelf import KnowledgeForDesk


def utc_now() -> datetime:
    return datetime.now(timezone.utc)


def desk(
    floor: Floor,
    store: Transactions,
    knowledge: KnowledgeForDesk,
    secret: str,
    *,
    secure: bool,
    limits: Mapping[str, Limits] | None = None,
    post: Post | None = None,
    files: Files | None = None,
    people: People | None = None,
    alerts: AlertBoard | None = None,
    gaps: GapBoard | None = None,
    casework: Casework | None = None,
    clock: Callable[[], datetime] = utc_now,
    hasher: PasswordHasher = HASHER,
) -> Blueprint:
    """Return the desk's pages, actions, stream and files.

    `secret` keys what must not be forged; `secure` says that browsers reach the desk by HTTPS
    only; `limits` are the channels' own, by channel name. Without `post` there is no page of what
    was not delivered, without `files` none can be opened, without `people` none can be linked,
    without `alerts` there are none, without `gaps` nobody sees what was not answered, without
    `casework` requests are worked elsewhere.
    `clock` and `hasher` are for tests.
    """
    static = read_static_files()
    room = Room(
        floor=floor,
        store=store,
        knowledge=knowledge,
        secret=secret,
        secure=secure,
        clock=clock,
        limits=limits or {},
        static=static,
        pages=environment(static.prefix),
        hasher=hasher,
        post=post,
        files=files,
        people=people,
        alerts=alerts,
        casework=casework,
    )
    blueprint = Blueprint("desk", url_prefix="/desk")
    for pages in (desk_sign_in, desk_pages, desk_articles, desk_actions, desk_stream):
        pages.add(blueprint, room)
    if post is not None:
        desk_undelivered.add(blueprint, room, post)
    if files is not None:
        desk_files.add(blueprint, room, files)
    if people is not None:
        desk_contacts.add(blueprint, room, people)
    if alerts is not None:
        desk_alerts.add(blueprint, room, alerts)
    if gaps is not None:
        desk_gaps.add(blueprint, room, gaps)
        desk_drafts.add(blueprint, room, gaps)
    if casework is not None:
        desk_requests.add(blueprint, room, casework)
        desk_request.add(blueprint, room, casework)

    async def file(request: Request, digest: str, name: str) -> HTTPResponse:
        return static.file(digest, name)

    async def nothing_here(request: Request, rest: str = "") -> HTTPResponse:
        return room.message(
            "There is no such page", "Check the address, or go back to the queue.", status=404
        )

    blueprint.add_route(file, "/static/<digest:str>/<name:str>")
    blueprint.add_route(nothing_here, "/<rest:path>", methods=["GET", "POST"])
    return blueprint
