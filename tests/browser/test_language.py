"""An answer in another language runs its own way, and is spoken as what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from channels.messages import Choice
from channels.transcript import Speaker
from knowledge.languages import open_languages
from tests.browser.people import Resident
from tests.browser.test_accessibility import WIDTHS, check
from tests.unit.channels.webchat_service import Door, running_chat

Person = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def door(browser: Browser) -> Iterator[Door]:
    with running_chat() as open_door:
        yield open_door


def answered_in(code: str, page: Page, door: Door) -> None:
    """Let the page be answered with the offer of an interpreter."""
    Resident(page, page).say("hello")
    words = open_languages().tongues[code]
    choices = (Choice(words.interpreter, "/interpreter"), Choice(words.english, "/english"))
    said = door.chat.add(
        door.visitor, Speaker.ASSISTANT, words.text.strip(), choices=choices, language=code
    )
    door.do(said)
    expect(page.locator("[data-speaker=assistant] [data-words]")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("code", ["ur", "ta", "cy"])
def test_every_direction_fits_and_is_accessible(
    door: Door, person: Person, code: str, width: int
) -> None:
    page = person(width=width, height=640).new_page()
    page.goto(f"{door.url}/chat/ashcombe")
    answered_in(code, page, door)

    words = page.locator("[data-speaker=assistant] [data-words]")
    expect(words).to_have_attribute("lang", code)
    expect(words).to_have_css("direction", "rtl" if code == "ur" else "ltr")
    check(page, f"an answer in {code}")


def test_a_screen_reader_hears_the_words_in_their_language(door: Door, person: Person) -> None:
    page = person().new_page()
    page.clock.install()
    page.goto(f"{door.url}/chat/ashcombe")
    answered_in("cy", page, door)

    announcer = page.locator("[data-announcer]")
    expect(announcer).to_have_attribute("lang", "cy")
    expect(announcer).to_contain_text("ffoniwch 999")
    expect(announcer).not_to_contain_text("You can choose")
    page.clock.run_for(1000)
    expect(announcer).not_to_have_attribute("lang", "cy")
