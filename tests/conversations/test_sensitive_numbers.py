"""A card number that is typed at any question of a form is refused, and the form goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from assistant.booked import Booked
from assistant.rasa_bot import RasaBot
from assistant.refused_numbers import Spared, open_form
from assistant.store import Store
from assistant.tables import conversations
from assistant.words import read_words
from channels.messages import Address
from knowledge.library import open_library
from knowledge.tables import requests
from tests.databases import sqlite_store
from tests.unit.assistant.front_door import FrontDoor

CARD, NUMBER = "4111 1111 1111 1111", "AB 12 34 56 C"
WORDS = read_words()
REFUSED = WORDS.say("utter_card_refused").text
WITHOUT = WORDS.say("utter_answer_without_it").text
LIBRARY = open_library()
ANSWERS = {
    "text": f"Nobody came. I am {NUMBER}, pay with {CARD}",
    "phone": "07700 900123",
    "email": "ada@mail.example",
    "yes_no": "no",
    "photo": "skip",
}
MOST = 20
"""Questions after which a form has gone in a circle."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with sqlite_store(tmp_path) as made:
        yield made


def door_of(store: Store, bot: RasaBot) -> FrontDoor:
    door = FrontDoor(store)
    door.worker.bot = Spared(Booked(bot, store))
    return door


def form_of(store: Store) -> Mapping[str, Any] | None:
    with store.read() as connection:
        state = connection.execute(sa.select(conversations.c.state)).scalar_one()
    return open_form(state.get("slots"))


def answer_to(form: Mapping[str, Any]) -> str:
    field = LIBRARY.service(form["service"]).field(form["asking"])
    return field.choices[0].label if field.choices else ANSWERS[field.type]


def kept_in(folder: Path) -> bytes:
    """Every digit and letter in the files of the database, and nothing between them."""
    held = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return re.sub(rb"[^0-9a-z]+", b"", held.lower())


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(Address("webchat", "a" * 32), id="web chat"),
        pytest.param(Address("sms", "+447700900123"), id="text message"),
    ],
)
async def test_a_complaint_is_made_without_the_card_that_was_typed_at_each_question(
    bot: RasaBot, store: Store, tmp_path: Path, address: Address
) -> None:
    door = door_of(store, bot)
    await door.hear(address, "i want to make a complaint about the council")
    asked: list[str] = []
    while (form := form_of(store)) and len(asked) < MOST:
        asked.append(form["asking"])
        assert await door.hear(address, CARD) == [f"{REFUSED} {WITHOUT}"]
        assert form_of(store) == form
        await door.hear(address, "yes" if form["asking"] == "confirm" else answer_to(form))
    assert "confirm" in asked
    assert len(asked) == len(set(asked))

    with store.read() as connection:
        [lodged] = connection.execute(sa.select(requests.c.fields)).scalars().all()
    assert "Nobody came. I am [national insurance number], pay with [card number]" in (
        lodged.values()
    )
    held = kept_in(tmp_path)
    assert b"cardnumber" in held
    assert b"4111111111111111" not in held
    assert b"ab123456c" not in held
