"""What we could not answer, in a real browser: a desk of its own, without the rest behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sanic import Sanic
from sqlalchemy.engine import Connection

from knowledge import wordings
from tests.browser.people import AgentAtDesk
from tests.browser.test_accessibility import WIDTHS, check
from tests.unit.handoff.articles import ask, group_by_word
from tests.unit.handoff.rooms import MONDAY, Desk, running_desk

Person = Callable[..., BrowserContext]
HENS = "hens in the garden, am I allowed to keep them and how many"
SOFA = "sofa and two large items to take away from [address]"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    # Sanic rewrites its own methods when a server starts, and finds their source only once, unless
    # it is told that there will be several.
    monkeypatch.setattr(Sanic, "test_mode", True)
    with running_desk(tmp_path) as made:
        made.store.now(questions)
        yield made


def questions(connection: Connection) -> None:
    for days in (0, 0, 0, 1, 1, 2, 4, 9, 11, 12):
        ask(connection, HENS, MONDAY, days=days)
    ask(connection, "hens and a cockerel", MONDAY, outcome="person", days=1)
    ask(connection, "hens, chickens, ducks: permit?", MONDAY, outcome="person")
    for days in (3, 8, 8, 10):
        ask(connection, SOFA, MONDAY, outcome="not_helpful", topic="bulky-waste", days=days)
    ask(connection, "drains smell all over the street", MONDAY, authority="thornbridge", days=20)
    group_by_word(connection)


def open_gaps(desk: Desk, page: Page) -> None:
    AgentAtDesk(page).sign_in(desk.url, "priya", desk.password)
    page.get_by_role("link", name="Unanswered").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What we could not answer")


def row(page: Page, words: str) -> Locator:
    """The questions that those words stand for."""
    return page.locator(".letters > li", has=page.get_by_role("heading", name=words))


def test_a_question_becomes_a_wording_of_an_article_without_javascript(
    desk: Desk, person: Person
) -> None:
    page = person(javascript=False).new_page()
    open_gaps(desk, page)
    row(page, SOFA).get_by_role("link", name="Add to an article").click()
    words = page.get_by_label("The wording")
    page.get_by_role("button", name="Add the wording").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was added.")
    expect(words).to_have_attribute("aria-invalid", "true")
    words.fill("two sofas to take away")
    page.get_by_label("Or another one").fill("Missed bin")
    page.get_by_role("button", name="Add the wording").click()
    expect(page.get_by_role("status").last).to_contain_text("The wording is added.")
    added = page.locator(".wordings li")
    expect(added).to_contain_text("“two sofas to take away”")
    expect(added).to_contain_text("Means Missed bin")
    added.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("None yet.")).to_be_visible()
    assert desk.store.now(wordings.by_article) == {}


def test_a_question_becomes_a_draft_with_the_keyboard(desk: Desk, person: Person) -> None:
    page = person().new_page()
    open_gaps(desk, page)
    row(page, HENS).get_by_role("link", name="Start a draft").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Title of the article").focus()
    page.keyboard.type("Keeping hens")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Pl")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Keeping hens")
    expect(page.get_by_role("region", name="Text of keeping-hens.md")).to_contain_text(
        "owner: planning"
    )
    with page.expect_download() as download:
        page.get_by_role("link", name="Download keeping-hens.md").click()
    assert Path(download.value.path()).read_text().startswith("---\nslug: keeping-hens\n")


def test_dismissing_is_undone(desk: Desk, person: Person) -> None:
    page = person().new_page()
    open_gaps(desk, page)
    row(page, HENS).get_by_role("button", name="Dismiss").click()
    expect(page.get_by_role("heading", name=HENS)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name=HENS)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_are_accessible(desk: Desk, person: Person, width: int, scheme: str) -> None:
    page = person(width=width, height=640).new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    open_gaps(desk, page)
    page.locator(".letters summary").first.click()
    check(page, "questions")
    page.goto(f"{desk.url}/desk/gaps?state=done")
    check(page, "none like this")
    page.goto(f"{desk.url}/desk/gaps/1/wording")
    check(page, "adding a wording")
    page.get_by_label("The wording").fill("x")
    page.get_by_role("button", name="Add the wording").click()
    check(page, "a wording that is too short")
    page.get_by_label("The wording").fill("hens again")
    page.locator("#other").fill("Missed bin")
    page.get_by_role("button", name="Add the wording").click()
    check(page, "a wording that was added")
    page.goto(f"{desk.url}/desk/gaps/2/draft")
    page.get_by_role("button", name="Start the draft").click()
    check(page, "a draft that says too little")
    page.get_by_label("Title of the article").fill("A sofa and other large things")
    page.get_by_label("The district").check()
    page.get_by_label("Which team").select_option("waste")
    page.get_by_label("What people say").fill("sofa")
    page.get_by_role("button", name="Start the draft").click()
    check(page, "a draft")
    page.get_by_role("link", name="Delete").click()
    check(page, "asking before a draft is deleted")
    page.goto(f"{desk.url}/desk/gaps/drafts")
    check(page, "drafts")
    page.goto(f"{desk.url}/desk/gaps/3/wording")
    page.get_by_role("link", name="Back to the questions").click()
    page.get_by_role("button", name="Dismiss").first.click()
    check(page, "dismissed")
    desk.pass_time(days=200)
    page.goto(f"{desk.url}/desk")
    AgentAtDesk(page).sign_in(desk.url, "priya", desk.password)
    page.goto(f"{desk.url}/desk/gaps?skip=20")
    check(page, "no more")
