"""What a worker does beside its turns begins when it is told to, and ends in good order."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from assistant import attachments, beside
from assistant import conversations as book
from assistant.beside import Beside
from assistant.chores import Chore
from assistant.file_store import FileStore
from assistant.store import Store
from assistant.tables import attachments as table
from assistant.worker import utc_now
from channels.messages import Attached
from tests.fakes import Platform
from tests.parcels import put, states
from tests.paths import NOON, accept


@pytest.fixture
async def work(
    store: Store, platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Beside]:
    """Goes on beside nothing, and looks for parcels only when it is told of one."""
    monkeypatch.setattr(beside, "LOOK", 60.0)

    async def ring(last: datetime | None) -> None:
        platform.calls += 100

    made = Beside(
        store,
        lambda authority, name: platform,
        "worker:1",
        utc_now,
        FileStore(tmp_path / "files"),
        None,
        [Chore("ring", timedelta(hours=1), ring)],
    )
    yield made
    await made.end()


async def until(happened: Callable[[], bool]) -> None:
    for _ in range(300):
        if happened():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")


async def test_a_sender_is_woken_by_a_parcel(store: Store, work: Beside) -> None:
    work.start()
    await asyncio.sleep(0.1)  # every sender has looked, and sleeps
    put(store, "one")
    work.post()
    await until(lambda: states(store) == ["sent"])


async def test_a_call_under_way_is_finished_when_the_worker_stops(
    store: Store, platform: Platform, work: Beside
) -> None:
    platform.takes_long = 0.2
    put(store, "one")
    put(store, "two")
    work.start()
    await until(lambda: platform.calls % 100 == 1)
    await work.end()
    assert states(store) == ["sent", "waiting"]


async def test_files_are_fetched_and_chores_done(
    store: Store, platform: Platform, work: Beside
) -> None:
    made = io.BytesIO()
    Image.new("RGB", (8, 8)).save(made, format="JPEG")
    platform.files["photo"] = made.getvalue()
    conversation_id = accept(store, "Look")
    with store.write() as connection:
        conversation = book.load(connection, conversation_id)
        attachments.note(
            connection, conversation, 1, "pushed", Attached("photo", "image/jpeg"), NOON
        )
    work.start()

    def kept() -> bool:
        with store.read() as connection:
            return bool(connection.execute(table.select()).one().state == "kept")

    await until(kept)
    await until(lambda: platform.calls >= 100)


async def test_a_fault_stops_nothing(
    store: Store, work: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("assistant.delivery.outbox.is_due", lambda *_: 1 / 0)
        work.start()
        await asyncio.sleep(0.1)
    put(store, "one")
    work.post()
    await until(lambda: states(store) == ["sent"])


async def test_what_other_systems_are_to_have_is_sent_until_there_is_none(work: Beside) -> None:
    left = [False, True, True, True]

    async def step() -> bool:
        return left.pop() if left else False

    work.submit = step
    work.start()
    await until(lambda: left == [])
