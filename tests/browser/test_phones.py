"""The page of phones, in a real browser: people try every channel on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.test_accessibility import WIDTHS, check

Person = Callable[..., BrowserContext]
ADA, BRYN, CHIDI, DILYS = range(4)


@dataclass
class Phone:
    """One phone of the page, by what is read on it."""

    page: Page
    kind: str

    @property
    def whole(self) -> Locator:
        return self.page.locator(f"#{self.kind}")

    @property
    def box(self) -> Locator:
        return self.whole.get_by_role("textbox")

    def heard(self, words: str) -> Locator:
        """Return the last thing that the council said with these words in it."""
        row = self.whole.locator(".row:not(.mine)")
        return row.filter(has_text=re.compile(words, re.IGNORECASE)).last

    def ask(self, text: str, answer: str) -> None:
        """Say something, and wait for an answer with those words."""
        self.box.fill(text)
        self.box.press("Enter")
        expect(self.heard(answer)).to_be_visible()

    def press(self, label: str) -> None:
        self.whole.get_by_role("button", name=label, exact=True).last.click()


def phones_of(page: Page, url: str, owner: int, council: str = "ashcombe") -> Callable[..., Phone]:
    """Open the page with one person's phones."""
    page.goto(f"{url}/?council={council}")
    page.get_by_label("Whose phones are these?").select_option(index=owner)
    return lambda kind: Phone(page, kind)


@pytest.mark.parametrize("kind", ["twilio", "whatsapp", "telegram", "messenger"])
def test_a_resident_asks_and_reads_the_answer(phones_url: str, person: Person, kind: str) -> None:
    phone = phones_of(person().new_page(), phones_url, ADA)(kind)
    phone.ask("how do i join the library", "join.* librar")
    expect(phone.whole.locator("[data-webhook]")).to_have_text("The assistant answered 200")


def test_text_messages_of_a_council_with_notify(phones_url: str, person: Person) -> None:
    phone = phones_of(person().new_page(), phones_url, ADA, council="wenshire")("notify")
    phone.ask("how do i join the library", "join.* librar")


def test_a_whatsapp_button_and_a_list_lead_on(phones_url: str, person: Person) -> None:
    phone = phones_of(person().new_page(), phones_url, BRYN)("whatsapp")
    phone.ask("hello", "what do you need")
    phone.press("Report a missed bin")
    expect(phone.heard("What is your postcode")).to_be_visible()
    phone.ask("XA1 8AA", "Which address")
    phone.ask("22 heath road", "Which bin")
    opener = phone.whole.get_by_role("button", name="Choose")
    opener.press("Enter")
    phone.page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    opener.press("Enter")
    phone.whole.get_by_role("dialog").get_by_role("button", name="Garden waste").press("Enter")
    expect(phone.heard("Which day")).to_be_visible()


def test_messengers_quick_replies_go_once_used(phones_url: str, person: Person) -> None:
    phone = phones_of(person().new_page(), phones_url, BRYN)("messenger")
    phone.ask("hello", "what do you need")
    phone.press("Report a missed bin")
    expect(phone.heard("What is your postcode")).to_be_visible()
    expect(phone.whole.get_by_role("group", name="quick replies")).to_be_hidden()


def test_telegram_begins_with_start_and_has_buttons(phones_url: str, person: Person) -> None:
    phone = phones_of(person().new_page(), phones_url, BRYN)("telegram")
    phone.press("Start")
    expect(phone.heard("what do you need")).to_be_visible()
    phone.press("Report a missed bin")
    expect(phone.heard("What is your postcode")).to_be_visible()


def test_a_photo_is_shown_where_it_was_sent(phones_url: str, person: Person) -> None:
    phone = phones_of(person().new_page(), phones_url, CHIDI)("whatsapp")
    phone.box.fill("this hole is deep")
    phone.press("WhatsApp: send a photo")
    expect(phone.whole.get_by_role("img", name="Photo")).to_be_visible()
    width = phone.whole.get_by_role("img", name="Photo").evaluate("image => image.naturalWidth")
    assert width > 0


def test_each_person_has_phones_of_their_own(phones_url: str, person: Person) -> None:
    page = person().new_page()
    phone = phones_of(page, phones_url, CHIDI)("twilio")
    phone.ask("how do i join the library", "join.* librar")
    page.get_by_label("Whose phones are these?").select_option(index=DILYS)
    expect(phone.whole.locator(".row")).to_have_count(0)
    page.get_by_label("Whose phones are these?").select_option(index=CHIDI)
    expect(phone.heard("join.* librar")).to_be_visible()


def test_a_message_arrives_once_the_platform_works_again(phones_url: str, person: Person) -> None:
    phone = phones_of(person().new_page(), phones_url, BRYN, council="wenshire")("messenger")
    phone.whole.locator("summary").click()
    phone.whole.get_by_label("The platform is").select_option("Errors")
    phone.box.fill("how do i join the library")
    phone.box.press("Enter")
    expect(phone.whole.get_by_role("listitem").filter(has_text="500").first).to_be_visible()
    expect(phone.whole.locator(".row:not(.mine)")).to_have_count(0)
    phone.whole.get_by_label("The platform is").select_option("Working")
    expect(phone.heard("join.* librar")).to_be_visible(timeout=45_000)


def test_keys_are_enough(phones_url: str, person: Person) -> None:
    page = person().new_page()
    phones_of(page, phones_url, DILYS)
    phone = Phone(page, "whatsapp")

    def tab_to(wanted: Locator, key: str = "Tab") -> None:
        # What comes after the keys have gone by would be found only on the way round.
        expect(wanted).to_be_visible()
        for _ in range(40):
            if wanted.evaluate("one => one === document.activeElement"):
                return
            page.keyboard.press(key)
        raise AssertionError("The key Tab does not get there.")

    tab_to(phone.box)
    page.keyboard.type("hello")
    page.keyboard.press("Enter")
    expect(phone.heard("what do you need")).to_be_visible()
    tab_to(phone.whole.get_by_role("button", name="Report a missed bin").last, "Shift+Tab")
    page.keyboard.press("Enter")
    expect(phone.heard("What is your postcode")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_in_any_state(phones_url: str, person: Person, width: int) -> None:
    page = person(width=width).new_page()
    phones = phones_of(page, phones_url, DILYS)
    check(page, "phones that were never used")
    whatsapp = phones("whatsapp")
    whatsapp.ask("you forgot my bin", "postcode")
    whatsapp.ask("XA1 8AA", "Which address")
    whatsapp.ask("22 heath road", "Which bin")
    phones("twilio").ask("hello", "what do you need")
    phones("telegram").ask("hello", "what do you need")
    phones("messenger").ask("you forgot my bin", "postcode")
    phones("messenger").ask("XA1 8AA", "Which address")
    whatsapp.press("WhatsApp: send a photo")
    expect(whatsapp.whole.get_by_role("img", name="Photo").first).to_be_visible()
    check(page, "phones in use")
    whatsapp.whole.get_by_role("button", name="Choose").last.click()
    check(page, "a list that is open")
    page.keyboard.press("Escape")
    for summary in page.locator("summary").all():
        summary.click()
    check(page, "the platforms behind the phones")
