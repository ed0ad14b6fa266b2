"""Makes the pictures of docs/images from the running product: python -m scripts.screenshots."""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from handoff.agents import seed_demo
from tests.browser.conftest import COUNCILS, FLAGS
from tests.browser.people import AgentAtDesk, Resident
from tests.browser.test_one_conversation import latest_conversation
from tests.browser.test_phones import Phone
from tests.emulation import emulation
from tests.site import WORKER, Site, site

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"


def main() -> int:
    """Write every picture; return 0."""
    with (
        tempfile.TemporaryDirectory() as folder,
        site(Path(folder)) as front_door,
        emulation(front_door) as platforms,
        sync_playwright() as playwright,
    ):
        front_door.start_web()
        front_door.start_worker(WORKER)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        take_pictures(front_door, browser)
        take_picture_of_phones(platforms.url, browser)
        browser.close()
    return 0


def take_pictures(front_door: Site, browser: Browser) -> None:
    with front_door.store.write() as connection:
        password = seed_demo(connection, COUNCILS, datetime.now(timezone.utc)) or ""
    page = browser.new_page(viewport={"width": 1366, "height": 860}, reduced_motion="reduce")
    page.goto(front_door.url)
    page.get_by_role("button", name="Chat with us").click()
    ada = Resident(page, page.frame_locator("iframe"))
    ada.ask("how do i join the library")
    page.screenshot(path=IMAGES / "chat.png")
    ada.ask("you forgot my bin")
    ada.ask("XA1 8AA")
    ada.ask("22 heath road")
    ada.ask("the green one")
    ada.ask("no sorry, it was the blue one")
    ada.say("can I talk to a person please")
    expect(ada.lines().last).to_contain_text("in the queue")

    conversation = latest_conversation(front_door)
    desk = browser.new_page(viewport={"width": 1366, "height": 860}, reduced_motion="reduce")
    priya = AgentAtDesk(desk)
    priya.sign_in(front_door.url, "priya", password)
    priya.open(conversation)
    priya.take()
    priya.reply("Hello, this is Priya. I can see your report. Which day should we have come?")
    ada.say("Thursday. Thank you Priya")
    expect(desk.locator("#transcript")).to_contain_text("Thank you Priya")
    desk.screenshot(path=IMAGES / "desk.png")


def take_picture_of_phones(url: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1366, "height": 900}, reduced_motion="reduce")
    page.goto(url)
    texts, whatsapp, telegram, messenger = (
        Phone(page, kind) for kind in ("twilio", "whatsapp", "telegram", "messenger")
    )
    texts.ask("how do i join the library", "librar")
    whatsapp.ask("you forgot my bin", "postcode")
    whatsapp.ask("XA1 8AA", "Which address")
    whatsapp.ask("22 heath road", "Which bin")
    telegram.press("Start")
    expect(telegram.heard("what do you need")).to_be_visible()
    messenger.ask("how do i join the library", "librar")
    messenger.ask("hello", "what do you need")
    page.locator("h1").click()
    page.screenshot(path=IMAGES / "phones.png")


if __name__ == "__main__":
    sys.exit(main())
