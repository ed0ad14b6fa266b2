"""Databases, and the parts of the path that stand on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.store import Store
from assistant.turn import Committer
from assistant.words import read_words
from assistant.worker import Worker
from channels.channel import Channel
from channels.webchat.channel import WebChat
from tests.databases import postgresql_server, postgresql_store, sqlite_store
from tests.fakes import Platform, QuickBot
from tests.paths import SilentNudges


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgresql_server(tmp_path_factory.mktemp("pg")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """The test runs once on each kind of database."""
    if request.param == "sqlite":
        with sqlite_store(tmp_path) as made:
            yield made
    else:
        with postgresql_store(request.getfixturevalue("postgresql")) as made:
            yield made


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Store]:
    """For what is the same on every database."""
    with sqlite_store(tmp_path) as made:
        yield made


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def committer(platform: Platform) -> Committer:
    channels: dict[str, Channel] = {"webchat": WebChat(), "pushed": platform}
    return Committer(
        channels=lambda _, name: channels[name], words=read_words(), hours=lambda slug, now: ""
    )


@pytest.fixture
def worker(store: Store, committer: Committer) -> Worker:
    return Worker(store, QuickBot(), committer, SilentNudges(), name="test", longest_thought=0.3)
