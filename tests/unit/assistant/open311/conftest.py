"""The Open311 server on loopback, with a database of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from assistant.store import Store
from tests.unit.assistant.open311.serving import Served, serving


@pytest.fixture
async def served(sqlite: Store) -> AsyncIterator[Served]:
    async with serving(sqlite) as made:
        yield made
