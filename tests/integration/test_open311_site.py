"""The product as an operator runs it, joined to another back office by its file."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import sqlalchemy as sa

from assistant.store import Store
from assistant.worker import utc_now
from knowledge.submissions import LODGED
from knowledge.tables import submissions
from tests.back_office import BackOffice, Way, serving
from tests.site import Site, site

REQUESTS = 6
JOINED = """
endpoints:
  - name: Depot
    council: ashcombe
    services: [missed-bin]
    url: {url}
    api_key: env:DEPOT_KEY
    lookup: list
"""


async def test_what_residents_ask_for_reaches_the_other_system_once(tmp_path: Path) -> None:
    office = BackOffice(utc_now, ways=[Way.WELL, Way.TWO_ANSWERS])
    async with serving(office):
        (tmp_path / "open311.yml").write_text(JOINED.format(url=office.url))
        with site(tmp_path, settings={"DEPOT_KEY": "their-key"}) as running:
            references = await asyncio.to_thread(asked_for, running)

            there = [len(office.of(reference)) for reference in references]
            assert there == [1] * REQUESTS
            assert len(office.posts) == REQUESTS
            assert {post["api_key"] for post in office.posts} == {"their-key"}
            assert "their-key" not in running.logs


def asked_for(running: Site) -> list[str]:
    """Ask for bins with two workers at work; return the references once all of them are there."""
    running.start_web()
    for _ in range(2):
        running.start_worker()
    visitor = running.visitor()
    for number in range(REQUESTS):
        visitor.say(f"bin {number}")
    running.wait_for(lambda: states(running.store) == [LODGED] * REQUESTS, "every request")
    return re.findall(r"FD-\w{4}-\w{4}", visitor.transcript())


def states(store: Store) -> list[str]:
    with store.read() as connection:
        return [row.state for row in connection.execute(sa.select(submissions.c.state))]
