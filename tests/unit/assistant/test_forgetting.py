"""A request is kept as long as its service says, and no longer."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.forgetting import forgetting
from assistant.store import Store
from knowledge import requests
from knowledge.library import open_library
from knowledge.requests import Request
from tests.paths import NOON

SERVICES = [open_library().service(slug) for slug in ("missed-bin", "complaint")]


async def test_each_is_forgotten_when_its_time_is_over(store: Store) -> None:
    def lodge(key: str, service: str, *, closed: bool = True) -> str:
        with store.write() as connection:
            made = requests.lodge(connection, Request(key, service, "ashcombe", {}), "c", NOON)
            if closed:
                requests.set_status(connection, made, requests.DONE, NOON, by="sam")
        return made

    short, long, open_still = (
        lodge("c:1", "missed-bin"),
        lodge("c:2", "complaint"),
        lodge("c:3", "missed-bin", closed=False),
    )
    unknown = lodge("c:4", "no-longer-there")

    async def left_after(days: int) -> set[str]:
        later: datetime = NOON + timedelta(days=days)
        await forgetting(store, lambda: SERVICES, lambda: later).do(None)
        with store.read() as connection:
            made = (short, long, open_still, unknown)
            return {one for one in made if requests.find(connection, one) is not None}

    first, second = (one.retention_days for one in SERVICES)
    assert first < second
    assert await left_after(first) == {short, long, open_still, unknown}
    assert await left_after(first + 1) == {long, open_still, unknown}
    assert await left_after(second + 1) == {open_still}
