"""An agent at the desk answers people on their telephones, and sees what became of it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator

import httpx
import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, expect

from assistant.tables import conversations
from tests.browser.people import AgentAtDesk
from tests.emulation import Emulation, Hand
from tests.site import Site

Person = Callable[..., BrowserContext]
CHIDI, DILYS = "Chidi Okafor", "Dilys Rowe"


@pytest.fixture
def platforms(phones_url: str) -> Iterator[Emulation]:
    with httpx.Client(base_url=phones_url, timeout=30, trust_env=False) as client:
        yield Emulation(phones_url, client)


@pytest.fixture
def priya(front_door: Site, password: str, person: Person) -> AgentAtDesk:
    desk = AgentAtDesk(person().new_page())
    desk.sign_in(front_door.url, "priya", password)
    return desk


def ask_for_person(phone: Hand) -> None:
    before = len(phone.heard())
    phone.say("I want to talk to a person please")
    shown = phone.wait_for(before + 1)
    while "in the queue" not in shown[-1]["text"]:
        shown = phone.wait_for(len(shown) + 1)


def take(front_door: Site, priya: AgentAtDesk, phone: Hand) -> None:
    """Take the conversation of that phone's owner."""
    waiting = sa.select(conversations.c.id).where(
        conversations.c.user == phone.user, conversations.c.keeper == "queue"
    )
    with front_door.store.read() as connection:
        conversation = connection.execute(waiting).scalar_one()
    priya.page.goto(f"{front_door.url}/desk/c/{conversation}")
    priya.take()


def line(priya: AgentAtDesk, text: str) -> Locator:
    return priya.page.locator("#transcript .line").filter(has_text=text).last


@pytest.mark.parametrize("kind", ["twilio", "whatsapp", "messenger"])
def test_an_agent_answers_and_sees_that_it_arrived(
    front_door: Site, platforms: Emulation, priya: AgentAtDesk, kind: str
) -> None:
    phone = platforms.phone(kind, CHIDI)
    ask_for_person(phone)
    take(front_door, priya, phone)
    priya.reply(f"Your permit is ready, by {kind}.")
    heard = phone.wait_for(len(phone.heard()))
    while f"by {kind}" not in heard[-1]["text"]:
        heard = phone.wait_for(len(heard) + 1)
    expect(line(priya, f"by {kind}")).to_contain_text(re.compile("Delivered|Read"))
    priya.hand_back("")


def test_what_comes_too_late_for_whatsapp_waits_until_they_write_again(
    front_door: Site, platforms: Emulation, priya: AgentAtDesk
) -> None:
    phone = platforms.phone("whatsapp", DILYS)
    ask_for_person(phone)
    take(front_door, priya, phone)
    phone.close_window()
    priya.reply("Your new bin comes on Monday.")
    expect(line(priya, "comes on Monday")).to_contain_text("Waits until they write again")
    assert "comes on Monday" not in " ".join(phone.texts())
    before = len(phone.heard())
    phone.say("any news?")
    heard = phone.wait_for(before + 1)
    assert "comes on Monday" in heard[-1]["text"]
    expect(line(priya, "comes on Monday")).to_contain_text(re.compile("Delivered|Read|Sent"))
    priya.hand_back("")


def test_an_agent_opens_a_photo_that_a_resident_sent(
    front_door: Site, platforms: Emulation, priya: AgentAtDesk
) -> None:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), (90, 90, 90)).save(made, format="PNG")
    photo = made.getvalue()
    phone = platforms.phone("telegram", DILYS)
    phone.attach(photo, "image/png", "the pothole in my road")
    ask_for_person(phone)
    take(front_door, priya, phone)
    save = priya.page.get_by_role("link", name="Save the file").last
    with priya.page.expect_download() as download:
        save.click()
    assert download.value.path().read_bytes() == photo
    priya.hand_back("")
