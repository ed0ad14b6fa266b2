"""What every unit test stands on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sanic import Sanic


@pytest.fixture(autouse=True, scope="session")
def _many_servers() -> Iterator[None]:
    """Sanic rewrites its own methods when it starts; only in test mode can it start again."""
    before, Sanic.test_mode = Sanic.test_mode, True
    yield
    Sanic.test_mode = before
