"""A supervisor says what is happening now, and residents read it: in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timezone

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, expect

from knowledge.tables import alerts
from tests.browser.people import AgentAtDesk, Resident
from tests.browser.test_accessibility import WIDTHS, check
from tests.browser.test_phones import phones_of
from tests.site import Site

Person = Callable[..., BrowserContext]
SNOW = "Snow: bins are a day late in Ashcombe until Friday."
WEB = "/chat/ashcombe"


@pytest.fixture(autouse=True)
def _nothing_happens(front_door: Site) -> Iterator[None]:
    yield
    with front_door.store.write() as connection:
        connection.execute(sa.update(alerts).values(withdrawn_at=datetime.now(timezone.utc)))


def supervisor(front_door: Site, person: Person, password: str, width: int = 1366) -> Page:
    page = person(width=width).new_page()
    AgentAtDesk(page).sign_in(front_door.url, "priya", password)
    return page


def make(page: Page, text: str = SNOW, *topics: str) -> None:
    """Make an alert of Ashcombe with the form, by its labels."""
    page.goto(re.sub(r"/desk.*", "/desk/alerts/new", page.url))
    page.get_by_label("Council", exact=True).select_option("ashcombe")
    page.get_by_label("What residents read").fill(text)
    for topic in topics:
        page.get_by_label("Search topics").fill(topic)
        page.get_by_label(topic, exact=True).check()
    page.get_by_role("button", name="Make the alert").click()
    expect(page.get_by_role("status").filter(has_text="The alert is made.")).to_be_visible()


def test_a_supervisor_makes_an_alert_and_a_resident_reads_it(
    front_door: Site, person: Person, password: str
) -> None:
    # The chat is open already, and nothing happens.
    chat = person().new_page()
    chat.goto(front_door.url + WEB)
    ada = Resident(chat, chat)
    happening = chat.get_by_role("region", name="Happening now")
    expect(happening).to_have_count(0)

    page = supervisor(front_door, person, password)
    make(page, SNOW, "Bin collection days", "Report a missed bin")

    # The page shows it by itself, and the answer begins with it, once.
    expect(happening).to_contain_text(SNOW, timeout=3_000)
    ada.say("when is my bin day")
    expect(ada.last_answer()).to_contain_text("What is your postcode?")
    answer = ada.ask("XA1 8AA")
    expect(answer.locator("[data-words] p").first).to_have_text(SNOW)
    expect(ada.ask("when are the bins collected?")).not_to_contain_text("Snow")

    # A page without scripts has it, too; a colleague who is no supervisor sees it on the desk.
    plain = person(javascript=False).new_page()
    plain.goto(front_door.url + WEB)
    expect(plain.get_by_role("heading", name="Happening now")).to_be_visible()
    expect(plain.get_by_text(SNOW)).to_be_visible()
    sam = person().new_page()
    AgentAtDesk(sam).sign_in(front_door.url, "sam", password)
    sam.get_by_text("Happening now").click()
    expect(sam.locator("#happening")).to_contain_text(SNOW)
    expect(sam.get_by_role("link", name="Alerts")).to_have_count(0)

    # Withdrawn, after a question, it is gone from the page that is open.
    page.get_by_role("link", name=re.compile(r"Withdraw\s+Snow")).click()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("The alert is withdrawn.")).to_be_visible()
    expect(happening).to_have_count(0, timeout=3_000)


def test_the_first_text_message_to_somebody_new_tells_what_is_happening(
    front_door: Site, phones_url: str, person: Person, password: str
) -> None:
    make(supervisor(front_door, person, password), "All our offices are shut today: snow.")

    phone = phones_of(person().new_page(), phones_url, 3)("twilio")
    phone.ask("how do i join the library", "All our offices are shut today: snow")


def test_the_form_shows_how_it_looks_while_it_is_written(
    front_door: Site, person: Person, password: str
) -> None:
    page = supervisor(front_door, person, password)
    page.goto(f"{front_door.url}/desk/alerts/new")
    page.get_by_label("What residents read").fill("Snow – leave your bin out, we’ll come.")

    expect(page.locator("[data-seen=web]")).to_have_text("Snow – leave your bin out, we’ll come.")
    expect(page.locator("[data-seen=text]")).to_have_text("Snow - leave your bin out, we'll come.")
    expect(page.locator("[data-takes]")).to_contain_text("1 part, 38 characters")
    page.get_by_label("What residents read").fill("x" * 203)
    expect(page.locator("[data-takes]")).to_contain_text("2 parts, 203 characters; 3 too many")


def test_topics_are_searched_and_chosen_with_the_keyboard(
    front_door: Site, person: Person, password: str
) -> None:
    page = supervisor(front_door, person, password, width=320)
    page.goto(f"{front_door.url}/desk/alerts/new")
    page.get_by_label("Search topics").focus()
    page.keyboard.type("missed")
    expect(page.get_by_role("checkbox")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")

    expect(page.get_by_label("Report a missed bin")).to_be_checked()
    expect(page.locator("#topics-said")).to_have_text("1 chosen: Report a missed bin")


def test_the_form_works_without_scripts(front_door: Site, person: Person, password: str) -> None:
    page = person(width=320, javascript=False).new_page()
    AgentAtDesk(page).sign_in(front_door.url, "priya", password)
    page.goto(f"{front_door.url}/desk/alerts/new")
    page.get_by_label("What residents read").fill(SNOW)
    page.get_by_label("Search topics").fill("missed")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Preview").last.click()
    expect(page.locator("[data-takes]")).to_have_text(f"1 part, {len(SNOW)} characters")
    page.get_by_role("button", name="Make the alert").click()

    expect(page.get_by_text("about Report a missed bin")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(
    front_door: Site, person: Person, password: str, width: int, scheme: str
) -> None:
    page = supervisor(front_door, person, password, width)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{front_door.url}/desk/alerts")
    check(page, "the list")
    page.goto(f"{front_door.url}/desk/alerts/new")
    check(page, "a new alert")
    page.get_by_role("button", name="Make the alert").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, "what is wrong with it")
    make(page, SNOW, "Bin collection days")
    check(page, "the list with one")
    page.get_by_role("link", name=re.compile(r"Change\s+Snow")).click()
    check(page, "changing it")
    page.goto(f"{front_door.url}/desk/alerts")
    page.get_by_role("link", name=re.compile(r"Withdraw\s+Snow")).click()
    check(page, "before withdrawing")
    page.goto(f"{front_door.url}/desk")
    page.get_by_text("Happening now").click()
    check(page, "the desk while something happens")

    chat = person(width=width, height=640).new_page()
    chat.goto(front_door.url + WEB)
    expect(chat.get_by_text(SNOW)).to_be_visible()
    check(chat, "the chat while something happens")
    chat.goto(f"{front_door.url}/kiosk/ashcombe")
    check(chat, "the kiosk while something happens")
