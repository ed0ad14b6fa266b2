"""A real browser, and the whole product with its real bot behind it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from handoff.agents import seed_demo
from tests.emulation import emulation
from tests.site import WORKER, Site, site

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
COUNCILS = ("ashcombe", "thornbridge", "kelmarsh", "wenshire")


@pytest.fixture(scope="package")
def chromium() -> str:
    """Where the browser is. Under CI it must be there; elsewhere the tests are left out."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if found is None and os.environ.get("CI"):
        raise AssertionError("Chromium is missing. Install the package chromium.")
    if found is None:
        pytest.skip("These tests need Chromium on the PATH: install the package chromium.")
    return found


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # A new, empty profile each time is what launch() makes by itself.
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def front_door(
    chromium: str, model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The product with its real bot and every platform, as `assistant run --demo` has it."""
    with site(tmp_path_factory.mktemp("site")) as made, emulation(made, ("ashcombe", "wenshire")):
        made.start_web()
        made.start_worker(WORKER)
        yield made


@pytest.fixture(scope="package")
def phones_url(front_door: Site) -> str:
    """Where the page of phones is."""
    return f"http://127.0.0.1:{front_door.settings['FRONT_DOOR_PHONES_PORT']}"


@pytest.fixture(scope="package")
def password(front_door: Site) -> str:
    """The demo agents' password."""
    with front_door.store.write() as connection:
        made = seed_demo(connection, COUNCILS, datetime.now(timezone.utc))
    assert made is not None
    return made


@pytest.fixture
def person(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make somebody with a browser of their own: cookies, size, JavaScript or not."""
    opened: list[BrowserContext] = []

    def make(width: int = 1366, height: int = 860, javascript: bool = True) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            # A page that is still fading in has colours that nobody reads.
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()
