"""A chat that began on the web goes on by text message."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from channels.webchat.links import NotLinked, Problem
from tests.browser.people import Resident
from tests.browser.test_accessibility import WIDTHS, check
from tests.browser.test_phones import BRYN, phones_of
from tests.site import Site
from tests.unit.channels.webchat_service import Door, running_chat

Person = Callable[..., BrowserContext]
NUMBER = "07700 900321"


@pytest.fixture(scope="module")
def door(browser: Browser) -> Iterator[Door]:
    with running_chat() as open_door:
        yield open_door


@pytest.fixture
def page(door: Door, person: Person) -> Page:
    door.links.sent.clear()
    opened = person().new_page()
    opened.goto(f"{door.url}/chat/ashcombe")
    return opened


def offer(page: Page) -> None:
    page.locator("[data-menu] summary").click()
    page.get_by_role("link", name=re.compile("^Carry on by text message")).click()
    expect(page.get_by_label("Your mobile number")).to_be_focused()


def ask_for_code(page: Page, number: str = NUMBER) -> None:
    page.get_by_label("Your mobile number").fill(number)
    page.get_by_role("button", name="Send me a code").click()


def test_started_on_the_web_finished_by_text(
    front_door: Site, phones_url: str, person: Person
) -> None:
    page = person().new_page()
    page.goto(f"{front_door.url}/chat/ashcombe")
    bryn = Resident(page, page)
    bryn.ask("you forgot my bin")
    expect(bryn.last_answer()).to_contain_text("What is your postcode?")
    offer(page)
    page.get_by_role("radio", name="Text message").check()
    ask_for_code(page)
    phone = phones_of(person().new_page(), phones_url, BRYN)("twilio")
    code = re.search(r"[0-9]{6}", phone.heard("is your code from").inner_text())
    assert code is not None
    page.get_by_label("Code of six numbers").fill(f"{code[0][:3]} {code[0][3:]}")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="You can go on by text now")).to_be_focused()
    expect(phone.heard("You can now go on here")).to_be_visible()
    page.get_by_role("link", name="Go back to the chat").click()

    # The form that began on the web takes its next answer by text.
    phone.ask("XA1 8AA", "Which address is it")
    # What is written by text is not on the page: each reads its own.
    expect(page.get_by_text("XA1 8AA")).to_have_count(0)
    # And the page stays open.
    expect(bryn.ask("22 heath road")).to_contain_text("Which bin did we miss?")


def test_by_keyboard_alone(door: Door, page: Page) -> None:
    page.locator("[data-menu] summary").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your mobile number")).to_be_focused()
    page.keyboard.type("0770")
    page.keyboard.press("Enter")
    mistake = page.get_by_label("Your mobile number")
    expect(mistake).to_be_focused()
    expect(mistake).to_have_accessible_description(re.compile("^We cannot read this"))
    expect(mistake).to_have_value("0770")
    mistake.fill(NUMBER)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code of six numbers")).to_be_focused()
    page.keyboard.type("111111")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code of six numbers")).to_have_accessible_description(
        "This is not the code that we sent. You can try 4 more times."
    )
    page.keyboard.type("123 456")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You can go on by text now")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("[data-menu] summary")).to_be_focused()


def test_escape_goes_back_to_the_chat_and_keeps_no_number(page: Page) -> None:
    offer(page)
    page.get_by_label("Your mobile number").fill(NUMBER)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    offer(page)
    expect(page.get_by_label("Your mobile number")).to_have_value("")


def test_another_code_can_be_asked_for_after_a_pause(door: Door, page: Page) -> None:
    page.clock.install()
    page.reload()
    offer(page)
    ask_for_code(page)
    again = page.get_by_role("button", name="Send a new code")
    expect(again).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_text("You can ask for a new code in")).to_be_visible()
    again.click(force=True)
    page.clock.run_for(32_000)
    expect(again).to_have_attribute("aria-disabled", "false")
    again.click()
    expect(again).to_have_attribute("aria-disabled", "true")
    assert [number for _, _, number in door.links.sent] == ["+447700900321"] * 2


def test_a_line_that_is_down_is_said(page: Page) -> None:
    offer(page)
    page.context.set_offline(True)
    ask_for_code(page)
    expect(page.get_by_role("alert")).to_contain_text("Check your connection")
    page.context.set_offline(False)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_label("Code of six numbers")).to_be_focused()


def test_the_same_without_javascript(door: Door, person: Person) -> None:
    page = person(javascript=False).new_page()
    page.goto(f"{door.url}/chat/ashcombe")
    page.locator("[data-menu] summary").click()
    page.get_by_role("link", name=re.compile("^Carry on by text message")).click()
    ask_for_code(page, "01632 960123")
    expect(page.get_by_text("This is not a mobile number.")).to_be_visible()
    ask_for_code(page)
    page.get_by_label("Code of six numbers").fill("123456")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="You can go on by text now")).to_be_visible()
    page.get_by_role("link", name="Go back to the chat").click()
    expect(page.get_by_role("textbox", name="Your message")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["/chat/ashcombe", "/kiosk/ashcombe"])
def test_every_step_within_the_chat_and_on_its_own_page(
    door: Door, person: Person, width: int, path: str
) -> None:
    page = person(width=width, height=640).new_page()
    for address, open_it in (
        (path, lambda: page.locator("[data-carry-on]").evaluate("link => link.click()")),
        (f"{path}/carry-on", lambda: None),
    ):
        page.goto(door.url + address)
        open_it()
        check(page, f"{address}: the number")
        ask_for_code(page, "0770")
        expect(page.get_by_text("We cannot read this")).to_be_visible()
        check(page, f"{address}: a wrong number")
        door.links.outcomes = [Problem("too_many", timedelta(minutes=50))]
        ask_for_code(page)
        expect(page.get_by_text("Try again in 50 minutes.")).to_be_visible()
        check(page, f"{address}: no code now")
        ask_for_code(page)
        expect(page.get_by_label("Code of six numbers")).to_be_visible()
        check(page, f"{address}: the code")
        door.links.outcomes = [NotLinked("wrong", 1)]
        page.get_by_label("Code of six numbers").fill("111111")
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_text("You can try once more.")).to_be_visible()
        check(page, f"{address}: a wrong code")
        page.get_by_label("Code of six numbers").fill("123456")
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_role("heading", name="You can go on by text now")).to_be_visible()
        check(page, f"{address}: done")


def test_a_kiosk_is_wiped_and_the_chat_goes_on(door: Door, person: Person) -> None:
    page = person().new_page()
    page.goto(f"{door.url}/kiosk/ashcombe")
    Resident(page, page).say("When is my bin day?")
    page.get_by_role("link", name="Take this chat with you").click()
    ask_for_code(page)
    page.get_by_label("Code of six numbers").fill("123456")
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name="Finish and wipe this screen").click()
    expect(page.get_by_text("The last chat was wiped from this screen.")).to_be_visible()


def test_what_was_sent_too_fast_is_kept_and_sent_later(door: Door, page: Page) -> None:
    door.chat.too_fast = [timedelta(seconds=1)]
    box = page.get_by_role("textbox", name="Your message")
    box.fill("And another thing")
    box.press("Enter")
    box.fill("And one more")
    box.press("Enter")
    expect(page.get_by_text("We send this one in 1 second").first).to_be_visible()
    expect(page.locator("[data-speaker=resident][data-state=sent]")).to_have_count(2)
    texts = page.locator("[data-speaker=resident] [data-words]").all_inner_texts()
    assert texts == ["And another thing", "And one more"]
