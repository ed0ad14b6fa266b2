"""A card number is kept nowhere, and who sent it is told, whoever answers and wherever it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from assistant import inbox
from assistant.bot import DialogueState, Turn
from assistant.content import content_from_json
from assistant.conversation import Conversation
from assistant.refused_numbers import Spared
from assistant.store import Store
from assistant.tables import conversations, transcript
from assistant.tables import inbox as inbox_table
from assistant.words import read_words
from channels.gsm import parts
from channels.messages import (
    Address,
    Attached,
    Chose,
    Content,
    InboundMessage,
    Located,
    Reply,
    Said,
)
from handoff.handover import Handover, Reason
from knowledge.services import Service
from tests.paths import DOOR, NOON
from tests.unit.assistant.front_door import FrontDoor, Listening
from tests.unit.assistant.test_aside import to_agent

VISA = "4111 1111 1111 1111"
NUMBER = "AB 12 34 56 C"
WORDS = read_words()
REFUSED = WORDS.say("utter_card_refused").text
NUMBER_REFUSED = WORDS.say("utter_national_insurance_refused").text
PASSWORD_REFUSED = WORDS.say("utter_password_refused").text
WITHOUT = WORDS.say("utter_answer_without_it").text
WEB, TEXTS = Address("webchat", "a" * 32), Address("sms", "+447700900123")
ADDRESSES = [pytest.param(WEB, id="web chat"), pytest.param(TEXTS, id="text message")]


def field(name: str, *may_hold: str) -> dict[str, Any]:
    asked = {"name": name, "type": "text", "label": name, "prompt": "?", "retry": "?"}
    return {**asked, "may_hold": may_hold}


BENEFIT = Service.parse_obj(
    {
        "slug": "benefit",
        "title": "Benefit",
        "tier": "district",
        "owner": "benefits",
        "reviewed_on": date(2026, 11, 1),
        "fields": [
            field("what"),
            field("number", "national_insurance"),
            field("payment", "card"),
        ],
        "confirm": "?",
        "done": "?",
        "ask": ["benefit"],
        "retention_days": 90,
    }
)


def services(slug: str) -> Service:
    return {"benefit": BENEFIT}[slug]


@dataclass
class Asking(Listening):
    """Remembers a form that asks for something, whatever is said."""

    asking: str = "what"

    async def answer(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn:
        turn = await super().answer(conversation, state, message)
        form = {"service": "benefit", "asking": self.asking}
        return replace(turn, state=DialogueState({"request": form}))


@dataclass
class Alarm(Listening):
    """Hears an emergency in everything."""

    async def answer(
        self, conversation: Conversation, state: DialogueState, message: InboundMessage
    ) -> Turn:
        handover = Handover(Reason.ASKED, urgent="fire")
        return Turn((Reply("Ring 999."),), state, handover=handover)


def door_of(store: Store, bot: Listening | None = None) -> FrontDoor:
    door = FrontDoor(store, bot or Listening())
    door.worker.bot = Spared(door.bot)
    return door


def kept(door: FrontDoor, address: Address, content: Content | str) -> str:
    """Keep a message as the web process does, with its services; return what stands there."""
    said = Said(content) if isinstance(content, str) else content
    number = f"{address.user}:asked:{len(transcript_of(door, address))}"
    with door.store.write() as connection:
        message = InboundMessage(address, number, said, NOON)
        assert inbox.accept(connection, DOOR, message, NOON, services) is not None
    return transcript_of(door, address)[-1]


def transcript_of(door: FrontDoor, address: Address) -> list[str]:
    query = sa.select(transcript.c.text).where(
        transcript.c.channel == address.channel, transcript.c.user == address.user
    )
    with door.store.read() as connection:
        return list(connection.execute(query.order_by(transcript.c.id)).scalars())


def everything(store: Store, folder: Path) -> str:
    """Every digit and letter in the files of the database, and nothing between them: as they are
    while it is open, with what is not yet in its place, and once it is closed."""
    open_files = sorted(path for path in folder.rglob("*") if path.is_file())
    files = [path.read_bytes() for path in open_files]
    assert any(path.name.endswith("-wal") for path in open_files)
    store.close()
    files += [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    return re.sub(r"[^0-9a-z]+", "", b"\n".join(files).decode("utf-8", "replace").lower())


@pytest.mark.parametrize("address", ADDRESSES)
async def test_a_card_number_is_told_to_be_refused_and_the_rest_is_answered(
    store: Store, address: Address
) -> None:
    door = door_of(store)
    told = await door.hear(address, f"pay my council tax with {VISA} please")
    assert told == [REFUSED, "Heard: pay my council tax with [card number] please"]


@pytest.mark.parametrize("address", ADDRESSES)
async def test_no_byte_of_the_database_holds_it(
    sqlite: Store, tmp_path: Path, address: Address
) -> None:
    door = door_of(sqlite)
    for content in (
        VISA,
        f"card {VISA}, my number is {NUMBER} and my password is Hyacinth77",
        Attached("https://files.example/1", "image/jpeg", f"my card {VISA}"),
        Chose(f"/pay{{{VISA}}}", f"Pay with {VISA}"),
        Said(f"person, {VISA.replace(' ', '-')}"),
    ):
        await door.hear(address, content)
    await door.deliver()
    held = everything(sqlite, tmp_path)
    assert "cardnumber" in held
    for secret in ("4111111111111111", "ab123456c", "hyacinth77"):
        assert secret not in held


async def test_a_number_that_was_not_looked_for_would_be_found(
    sqlite: Store, tmp_path: Path
) -> None:
    """What the test above looks for is seen when it is there."""
    door = door_of(sqlite)
    await door.hear(TEXTS, "council tax account 4111 1111 1111 1112")
    assert "4111111111111112" in everything(sqlite, tmp_path)


@pytest.mark.parametrize("address", ADDRESSES)
async def test_of_several_kinds_it_is_told_once(sqlite: Store, address: Address) -> None:
    door = door_of(sqlite)
    told = await door.hear(address, f"{VISA}, {NUMBER} and my pin is 1234, {VISA} again")
    assert told[0] == f"{REFUSED} {NUMBER_REFUSED} {PASSWORD_REFUSED}"
    assert len(told) == 2


async def test_it_is_told_for_each_message_that_holds_one(sqlite: Store) -> None:
    door = door_of(sqlite)
    assert await door.hear(WEB, f"use {VISA}") == [REFUSED, "Heard: use [card number]"]
    assert await door.hear(WEB, "bins") == ["Heard: bins"]
    assert (await door.hear(WEB, f"use {VISA}"))[0] == REFUSED


async def test_a_bot_is_spared_a_message_that_is_nothing_else(sqlite: Store) -> None:
    door = door_of(sqlite)
    assert await door.hear(WEB, f"{VISA}.") == [REFUSED]
    assert door.bot.heard == []


async def test_the_question_of_a_form_stands(sqlite: Store) -> None:
    door = door_of(sqlite, Asking())
    await door.hear(WEB, "benefit")
    assert await door.hear(WEB, VISA) == [f"{REFUSED} {WITHOUT}"]
    assert await door.hear(WEB, f"it is {VISA}") == [REFUSED, "Heard: it is [card number]"]
    assert door.bot.heard == [Said("benefit"), Said("it is [card number]")]


@pytest.mark.parametrize("address", ADDRESSES)
async def test_it_is_told_while_a_person_is_waited_for_or_answers(
    sqlite: Store, address: Address
) -> None:
    door = door_of(sqlite)
    await door.hear(address, "person")
    assert await door.hear(address, f"shall I pay with {VISA}?") == [REFUSED]
    door.change(address, to_agent)
    assert await door.hear(address, f"or {VISA}?") == [REFUSED]
    assert transcript_of(door, address)[-2] == "or [card number]?"


async def test_in_an_emergency_the_number_to_ring_stands_first(sqlite: Store) -> None:
    door = door_of(sqlite, Alarm())
    told = await door.hear(TEXTS, f"fire! my card is {VISA}")
    assert told[:2] == ["Ring 999.", REFUSED]


async def test_it_is_told_although_the_bot_fails(sqlite: Store) -> None:
    class Broken(Listening):
        async def answer(self, *_: Any) -> Turn:
            raise ValueError

    door = door_of(sqlite, Broken())
    assert (await door.hear(WEB, f"pay with {VISA}"))[0] == REFUSED


async def test_who_has_stopped_us_is_sent_nothing_but_nothing_is_kept(sqlite: Store) -> None:
    door = door_of(sqlite)
    await door.hear(TEXTS, "STOP")
    await door.hear(TEXTS, "hello")
    assert await door.hear(TEXTS, f"use {VISA}") == []
    assert transcript_of(door, TEXTS)[-1] == "use [card number]"


@pytest.mark.parametrize(
    ("asking", "expected"),
    [
        pytest.param("number", NUMBER, id="the field that asks for it"),
        pytest.param("what", "[national insurance number]", id="another field"),
        pytest.param("confirm", NUMBER, id="a correction while it is read back"),
        pytest.param("", "[national insurance number]", id="nothing is asked"),
    ],
)
async def test_a_field_that_asks_for_it_gets_it(sqlite: Store, asking: str, expected: str) -> None:
    door = door_of(sqlite, Asking(asking=asking))
    await door.hear(WEB, "benefit")
    assert kept(door, WEB, NUMBER) == expected


async def test_no_field_gets_a_card(sqlite: Store) -> None:
    door = door_of(sqlite, Asking(asking="payment"))
    await door.hear(WEB, "benefit")
    assert kept(door, WEB, f"{VISA} {NUMBER}") == "[card number] [national insurance number]"


async def test_a_form_that_is_open_while_a_person_answers_asks_for_nothing(sqlite: Store) -> None:
    door = door_of(sqlite, Asking(asking="number"))
    await door.hear(WEB, "benefit")
    door.change(WEB, lambda conversation: conversation.queued())
    assert kept(door, WEB, NUMBER) == "[national insurance number]"


async def test_a_form_of_a_service_that_is_gone_asks_for_nothing(sqlite: Store) -> None:
    door = door_of(sqlite, Asking(asking="number"))
    await door.hear(WEB, "benefit")
    state = {"slots": {"request": {"service": "gone", "asking": "number"}}}
    with sqlite.write() as connection:
        connection.execute(sa.update(conversations).values(state=state))
    assert kept(door, WEB, NUMBER) == "[national insurance number]"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(Said("my bin, 22 Heath Road, 07700 900123"), id="words"),
        pytest.param(Located(51.5, -0.12), id="a place"),
        pytest.param(Attached("https://files.example/1", "image/jpeg"), id="a file"),
        pytest.param(Chose('/inform{"value": "100012345678"}', "22 Heath Road"), id="a choice"),
    ],
)
def test_what_holds_nothing_is_kept_as_it_came_without_a_further_look(
    sqlite: Store, content: Content
) -> None:
    door = door_of(sqlite)
    looked: list[str] = []

    def look(*args: Any) -> None:
        looked.append(args[2])

    sa.event.listen(sqlite.engine, "before_cursor_execute", look)
    with sqlite.write() as connection:
        message = InboundMessage(WEB, "one", content, NOON)
        inbox.accept(connection, DOOR, message, NOON, services)
        [row] = connection.execute(sa.select(inbox_table.c.content)).scalars().all()
    assert content_from_json(row) == content
    assert not [query for query in looked if "SELECT conversations.state" in query]
    assert door.bot.heard == []


def test_what_is_said_fits_in_one_text_message() -> None:
    for words in (REFUSED, NUMBER_REFUSED, PASSWORD_REFUSED):
        assert parts(words) == 1
