"""Staff see what became of each line: whether it arrived, and the file that came with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from assistant import attachments, transcript
from assistant import conversations as book
from assistant.fate import with_fate
from assistant.store import Store
from assistant.tables import attachments as files
from assistant.tables import outbox
from channels.messages import Address, Attached
from channels.transcript import Attachment, Delivery, Entry
from tests.paths import NOON
from tests.unit.assistant.front_door import FrontDoor

ADA, WEB = Address("sms", "+447700900123"), Address("webchat", "a" * 32)
SENT, ARRIVED = NOON + timedelta(seconds=5), NOON + timedelta(seconds=9)


def lines(door: FrontDoor, address: Address = ADA, after: int = 0) -> list[Entry]:
    conversation = door.latest(address).id
    with door.store.read() as connection:
        entries = transcript.entries(connection, conversation, after)
        return list(with_fate(connection, conversation, entries, after))


async def answered(store: Store, *parcels: dict[str, Any]) -> list[Entry]:
    """The lines of a conversation whose answer took so many parcels, each as it is given."""
    door = FrontDoor(store)
    await door.hear(ADA, "bins")
    with store.write() as connection:
        [row] = connection.execute(sa.select(outbox)).all()
        connection.execute(sa.delete(outbox))
        for number, values in enumerate(parcels):
            fields = {**row._mapping, "id": number + 1, "key": f"key-{number}", **values}
            connection.execute(sa.insert(outbox).values(**fields))
    return lines(door)


@pytest.mark.parametrize(
    ("parcel", "delivery"),
    [
        pytest.param({}, Delivery("waiting"), id="it waits"),
        pytest.param({"failure": "http_503"}, Delivery("waiting", None, "http_503"), id="again"),
        pytest.param(
            {"state": "held", "failure": "window"}, Delivery("held", None, "window"), id="held"
        ),
        pytest.param({"state": "sent", "sent_at": SENT}, Delivery("sent", SENT), id="sent"),
        pytest.param(
            {"state": "sent", "sent_at": SENT, "receipt": "sent", "receipt_at": ARRIVED},
            Delivery("sent", SENT),
            id="sent, and the platform says so",
        ),
        pytest.param(
            {"state": "sent", "sent_at": SENT, "receipt": "delivered", "receipt_at": ARRIVED},
            Delivery("delivered", ARRIVED),
            id="delivered",
        ),
        pytest.param(
            {"state": "sent", "sent_at": SENT, "receipt": "read", "receipt_at": ARRIVED},
            Delivery("read", ARRIVED),
            id="read",
        ),
        pytest.param(
            {"state": "refused", "failure": "blocked", "receipt": "failed", "receipt_at": ARRIVED},
            Delivery("refused", ARRIVED, "blocked"),
            id="the platform could not deliver it",
        ),
        pytest.param(
            {"state": "given_up", "failure": "timeout"},
            Delivery("given_up", None, "timeout"),
            id="given up",
        ),
        pytest.param(
            {"state": "dropped", "failure": "overtaken"},
            Delivery("dropped", None, "overtaken"),
            id="somebody took over",
        ),
        pytest.param({"state": "discarded"}, Delivery("discarded"), id="discarded"),
    ],
)
async def test_of_one_parcel(sqlite: Store, parcel: dict[str, Any], delivery: Delivery) -> None:
    question, answer = await answered(sqlite, parcel)
    assert (question.delivery, answer.delivery) == (None, delivery)


@pytest.mark.parametrize(
    ("states", "worst"),
    [
        (["sent", "sent", "refused"], "refused"),
        (["given_up", "sent"], "given_up"),
        (["sent", "waiting"], "waiting"),
        (["waiting", "held"], "held"),
        (["dropped", "sent"], "dropped"),
        (["discarded", "given_up"], "given_up"),
    ],
    ids=" and ".join,
)
async def test_of_several_parts_the_worst_is_shown(
    sqlite: Store, states: list[str], worst: str
) -> None:
    entries = await answered(sqlite, *({"state": state, "sent_at": SENT} for state in states))
    assert entries[-1].delivery is not None
    assert entries[-1].delivery.state == worst


async def test_parts_that_arrived_count_as_sent_until_the_last_has(sqlite: Store) -> None:
    arrived = {"state": "sent", "sent_at": SENT, "receipt": "delivered", "receipt_at": ARRIVED}
    entries = await answered(sqlite, arrived, {"state": "sent", "sent_at": SENT})
    assert entries[-1].delivery == Delivery("sent", SENT)


async def test_what_is_read_on_a_page_was_not_delivered_anywhere(store: Store) -> None:
    door = FrontDoor(store)
    await door.hear(WEB, "bins")
    assert [entry.delivery for entry in lines(door, WEB)] == [None, None]


async def test_a_code_by_text_is_the_fate_of_no_line(sqlite: Store) -> None:
    door = FrontDoor(sqlite)
    await door.hear(WEB, "hello")
    await door.links.start("ashcombe", WEB.user, "sms", ADA.user)
    assert [entry.delivery for entry in lines(door, WEB)] == [None, None]


async def test_a_file_stands_at_its_own_line(sqlite: Store) -> None:
    door = FrontDoor(sqlite)
    await door.hear(ADA, "look")
    content = Attached("MM1", "image/jpeg")
    door.keep(ADA, content)
    conversation = door.latest(ADA)
    with sqlite.write() as connection:
        kept = book.load(connection, conversation.id)
        attachments.note(connection, kept, kept.position, "sms", content, NOON)
        connection.execute(
            sa.update(files).values(state="kept", media_type="image/png", size=7, failure=None)
        )
        [file] = connection.execute(sa.select(files.c.id)).scalars()
    *_, line = lines(door)
    assert line.attachment == Attachment(file, "kept", "image/png", 7)
    assert [entry.attachment for entry in lines(door)[:-1]] == [None, None]


async def test_a_later_look_tells_only_of_later_lines(sqlite: Store) -> None:
    door = FrontDoor(sqlite)
    await door.hear(ADA, "one")
    await door.hear(ADA, "two")
    assert [(entry.text, entry.delivery is not None) for entry in lines(door, after=2)] == [
        ("two", False),
        ("Heard: two", True),
    ]
