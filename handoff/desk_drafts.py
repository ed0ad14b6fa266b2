"""Articles that an officer has begun: started from a question, looked at, taken away as a file."""

from __future__ import annotations

import structlog
from sanic import Blueprint, response
from sanic.response import HTTPResponse

from handoff.desk_gaps import PLACE, as_number, common, for_content, group_of
from handoff.desk_room import Room, security, see_other
from handoff.desk_visit import Declined, Visit, signed_in
from handoff.gaps import GapBoard, Wrong
from knowledge.drafts import LONGEST_TITLE, MOST_ASKS, Begun, Draft
from knowledge.gap_groups import Group
from knowledge.masking import has_mask

log = structlog.get_logger()

TIER_NAMES = {
    "district": "The district, borough or city council",
    "county": "The county council",
    "all": "Every council for itself",
}
DID = {"begun": "The draft is started.", "deleted": "The draft is deleted."}


def add(blueprint: Blueprint, room: Room, board: GapBoard) -> None:
    """Put the pages on the blueprint."""
    desk = _Drafts(board)
    one = "/gaps/drafts/<number:int>"
    for path, act, method in (
        ("/gaps/<number:int>/draft", desk.begin_page, "GET"),
        ("/gaps/<number:int>/draft", desk.begin, "POST"),
        ("/gaps/drafts", desk.page, "GET"),
        (one, desk.draft_page, "GET"),
        (f"{one}/<name:str>", desk.file, "GET"),
        (f"{one}/delete", desk.delete_page, "GET"),
        (f"{one}/delete", desk.delete, "POST"),
    ):
        blueprint.add_route(signed_in(room, for_content(act)), path, methods=[method])


class _Drafts:
    def __init__(self, board: GapBoard) -> None:
        self._board = board

    async def begin_page(self, visit: Visit, number: str) -> HTTPResponse:
        group = await group_of(self._board, visit, number)
        asked = [example.words for example in group.examples if not has_mask(example.words)]
        return self._form(visit, group, Begun("", "", "", tuple(asked)))

    async def begin(self, visit: Visit, number: str) -> HTTPResponse:
        group = await group_of(self._board, visit, number)
        begun = _begun(visit)
        try:
            made = await self._board.begin(visit.agent, group.id, begun, visit.now)
        except Wrong as wrong:
            return self._form(visit, group, begun, wrong.faults)
        log.info("draft.begun", authority=group.authority)
        return see_other(f"{PLACE}/drafts/{made}?done=begun")

    def _form(
        self, visit: Visit, group: Group, begun: Begun, faults: dict[str, str] | None = None
    ) -> HTTPResponse:
        return visit.room.page(
            "gap_draft.html",
            status=400 if faults else 200,
            **common(visit),
            group=group,
            begun=begun,
            teams=self._board.articles.teams(group.authority),
            tiers=TIER_NAMES,
            faults=faults or {},
            longest_title=LONGEST_TITLE,
            most_asks=MOST_ASKS,
        )

    async def page(self, visit: Visit) -> HTTPResponse:
        return visit.room.page(
            "drafts.html",
            **common(visit),
            names=await self._board.names(),
            drafts=await self._board.drafts(visit.agent),
            said=DID.get(visit.asked("done"), ""),
        )

    async def draft_page(self, visit: Visit, number: str) -> HTTPResponse:
        draft = await self._draft(visit, number)
        said = DID.get(visit.asked("done"), "")
        return visit.room.page(
            "draft.html",
            **common(visit),
            names=await self._board.names(),
            draft=draft,
            said=said,
        )

    async def file(self, visit: Visit, number: str, name: str) -> HTTPResponse:
        draft = await self._draft(visit, number)
        if name != f"{draft.slug}.md":
            raise _gone()
        headers = security() | {"Content-Disposition": f'attachment; filename="{name}"'}
        return response.raw(
            draft.text.encode(), headers=headers, content_type="text/markdown; charset=utf-8"
        )

    async def delete_page(self, visit: Visit, number: str) -> HTTPResponse:
        draft = await self._draft(visit, number)
        return visit.room.page("delete_draft.html", **common(visit), draft=draft)

    async def delete(self, visit: Visit, number: str) -> HTTPResponse:
        draft = await self._draft(visit, number)
        await self._board.delete(visit.agent, draft.id)
        log.info("draft.deleted", authority=draft.authority)
        return see_other(f"{PLACE}/drafts?done=deleted")

    async def _draft(self, visit: Visit, number: str) -> Draft:
        try:
            return await self._board.draft(visit.agent, as_number(number))
        except KeyError:
            raise _gone() from None


def _begun(visit: Visit) -> Begun:
    asked = [" ".join(line.split()) for line in visit.form.text("ask").splitlines()]
    return Begun(
        title=visit.form.line("title"),
        tier=visit.form.line("tier"),
        owner=visit.form.line("owner"),
        ask=tuple(dict.fromkeys(line for line in asked if line))[:MOST_ASKS],
    )


def _gone() -> Declined:
    return Declined(
        404,
        "There is no such draft",
        "A colleague may have deleted it. Go back to the list.",
        f"{PLACE}/drafts",
    )
