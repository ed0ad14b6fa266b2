"""What nobody should send us is in no file of ours, whichever way it came, and on no page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import httpx
import pytest

from assistant.words import read_words
from handoff.agents import seed_demo
from tests.emulation import Emulation, emulation
from tests.site import Site, site

CARDS = ("4111 1111 1111 1111", "5555-5555-5555-4444", "3782.822463.10005")
NUMBER = "AB 12 34 56 C"
SECRETS = ("4111111111111111", "5555555555554444", "378282246310005", "ab123456c", "hyacinth77")
ASKED = f"pay with {CARDS[0]} or {CARDS[1]}, I am {NUMBER}, my password is Hyacinth77"
SHOWN = (
    "pay with [card number] or [card number], I am [national insurance number], "
    "my password is [password]"
)
PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(64)
PUSHED = ("twilio", "whatsapp", "telegram", "messenger")
REFUSED = read_words().say("utter_card_refused").text


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path) as made:
        yield made


@pytest.fixture
def platforms(place: Site) -> Iterator[Emulation]:
    with emulation(place) as made:
        yield made


@pytest.fixture
def front_door(place: Site, platforms: Emulation) -> Site:
    place.start_web()
    place.start_worker()
    return place


def files_of(place: Site) -> dict[str, str]:
    """Every file of the site, the logs too: its digits and letters, and nothing between them."""
    return {
        path.name: re.sub(r"[^0-9a-z]+", "", path.read_bytes().decode("utf-8", "replace").lower())
        for path in place.folder.rglob("*")
        if path.is_file()
    }


def held(place: Site) -> list[tuple[str, str]]:
    return [(name, one) for name, text in files_of(place).items() for one in SECRETS if one in text]


def signed_in(place: Site) -> httpx.Client:
    with place.store.write() as connection:
        password = seed_demo(connection, ["ashcombe"], datetime.now(timezone.utc)) or ""
    client = httpx.Client(base_url=place.url, follow_redirects=True, timeout=10)
    place.clients.append(client)
    door = re.search(r'name="door" value="([^"]*)"', client.get("/desk").text)
    form = {"door": door[1] if door else "", "next": "", "username": "priya", "password": password}
    client.post("/desk/sign-in", data=form)
    return client


def test_web_chat_keeps_no_card_and_says_so(front_door: Site) -> None:
    visitor = front_door.visitor()
    visitor.say(ASKED).raise_for_status()
    front_door.wait_for(lambda: "echo pay with" in visitor.transcript(), "the answer")
    visitor.client.post(
        "/chat/ashcombe/say", data={"text": f"and {CARDS[2]}"}, follow_redirects=True
    ).raise_for_status()
    visitor.say("person").raise_for_status()
    visitor.say(f"is {CARDS[0]} right?").raise_for_status()
    front_door.wait_for(lambda: visitor.transcript().count(REFUSED) == 3, "the last notice")
    said = visitor.transcript()
    assert SHOWN in said
    assert said[: said.index("echo pay")].count(REFUSED) == 1
    page = visitor.client.get("/chat/ashcombe").text
    assert "and [card number]" in page

    desk = signed_in(front_door)
    found = re.search(r'data-conversation="([0-9a-f-]{36})"', desk.get("/desk").text)
    assert found is not None
    opened = desk.get(f"/desk/c/{found[1]}").text
    assert "is [card number] right?" in opened
    everything = "".join(re.findall(r"[0-9a-z]", (opened + page + said).lower()))
    assert [one for one in SECRETS if one in everything] == []

    assert held(front_door) == []
    front_door.stop()
    assert held(front_door) == []


def test_no_channel_keeps_a_card_and_each_says_so(front_door: Site, platforms: Emulation) -> None:
    for kind in PUSHED:
        phone = platforms.phone(kind)
        phone.say(ASKED)
        front_door.wait_for(lambda: "echo" in " ".join(phone.texts()), kind)  # noqa: B023
        heard = " ".join(" ".join(phone.texts()).split())
        assert heard.count(REFUSED) == 1, kind
        assert heard.index(REFUSED) < heard.index("echo pay"), kind
        assert "4111" not in heard, kind
    photo = platforms.phone("whatsapp", "Bryn Pugh")
    photo.attach(PHOTO, "image/png", f"my card {CARDS[2]}")
    front_door.wait_for(lambda: REFUSED in " ".join(photo.texts()), "the notice about a caption")
    assert held(front_door) == []
    front_door.stop()
    assert held(front_door) == []


def test_what_is_refused_at_the_door_is_in_no_log(front_door: Site) -> None:
    visitor = front_door.visitor()
    visitor.client.post(
        "/chat/ashcombe/messages",
        content=f'{{"id": "{CARDS[0]}", "text": "{ASKED}',
        headers={"Content-Type": "application/json"},
    )
    visitor.say(f"{ASKED} " + "x" * 3000)
    visitor.client.get("/chat/ashcombe", params={"name": CARDS[0]})
    for kind in PUSHED:
        httpx.post(f"{front_door.url}/webhooks/ashcombe/{kind}", content=f"Body={ASKED}")
    assert "webhook.forged" in front_door.logs
    assert held(front_door) == []


def test_a_number_that_is_kept_would_be_found(front_door: Site) -> None:
    """What the tests above look for is seen when it is there: in a number that is no card's."""
    front_door.visitor().say("my account is 4111 1111 1111 1112").raise_for_status()
    front_door.wait_for(
        lambda: any("4111111111111112" in text for text in files_of(front_door).values()),
        "the account",
    )
