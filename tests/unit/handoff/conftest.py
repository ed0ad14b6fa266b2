"""A desk, open for one test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.handoff.rooms import Desk, SqliteTransactions, running_desk, sqlite_store


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[Desk]:
    with running_desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteTransactions]:
    kept = sqlite_store(tmp_path)
    yield kept
    kept.engine.dispose()
