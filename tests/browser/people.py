"""A resident and an agent, as they use the pages: by what they read there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import FrameLocator, Locator, Page, expect

ANSWER = "[data-speaker=assistant]"


@dataclass
class Resident:
    """Somebody at the chat: a page of its own, or the frame of the widget."""

    page: Page
    chat: Page | FrameLocator

    def say(self, text: str) -> None:
        """Write a message and press Enter; return when the page shows that it was sent."""
        # Until the scripts are there, Enter makes a new line.
        expect(self.chat.locator("[data-chat]:not([data-connection=connecting])")).to_be_attached()
        mine = self.chat.locator("[data-speaker=resident][data-state=sent]")
        before = mine.count()
        box = self.chat.get_by_role("textbox", name="Your message")
        box.fill(text)
        box.press("Enter")
        expect(mine).to_have_count(before + 1)

    def ask(self, text: str) -> Locator:
        """Say something; return the last of what the assistant then says."""
        before = self.chat.locator(ANSWER).count()
        self.say(text)
        expect(self.chat.locator(ANSWER).nth(before)).to_be_visible()
        return self.last_answer()

    def choose(self, label: str) -> Locator:
        """Press the last choice of that label; return what the assistant then says."""
        before = self.chat.locator(ANSWER).count()
        self.chat.get_by_role("button", name=label).last.click()
        expect(self.chat.locator(ANSWER).nth(before)).to_be_visible()
        return self.last_answer()

    def last_answer(self) -> Locator:
        return self.chat.locator(ANSWER).last

    def lines(self) -> Locator:
        """What the system said, such as who joined."""
        return self.chat.locator("[data-speaker=system]")


@dataclass
class AgentAtDesk:
    """Somebody at the desk."""

    page: Page

    def sign_in(self, url: str, name: str, password: str) -> None:
        self.page.goto(f"{url}/desk")
        self.page.get_by_label("User name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    def open(self, conversation: str) -> None:
        self.page.locator(f"[data-conversation='{conversation}'] a").first.click()
        expect(self.page.locator("#conversation")).to_have_attribute(
            "data-conversation", conversation
        )

    def take(self) -> None:
        self.page.get_by_role("button", name="Take conversation").click()
        expect(self.page.get_by_label("Reply to the resident")).to_be_visible()

    def reply(self, text: str) -> None:
        self.page.get_by_label("Reply to the resident").fill(text)
        self.page.get_by_role("button", name="Send", exact=True).click()
        expect(self.page.locator("#transcript")).to_contain_text(text)

    def hand_back(self, note: str) -> None:
        self.page.locator("#hand-back").click()
        form = self.page.locator("#hand-back-form").last
        form.locator("[name=note]").fill(note)
        form.get_by_role("button", name=re.compile("hand back", re.IGNORECASE)).click()
        expect(self.page.get_by_label("Reply to the resident")).to_have_count(0)

    def briefing(self) -> Locator:
        return self.page.get_by_role("region", name="Briefing")
