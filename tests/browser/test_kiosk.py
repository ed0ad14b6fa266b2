"""A shared screen: it asks whether somebody is there, and leaves nothing for the next person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from channels.messages import Choice, Link
from channels.transcript import Speaker
from channels.webchat.service import Status
from tests.browser.people import Resident
from tests.browser.test_accessibility import WIDTHS, check
from tests.unit.channels.webchat_service import SOURCE, WWW, Door, running_chat

Person = Callable[..., BrowserContext]
SMALLEST = 44  # pixels that a finger finds


@pytest.fixture(scope="module")
def door(browser: Browser) -> Iterator[Door]:
    with running_chat() as open_door:
        open_door.chat.answers = ("Your bin is emptied on Tuesday.",)
        yield open_door


@dataclass
class Kiosk:
    """The screen in the library, and whoever stands before it."""

    page: Page
    url: str

    def begin(self) -> Resident:
        """Open it on a clock of our own, and ask something."""
        self.page.clock.install()
        self.page.goto(self.url)
        resident = Resident(self.page, self.page)
        resident.ask("When is my bin day?")
        return resident

    def wait(self, seconds: int) -> None:
        """Let nobody touch it for so long."""
        for _ in range(seconds):
            self.page.clock.run_for(1000)

    @property
    def question(self) -> Locator:
        return self.page.get_by_role("dialog", name="Are you still there?")

    @property
    def said(self) -> Locator:
        return self.page.locator("[data-speaker=resident]")

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name="Your message")


@pytest.fixture
def kiosk(door: Door, person: Person) -> Kiosk:
    return Kiosk(person().new_page(), f"{door.url}/kiosk/ashcombe")


def test_after_ninety_idle_seconds_it_is_wiped(kiosk: Kiosk) -> None:
    kiosk.begin()
    kiosk.wait(44)
    expect(kiosk.question).to_have_count(0)
    kiosk.wait(3)
    expect(kiosk.question).to_be_visible()
    expect(kiosk.question.get_by_role("button", name="Keep the chat open")).to_be_focused()
    expect(kiosk.question).to_contain_text("wiped from this screen in 4")
    kiosk.wait(45)
    expect(kiosk.page.get_by_text("The last chat was wiped from this screen.")).to_be_visible()
    expect(kiosk.said).to_have_count(0)
    kiosk.page.go_back()
    expect(kiosk.said).to_have_count(0)


@pytest.mark.parametrize("key", ["Enter", "Space", "Escape", "a", "Tab"])
def test_any_key_keeps_it_open_and_does_nothing_else(kiosk: Kiosk, key: str) -> None:
    kiosk.begin()
    kiosk.box.fill("And my")
    kiosk.wait(60)
    expect(kiosk.question).to_be_visible()
    kiosk.page.keyboard.press(key)
    expect(kiosk.question).to_have_count(0)
    expect(kiosk.box).to_be_focused()
    expect(kiosk.box).to_have_value("And my")
    kiosk.wait(44)
    expect(kiosk.question).to_have_count(0)
    expect(kiosk.said).to_have_count(1)


def test_a_touch_anywhere_keeps_it_open_and_presses_nothing(kiosk: Kiosk) -> None:
    kiosk.begin()
    kiosk.wait(60)
    finish = kiosk.page.get_by_role("link", name="Finish and wipe", include_hidden=True)
    place = finish.bounding_box()
    assert place is not None
    kiosk.page.mouse.click(place["x"] + 10, place["y"] + 10)
    expect(kiosk.question).to_have_count(0)
    expect(kiosk.page.get_by_role("dialog")).to_have_count(0)
    expect(kiosk.said).to_have_count(1)


def test_what_is_left_is_said_to_those_who_do_not_see_it(kiosk: Kiosk) -> None:
    kiosk.begin()
    kiosk.wait(70)
    expect(kiosk.question.get_by_role("status")).to_have_text("20 seconds left.")
    kiosk.wait(10)
    expect(kiosk.question.get_by_role("status")).to_have_text("10 seconds left.")


def test_who_waits_for_a_person_is_asked_later(door: Door, kiosk: Kiosk) -> None:
    kiosk.begin()
    door.do(door.chat.become(door.visitor, Status(keeper="queue", place=1)))
    expect(kiosk.page.locator("[data-chat]")).to_have_attribute("data-state", "queue")
    kiosk.wait(200)
    expect(kiosk.question).to_have_count(0)
    kiosk.wait(60)
    expect(kiosk.question).to_be_visible()


def test_a_line_that_is_down_does_not_keep_it_on_the_screen(kiosk: Kiosk) -> None:
    kiosk.begin()
    kiosk.page.context.set_offline(True)
    kiosk.wait(92)
    expect(kiosk.page.get_by_text("The chat was wiped from this screen.")).to_be_visible()
    expect(kiosk.said).to_have_count(0)
    kiosk.page.context.set_offline(False)
    kiosk.wait(4)
    expect(kiosk.page.get_by_text("How can we help?")).to_be_visible()


def test_who_finishes_by_keyboard_leaves_nothing(kiosk: Kiosk) -> None:
    kiosk.begin()
    kiosk.page.get_by_role("link", name="Finish and wipe").focus()
    kiosk.page.keyboard.press("Enter")
    expect(kiosk.page.get_by_role("dialog", name="End this chat")).to_be_visible()
    kiosk.page.keyboard.press("Escape")
    expect(kiosk.page.get_by_role("link", name="Finish and wipe")).to_be_focused()
    kiosk.page.keyboard.press("Enter")
    kiosk.page.get_by_role("button", name="Finish and wipe").press("Enter")
    expect(kiosk.page.get_by_text("The last chat was wiped from this screen.")).to_be_visible()
    kiosk.page.reload()
    expect(kiosk.page.get_by_text("The last chat was wiped from this screen.")).to_have_count(0)
    expect(kiosk.said).to_have_count(0)


def test_without_scripts_it_says_what_it_does(door: Door, person: Person) -> None:
    page = person(javascript=False).new_page()
    page.goto(f"{door.url}/kiosk/ashcombe")
    page.get_by_role("textbox", name="Your message").fill("When is my bin day?")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Your bin is emptied on Tuesday.")).to_be_visible()
    assert "we ask whether you are still there" in page.locator("noscript").last.inner_text()
    page.goto(f"{door.url}/kiosk/ashcombe/still-there")
    page.get_by_role("link", name="Keep the chat open").click()
    expect(page.get_by_text("Your bin is emptied on Tuesday.")).to_be_visible()
    page.get_by_role("link", name="Finish and wipe").click()
    page.get_by_role("button", name="Finish and wipe").click()
    expect(page.get_by_text("The last chat was wiped from this screen.")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_kiosk_in_every_state(door: Door, person: Person, width: int) -> None:
    page = person(width=width, height=800).new_page()
    kiosk = Kiosk(page, f"{door.url}/kiosk/ashcombe")
    page.goto(kiosk.url)
    check(page, "first open")
    kiosk.begin()
    door.do(
        door.chat.add(
            door.visitor,
            Speaker.ASSISTANT,
            f"Which one? [Read more]({WWW}/bins).",
            choices=(Choice("Missed bin", "a"), Choice("Bin days", "b")),
            links=(Link("All days", f"{WWW}/days"),),
            source=SOURCE,
        )
    )
    expect(page.get_by_role("button", name="Missed bin", exact=True)).to_be_visible()
    check(page, "an answer with choices")
    assert too_small(page) == []
    kiosk.wait(60)
    expect(kiosk.question).to_be_visible()
    check(page, "the question")
    assert too_small(page) == []
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Finish and wipe").click()
    check(page, "asking before the end")
    page.get_by_role("button", name="Finish and wipe").click()
    expect(page.get_by_text("The last chat was wiped from this screen.")).to_be_visible()
    check(page, "wiped")
    page.goto(f"{kiosk.url}/end")
    check(page, "asking before the end, without scripts")


def too_small(page: Page) -> list[str]:
    """Return the names of what is to be pressed and is too small for a finger."""
    found = page.locator("a:visible, button:visible, textarea:visible, input:visible")
    return [
        one.inner_text() or str(one.get_attribute("name"))
        for one in found.all()
        if (box := one.bounding_box()) is not None
        and "skip" not in (one.get_attribute("class") or "")
        and min(box["width"], box["height"]) < SMALLEST
    ]
