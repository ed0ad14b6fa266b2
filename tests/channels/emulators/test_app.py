"""The emulators' process: its JSON, its page, and the platforms' own addresses."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
import pytest
from sanic import Sanic

from channels.emulators.app import Accounts, phones_app
from tests.channels.emulators.test_platform import Pager

ADA = "+447700900123"
HERS = f"/phones/ashcombe/pager/{quote(ADA)}"
ACCOUNTS: Accounts = {
    "ashcombe": {"pager": {"secret": "tell nobody"}},
    "west-wenshire": {"pager": {}},
}


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    """Somebody at the page. The assistant is not there: every webhook fails."""
    before, Sanic.test_mode = Sanic.test_mode, True
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    app = phones_app(
        ACCOUNTS,
        "http://127.0.0.1:9",
        names={"ashcombe": "Ashcombe Borough Council"},
        kind_of={"pager": Pager}.get,
        app_name=f"phones-{port}",
    )
    server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.start_serving()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        yield client
    await asyncio.wait({server.close()}, timeout=5)
    for connection in list(server.connections):
        connection.abort()
    await server.after_stop()
    listening.close()
    Sanic._app_registry.pop(app.name, None)
    Sanic.test_mode = before


async def say(browser: httpx.AsyncClient, text: str = "Hello") -> httpx.Response:
    return await browser.post(f"{HERS}/say", json={"text": text})


async def test_a_person_writes_and_reads_on_the_same_screen(browser: httpx.AsyncClient) -> None:
    await say(browser)
    await browser.post("/ashcombe/pager/pages", json={"to": ADA, "text": "Hi Ada"})

    screen = (await browser.get(f"{HERS}/screen")).json()

    assert [(each["mine"], each["text"]) for each in screen["shown"]] == [
        (True, "Hello"),
        (False, "Hi Ada"),
    ]


async def test_a_screen_can_be_read_from_a_message_on(browser: httpx.AsyncClient) -> None:
    await say(browser, "one")
    await say(browser, "two")
    shown = (await browser.get(f"{HERS}/screen", params={"after": 1})).json()["shown"]
    assert [(each["number"], each["text"]) for each in shown] == [(2, "two")]


async def test_a_phone_of_one_council_shows_nothing_of_another(browser: httpx.AsyncClient) -> None:
    await say(browser)
    path = f"/phones/west-wenshire/pager/{quote(ADA)}/screen"
    assert (await browser.get(path)).json()["shown"] == []


async def test_a_fault_is_set_and_seen(browser: httpx.AsyncClient) -> None:
    await browser.post("/phones/ashcombe/pager/fault", json={"kind": "error", "times": 1})
    first = await browser.post("/ashcombe/pager/pages", json={"to": ADA, "text": "Hi"})
    second = await browser.post("/ashcombe/pager/pages", json={"to": ADA, "text": "Hi"})
    platform = (await browser.get("/phones/ashcombe/pager/platform")).json()
    assert (first.status_code, second.status_code) == (500, 200)
    assert [(call["status"], call["fault"]) for call in platform["latest"]] == [
        (200, "none"),
        (500, "error"),
    ]


async def test_a_webhook_that_is_not_answered_is_seen(browser: httpx.AsyncClient) -> None:
    await say(browser)
    platform = (await browser.get("/phones/ashcombe/pager/platform")).json()
    assert platform["webhook"]["status"] is None


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        pytest.param(f"{HERS}/press", {"label": "Yes"}, 409, id="no such button"),
        pytest.param(f"{HERS}/say", {"text": ""}, 400, id="no words"),
        pytest.param(f"{HERS}/say", {"text": 7}, 400, id="no text"),
        pytest.param(f"{HERS}/say", ["Hello"], 400, id="not an object"),
        pytest.param(f"{HERS}/locate", {"latitude": "51"}, 400, id="not a place"),
        pytest.param("/phones/ashcombe/pager/fault", {"kind": "asleep"}, 400, id="no such fault"),
        pytest.param("/phones/ashcombe/pager/webhooks", {"how": "often"}, 400, id="no such way"),
        pytest.param("/phones/ashcombe/fax/fault", {"kind": "none"}, 404, id="no such platform"),
        pytest.param(f"/phones/nowhere/pager/{ADA}/say", {"text": "Hi"}, 404, id="no such council"),
    ],
)
async def test_what_cannot_be_done_is_said(
    browser: httpx.AsyncClient, path: str, body: object, status: int
) -> None:
    assert (await browser.post(path, json=body)).status_code == status


async def test_a_page_of_another_site_cannot_use_the_phones(browser: httpx.AsyncClient) -> None:
    headers = {"Origin": "https://elsewhere.example"}
    answer = await browser.post(f"{HERS}/say", json={"text": "Hi"}, headers=headers)
    assert answer.status_code == 403


async def test_a_page_hears_at_once_of_what_happens(browser: httpx.AsyncClient) -> None:
    async with browser.stream("GET", "/phones/ashcombe/stream") as stream:
        lines = stream.aiter_lines()
        while await anext(lines) != "event: ready":
            pass
        await say(browser)
        while (line := await anext(lines)) != "event: changed":
            pass
        assert line == "event: changed"
        assert await anext(lines) in (
            'data: {"kind": "pager", "user": ""}',
            f'data: {{"kind": "pager", "user": "{ADA}"}}',
        )


async def test_the_page_shows_each_councils_phones_and_no_secret(
    browser: httpx.AsyncClient,
) -> None:
    page = await browser.get("/")
    other = await browser.get("/", params={"council": "west-wenshire"})
    assert page.status_code == other.status_code == 200
    assert "Ashcombe Borough Council" in page.text
    assert "West Wenshire" in other.text
    assert "tell nobody" not in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("file", ["phones.js", "phones.css", "looks.css", "pothole.jpg"])
async def test_the_pages_files_are_there(browser: httpx.AsyncClient, file: str) -> None:
    assert (await browser.get(f"/static/{file}")).status_code == 200


async def test_a_council_without_phones_has_no_page(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/", params={"council": "nowhere"})).status_code == 404
