"""The desk on every channel, in a real browser: a desk of its own, without the rest behind it."""

from __future__ import annotations

import random
import struct
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sanic import Sanic

from channels.gsm import BASIC, EXTENDED, foreign, lowered, parts
from channels.transcript import Attachment, Delivery, Speaker
from handoff.people import Contact, LinkEvent
from handoff.post import Backlog, Failing
from tests.browser.people import AgentAtDesk
from tests.browser.test_accessibility import WIDTHS, check
from tests.unit.handoff.rooms import MONDAY, Desk, running_desk
from tests.unit.handoff.standins import letter

Person = Callable[..., BrowserContext]
TEXT = ("sms", "+447700900123")
WEB = ("webchat", "visitor-1")
PHOTO = "00000000-0000-4000-8000-0000000000f1"
NUMBER = "07700 900456"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    # Sanic rewrites its own methods when a server starts, and finds their source only once, unless
    # it is told that there will be several.
    monkeypatch.setattr(Sanic, "test_mode", True)
    with running_desk(tmp_path) as made:
        yield made


@contextmanager
def at_the_desk(desk: Desk, person: Person, **window: int) -> Iterator[Page]:
    page = person(**window).new_page()
    AgentAtDesk(page).sign_in(desk.url, "priya", desk.password)
    yield page


@pytest.fixture
def two_threads(desk: Desk) -> str:
    """A conversation that began on the web and goes on by text, with a photo and a failure."""
    floor = desk.floor
    key = desk.do(floor.queued(channel="sms"))
    desk.people.known[key] = [Contact(*WEB), Contact(*TEXT, MONDAY, "agent", "Sam", "Rang back.")]
    desk.people.events = [LinkEvent(MONDAY, "linked", *TEXT, "agent", "Sam", "Rang back.")]
    desk.people.strangers[NUMBER] = [
        Contact("sms", "+447700900456", last_at=MONDAY, last_said="It is me.", conversation=key)
    ]
    desk.files.keep(PHOTO, a_picture(), "image/png", "photo-1.png")
    floor.tell(key, Speaker.RESIDENT, "my bin was missed", address=WEB)
    floor.tell(
        key,
        Speaker.RESIDENT,
        "here it is",
        address=TEXT,
        attachment=Attachment(PHOTO, "kept", "image/png", 240_000),
    )
    floor.tell(
        key,
        Speaker.ASSISTANT,
        "Thank you. I have your file.",
        address=TEXT,
        delivery=Delivery("refused", MONDAY, "opted_out"),
    )
    return key


def test_parts_are_counted_on_the_page_as_they_are_sent(desk: Desk, person: Person) -> None:
    every = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    dice = random.Random(7)  # noqa: S311  # no secret
    alphabet = [*sorted(BASIC | EXTENDED), *"ŵŷ’“–…€🗑 é", "e\u0301"]
    texts = ["".join(dice.choices(alphabet, k=dice.randrange(700))) for _ in range(400)]
    texts += ["x" * n for n in (159, 160, 161, 306, 307)] + ["ŵ" * n for n in (70, 71, 134, 135)]
    texts += ["€" * n for n in (80, 81, 153)] + ["🗑" * n for n in (35, 36, 67)]
    with at_the_desk(desk, person) as page:
        counted = page.evaluate(
            """async ([every, texts]) => {
              const script = document.querySelector("script[type=module]").src;
              const gsm = await import(script.replace("desk.js", "parts.js"));
              return {
                lowered: every.map(gsm.lowered),
                parts: texts.map((text) => gsm.parts(gsm.lowered(text))),
                foreign: texts.map((text) => gsm.foreign(gsm.lowered(text))),
              };
            }""",
            [every, texts],
        )
    odd = [
        hex(ord(character))
        for character, low in zip(every, counted["lowered"], strict=True)
        # A browser's Unicode may be newer than Python's: both must only know the character.
        if low != lowered(character) and unicodedata.category(character) != "Cn"
    ]
    assert odd == []
    assert counted["parts"] == [parts(lowered(text)) for text in texts]
    assert [set(found) for found in counted["foreign"]] == [
        set(foreign(lowered(text))) for text in texts
    ]


def test_a_reply_by_text_shows_its_parts_and_the_limit_of_its_channel(
    desk: Desk, person: Person, two_threads: str
) -> None:
    with at_the_desk(desk, person) as page:
        agent = AgentAtDesk(page)
        page.goto(f"{desk.url}/desk/c/{two_threads}")
        agent.take()
        reply, told = page.get_by_label("Reply to the resident"), page.locator("#reply-parts")
        expect(told).to_have_text("Counted in text-message parts.")
        reply.fill("x" * 170 + "’")
        expect(told).to_have_text("2 parts, 171 characters; ’ becomes '")
        reply.fill("ŵ")
        expect(told).to_have_text("1 part, 1 character; ŵ makes parts shorter: 70 characters")
        reply.fill("x" * 700)
        expect(page.locator("#reply-count")).to_have_text("88 characters too many")
        page.get_by_label("Answer on").select_option(label="Web chat")
        expect(told).to_be_hidden()
        expect(page.locator("#reply-count")).to_have_text("")
        agent.reply("I have moved to the web chat.")
    last = desk.floor.entries[two_threads][-1]
    assert (last.channel, last.user) == WEB


def test_the_answer_follows_the_resident_unless_the_agent_has_chosen(
    desk: Desk, person: Person, two_threads: str
) -> None:
    with at_the_desk(desk, person) as page:
        page.goto(f"{desk.url}/desk/c/{two_threads}")
        AgentAtDesk(page).take()
        on = page.get_by_label("Answer on")
        expect(on).to_have_value("sms:+447700900123")
        desk.do(_tell(desk, two_threads, "back at my desk", WEB))
        expect(on).to_have_value("webchat:visitor-1")
        expect(page.locator("#announcer")).to_contain_text("You now answer on Web chat")
        on.select_option("sms:+447700900123")
        desk.do(_tell(desk, two_threads, "still here", WEB))
        expect(page.locator("#transcript")).to_contain_text("still here")
        expect(on).to_have_value("sms:+447700900123")


def test_what_became_of_a_line_shows_by_itself(
    desk: Desk, person: Person, two_threads: str
) -> None:
    with at_the_desk(desk, person) as page:
        page.goto(f"{desk.url}/desk/c/{two_threads}")
        AgentAtDesk(page).take()
        desk.do(_said(desk, two_threads, Delivery("waiting")))
        line = page.locator(".line", has_text="On its way to you")
        expect(line.locator(".fate")).to_have_text("Waiting to be sent")
        position = len(desk.floor.entries[two_threads])
        desk.do(_becomes(desk, two_threads, position, Delivery("delivered", MONDAY)))
        expect(line.locator(".fate")).to_have_text("Delivered 10:00")
        desk.do(_becomes(desk, two_threads, position, Delivery("refused", MONDAY, "blocked")))
        expect(page.locator("#announcer")).to_have_text("Not delivered: they have blocked us")


def test_a_picture_is_shown_only_when_the_agent_asks(
    desk: Desk, person: Person, two_threads: str
) -> None:
    with at_the_desk(desk, person) as page:
        page.goto(f"{desk.url}/desk/c/{two_threads}")
        picture = page.get_by_alt_text("The picture that the resident sent")
        expect(picture).to_be_hidden()
        page.get_by_text("Show the picture").click()
        expect(picture).to_be_visible()
        page.wait_for_function("document.querySelector('.file img').naturalWidth === 3")


def test_contacts_are_linked_without_javascript(
    desk: Desk, person: Person, two_threads: str
) -> None:
    page = person(javascript=False).new_page()
    AgentAtDesk(page).sign_in(desk.url, "priya", desk.password)
    page.goto(f"{desk.url}/desk/c/{two_threads}")
    page.get_by_role("link", name="Link another contact").click()
    page.get_by_label("Telephone number").fill(NUMBER)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="Link Text message, 07700 900456").click()
    page.get_by_label("How do you know").fill("Rang back on it.")
    page.get_by_label("I am sure").check()
    page.get_by_role("button", name="Link them").click()
    expect(page.locator("#contacts")).to_contain_text("by Priya: “Rang back on it.”")
    page.get_by_role("button", name="Unlink Text message, 07700 900456").click()
    page.get_by_label("Why do you unlink it?").fill("A mistake.")
    page.get_by_role("button", name="Unlink").click()
    expect(page.locator("#contacts .contacts")).not_to_contain_text("07700 900456")


def test_undelivered_letters_are_sent_again_and_discarded_without_javascript(
    desk: Desk, person: Person
) -> None:
    desk.post.put(letter(7), letter(8, said="Your parking permit is ready."))
    page = person(javascript=False).new_page()
    AgentAtDesk(page).sign_in(desk.url, "priya", desk.password)
    page.get_by_role("link", name="Undelivered 2").click()
    page.get_by_role("button", name="Send again").first.click()
    expect(page.get_by_role("status").last).to_contain_text("in the line again")
    page.get_by_role("link", name="Discard").click()
    page.get_by_label("Why do you discard it?").fill("Told them on the phone.")
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("Everything was delivered.")).to_be_visible()
    page.get_by_text("Discarded by staff").click()
    expect(page.get_by_text("Told them on the phone.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_new_pages_are_accessible(
    desk: Desk, person: Person, two_threads: str, width: int, scheme: str
) -> None:
    with at_the_desk(desk, person, width=width, height=640) as page:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(f"{desk.url}/desk/undelivered")
        check(page, "everything delivered")
        fill_the_post(desk, two_threads)
        page.goto(f"{desk.url}/desk/undelivered?replayed=3")
        page.locator(".discarded summary").click()
        check(page, "letters of every kind")
        page.goto(f"{desk.url}/desk/undelivered/7/discard")
        check(page, "asking before discarding")
        page.goto(f"{desk.url}/desk/undelivered/ashcombe/sms/replay")
        check(page, "asking before sending all again")

        page.goto(f"{desk.url}/desk/c/{two_threads}")
        AgentAtDesk(page).take()
        page.get_by_label("Reply to the resident").fill("x" * 170)
        page.get_by_text("Show the picture").click()
        check(page, "two threads, a file and a failure")
        page.goto(f"{desk.url}/desk/c/{two_threads}#contacts")
        page.get_by_text("What was linked and unlinked").click()
        check(page, "the contacts of a person")
        page.goto(f"{desk.url}/desk/c/{two_threads}/contacts")
        page.get_by_label("Telephone number").fill(NUMBER)
        page.get_by_role("button", name="Search").click()
        check(page, "a contact found")
        page.get_by_role("button", name="Link Text message").click()
        check(page, "asking before linking")
        page.locator("form").evaluate("form => form.noValidate = true")
        page.get_by_role("button", name="Link them").click()
        expect(page.get_by_role("alert")).to_be_visible()
        check(page, "linking without a reason")
        page.goto(f"{desk.url}/desk/c/{two_threads}#contacts")
        page.get_by_role("button", name="Unlink Text message").click()
        check(page, "asking before unlinking")


def fill_the_post(desk: Desk, conversation: str) -> None:
    """Put letters of every kind, and a platform that fails."""
    plain = replace(letter(7), conversation=conversation)
    failing = Failing(MONDAY - timedelta(minutes=8), MONDAY + timedelta(minutes=1), "http_500")
    desk.post.lines = [
        Backlog("ashcombe", "sms", 12, MONDAY - timedelta(minutes=9), 3, failing),
        Backlog("thornbridge", "telegram", 1, MONDAY),
    ]
    desk.post.put(
        plain,
        replace(plain, parcel=8, state="given_up", reason="timeout", unsure=True, attempts=12),
        replace(plain, parcel=9, said="", by="", part=2, parts=3),
        replace(plain, parcel=10, state="held", channel="whatsapp", user="447700900123"),
        replace(
            plain,
            parcel=11,
            state="discarded",
            discarded_by="Sam",
            discarded_because="Told them on the phone.",
        ),
    )


def a_picture() -> bytes:
    """A PNG of three red pixels by two."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\0" + b"\xb0\x12\x1c" * 3 for _ in range(2))
    header = struct.pack(">IIBBBBB", 3, 2, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


async def _tell(desk: Desk, key: str, text: str, address: tuple[str, str]) -> None:
    desk.floor.tell(key, Speaker.RESIDENT, text, address=address)


async def _said(desk: Desk, key: str, delivery: Delivery) -> None:
    desk.floor.tell(
        key, Speaker.AGENT, "On its way to you", name="Priya", address=TEXT, delivery=delivery
    )


async def _becomes(desk: Desk, key: str, position: int, delivery: Delivery) -> None:
    desk.floor.becomes(key, position, delivery=delivery)
