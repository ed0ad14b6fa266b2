"""Requests at the desk, in a real browser: a desk of its own, without the rest behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sanic import Sanic
from sqlalchemy.engine import Connection

from knowledge import requests
from knowledge.requests import DONE, IN_PROGRESS
from tests.browser.people import AgentAtDesk
from tests.browser.test_accessibility import WIDTHS, check
from tests.unit.handoff.cases import lodge
from tests.unit.handoff.rooms import MONDAY, Desk, running_desk

Person = Callable[..., BrowserContext]
LONG = "outside number 14, " + "by-the-very-long-name-of-a-place-without-a-space" * 3


@dataclass(frozen=True)
class Office:
    """A desk, and the references of a late bin and of a long report."""

    desk: Desk
    late: str
    long: str


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    # Sanic rewrites its own methods when a server starts, and finds their source only once, unless
    # it is told that there will be several.
    monkeypatch.setattr(Sanic, "test_mode", True)
    with running_desk(tmp_path) as desk:
        key = desk.do(desk.floor.open(said="my food bin was not emptied"))

        def fill(connection: Connection) -> Office:
            late = lodge(
                connection, "late", conversation=key, updates=True, due_on=date(2026, 11, 20)
            )
            long = lodge(
                connection,
                "long",
                service="fly-tipping",
                authority="thornbridge",
                fields={"place": LONG, "what": "<b>sofa</b> " * 90, "blocks": "yes"},
                hours=1,
                due_on=date(2026, 11, 23),
                latitude=51.5,
                longitude=-0.2,
            )
            for number in range(32):
                lodge(connection, str(number), hours=-number)
            lodge(connection, "same", hours=2, joins=late)
            requests.add_note(connection, late, "Rang the depot.", MONDAY, by="sam")
            return Office(desk, late, long)

        yield desk.store.now(fill)


def open_requests(desk: Desk, page: Page) -> None:
    AgentAtDesk(page).sign_in(desk.url, "priya", desk.password)
    page.get_by_role("link", name="Requests").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Requests")


def rows(page: Page) -> Locator:
    return page.locator(".cases > li")


def kept(office: Office) -> requests.Filed:
    filed = office.desk.store.now(lambda c: requests.find(c, office.late))
    assert filed is not None
    return filed


def test_a_request_is_taken_and_done_without_javascript(office: Office, person: Person) -> None:
    page = person(javascript=False).new_page()
    open_requests(office.desk, page)
    expect(rows(page)).to_have_count(30)
    page.get_by_role("link", name="Next page").click()
    expect(rows(page)).to_have_count(5)
    page.get_by_label("Overdue only").check()
    page.get_by_label("Council").select_option(label="Ashcombe")
    page.get_by_role("button", name="Show").click()
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("Overdue by 3 days")
    rows(page).get_by_role("link").click()
    page.get_by_role("button", name="Assign to me").click()
    expect(page.get_by_role("status").last).to_have_text("It is assigned.")

    page.get_by_label("In progress").check()
    page.get_by_label("What the resident reads").fill("The crew comes back on Tuesday.")
    page.get_by_role("button", name="Change the status").click()
    expect(page.locator(".events")).to_contain_text("The crew comes back on Tuesday.")
    page.get_by_label("Done").check()
    page.get_by_role("button", name="Change the status").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed.")
    page.get_by_label("What the resident reads").fill("We emptied it.")
    page.get_by_role("button", name="Change the status").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Report a missed bin: Done")
    expect(page.locator(".as-read")).to_contain_text("We emptied it.")
    assert kept(office).status == IN_PROGRESS
    page.get_by_role("button", name="Change the words").click()
    page.get_by_label("What the resident reads").fill("We emptied it on Tuesday.")
    page.get_by_role("button", name="Change the status").click()
    page.get_by_role("button", name="Close the request").click()
    expect(page.get_by_role("status").last).to_have_text("The status is changed.")
    page.get_by_role("link", name="Back to the list").click()
    expect(page.get_by_text("No requests match.")).to_be_visible()
    assert (kept(office).status, kept(office).assigned_to) == (DONE, "priya")
    assert office.desk.news[-1] == (office.late, DONE, "We emptied it on Tuesday.")


def test_a_request_is_found_and_worked_with_the_keyboard(office: Office, person: Person) -> None:
    page = person().new_page()
    AgentAtDesk(page).sign_in(office.desk.url, "priya", office.desk.password)
    page.goto(f"{office.desk.url}/desk/requests")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the requests")).to_be_focused()
    page.get_by_role("searchbox", name="Reference").focus()
    page.keyboard.type(office.late.lower())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Report a missed bin")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to what you can do")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Assign to me")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Assign to me")).to_have_count(0)
    page.get_by_role("link", name="Skip to what you can do").focus()
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_label("In progress")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Done")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("We emptied it.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".as-read")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Close the request")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").last).to_have_text("The status is changed.")
    assert kept(office).status == DONE


def test_an_agent_is_told_that_a_colleague_was_sooner(office: Office, person: Person) -> None:
    page = person().new_page()
    open_requests(office.desk, page)
    page.goto(f"{office.desk.url}/desk/requests/{office.late}")
    page.get_by_label("In progress").check()
    page.get_by_label("What the resident reads").fill("On our way.")
    office.desk.store.now(
        lambda c: requests.set_status(
            c, office.late, DONE, MONDAY + timedelta(minutes=1), by="sam", words="Emptied."
        )
    )
    page.get_by_role("button", name="Change the status").click()
    expect(page.get_by_role("alert")).to_contain_text("Sam set the status to “Done”")
    expect(page.get_by_label("What the resident reads")).to_have_value("On our way.")
    assert kept(office).status == DONE


def test_the_desk_leads_to_a_persons_requests(office: Office, person: Person) -> None:
    page = person().new_page()
    AgentAtDesk(page).sign_in(office.desk.url, "priya", office.desk.password)
    [key] = office.desk.floor.cards
    page.goto(f"{office.desk.url}/desk/c/{key}")
    page.get_by_role("link", name=office.late).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Report a missed bin")
    page.get_by_role("link", name="Open the conversation").click()
    expect(page.locator("#conversation")).to_have_attribute("data-conversation", key)


def test_a_supervisor_downloads_the_list(office: Office, person: Person) -> None:
    page = person().new_page()
    open_requests(office.desk, page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download this list").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert download.value.suggested_filename == "requests-2026-11-23.csv"
    assert len(lines) == 36
    assert not any("sofa" in line or "Heath" in line for line in lines)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [*WIDTHS, pytest.param(1280, id="1280px")])
def test_the_pages_are_accessible(office: Office, person: Person, width: int, scheme: str) -> None:
    page = person(width=width, height=640).new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    open_requests(office.desk, page)
    check(page, "the list")
    place = f"{office.desk.url}/desk/requests"
    page.goto(f"{place}?state=in_progress&overdue=1&assigned=me&council=ashcombe")
    check(page, "none like this")
    page.goto(f"{place}?q=FD-2222-2222")
    check(page, "a reference that is not there")
    page.goto(f"{place}/{office.long}")
    check(page, "a long report")
    page.goto(f"{place}/{office.late}")
    page.get_by_role("button", name="Change the status").click()
    check(page, "no status chosen")
    page.get_by_label("Done").check()
    page.get_by_label("What the resident reads").fill("x" * 120)
    page.get_by_role("button", name="Change the status").click()
    expect(page.locator(".as-read")).to_be_visible()
    check(page, "asking before closing")
    page.get_by_role("button", name="Close the request").click()
    check(page, "closed")
    page.goto(f"{place}/FD-2222-2222")
    check(page, "no such request")
