"""One request: what was answered, what became of it, and what an agent can do about it."""

from __future__ import annotations

from urllib.parse import urlencode

import structlog
from sanic import Blueprint
from sanic.response import HTTPResponse

from handoff.addresses import address_name
from handoff.case_address import PLACE, list_of
from handoff.case_history import happened, told_meanwhile
from handoff.cases import OpenCase, mark_of
from handoff.casework import LONGEST_NOTE, LONGEST_WORDS, Casework, Meanwhile
from handoff.desk_requests import common
from handoff.desk_room import Room, see_other
from handoff.desk_visit import Declined, Visit, signed_in
from handoff.dues import due_of
from handoff.floor import Agent
from knowledge.london import in_london
from knowledge.references import is_right
from knowledge.requests import CLOSED, STATUS, STATUSES, Event, Filed
from knowledge.sensitive import hide
from knowledge.submissions import LONGEST_ID, NotOpen

log = structlog.get_logger()

DID = {
    "changed": "The status is changed.",
    "noted": "The note is written.",
    "assigned": "It is assigned.",
    "sent": "It is sent again.",
    "found": "The number is kept. We look there for news.",
}
SETTLED = "Nothing was changed: we have heard from the other system, or are asking it now."


def add(blueprint: Blueprint, room: Room, casework: Casework) -> None:
    """Put the page and what can be done on it on the blueprint."""
    desk = _Request(casework)
    one = "/requests/<reference:str>"
    for path, act, method in (
        (one, desk.page, "GET"),
        (f"{one}/status", desk.change, "POST"),
        (f"{one}/note", desk.note, "POST"),
        (f"{one}/assign", desk.assign, "POST"),
        (f"{one}/send-again", desk.send_again, "POST"),
        (f"{one}/found", desk.found, "POST"),
    ):
        blueprint.add_route(signed_in(room, act), path, methods=[method])


class _Request:
    def __init__(self, casework: Casework) -> None:
        self._casework = casework

    async def page(self, visit: Visit, reference: str) -> HTTPResponse:
        opened = await self._opened(visit, reference)
        return await self._page(visit, opened, said=DID.get(visit.asked("done"), ""))

    async def change(self, visit: Visit, reference: str) -> HTTPResponse:
        """Change the status. What closes it is shown first as the resident will read it."""
        opened = await self._opened(visit, reference)
        form, filed = visit.form, opened.case.filed
        # Colleagues paste, too: no card number or password is kept or sent because of it.
        status, words, seen = form.line("status"), hide(form.text("words")).text, form.line("seen")
        faults = _faults(status, words)
        if faults or form.raw("again"):
            return await self._page(visit, opened, faults=faults)
        if status in CLOSED and not form.raw("sure") and mark_of(filed) == seen:
            return await self._ask(visit, opened, status, words)
        try:
            new = await self._casework.change(
                visit.agent, filed.reference, status, words, seen, visit.now
            )
        except Meanwhile as meanwhile:
            return await self._too_late(visit, reference, meanwhile)
        if new:
            log.info(
                "request.changed",
                authority=opened.case.council,
                service=filed.service,
                status=status,
            )
        return self._done(visit, filed.reference, "changed")

    async def note(self, visit: Visit, reference: str) -> HTTPResponse:
        opened = await self._opened(visit, reference)
        words = hide(visit.form.text("note")).text
        if not words or len(words) > LONGEST_NOTE:
            fault = _length(words, LONGEST_NOTE) or "Write the note."
            return await self._page(visit, opened, faults={"note": fault})
        filed = opened.case.filed
        await self._casework.note(visit.agent, filed.reference, words, visit.now)
        log.info("request.noted", authority=opened.case.council, service=filed.service)
        return self._done(visit, filed.reference, "noted")

    async def assign(self, visit: Visit, reference: str) -> HTTPResponse:
        opened = await self._opened(visit, reference)
        to, seen = visit.form.line("to"), visit.form.line("seen")
        filed = opened.case.filed
        try:
            await self._casework.assign(visit.agent, filed.reference, to, seen, visit.now)
        except Meanwhile as meanwhile:
            return await self._too_late(visit, reference, meanwhile)
        except ValueError:
            fault = "Choose a colleague who answers for this council."
            return await self._page(visit, opened, faults={"to": fault})
        log.info("request.assigned", authority=opened.case.council, service=filed.service)
        return self._done(visit, filed.reference, "assigned")

    async def send_again(self, visit: Visit, reference: str) -> HTTPResponse:
        """Send it to the other system again, once the agent says that it is not there."""
        opened = await self._opened(visit, reference)
        if not visit.form.raw("looked"):
            faults = {"looked": "Look in the other system first. Then tick the box."}
            return await self._page(visit, opened, faults=faults)
        filed = opened.case.filed
        try:
            await self._casework.send_again(visit.agent, filed.reference, visit.now)
        except NotOpen:
            return await self._settled(visit, reference)
        log.info("request.sent_again", authority=opened.case.council, service=filed.service)
        return self._done(visit, filed.reference, "sent")

    async def found(self, visit: Visit, reference: str) -> HTTPResponse:
        """Keep the number that it has in the other system."""
        opened = await self._opened(visit, reference)
        number = visit.form.line("number")
        if not number or len(number) > LONGEST_ID:
            fault = _length(number, LONGEST_ID) or "Type the number that it has there."
            return await self._page(visit, opened, faults={"number": fault})
        filed = opened.case.filed
        try:
            await self._casework.found_there(visit.agent, filed.reference, number, visit.now)
        except NotOpen:
            return await self._settled(visit, reference)
        log.info("request.found", authority=opened.case.council, service=filed.service)
        return self._done(visit, filed.reference, "found")

    async def _settled(self, visit: Visit, reference: str) -> HTTPResponse:
        """Show it as it now is: there is nothing to decide, or it is being looked up."""
        opened = await self._opened(visit, reference)
        return await self._page(visit, opened, alert=SETTLED, status=409)

    async def _opened(self, visit: Visit, reference: str) -> OpenCase:
        try:
            if not is_right(reference):
                raise KeyError(reference)
            return await self._casework.case(visit.agent, reference, visit.now)
        except KeyError:
            raise Declined(
                404,
                "There is no such request",
                "It may belong to a council that you do not answer for. Check the reference, or "
                "go back to the list.",
                PLACE,
            ) from None

    async def _too_late(self, visit: Visit, reference: str, meanwhile: Meanwhile) -> HTTPResponse:
        """Show it as it now is, with what the agent typed."""
        opened = await self._opened(visit, reference)
        alert = told_meanwhile(meanwhile, opened.names)
        return await self._page(visit, opened, alert=alert, status=409)

    async def _ask(self, visit: Visit, opened: OpenCase, status: str, words: str) -> HTTPResponse:
        filed = opened.case.filed
        event = Event(visit.now, STATUS, status, words, visit.agent.username, shown=True)
        return visit.room.page(
            "close_request.html",
            **await common(visit),
            case=opened.case,
            new_status=status,
            words=words,
            reads=self._casework.reads(filed, event),
            tells=_tells(filed),
            seen=visit.form.line("seen"),
            list=_query(visit.form.line("list")),
        )

    async def _page(
        self,
        visit: Visit,
        opened: OpenCase,
        *,
        said: str = "",
        alert: str = "",
        faults: dict[str, str] | None = None,
        status: int = 0,
    ) -> HTTPResponse:
        filed = opened.case.filed
        asked = visit.form.line("list") or visit.asked("list")
        return visit.room.page(
            "request.html",
            status=status or (400 if faults else 200),
            **await common(visit),
            case=opened.case,
            opened=opened,
            due=due_of(filed, in_london(visit.now).date()),
            history=[happened(event, opened.names) for event in opened.history],
            colleagues=_named(opened.colleagues),
            conversation=await _conversation(visit, filed.conversation),
            tells=_tells(filed),
            others={name: words for name, words in STATUSES.items() if name != filed.status},
            closed=CLOSED,
            seen=mark_of(filed),
            back=list_of(asked),
            list=_query(asked),
            has_files=visit.room.files is not None,
            typed=visit.form,
            said=said,
            alert=alert,
            faults=faults or {},
            longest_words=LONGEST_WORDS,
            longest_note=LONGEST_NOTE,
        )

    def _done(self, visit: Visit, reference: str, what: str) -> HTTPResponse:
        query = _query(visit.form.line("list"))
        kept = f"&{urlencode({'list': query})}" if query else ""
        return see_other(f"{PLACE}/{reference}?done={what}{kept}")


def _query(asked: str) -> str:
    """Return the query of the list that the page was opened from."""
    return list_of(asked).partition("?")[2]


def _faults(status: str, words: str) -> dict[str, str]:
    faults = {}
    if status not in STATUSES:
        faults["status"] = "Choose the new status."
    if status in CLOSED and not words:
        faults["words"] = "Say what was done, or why not. The resident reads it."
    if len(words) > LONGEST_WORDS:
        faults["words"] = _length(words, LONGEST_WORDS)
    return faults


def _length(words: str, longest: int) -> str:
    over = len(words) - longest
    if over <= 0:
        return ""
    return f"Make it shorter: {over:,} {'character' if over == 1 else 'characters'} too many."


def _tells(filed: Filed) -> str:
    """Say whether the resident hears of it by themselves."""
    if not filed.channel:
        return "It came from another system, where they can read it."
    if filed.updates:
        return f"They agreed to be told: {address_name(filed.channel, filed.user)}."
    return "They did not agree to be told. They read it when they ask how the request is going."


def _named(colleagues: tuple[Agent, ...]) -> list[tuple[str, str]]:
    """Return user names with first names; where two have the same, with the user name too."""
    firsts = [one.first_name for one in colleagues]
    return [
        (
            one.username,
            f"{one.first_name} ({one.username})"
            if firsts.count(one.first_name) > 1
            else one.first_name,
        )
        for one in colleagues
    ]


async def _conversation(visit: Visit, conversation: str) -> str:
    """Return the address of the conversation it was made in; "" when the agent cannot open it."""
    if not conversation:
        return ""
    try:
        await visit.room.floor.card(visit.agent, conversation)
    except KeyError:
        return ""
    return f"/desk/c/{conversation}"
