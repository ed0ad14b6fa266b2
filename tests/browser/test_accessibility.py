"""axe finds no violation on any page or state, wide and at 320 px."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.people import AgentAtDesk, Resident
from tests.browser.test_one_conversation import latest_conversation
from tests.site import Site

Person = Callable[..., BrowserContext]
WIDTHS = [pytest.param(1366, id="wide"), pytest.param(320, id="320px")]


def check(page: Page, state: str) -> None:
    """Fail with what axe says of this state, and when the page must be scrolled sideways."""
    results = Axe().run(page)
    assert results.violations_count == 0, f"{state}\n{results.generate_report()}"
    sideways = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert sideways <= 0, f"{state} is {sideways} px too wide"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_chat_in_every_state(
    front_door: Site, person: Person, password: str, width: int
) -> None:
    context = person(width=width, height=640)
    page = context.new_page()
    page.goto(front_door.url)
    check(page, "the council's page")
    page.get_by_role("button", name="Chat with us").click()
    expect(page.frame_locator("iframe").get_by_role("textbox")).to_be_visible()
    check(page, "the council's page with the widget open")

    page.goto(f"{front_door.url}/chat/ashcombe")
    check(page, "first open")
    ada = Resident(page, page)
    ada.ask("how do i get 25% off my council tax, i live alone")
    check(page, "an answer with its source")
    ada.ask("you forgot my bin")
    ada.ask("XA1 8AA")
    check(page, "choices")
    page.locator("[data-menu] summary").click()
    check(page, "the menu")
    page.get_by_role("link", name="End chat and wipe").click()
    check(page, "asking before the end")
    page.get_by_role("button", name="Go back to the chat").click()
    context.set_offline(True)
    box = page.get_by_role("textbox", name="Your message")
    box.fill("hello")
    box.press("Enter")
    expect(page.locator("[data-state=failed]").first).to_be_visible()
    check(page, "offline, with a message that was not sent")
    context.set_offline(False)
    page.reload()
    ada.ask("i want to talk to a person")
    expect(page.locator("[data-chat]")).to_have_attribute("data-state", "queue")
    check(page, "waiting for a person")
    conversation = latest_conversation(front_door)

    priya = AgentAtDesk(person().new_page())
    priya.sign_in(front_door.url, "priya", password)
    priya.open(conversation)
    priya.take()
    priya.reply("Hello, this is Priya.")
    expect(page.get_by_text("Hello, this is Priya.")).to_be_visible()
    check(page, "with an agent")
    for path in ("transcript", "end"):
        other = context.new_page()
        other.goto(f"{front_door.url}/chat/ashcombe/{path}")
        check(other, path)
        other.close()
    missing = context.new_page()
    missing.goto(f"{front_door.url}/no-such-page")
    check(missing, "an address that does not exist")
    missing.goto(f"{front_door.url}/chat/nowhere")
    check(missing, "a council that does not exist")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_desk_in_every_state(
    front_door: Site, person: Person, password: str, width: int, scheme: str
) -> None:
    resident = person().new_page()
    resident.goto(f"{front_door.url}/chat/ashcombe")
    ada = Resident(resident, resident)
    ada.ask("how do i join the library")
    ada.ask("i want to talk to a person")
    conversation = latest_conversation(front_door)

    page = person(width=width, height=640).new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{front_door.url}/desk")
    check(page, "sign in")
    priya = AgentAtDesk(page)
    page.get_by_label("User name").fill("priya")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, "sign in, refused")
    priya.sign_in(front_door.url, "priya", password)
    check(page, "the queue")
    page.goto(f"{front_door.url}/desk/c/{conversation}")
    check(page, "a conversation that waits")
    priya.take()
    check(page, "a conversation of one's own")
    page.goto(f"{front_door.url}/desk/c/{conversation}?q=bins")
    check(page, "articles found")
    for path in ("hand-back", "close"):
        page.goto(f"{front_door.url}/desk/c/{conversation}/{path}")
        check(page, path)
    page.goto(f"{front_door.url}/desk/nothing-here")
    check(page, "an address that does not exist")
