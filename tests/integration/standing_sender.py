"""A process that takes one step with the ledger, run to be killed in it."""

from __future__ import annotations

import asyncio
import sys

import httpx

from assistant.open311.config import Open311
from assistant.open311.sending import Sending
from assistant.store import Store
from assistant.worker import utc_now


async def main(database: str, file: str) -> None:
    with open(file) as opened:  # noqa: ASYNC230 - nothing else runs here
        open311 = Open311.parse_raw(opened.read())
    async with httpx.AsyncClient() as http:
        sending = Sending(Store(database), open311, http, lambda slug: None, "dies", utc_now)
        await sending.send_one()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
