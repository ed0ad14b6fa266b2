"""Who types a card number sees it go from the page, and is told why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from assistant.words import read_words
from tests.browser.people import Resident
from tests.site import Site, site

REFUSED = read_words().say("utter_card_refused").text


@pytest.fixture
def quick_door(tmp_path: Path) -> Iterator[Site]:
    """The product with a bot that only echoes."""
    with site(tmp_path) as made:
        made.start_web()
        made.start_worker()
        yield made


def test_the_number_goes_from_the_page_and_the_line_says_why(
    browser: Browser, quick_door: Site
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{quick_door.url}/chat/ashcombe")
        resident = Resident(page, page)
        resident.ask("<b>pay</b> with\n4111 1111 1111 1111 & thanks")

        expect(resident.lines().last).to_have_text(REFUSED)
        mine = page.locator("[data-speaker=resident] [data-words]")
        expect(mine).to_have_text(re.compile(r"<b>pay</b> with\s*\[card number\] & thanks"))
        assert "4111" not in page.content()
        stored = page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
        assert "4111" not in stored
